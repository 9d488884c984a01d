"""The cells of the study: which there are, what decides their results, and how long they take."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from digits.data.arrays import SIDE
from digits.data.classes import FILE
from digits.data.idx import FILES
from digits.network.device import prepare_device
from digits.training.checkpoint import file_hash
from studies.imports import ROOT, reached
from studies.learning_curve.params import PATH, StudyParams
from studies.pipeline import Parameters, overridden

STAGES = ("subset", "train", "evaluate")


class Cell(NamedTuple):
    """One training and its test: the main pipeline at these parameters."""

    samples: int
    seed: int
    parameters: Parameters


def cells_of(study: StudyParams, root: Parameters) -> list[Cell]:
    """A cell for each number of samples and seed, in that order.

    root: the main pipeline's parameters, which a cell has but for what its recipe sets, samples, seeds, threads and
    processes, of which a cell has one. ValueError: a recipe sets one of these, or an unknown or wrong value.
    """
    cells = []
    for samples in sorted(study.samples):
        number = next(n for n, recipe in enumerate(study.recipes) if recipe.up_to >= samples)
        source = f"{PATH}: recipes[{number}].set"
        for seed in sorted(study.seeds):
            own = {
                "subset.samples": samples,
                "subset.seed": seed,
                "train.seed": seed,
                "train.threads": study.threads,
                "train.processes": 1,
            }
            if taken := own.keys() & study.recipes[number].set.keys():
                raise ValueError(f"{source}: {sorted(taken)[0]!r}: the study sets this itself")
            cells.append(Cell(samples, seed, overridden(root, study.recipes[number].set | own, source)))
    return cells


def surroundings(raw: Path) -> dict[str, str]:
    """What decides a cell's results beside its parameters, by name: the data in `raw`, this machine's ways."""
    code = set().union(*(reached(ROOT / f"stages/{stage}.py") for stage in STAGES))
    return {
        "code": combined(*(file_hash(ROOT / name) for name in sorted(code))),
        "data": combined(*(file_hash(raw / name) for name in (*FILES, FILE))),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "processor": torch.backends.cpu.get_cpu_capability(),
        "device": prepare_device("auto", threads=torch.get_num_threads()).type,
    }


def key_of(cell: Cell, around: dict[str, str]) -> str:
    """16 hexadecimal digits that change with the parameters, the code and the data.

    Not with versions, processor and device, so that results from another machine are not computed again.
    """
    parameters = cell.parameters.plain()
    deciding = {name: parameters[name] for name in ("subset", "model", "train")}
    return combined(json.dumps(deciding, sort_keys=True), around["code"], around["data"])[:16]


def combined(*parts: str) -> str:
    """SHA-256 of texts, each with its length before it."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def cost(parameters: Parameters) -> float:
    """About how much there is to compute: multiplications in the convolutions, a training step being three passes."""
    inputs, side, network = 1, SIDE, 0
    for channels in parameters.model.channels:
        for count in (inputs, channels):
            side -= 2 - 2 * parameters.model.padding
            network += side**2 * 9 * count * channels
        inputs, side = channels, side // 2
    train = parameters.train
    passes = 3 * parameters.subset.samples * train.augment.repeats + parameters.subset.test_samples
    return float(network * passes * max(1, train.epochs))


def in_order(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cheapest first, for an early result; then the longest first, so that none of them starts last."""
    first, *others = sorted(cells.items(), key=lambda item: cost(item[1].parameters))
    return dict([first, *reversed(others)])
