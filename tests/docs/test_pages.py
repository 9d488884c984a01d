from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import succeed
from tests.docs.console import follow
from tests.imports import ROOT

PAGE = ROOT / "docs/data.md"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
KEYS |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A server with the bucket of the page, as the environment names it."""
    moto = pytest.importorskip("moto.server", reason="needs `make extras`")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    request = f"Request('{address}/my-bucket', method='PUT')"
    succeed(tmp_path, "python", "-c", f"from urllib.request import *; urlopen({request})", **KEYS)
    yield {**KEYS, "AWS_ENDPOINT_URL": address}
    server.stop()


@pytest.mark.slow
def test_experiments(committed: Path) -> None:
    follow(ROOT / "docs/experiments.md", committed)


@pytest.mark.slow
def test_several_seeds(committed: Path) -> None:
    follow(ROOT / "docs/studies.md", committed, section="Is a recipe better? Several seeds")


@pytest.mark.slow
def test_a_folder_and_the_registry(committed: Path) -> None:
    follow(PAGE, committed, section="A folder as remote")
    storage = committed.parent / "digits-storage"
    assert any(storage.rglob("*"))
    follow(PAGE, committed, section="The trained network by name")
    assert (committed / "first.safetensors").read_bytes() == (committed / "models/cnn.safetensors").read_bytes()


@pytest.mark.slow
def test_s3(committed: Path, s3: dict[str, str]) -> None:
    follow(PAGE, committed, section="S3", **s3)
