import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import follow
from tests.imports import ROOT

PAGE = ROOT / "docs/data.md"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
KEYS |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
SERVER = """
import boto3, sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
address = "http://{}:{}".format(*server.get_host_and_port())
boto3.client("s3", endpoint_url=address).create_bucket(Bucket="my-bucket")
print(address, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def s3() -> Iterator[dict[str, str]]:
    pytest.importorskip("moto", reason="needs `make extras`")
    command, pipe = [sys.executable, "-c", SERVER], subprocess.PIPE
    with subprocess.Popen(command, env=os.environ | KEYS, stdin=pipe, stdout=pipe, text=True) as server:
        assert server.stdin
        assert server.stdout
        yield {**KEYS, "AWS_ENDPOINT_URL": server.stdout.readline().strip()}
        server.stdin.close()


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
