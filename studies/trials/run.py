"""Run many trials, and keep the result of each in a CSV file by its key."""

import csv
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from tqdm import tqdm

from digits.pipeline.files import write_csv, write_whole
from studies.trials.cluster import compute_trials
from studies.trials.trial import Parameters, Trial
from studies.trials.worker import fingerprint_environment, hash_trial

Row = dict[str, Any]
Columns = Mapping[str, type]  # of a trial's `about` and of what `measure` returns, with their types

METRICS: Columns = {
    **dict.fromkeys(("accuracy", "loss", "expected_calibration_error", "seconds"), float),
    **dict.fromkeys(("errors", "parameters"), int),
}


def run_trials(
    trials: list[Trial], raw: Path, kept: Path, columns: Columns, *, scheduler: str = "", workers: int = 0
) -> Iterator[pd.DataFrame]:
    """Compute the trials that `kept` lacks, on the data in `raw`, and keep each as soon as it is done.

    Yields the rows there are, in the order of `trials`: at first those kept before, then one more each time. Rows of
    earlier code go from `kept` with the first new one.
    """
    fingerprint = fingerprint_environment(raw)
    rows = {key: row for key, row in read_rows(kept, columns).items() if key.startswith(fingerprint["code"][:8])}
    keyed = [(hash_trial(trial.parameters, fingerprint), trial) for trial in trials]
    missing = {key: trial for key, trial in keyed if key not in rows}

    def table() -> pd.DataFrame:
        return pd.DataFrame([rows[key] | trial.about for key, trial in keyed if key in rows], columns=list(columns))

    yield table()
    tasks = sort_tasks({key: trial.parameters for key, trial in missing.items()})
    results = compute_trials(tasks, raw, fingerprint, scheduler=scheduler, workers=workers) if missing else ()
    with tqdm(results, total=len(missing), unit="trial", disable=None) as bar:
        for key, result in bar:
            about = missing[key].about
            rows[key] = {name: (result | about)[name] for name in columns}
            write_csv(kept, (*columns, "key"), sorted((*row.values(), key) for key, row in rows.items()))
            bar.set_postfix_str(f"{', '.join(map(str, about.values()))}: {result['accuracy']:.2%} right")
            yield table()


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write what `run_trials` yields as a CSV file."""
    write_whole(path, table.to_csv(index=False, na_rep="nan", lineterminator="\n"))


def sort_tasks(tasks: Mapping[str, Parameters]) -> dict[str, Parameters]:
    """Put the shortest first, for an early result; then the longest, so that none of them is begun last."""

    def size(key: str) -> float:
        samples = tasks[key].subset.samples
        return (math.inf if samples == "all" else samples) * tasks[key].train.epochs

    longest_first = sorted(tasks, key=size, reverse=True)
    return {key: tasks[key] for key in longest_first[-1:] + longest_first[:-1]}


def read_rows(path: Path, columns: Columns) -> dict[str, Row]:
    """Read all rows by key; none where there is no file. ValueError: a line that is no such row."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        try:
            return {line["key"]: {name: convert(line[name]) for name, convert in columns.items()} for line in lines}
        except (KeyError, TypeError, ValueError) as error:
            form = ",".join([*columns, "key"])
            raise ValueError(f"{path}: line {lines.line_num}: must be {form}: {error}") from None
