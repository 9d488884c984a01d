"""Made-up digits, parameters that are the tests' own, what is made once for all, and no network."""

import os
import runpy
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from hypothesis import settings

from digits.network.cnn import CNN
from digits.params.model import ModelParams
from tests.clones import clone, commit, succeed
from tests.drawing import CLASSES, DRAWN, write_raw
from tests.pointer import Page, browser

settings.register_profile("tests", max_examples=50, deadline=None, derandomize=True, database=None)
settings.register_profile("fuzz", max_examples=20_000, deadline=None)
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


def cnn(*, padding: int = 1, batch_norm: bool = True, deskew: bool = False, seed: int = 0) -> CNN:
    """A tiny network, always with the same first weights."""
    torch.manual_seed(seed)
    params = ModelParams(channels=[4, 8], padding=padding, batch_norm=batch_norm, deskew=deskew)
    return CNN(params, classes=CLASSES)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return write_raw(tmp_path / "given", *DRAWN)


@pytest.fixture(scope="module")
def opened() -> Iterator[Page]:
    """A page in a browser."""
    with browser() as page:
        yield page


Command = Callable[..., tuple[object, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """`command(folder, "digits.predict", "a.png")`: exit code, stdout and stderr of `python -m`, in this process."""

    def run(folder: Path, module: str, *arguments: str) -> tuple[object, str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", [module, *arguments])
        for name in (module, f"{module}.__main__"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        code: object = 0
        try:
            runpy.run_module(module, run_name="__main__")
        except SystemExit as ended:
            code = ended.code
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for properties, which hypothesis runs many times in one test."""
    return tmp_path_factory.mktemp("scratch")


Shared = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """`shared(name, make)`: a folder that the first worker to need it makes, by `make(folder)`, for all to read."""
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
def source(shared: Shared) -> Path:
    return shared("source", lambda folder: write_raw(folder, *DRAWN))


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
    return shutil.copytree(finished, tmp_path / "digits")
