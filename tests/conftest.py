"""Made-up digits, parameters that are the tests' own, what is made once for all, and no network."""

import inspect
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from filelock import FileLock
from hypothesis import settings

from digits.network.cnn import CNN
from digits.training.augment import Distortion
from digits.training.loop import Row, fit
from digits.training.optimizer import SGD
from tests.clones import clone, commit, succeed
from tests.drawing import CLASSES, Split, draw, write_raw
from tests.parameters import section

settings.register_profile("tests", max_examples=50, deadline=None, derandomize=True, database=None)
settings.load_profile("tests")
torch.set_num_threads(1)
torch.set_warn_always(True)  # or only the first test to meet a warning would fail


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for all tests; none for files that are named, which would take longer to start than to run."""
    return 0 if config.args_source is pytest.Config.ArgsSource.ARGS else os.cpu_count() or 1


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise AssertionError("a test reached for the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="session")
def params() -> Callable[..., Any]:
    """`params("train", epochs=2)`: a section of the tests' own parameters with changes."""
    return section


@pytest.fixture(scope="session")
def fit_arguments(params: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """`fit_arguments(epochs=2)`: what `fit` takes by name, from `params`, with changes."""

    def arguments(**changes: object) -> dict[str, Any]:
        train = params("train")
        values = {**dict(train), "augment": Distortion(**train.augment.model_dump()), "done": 0}
        taken = [p.name for p in inspect.signature(fit).parameters.values() if p.kind is p.KEYWORD_ONLY]
        return {name: values[name] for name in taken} | changes

    return arguments


@pytest.fixture(scope="session")
def fitting(fit_arguments: Callable[..., dict[str, Any]], params: Callable[..., Any]) -> Callable[..., Iterator[Row]]:
    """`fitting(model, train, test, epochs=2)`: `fit` with an optimizer of its own, all from `params` but changes."""

    def start(model: CNN, train: Any, test: Any, **changes: Any) -> Iterator[Row]:
        chosen = {name: changes.pop(name, getattr(params("train"), name)) for name in ("momentum", "weight_decay")}
        return fit(model, SGD(model.parameters(), **chosen), train, test, **fit_arguments(**changes))

    return start


@pytest.fixture(scope="session")
def cnn() -> Callable[..., CNN]:
    """`cnn(batch_norm=False)`: a tiny network, always with the same first weights."""

    def build(*, padding: int = 1, batch_norm: bool = True, deskew: bool = False, seed: int = 0) -> CNN:
        torch.manual_seed(seed)
        return CNN(channels=(4, 8), padding=padding, batch_norm=batch_norm, deskew=deskew, classes=CLASSES)

    return build


@pytest.fixture(scope="session")
def drawn() -> tuple[Split, Split]:
    """600 training and 200 test images with their labels."""
    return draw(600, seed=1), draw(200, seed=2)


@pytest.fixture
def raw(tmp_path: Path, drawn: tuple[Split, Split]) -> Path:
    """A folder with the four IDX files, the test's own to damage."""
    return write_raw(tmp_path / "given", *drawn)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for properties, which hypothesis runs many times in one test."""
    return tmp_path_factory.mktemp("scratch")


Shared = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """`shared(name, make)`: a folder that the first worker to need it makes by `make(folder)`, for all to read."""
    base = tmp_path_factory.getbasetemp()
    everyones = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        path, made = everyones / name, everyones / f"{name}.made"
        with FileLock(everyones / f"{name}.lock"):
            if not made.exists():
                path.mkdir()
                make(path)
                made.touch()
        return path

    return folder


@pytest.fixture(scope="session")
def source(shared: Shared, drawn: tuple[Split, Split]) -> Path:
    """A folder with the four IDX files, to download from."""
    return shared("source", lambda folder: write_raw(folder, *drawn))


@pytest.fixture(scope="session")
def finished(shared: Shared, source: Path) -> Path:
    """A copy of the project in which the pipeline has run, committed. To be left as it is; its log lies beside it."""

    def make(folder: Path) -> None:
        said = succeed(clone(folder, source), "dvc", "repro")
        folder.with_suffix(".log").write_text(said)
        commit(folder)

    return shared("finished", make)


@pytest.fixture
def committed(finished: Path, tmp_path: Path) -> Path:
    """A copy of `finished`, the test's own to change."""
    return shutil.copytree(finished, tmp_path / "digits")
