"""A trial: the stages subset, train and evaluate with some parameters, in one process and in a folder of its own."""

import json
import math
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from digits.params.model import ModelParams
from digits.params.subset import SubsetParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import PATH, load_params, validate
from digits.pipeline.section import Section
from stages import evaluate, subset, train


class Parameters(Section):
    """The sections of params.yaml that the three stages read."""

    subset: SubsetParams
    model: ModelParams
    train: TrainParams


class Where(Section):
    """The part of each study's params.yaml that says where and on how many threads its trials run."""

    threads: Annotated[int, Field(ge=1, le=1024)]
    workers: Annotated[int, Field(ge=0, le=1024)]
    scheduler: Annotated[str, Field(max_length=200)]


class Trial(NamedTuple):
    """Parameters, and the columns of a table that say which trial it is, such as its seed."""

    parameters: Parameters
    about: dict[str, Any]


def read_parameters(path: Path = PATH) -> Parameters:
    """Read the sections of a params.yaml. ValueError: as `load_params`."""
    return Parameters(
        subset=load_params("subset", SubsetParams, path),
        model=load_params("model", ModelParams, path),
        train=load_params("train", TrainParams, path),
    )


def override(parameters: Parameters, changes: Mapping[str, object], source: Path | str) -> Parameters:
    """Set other values, by `section.key`. ValueError: an unknown key or a wrong value in `source`."""
    values: dict[str, Any] = parameters.model_dump()
    for key, value in changes.items():
        *parents, last = key.split(".")
        section = values
        for parent in parents:
            if not isinstance(section.get(parent), dict):
                section[parent] = {}  # an unknown key, which is refused below
            section = section[parent]
        section[last] = value
    return validate("", Parameters, values, source)


def seeded(seed: int, threads: int) -> dict[str, object]:
    """Return the changes that make a trial of one seed, of its subset and its training, in one process."""
    return {"subset.seed": seed, "train.seed": seed, "train.threads": threads, "train.processes": 1}


def measure(parameters: Parameters, raw: Path, checkpoints: Path | None = None) -> dict[str, Any]:
    """Run the three stages on the data in `raw` as `dvc repro` would, and keep nothing but their metrics.

    Returns all of metrics/test.json, of metrics/train.json `train_accuracy`, `train_loss` and `parameters`, of
    metrics/validation.json `validation_accuracy`, not a number without validation images, and the seconds without the
    imports. checkpoints: where an interrupted training resumes from.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, start = Path(folder), time.perf_counter()
        data, models, tested, trained = out / "subset", out / "models", out / "test.json", out / "train.json"
        subset.main(parameters.subset, raw, data)
        outputs = models, out / "augmented.npy", trained, out / "history.csv"
        train.main(parameters.train, parameters.model, data, *outputs, checkpoints or out / "checkpoints")
        tables = [out / f"{name}.csv" for name in ("predictions", "samples", "per_class", "coverage")]
        evaluate.main(parameters.train, data, models, tested, out / "validation.json", *tables)
        validated = json.loads((out / "validation.json").read_text())
        seconds = round(time.perf_counter() - start, 1)
        metrics, training = (json.loads(path.read_text()) for path in (tested, trained))
    more = {"train_accuracy": training["accuracy"], "train_loss": training["loss"]}
    more |= {"parameters": training["parameters"], "validation_accuracy": validated.get("accuracy", math.nan)}
    return {**metrics, **more, "seconds": seconds}
