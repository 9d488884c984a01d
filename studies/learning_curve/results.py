"""What has been computed: every trial ever, by key, and the study's results, which are those asked for."""

import csv
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from digits.pipeline.files import write_csv


class Row(NamedTuple):
    """A trial's result: test accuracy, 0 to 1, cross-entropy in nats, wrong answers, seconds without the imports."""

    samples: int
    seed: int
    accuracy: float
    loss: float
    errors: int
    seconds: float


COLUMNS = (*Row._fields, "key")


def read_computed(path: Path) -> dict[str, Row]:
    """Read all rows by key; none where there is no file. ValueError: a line that is no such row."""
    if not path.exists():
        return {}
    rows = {}
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        try:
            if tuple(lines.fieldnames or ()) != COLUMNS:
                raise ValueError("other columns")
            for line in lines:
                row = Row(*(convert(line[name]) for name, convert in Row.__annotations__.items()))
                if None in line or not line["key"] or not all(map(math.isfinite, row)):
                    raise ValueError("a number that is not finite, or too few or many fields")
                rows[line["key"]] = row
        except (TypeError, ValueError, csv.Error) as error:
            form = ",".join(COLUMNS)
            raise ValueError(
                f"{path}: line {lines.line_num}: must be {form}, finite numbers and a key: {error}"
            ) from None
    return rows


def write_results(results: Path, computed: Path, rows: Mapping[str, Row], asked: Iterable[str]) -> None:
    """Write all rows with their keys, then those asked for without, each file whole or not at all."""
    write_csv(computed, COLUMNS, sorted((*row, key) for key, row in rows.items()))
    write_csv(results, Row._fields, sorted(rows[key] for key in asked if key in rows))
