"""Where torch computes, and how: deterministically, on a fixed number of threads."""

import os
from contextlib import suppress
from pathlib import Path

import torch

LARGEST = 31 << 20  # bytes; glibc minds blocks of up to 32 MiB
THREADS = Path("/proc/self/task")  # a folder for each, where the system is Linux


def prepare_device(name: str, *, threads: int, processes: int = 1) -> torch.device:
    """Make torch deterministic, set its threads, and return the device `auto`, `cpu`, `cuda`, `cuda:1` or `mps` is.

    processes: that are to compute together on this machine, a GPU each. ValueError: a device that this machine or this
    build of torch does not have, or that so many processes can't share.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # what cuBLAS needs to be deterministic
    torch.set_deterministic_debug_mode("error")  # use_deterministic_algorithms also imports the compiler, 1 s
    # Deterministic mode fills new memory with NaN, an aid in finding what was never written: 3 to 8 % of a test pass.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.set_num_threads(threads)
    spread_threads(threads)
    keep_freed_memory()
    gpus = torch.cuda.device_count()
    available = [n for n, there in (("cuda", gpus), ("mps", torch.mps.is_available()), ("cpu", True)) if there]
    available += [f"cuda:{number}" for number in range(gpus)]
    if name == "auto":
        name = available[0]
    if name not in available:
        raise ValueError(f"params.yaml: train.device = {name!r}: this machine has {', '.join(available)}")
    most = {"cpu": processes, "cuda": gpus}.get(name, 1)
    if processes > most:
        raise ValueError(f"params.yaml: train.processes = {processes}: must be at most {most} on {name}")
    if name == "cuda" and "LOCAL_RANK" in os.environ:  # torchrun's: a GPU a process
        return torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    return torch.device(name)


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """Return what `auto`, `float32` or `bfloat16` stands for: auto is bfloat16 where there are instructions for it."""
    if name == "auto":
        fast = {"cpu": torch.cpu.get_capabilities().get("avx512_bf16", False)}
        if device.type == "cuda":
            fast["cuda"] = torch.cuda.is_bf16_supported(including_emulation=False)
        name = "bfloat16" if fast.get(device.type) else "float32"
    return {"float32": torch.float32, "bfloat16": torch.bfloat16}[name]


def keep_freed_memory() -> None:
    """Have the C library keep what one training step frees for the next, where that library is glibc.

    It would give it back to the system, to be fetched again page by page: a tenth to a third of a step. It keeps up to
    twice the largest block that was ever freed (mallopt(3), M_MMAP_THRESHOLD); so one is made, and freed.
    """
    torch.empty(LARGEST, dtype=torch.uint8)


def spread_threads(threads: int) -> None:
    """Keep each of torch's threads but the first on a core of its own, where Linux has as many cores for them.

    Left to itself, Linux often lets two threads that wake each other share a core, while another training has the next.
    Two trainings at once then take 20 % longer, with 64 channels in bfloat16 five times as long. The first thread stays
    free, as do the programs that it starts; where other programs are to have cores too, so do all.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if threads != len(cores):
        return
    before = set(THREADS.iterdir())
    torch.ones(threads << 16).add_(1)  # has torch start its threads
    started = sorted(int(thread.name) for thread in set(THREADS.iterdir()) - before)
    for core, thread in zip(cores[1:], started, strict=False):
        with suppress(OSError):  # not allowed here
            os.sched_setaffinity(thread, {core})
