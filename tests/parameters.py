"""The tests' own parameters, written into params.yaml by `python -m tests.parameters`; others keep their values."""

from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from digits.pipeline.parameters import load_yaml
from digits.pipeline.section import Section
from tests.imports import ROOT

Values = dict[str, Any]

OWN: dict[str, Values] = {
    "download": {"dataset": "MNIST", "pictures": "strokes", "sources": ["package", "mirror"]},
    "subset": {"samples": 200, "test_samples": 150, "validation": 50, "per_class": "all", "seed": 3},
    "model": {"channels": [4, 8], "padding": 1, "batch_norm": True, "deskew": True},
    "train": {
        "seed": 3,
        "epochs": 2,
        "batch_size": 20,
        "learning_rate": 0.1,
        "schedule": "one_cycle",
        "momentum": 0.7,
        "weight_decay": 0.001,
        "label_smoothing": 0.05,
        "max_grad_norm": 2.0,
        "augment": {"rotate": 5, "scale": 0.05, "shear": 0.05, "shift": 1, "repeats": 2},
        "snapshots": [0, 1, 10],
        "threads": 1,
        "device": "cpu",
        "precision": "float32",
        "processes": 1,
    },
    "plot": {"dpi": 30},
}


def sections(**changes: Values) -> dict[str, Values]:
    return merge(merge(load_yaml(ROOT / "params.yaml"), OWN), changes)


def merge(values: Values, changes: Values) -> Values:
    inner = {key for key, change in changes.items() if isinstance(change, dict) and isinstance(values.get(key), dict)}
    return values | changes | {key: merge(values[key], changes[key]) for key in inner}


def write(folder: Path, **changes: Values) -> Path:
    path = folder / "params.yaml"
    path.write_text(yaml.safe_dump(sections(**changes), sort_keys=False))
    return path


def section(name: str, **changes: object) -> Section:
    """One section, as the stages get it. ValueError: a change that is none of its parameters, or a wrong value."""
    model: type[Section] = getattr(import_module(f"digits.params.{name}"), f"{name.title()}Params")
    return model.model_validate(sections(**{name: changes})[name])


if __name__ == "__main__":
    write(Path())
