"""Run the present parameters with several seeds: `python -m studies.seeds.run RAW RESULTS METRICS TRIALS`."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_file
from studies.trials.run import METRICS, run_trials
from studies.trials.trial import Parameters, Trial, Where, override, read_parameters

PATH = Path("studies/seeds/params.yaml")  # seen from the project's folder
COLUMNS = {"seed": int, **METRICS, "validation_accuracy": float}


class SeedsParams(Where):
    """The study's params.yaml, which says what each value is."""

    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(min_length=2, max_length=10)]


def main(study: SeedsParams, base: Parameters, raw: Path, results: Path, metrics: Path, trials: Path) -> None:
    asked = [make_trial(seed, study.threads, base) for seed in sorted(set(study.seeds))]
    *_, rows = run_trials(asked, raw, trials, COLUMNS, scheduler=study.scheduler, workers=study.workers)
    write_csv(results, tuple(COLUMNS), [tuple(row[name] for name in COLUMNS) for row in rows])
    measured = summarise(pd.DataFrame(rows))
    write_json(metrics, measured)
    print(f"{measured['accuracy']:.2%} ± {measured['deviation']:.2%} with {len(rows)} seeds → {metrics}")


def make_trial(seed: int, threads: int, base: Parameters) -> Trial:
    own = {"subset.seed": seed, "train.seed": seed, "train.threads": threads, "train.processes": 1}
    return Trial(override(base, own, PATH), {"seed": seed})


def summarise(rows: pd.DataFrame) -> dict[str, object]:
    """Compute all of metrics.json: means over the seeds, the standard deviation between them, and the worst."""
    values = {
        "accuracy": rows["accuracy"].mean(),
        "deviation": rows["accuracy"].std(),
        "worst": rows["accuracy"].min(),
        "loss": rows["loss"].mean(),
        "expected_calibration_error": rows["expected_calibration_error"].mean(),
    }
    if rows["validation_accuracy"].notna().all():
        values["validation_accuracy"] = rows["validation_accuracy"].mean()
        values["validation_deviation"] = rows["validation_accuracy"].std()
    return {**{name: round(float(value), 6) for name, value in values.items()}, "seeds": len(rows)}


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_file(SeedsParams, PATH), read_parameters(), *map(Path, sys.argv[1:]))
