"""What has been computed: every cell ever, by key, and the study's results, which are those asked for."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from digits.pipeline.files import write_csv


class Row(NamedTuple):
    """A cell's result: test accuracy, 0 to 1, cross-entropy in nats, wrong answers, and seconds without the imports."""

    samples: int
    seed: int
    accuracy: float
    loss: float
    errors: int
    seconds: float


COLUMNS = (*Row._fields, "key")


def read_computed(path: Path) -> dict[str, Row]:
    """All rows by key; none where there is no file. ValueError: a line that is no such row."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        header, *lines = list(csv.reader(file)) or [[]]
    if tuple(header) != COLUMNS:
        raise ValueError(f"{path}: line 1: {','.join(header)!r}: must be {','.join(COLUMNS)!r}")
    return dict(keyed_row(line, f"{path}: line {number}") for number, line in enumerate(lines, start=2))


def keyed_row(line: list[str], source: str) -> tuple[str, Row]:
    try:
        samples, seed, accuracy, loss, errors, seconds, key = line
        row = Row(int(samples), int(seed), float(accuracy), float(loss), int(errors), float(seconds))
    except ValueError:
        raise ValueError(f"{source}: {','.join(line)!r}: must be numbers and a key, as {','.join(COLUMNS)}") from None
    if not all(map(math.isfinite, row)):
        raise ValueError(f"{source}: {','.join(line)!r}: must be finite numbers")
    return key, row


def write_results(results: Path, computed: Path, rows: Mapping[str, Row], asked: Iterable[str]) -> None:
    """Write all rows with their keys, then those asked for without, each file whole or not at all."""
    keyed = sorted((*row, key) for key, row in rows.items())
    write_csv(computed, COLUMNS, keyed)
    write_csv(results, Row._fields, sorted(rows[key] for key in asked if key in rows))
