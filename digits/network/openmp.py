"""How torch's threads wait for each other. Import this before torch, whose OpenMP library reads it once.

A thread that waits keeps its core busy for a while. On an idle machine that is fastest. Beside another program it makes
a training several times as slow, so there the threads sleep at once. Results are the same.
"""

import importlib
import os
import time

import psutil

BUSY = 0.25  # share of the machine that other programs use from which on it counts as busy
SPINS = "1000"  # turns of GNU OpenMP's waiting loop before a thread sleeps


def let_threads_sleep() -> None:
    """Have threads sleep at once if other programs are at work; what a user has set stays as it is."""
    if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys() and use_by_others() > BUSY:
        os.environ["GOMP_SPINCOUNT"] = SPINS


def use_by_others() -> float:
    """Measure the share of all cores that other processes use while numpy is imported, as it must be anyway."""
    start, before = time.perf_counter(), busy_seconds() - time.process_time()
    importlib.import_module("numpy")
    used = busy_seconds() - time.process_time() - before
    return used / ((time.perf_counter() - start) * (psutil.cpu_count() or 1))


def busy_seconds() -> float:
    """Count the seconds that all cores have worked since the machine was started."""
    times = psutil.cpu_times()
    return float(times.user + times.system)


let_threads_sleep()
