"""The main pipeline's subset, train and evaluate in one process, in a folder of its own."""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from digits.params.model import ModelParams
from digits.params.subset import SubsetParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import PATH, load_params, validate
from digits.pipeline.section import Section
from stages import evaluate, subset, train


class Parameters(NamedTuple):
    """The sections that the three stages read."""

    subset: SubsetParams
    model: ModelParams
    train: TrainParams

    def plain(self) -> dict[str, dict[str, Any]]:
        """The values by section and key, as params.yaml holds them."""
        sections: dict[str, Section] = self._asdict()
        return {name: section.model_dump() for name, section in sections.items()}


class Measured(NamedTuple):
    """What a run gives: metrics/test.json, metrics/train.json, and its seconds without the imports."""

    test: dict[str, Any]
    trained: dict[str, Any]
    seconds: float


def read_parameters(path: Path = PATH) -> Parameters:
    """The sections of a params.yaml. ValueError: as `load_params`."""
    return Parameters(
        load_params("subset", SubsetParams, path),
        load_params("model", ModelParams, path),
        load_params("train", TrainParams, path),
    )


def parameters_of(plain: Mapping[str, object], source: Path | str) -> Parameters:
    """Check what `Parameters.plain` gave. ValueError: as `load_params`."""
    return Parameters(
        validate("subset", SubsetParams, plain["subset"], source),
        validate("model", ModelParams, plain["model"], source),
        validate("train", TrainParams, plain["train"], source),
    )


def overridden(parameters: Parameters, changes: Mapping[str, object], source: Path | str) -> Parameters:
    """The parameters with other values, by `section.key`. ValueError: an unknown key or a wrong value in `source`."""
    plain = parameters.plain()
    for key, value in changes.items():
        *parents, last = key.split(".")
        section: Any = plain
        for parent in parents:
            section = section.get(parent) if isinstance(section, dict) else None
        if not parents or not isinstance(section, dict) or last not in section:
            raise ValueError(f"{source}: {key!r}: unknown parameter: must be a section.key of {', '.join(plain)}")
        section[last] = value
    return parameters_of(plain, source)


def measure(parameters: Parameters, raw: Path, checkpoints: Path | None = None) -> Measured:
    """Run the three stages on the data in `raw` as `dvc repro` would, and keep nothing but their metrics.

    checkpoints: where the training stands, for it to go on from there; by default nothing outlives this call.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, start = Path(folder), time.perf_counter()
        data, models, (metrics, trained) = out / "subset", out / "models", (out / "test.json", out / "train.json")
        test, augmented = (data / "test_images.npy", data / "test_labels.npy"), out / "augmented.npy"
        subset.main(parameters.subset, raw, data)
        kept = checkpoints or out / "checkpoints"
        train.main(parameters.train, parameters.model, data, models, augmented, trained, out / "history.csv", kept)
        tables = out / "predictions.csv", out / "samples.csv", out / "per_class.csv"
        evaluate.main(parameters.train, *test, models, metrics, *tables)
        seconds = round(time.perf_counter() - start, 1)
        return Measured(json.loads(metrics.read_text()), json.loads(trained.read_text()), seconds)
