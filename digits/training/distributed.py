"""One training in several processes: each computes a share of every batch. digits/training/launch.py starts them.

A process that was started otherwise is alone, and everything here then changes nothing.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn

TIMEOUT = timedelta(minutes=2)  # for one process to wait for another: the main one also calibrates and writes files


@contextmanager
def process_group(device: torch.device) -> Iterator[None]:
    """Join the processes that torchrun started, by NCCL on GPUs, one a process, and Gloo on CPUs; leave in the end.

    ValueError: another process ended or can't be reached.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    try:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=TIMEOUT)
        yield
    except RuntimeError as error:  # what both backends raise, whatever happened to the other side
        problem = "another process of this training ended or can't be reached"
        raise ValueError(f"{problem}; `dvc repro` goes on from the last whole epoch ({error})") from error
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


def world_size() -> int:
    """Count the processes that train together."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return this process's number, from 0."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_main_process() -> bool:
    """Tell whether this process reads the checkpoint and writes the results: known before it has joined the others."""
    return os.environ.get("RANK", "0") == "0"


def data_parallel(model: nn.Module) -> nn.Module:
    """Wrap a model so that each step's gradient is the mean over all processes'."""
    return nn.parallel.DistributedDataParallel(model) if world_size() > 1 else model


def all_reduce(tensor: Tensor) -> Tensor:
    """Sum a tensor over all processes."""
    if world_size() == 1:
        return tensor
    moved = tensor.to("cuda" if dist.get_backend() == "nccl" else "cpu")  # where the backend wants it
    dist.all_reduce(moved)
    return moved.to(tensor.device)


def broadcast(content: bytes) -> bytes:
    """Return the main process's bytes in every process."""
    if world_size() == 1:
        return content
    device = "cuda" if dist.get_backend() == "nccl" else "cpu"
    size = torch.tensor([len(content)], device=device)
    dist.broadcast(size, 0)
    data = torch.tensor(list(content), dtype=torch.uint8) if rank() == 0 else torch.empty(int(size), dtype=torch.uint8)
    data = data.to(device)
    dist.broadcast(data, 0)
    return data.cpu().numpy().tobytes()
