"""Made-up digits, the repository's own parameters made small, and no network."""

import inspect
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import settings

from digits.network.cnn import CNN
from digits.pipeline.parameters import load_params
from digits.training.augment import Distortion
from digits.training.loop import Row, fit
from digits.training.optimizer import SGD
from stages.check import SECTIONS
from tests.clones import clone, run
from tests.drawing import CLASSES, Split, draw, write_raw
from tests.imports import ROOT

settings.register_profile("tests", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("fuzz", max_examples=20_000, deadline=None)
settings.load_profile("tests")
torch.set_num_threads(1)
torch.set_warn_always(True)  # or only the first test to meet a warning would fail


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
    """`params("train", epochs=2)`: a section of the repository's params.yaml with changes."""

    def section(name: str, **changes: object) -> Any:
        return load_params(name, SECTIONS[name], ROOT / "params.yaml").model_copy(update=changes)

    return section


@pytest.fixture(scope="session")
def fit_arguments(params: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """`fit_arguments(epochs=2)`: what `fit` takes by name, from params.yaml, with changes."""

    def arguments(**changes: object) -> dict[str, Any]:
        train = params("train")
        values = {**dict(train), "augment": Distortion(**train.augment.model_dump()), "done": 0}
        taken = [p.name for p in inspect.signature(fit).parameters.values() if p.kind is p.KEYWORD_ONLY]
        return {name: values[name] for name in taken} | changes

    return arguments


@pytest.fixture(scope="session")
def fitting(fit_arguments: Callable[..., dict[str, Any]], params: Callable[..., Any]) -> Callable[..., Iterator[Row]]:
    """`fitting(model, train, test, epochs=2)`: `fit` with an optimizer of its own, all from params.yaml but changes."""

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


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, drawn: tuple[Split, Split]) -> Path:
    """A folder with the four IDX files, to download from."""
    return write_raw(tmp_path_factory.mktemp("source"), *drawn)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    """A copy of the project in which the pipeline has run. To be left as it was found."""
    folder = clone(tmp_path_factory.mktemp("finished"), source)
    ended = run(folder, "dvc", "repro")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (folder / "log").write_text(ended.stdout + ended.stderr)
    return folder


@pytest.fixture
def committed(finished: Path, tmp_path: Path) -> Path:
    """A copy of `finished` with everything in git, the test's own to change."""
    folder = tmp_path / "digits"
    shutil.copytree(finished, folder)
    (folder / "log").unlink()
    settings = ("user.name test", "user.email test", "commit.gpgsign false")
    commands = [*(f"config {setting}" for setting in settings), "branch -M main", "add .", "commit --message results"]
    for command in commands:
        ended = run(folder, "git", *command.split())
        assert ended.returncode == 0, ended.stderr
    return folder
