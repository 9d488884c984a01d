"""One small run of the pipeline on drawn digits, for every test of its outputs to look at."""

from pathlib import Path
from typing import Any

import pytest

from digits.data.arrays import load_split
from digits.training import calibration
from stages import evaluate, subset, train
from tests.drawing import DRAWN, Split, write_raw
from tests.parameters import section

SMALL: dict[str, Any] = {name: section(name) for name in ("subset", "model", "train", "plot")}


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the repository is, after subset, train and evaluate. Not to be changed."""
    root = tmp_path_factory.mktemp("run")
    write_raw(root / "data/raw", *DRAWN)
    subset.main(SMALL["subset"], root / "data/raw", root / "data/subset")
    train_in(root)
    evaluate_in(root)
    return root


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data/raw"


def train_in(root: Path, params: dict[str, Any] = SMALL, subset: Path | None = None) -> None:
    """Train; the temperature, which takes longest of all, is fitted on few images."""
    names = ("models", "data/augmented.npy", "metrics/train.json", "plots/history.csv", "checkpoints")
    places = [root / name for name in names]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration, "SHOWN", 500)
        train.main(params["train"], params["model"], subset or root / "data/subset", *places)


def evaluate_in(root: Path) -> None:
    names = ("data/subset", "models", "metrics/test.json", "metrics/validation.json")
    tables = [f"plots/{name}.csv" for name in ("predictions", "samples", "per_class", "coverage")]
    evaluate.main(SMALL["train"], *(root / name for name in (*names, *tables)))


def split_in(root: Path, name: str) -> Split:
    subset = root / "data/subset"
    return load_split(subset / f"{name}_images.npy", subset / f"{name}_labels.npy", classes=10)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
