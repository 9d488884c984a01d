import json
import sys
from pathlib import Path

import pytest

from tests.clones import python
from tests.conftest import Command
from tests.parameters import write

BAD: dict[str, tuple[str, str, object]] = {  # by stage: section, key and value
    "check": ("plot", "dpi", "sharp"),
    "download": ("download", "dataset", "EMNIST"),
    "subset": ("subset", "samples", -1),
    "train": ("train", "learning_rate", "fast"),
    "evaluate": ("train", "device", "gpu"),
    "plot": ("plot", "dpi", [120]),
}
COMMANDS = {
    "predict a.png --model none.safetensors": "none.safetensors: not a safetensors file",
    "draw --no-browser": "models/cnn.safetensors: not a safetensors file",
    "export page.pdf": "page.pdf: must end in .html",
    "export out.onnx": "not installed: run `make extras`",
}
HEAVY = ("torch", "torchvision", "pandas", "matplotlib")
WITHOUT = {"check": HEAVY, "download": HEAVY, "subset": HEAVY, "plot": HEAVY[:2]}


def error_of(ended: tuple[object, str, str]) -> str:
    code, out, err = ended
    assert (code, out, err.count("\n")) == (1, "", 1)
    return err


@pytest.mark.parametrize("stage", BAD)
def test_a_bad_value_is_one_line_and_exit_code_1(tmp_path: Path, command: Command, stage: str) -> None:
    section, key, value = BAD[stage]
    write(tmp_path, **{section: {key: value}})
    said = error_of(command(tmp_path, f"stages.{stage}", "out"))
    assert said.startswith(f"error: params.yaml: {section}.{key} = {value!r}")


@pytest.mark.parametrize("given", COMMANDS)
def test_so_is_a_command_s_error(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    name, *arguments = given.split()
    assert COMMANDS[given] in error_of(command(tmp_path, f"digits.{name}", *arguments))


@pytest.mark.parametrize("stage", WITHOUT)
def test_a_light_stage_does_not_wait_for_heavy_libraries(tmp_path: Path, stage: str) -> None:
    ended = python(tmp_path, "-c", f"import stages.{stage}, sys, json; print(json.dumps(list(sys.modules)))")
    assert not set(WITHOUT[stage]) & set(json.loads(ended.stdout))
