"""The one place that reads params.yaml."""

import math
import re
from pathlib import Path
from reprlib import Repr
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from digits.pipeline.section import Section

PATH = Path("params.yaml")
SECTIONS = ("download", "subset", "model", "train", "plot")
LARGEST = 1 << 14  # bytes; the committed file has under 2,000
LONGEST = 1000  # characters of one value: Python reads and writes whole numbers of that length
DEEPEST = 10  # levels; the committed file has three
NAMED = 10  # problems in one message

SHORT = Repr()  # of a value in a message
SHORT.maxstring = SHORT.maxlong = SHORT.maxother = 100

S = TypeVar("S", bound=Section)


class PlainLoader(yaml.SafeLoader):
    """YAML of nothing but values: no anchor, alias, tag, merge or repeated key, and nothing deep or long."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Look at each node before the recursion into it."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None or event.tag is not None:
            raise yaml.MarkedYAMLError(problem="anchors, aliases and tags are not read", problem_mark=event.start_mark)
        if self.depth == DEEPEST or len(getattr(event, "value", "")) > LONGEST:
            limits = f"nested more than {DEEPEST} deep, or longer than {LONGEST} characters"
            raise yaml.MarkedYAMLError(problem=limits, problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a key that stands twice, whose first value would be lost in silence."""
        keys = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge" or (key.tag, str(key.value)) in keys:
                problem = f"key {SHORT.repr(key.value)} stands twice, or is << (merge)"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            keys.add((key.tag, str(key.value)))
        return super().construct_mapping(node, deep)


def load_params(section: str, model: type[S], path: Path = PATH) -> S:
    """Read and check one section. ValueError: one line that names the file, each key, its value and what is allowed."""
    return checked(section, model, read_sections(path)[section], path)


def load_file(model: type[S], path: Path) -> S:
    """Read and check a file that is one section as a whole. ValueError: as `load_params`."""
    content = read_plain(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path}: must hold the parameters {', '.join(model.model_fields)}")
    return checked("", model, content, path)


def checked(section: str, model: type[S], content: object, source: Path | str) -> S:
    """Check what `source` holds for a section. ValueError: as `load_params`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = [explain(section, detail) for detail in error.errors()[:NAMED]]
        if error.error_count() > NAMED:
            problems.append(f"and {error.error_count() - NAMED} more")
        raise ValueError(f"{source}: {'; '.join(problems)}") from None


def read_sections(path: Path) -> dict[str, Any]:
    content = read_plain(path)
    if not isinstance(content, dict):
        raise ValueError(f"{path}: must hold the sections {', '.join(SECTIONS)}")
    unknown, missing = [s for s in content if s not in SECTIONS], [s for s in SECTIONS if s not in content]
    if unknown or missing:
        raise ValueError(
            f"{path}: unknown sections {SHORT.repr(unknown)}, missing sections {missing}: must be {', '.join(SECTIONS)}"
        )
    return content


def read_plain(path: Path) -> object:
    """What a file of YAML holds. ValueError: there is none, or it is long or has more than plain values."""
    if not path.is_file():
        problem = "no file" if path.exists() else "not found"
        raise ValueError(f"{path}: {problem}; run this in the folder that holds dvc.yaml")
    with path.open("rb") as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ValueError(f"{path}: more than {LARGEST} bytes")
    try:
        content: object = yaml.load(text.decode(), PlainLoader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ValueError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    return content


def explain(section: str, detail: ErrorDetails) -> str:
    """One validation error as `train.epochs = -1: must be …`."""
    key = section + "".join(f"[{part}]" if isinstance(part, int) else f".{legible(part)}" for part in detail["loc"])
    key = key.removeprefix(".")
    kind, value = detail["type"], detail["input"]
    shown = SHORT.repr(value)
    if kind == "extra_forbidden":
        return f"{key} = {shown}: unknown parameter"
    if kind == "missing":
        return f"{key}: missing parameter"
    if kind == "value_error":
        return f"{key} = {shown}: {detail['ctx']['error']}"
    hint = ""
    if isinstance(value, str) and (number := number_in(value, whole=kind.startswith("int"))):
        hint = f"; YAML reads {value.strip()} as text, write {number}"
    rule = re.sub(r"^\w+ should (be|have)", r"must \1", detail["msg"])
    return f"{key} = {shown} ({type(value).__name__}): {rule}{hint}"


def legible(key: str) -> str:
    """A key as it is, or quoted where it has anything but printable characters or is long."""
    quoted = SHORT.repr(key)
    return key if quoted == f"'{key}'" else quoted


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
