"""Every stage as DVC runs it: a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.imports import ROOT

BAD: dict[str, tuple[str, str, object]] = {  # by stage: section, key and value
    "check": ("plot", "dpi", "sharp"),
    "download": ("download", "dataset", "EMNIST"),
    "subset": ("subset", "samples", -1),
    "train": ("train", "learning_rate", "fast"),
    "evaluate": ("train", "device", "gpu"),
    "plot": ("plot", "dpi", [120]),
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
    section, key, value = BAD[stage]
    params: Any = yaml.safe_load((ROOT / "params.yaml").read_text())
    params[section][key] = value
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(params))
    ended = python(tmp_path, "-m", f"stages.{stage}", "out")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith(f"error: params.yaml: {section}.{key} = {value!r}")
    assert ended.stderr.endswith("\n")
    assert ended.stderr.count("\n") == 1


def test_missing_data_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    ended = python(tmp_path, "-m", "stages.subset", "data/raw", "data/subset")
    missing = "data/raw/classes.txt"
    assert ended.stderr == f"error: [Errno 2] No such file or directory: '{missing}'\n"
    assert ended.returncode == 1


@pytest.mark.parametrize("stage", WITHOUT)
def test_a_light_stage_does_not_wait_for_heavy_libraries(tmp_path: Path, stage: str) -> None:
    ended = python(tmp_path, "-c", f"import stages.{stage}, sys, json; print(json.dumps(list(sys.modules)))")
    assert not set(WITHOUT[stage]) & set(json.loads(ended.stdout))
