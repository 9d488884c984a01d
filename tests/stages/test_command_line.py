"""Every stage as DVC runs it: a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.imports import ROOT

TEXT = (ROOT / "params.yaml").read_text()
BAD = {
    "check": ("dpi: 120", "dpi: sharp", "plot.dpi = 'sharp'"),
    "download": ("dataset: MNIST", "dataset: EMNIST", "download.dataset = 'EMNIST'"),
    "subset": ("samples: 1000", "samples: -1", "subset.samples = -1"),
    "train": ("learning_rate: 0.15", "learning_rate: 1e-3", "train.learning_rate = '1e-3'"),
    "evaluate": ("device: auto", "device: gpu", "train.device = 'gpu'"),
    "plot": ("dpi: 120", "dpi: [120]", "plot.dpi = [120]"),
}
HEAVY = ("torch", "torchvision", "pandas", "matplotlib")
WITHOUT = {"check": HEAVY, "download": HEAVY, "subset": HEAVY, "plot": HEAVY[:2]}


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("stage", BAD)
def test_a_bad_value_is_one_line_and_exit_code_1(tmp_path: Path, stage: str) -> None:
    old, new, problem = BAD[stage]
    (tmp_path / "params.yaml").write_text(TEXT.replace(old, new))
    ended = python(tmp_path, "-m", f"stages.{stage}")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"error: params.yaml: {problem}")
    assert ended.stderr.endswith("\n")
    assert ended.stderr.count("\n") == 1


def test_missing_data_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(TEXT)
    ended = python(tmp_path, "-m", "stages.subset", "data/raw", "data/subset")
    missing = "data/raw/classes.txt"
    assert ended.stderr == f"error: [Errno 2] No such file or directory: '{missing}'\n"
    assert ended.returncode == 1


@pytest.mark.parametrize("stage", WITHOUT)
def test_a_light_stage_does_not_wait_for_heavy_libraries(tmp_path: Path, stage: str) -> None:
    ended = python(tmp_path, "-c", f"import stages.{stage}, sys, json; print(json.dumps(list(sys.modules)))")
    assert not set(WITHOUT[stage]) & set(json.loads(ended.stdout))
