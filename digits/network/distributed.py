"""One training in several processes: each computes a share of every batch. digits/training/launch.py starts them.

A process that was started otherwise is alone, and everything here then costs nothing and changes nothing.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

TIMEOUT = timedelta(minutes=2)  # that processes wait for each other; the first also fits temperatures and writes files


@contextmanager
def processes(device: torch.device) -> Iterator[None]:
    """Join the processes of this training, by NCCL on GPUs, one a process, and Gloo on CPUs; leave in the end.

    ValueError: a device that processes can't share, or another process ended or can't be reached.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device.type == "mps":
        raise ValueError("params.yaml: train.device: mps trains in one process: train.processes must be 1")
    if device.type == "cuda":
        torch.cuda.set_device(device)
    try:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
        yield
    except RuntimeError as error:  # what both backends raise, whatever happened to the other side
        what = "another process of this training ended or can't be reached"
        raise ValueError(f"{what}; `dvc repro` goes on from the last whole epoch ({error})") from error
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


def world() -> int:
    """How many processes train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def is_first() -> bool:
    """Whether this is the process that reads the checkpoint and writes the results, known before it has joined."""
    return os.environ.get("RANK", "0") == "0"


def share(start: int, stop: int) -> range:
    """Which of the places from start to stop this process computes."""
    rank = dist.get_rank() if dist.is_initialized() else 0
    first, last = ((stop - start) * number // world() for number in (rank, rank + 1))
    return range(start + first, start + last)


def add_up(tensor: Tensor) -> Tensor:
    """Make a tensor, in place, the sum of all processes'."""
    if world() > 1:
        dist.all_reduce(tensor)
    return tensor


def add_up_gradients(parameters: Iterable[Tensor]) -> None:
    """Make each gradient the sum of all processes'."""
    if world() == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    flat = add_up(torch.cat([gradient.flatten() for gradient in gradients]))
    for gradient, total in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(total.view_as(gradient))


def as_the_first(tensors: Iterable[Tensor]) -> None:
    """Make the tensors in all processes what they are in the first."""
    if world() > 1:
        for tensor in tensors:
            contiguous = tensor.contiguous()
            dist.broadcast(contiguous, 0)
            tensor.copy_(contiguous)
