"""What the loader says to a params.yaml with one change."""

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
import yaml

from digits.pipeline.parameters import load_params
from digits.pipeline.section import Section
from stages.check import find_sections
from tests.imports import ROOT


def changed(path: Path, key: str, value: object) -> Section:
    """Load the section of `key` from a copy of the repository's params.yaml, at `path`, with `value` at `key`."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "params.yaml").read_text())
    *parents, last = key.split(".")
    reduce(dict.__getitem__, parents, content)[last] = value
    path.write_text(yaml.safe_dump(content))
    section = key.split(".")[0]
    return load_params(section, find_sections()[section], path)


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[str, object], str]:
    """`refusal("train.epochs", -1)`: the line that refuses it, after the name of the file."""

    def refuse(key: str, value: object) -> str:
        path = tmp_path / "params.yaml"
        with pytest.raises(ValueError, match=r"params\.yaml") as error:
            changed(path, key, value)
        message = str(error.value)
        assert "\n" not in message
        return message.removeprefix(f"{path}: ")

    return refuse
