"""The study made small, on drawn digits."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from digits.pipeline.parameters import validate
from studies.learning_curve.run import PATH, StudyParams
from studies.trials.trial import Parameters, read_parameters
from tests.clones import change, clone
from tests.drawing import Split, write_raw
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
def project(tmp_path: Path, drawn: tuple[Split, Split]) -> Callable[..., Path]:
    """`project(samples=[50])`: a copy of the project with its data, short trainings, and these values for the study."""

    def make(**values: Any) -> Path:
        folder = clone(tmp_path / "clone", write_raw(tmp_path / "source", *drawn))
        shutil.copytree(tmp_path / "source", folder / "data/raw")
        shutil.copytree(
            ROOT / "studies/learning_curve",
            folder / "studies/learning_curve",
            ignore=shutil.ignore_patterns(*RESULTS),
        )
        change(folder, train={"snapshots": []})
        write_study(folder, **OWN | values)
        return folder

    return make


def write_study(folder: Path, **values: Any) -> None:
    path = folder / PATH
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | values))
