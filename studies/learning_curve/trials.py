"""The study's trials, one training and its test each: which there are, and what decides their results."""

import hashlib
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import torch
import yaml

from digits.data.classes import FILE
from digits.data.idx import FILES
from digits.network.device import choose_precision, prepare_device
from studies.learning_curve.params import PATH, StudyParams
from studies.pipeline import Parameters, override

ROOT = Path(__file__).parents[2]
STAGES = ("subset", "train")  # whose code decides a result; another metric of evaluate alters none
CODE = ("digits/", "stages/")


def list_trials(study: StudyParams, base: Parameters) -> list[Parameters]:
    """List the main pipeline's parameters in each trial: one for each number of samples, in that order, and seed.

    base: the values that neither a recipe nor the study sets. ValueError: a recipe sets what the study sets, or an
    unknown or wrong value, or there is none for so many samples.
    """
    trials = []
    for samples, seed in product(sorted(study.samples), sorted(study.seeds)):
        up_to = min((number for number in study.recipes if number >= samples), default=None)
        if up_to is None:
            raise ValueError(f"{PATH}: recipes: none is for as many samples as {samples}")
        recipe, source = study.recipes[up_to], f"{PATH}: recipes.{up_to}"
        own = {
            "subset.samples": samples,
            "subset.seed": seed,
            "train.seed": seed,
            "train.threads": study.threads,
            "train.processes": 1,
        }
        if taken := sorted(own.keys() & recipe.keys()):
            raise ValueError(f"{source}: {taken[0]!r}: the study sets this itself")
        trials.append(override(base, recipe | own, source))
    return trials


def fingerprint_environment(raw: Path) -> dict[str, str]:
    """Find what decides a trial's result beside its parameters, by name: the code, the data in `raw`, the machine."""
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


def hash_trial(trial: Parameters, fingerprint: Mapping[str, str]) -> str:
    """Make a trial's key: 16 hexadecimal digits that change with the parameters, the code and the data.

    Not with versions, processor and device, so that results from another machine are not computed again.
    """
    values = trial.model_dump_json(exclude={"train": {"processes"}})
    return hashlib.sha256(f"{fingerprint['code']} {fingerprint['data']} {values}".encode()).hexdigest()[:16]
