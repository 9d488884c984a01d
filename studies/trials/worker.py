"""What a worker does with a trial, and what decides the result: the code, the data and the machine."""

import hashlib
import io
import shutil
import socket
from collections.abc import Iterable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import torch
import yaml
from distributed import get_worker
from filelock import FileLock
from tqdm import tqdm

from digits.data.classes import FILE
from digits.data.idx import FILES
from digits.network.device import choose_precision, prepare_device
from digits.pipeline.parameters import validate
from studies.trials.trial import Parameters, measure

ROOT = Path(__file__).parents[2]
CHECKPOINTS = ROOT / ".dvc/tmp/trials"  # a folder a trial, by its key
STAGES = ("subset", "train")  # whose code decides a result; another metric of evaluate alters none
CODE = ("digits/", "stages/")


def compute(key: str, values: Mapping[str, object], fingerprint: Mapping[str, str], archive: str) -> dict[str, Any]:
    """Measure the trial with these parameters on the data sent as `archive`.

    ValueError: this worker differs from `fingerprint`, or runs several trials at a time.
    """
    worker = get_worker()
    me = f"worker {worker.address} on {socket.gethostname()}"
    if worker.state.nthreads != 1:
        raise ValueError(f"{me}: {worker.state.nthreads} threads: start it with --nthreads 1")
    parameters = validate("", Parameters, values, me)
    raw = Path(worker.local_directory) / archive
    if not raw.exists():
        shutil.unpack_archive(f"{raw}.zip", raw)
    check_same(fingerprint_environment(raw), fingerprint, me, auto=parameters.train.device == "auto")
    tqdm.set_lock(RLock())  # its own is for several processes, and warns of a leak where a worker is killed
    folder = CHECKPOINTS / key
    with (
        redirect_stdout(io.StringIO()),  # lines and bars of several trials would mix
        redirect_stderr(io.StringIO()),
        FileLock(folder / "lock"),  # a worker of this checkout that was taken for dead may still be at it
    ):
        result = measure(parameters, raw, folder / "state")
    shutil.rmtree(folder, ignore_errors=True)
    return result


def check_same(there: Mapping[str, str], here: Mapping[str, str], me: str, *, auto: bool) -> None:
    """Compare two environments. ValueError: they differ. auto: the device counts too, as it is what a machine has."""
    for what, expected in here.items():
        if there[what] != expected and (auto or what != "device"):
            raise ValueError(f"{me}: its {what} differs: {there[what][:16]} there, {expected[:16]} here")


def fingerprint_environment(raw: Path) -> dict[str, str]:
    """Describe the code, the data in `raw` and the machine, by name."""
    device = prepare_device("auto", threads=torch.get_num_threads())
    return {
        "code": hash_files(list_code(ROOT)),
        "data": hash_files(raw / name for name in (*FILES, FILE)),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "processor": torch.backends.cpu.get_cpu_capability(),
        "device": device.type,
        "precision": str(choose_precision("auto", device)),
    }


def list_code(root: Path) -> list[Path]:
    """List the Python files that the stages depend on, as dvc.yaml says: files, and all that lie in rooms."""
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    deps = {root / dep for stage in STAGES for dep in stages[stage]["deps"] if dep.startswith(CODE)}
    return sorted({file for dep in deps for file in (dep.rglob("*.py") if dep.is_dir() else [dep])})


def hash_files(paths: Iterable[Path]) -> str:
    each = (hashlib.sha256(path.read_bytes()).digest() for path in paths)
    return hashlib.sha256(b"".join(each)).hexdigest()


def hash_trial(parameters: Parameters, fingerprint: Mapping[str, str]) -> str:
    """Make a trial's key: 24 hexadecimal digits that change with the code, which the first 8 stand for, and its input.

    Not with versions, processor and device, so that results from another machine are not computed again.
    """
    values = parameters.model_dump_json(exclude={"train": {"processes"}})
    return fingerprint["code"][:8] + hashlib.sha256(f"{fingerprint['data']} {values}".encode()).hexdigest()[:16]
