"""The one place that reads params.yaml."""

import math
import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from digits.params.base import Section

PATH = Path("params.yaml")
SECTIONS = ("download", "subset", "model", "train", "evaluate", "plot")

S = TypeVar("S", bound=Section)


def load_params(section: str, model: type[S], path: Path = PATH) -> S:
    """Read and check one section. ValueError: one line that names the file, each key, its value and what is allowed."""
    try:
        return model.model_validate(read_sections(path)[section])
    except ValidationError as error:
        problems = "; ".join(explain(section, detail) for detail in error.errors())
        raise ValueError(f"{path}: {' '.join(problems.split())}") from None


def read_sections(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run this in the folder that holds dvc.yaml") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: must hold the sections {', '.join(SECTIONS)}")
    unknown, missing = [s for s in content if s not in SECTIONS], [s for s in SECTIONS if s not in content]
    if unknown or missing:
        raise ValueError(
            f"{path}: unknown sections {unknown}, missing sections {missing}: must be {', '.join(SECTIONS)}"
        )
    return content


def explain(section: str, detail: ErrorDetails) -> str:
    """One validation error as `train.epochs = -1: must be …`."""
    key = section + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return f"{key} = {value!r}: unknown parameter"
    if kind == "missing":
        return f"{key}: missing parameter"
    if kind == "value_error":
        return f"{key} = {value!r}: {detail['ctx']['error']}"
    hint = ""
    if isinstance(value, str) and (number := number_in(value, whole=kind.startswith("int"))):
        hint = f"; YAML reads {value} as text, write {number}"
    rule = re.sub(r"^\w+ should (be|have)", r"must \1", detail["msg"])
    return f"{key} = {value!r} ({type(value).__name__}): {rule}{hint}"


def number_in(text: str, *, whole: bool) -> str | None:
    """The number in a text that YAML 1.1 does not take for one, such as 1e-3, in a form that it does."""
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number) or (whole and not number.is_integer()):
        return None
    written = str(int(number)) if whole else repr(number)
    return written if whole or "." in written else written.replace("e", ".0e")
