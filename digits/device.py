"""Where torch computes, and how: deterministically, on a fixed number of threads."""

import os

import torch


def prepare_device(name: str, *, threads: int) -> torch.device:
    """Make torch deterministic, set its threads, and return the device `auto`, `cpu`, `cuda` or `mps` stands for.

    ValueError: a device this machine or this build of torch does not have.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS needs to be deterministic
    torch.use_deterministic_algorithms(mode=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.set_num_threads(threads)
    available = [n for n, there in (("cuda", torch.cuda.is_available()), ("mps", torch.mps.is_available())) if there]
    available.append("cpu")
    if name == "auto":
        name = available[0]
    if name not in available:
        raise ValueError(f"params.yaml: train.device = {name!r}: this machine has {', '.join(available)}")
    return torch.device(name)
