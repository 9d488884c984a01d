"""Read params.yaml."""

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from digits.pipeline.section import Section

PATH = Path("params.yaml")
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")  # YAML 1.2, section 10.3.2

S = TypeVar("S", bound=Section)


class ParamsLoader(yaml.SafeLoader):
    """YAML in which 1e-3 is a number, as in version 1.2."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a key that stands twice: its first value would be lost in silence."""
        names = [key.value for key, _ in node.value]
        for key, _ in node.value:
            if names.count(key.value) > 1:
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands twice", problem_mark=key.start_mark)
        return super().construct_mapping(node, deep)


ParamsLoader.add_implicit_resolver("tag:yaml.org,2002:float", NUMBER, list("-+.0123456789"))


def load_params(section: str, model: type[S], path: Path = PATH) -> S:
    """Read and check one section. ValueError: one line that names the file, each key, its value and what is allowed."""
    content = load_yaml(path)
    if section not in content:
        raise ValueError(f"{path}: {section}: missing section")
    return validate(section, model, content[section], path)


def load_file(model: type[S], path: Path) -> S:
    """Read and check a file that is one section as a whole. ValueError: as `load_params`."""
    return validate("", model, load_yaml(path), path)


def load_yaml(path: Path) -> dict[Any, Any]:
    """Read a file of names and values. ValueError: there is none, or it holds something else."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), ParamsLoader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run this in the folder that holds dvc.yaml") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{path}: not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path}: must hold names and values, such as `seed: 0`")
    return content


def validate(section: str, model: type[S], content: object, source: Path | str) -> S:
    """Check the content of a section, which `source` holds. ValueError: as `load_params`."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = "; ".join(explain(section, detail) for detail in error.errors())
        raise ValueError(f"{source}: {problems}") from None


def explain(section: str, detail: ErrorDetails) -> str:
    """One validation error as `train.epochs = -1 (int): must be …`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"])
    key, kind, value = "".join([section, *parts]).removeprefix("."), detail["type"], detail["input"]
    if kind == "missing":
        return f"{key}: missing parameter"
    if kind == "extra_forbidden":
        return f"{key} = {value!r}: unknown parameter"
    if kind == "model_type":
        return f"{key} = {value!r}: must hold parameters"
    if kind == "value_error":
        return f"{key} = {value!r}: {detail['ctx']['error']}"
    rule = re.sub(r"^\w+ should (be|have)", r"must \1", detail["msg"])
    if isinstance(value, str) and NUMBER.match(value):
        rule += "; write it without quotes"
    return f"{key} = {value!r} ({type(value).__name__}): {rule}"
