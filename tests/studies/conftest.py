"""The study made small, on drawn digits."""

import math
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from digits.pipeline.parameters import validate
from studies.learning_curve.run import PATH, StudyParams
from studies.trials import run
from studies.trials.trial import Parameters, read_parameters
from tests.clones import change, clone
from tests.drawing import DRAWN, write_raw
from tests.imports import ROOT
from tests.parameters import write

OWN = {
    "samples": [60, 200, 70],
    "seeds": [1, 0],
    "recipes": {60: {}, 200: {"train.batch_size": 10}},
    "threads": 1,
    "workers": 1,
    "scheduler": "",
}
RESULTS = ("results.csv", "computed.csv", "curve.csv", "learning_curve.png", "dvc.lock", "__pycache__")


@pytest.fixture(scope="session")
def study() -> StudyParams:
    """The tests' own parameters of the study."""
    return validate("", StudyParams, OWN, "tests")


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Parameters:
    """The tests' own parameters of the main pipeline."""
    return read_parameters(write(tmp_path_factory.mktemp("root")))


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Samples, epochs and seed of each trial that was computed, as far as tests say so; more epochs are better."""
    seen: list[tuple[int, int, int]] = []

    def compute_trials(tasks: Mapping[str, Parameters], *_: Any, **__: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, parameters in tasks.items():
            seen.append((parameters.subset.samples, parameters.train.epochs, parameters.train.seed))
            assert (parameters.subset.seed, parameters.train.threads) == (parameters.train.seed, 1)
            if parameters.subset.samples == 13:
                raise ValueError("a trial failed")
            others = {"errors": 250, "expected_calibration_error": 0.005, "parameters": 32_154, "seconds": 8.5}
            validated = parameters.train.epochs / 20 if parameters.subset.validation else math.nan
            others |= {"accuracy": parameters.train.epochs / 10, "loss": 1e-05, "validation_accuracy": validated}
            yield key, others

    monkeypatch.setattr(run, "compute_trials", compute_trials)
    return seen


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """`project(samples=[50])`: a copy of the project with its data, short trainings, and these values for the study."""

    def make(**values: Any) -> Path:
        folder = clone(tmp_path / "clone", write_raw(tmp_path / "source", *DRAWN))
        shutil.copytree(tmp_path / "source", folder / "data/raw")
        source, target = (place / PATH.parent for place in (ROOT, folder))
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(*RESULTS))
        change(folder, train={"snapshots": []})
        write_study(folder, **OWN | values)
        return folder

    return make


def write_study(folder: Path, **values: Any) -> None:
    path = folder / PATH
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values))
