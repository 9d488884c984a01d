from functools import reduce
from pathlib import Path
from typing import Any

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
