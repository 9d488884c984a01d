"""Run the present parameters with several seeds: `python -m studies.seeds.run RAW RESULTS METRICS TRIALS`."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, field_validator

from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_file
from studies.trials.run import METRICS, run_trials, write_table
from studies.trials.trial import Parameters, Trial, Where, override, read_parameters, seeded

PATH = Path("studies/seeds/params.yaml")  # seen from the project's folder
COLUMNS = {"seed": int, **METRICS, "validation_accuracy": float}


class SeedsParams(Where):
    """The study's params.yaml, which says what each value is."""

    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], Field(max_length=10)]

    @field_validator("seeds")
    @classmethod
    def check_several(cls, seeds: list[int]) -> list[int]:
        """Refuse fewer than two: nothing would spread."""
        if len(set(seeds)) < 2:
            raise ValueError("must hold two different seeds or more")
        return seeds


def main(study: SeedsParams, base: Parameters, raw: Path, results: Path, metrics: Path, trials: Path) -> None:
    seeds = sorted(set(study.seeds))
    asked = [Trial(override(base, seeded(seed, study.threads), PATH), {"seed": seed}) for seed in seeds]
    *_, table = run_trials(asked, raw, trials, COLUMNS, scheduler=study.scheduler, workers=study.workers)
    write_table(results, table)
    measured = summarise(table)
    write_json(metrics, measured)
    print(f"{measured['accuracy']:.2%} ± {measured['deviation']:.2%} with {len(table)} seeds → {metrics}")


def summarise(table: pd.DataFrame) -> dict[str, object]:
    """Compute all of metrics.json: means over the seeds, the standard deviation between them, and the worst."""
    values = {
        "accuracy": table["accuracy"].mean(),
        "deviation": table["accuracy"].std(),
        "worst": table["accuracy"].min(),
        "loss": table["loss"].mean(),
        "expected_calibration_error": table["expected_calibration_error"].mean(),
    }
    if table["validation_accuracy"].notna().all():
        values["validation_accuracy"] = table["validation_accuracy"].mean()
        values["validation_deviation"] = table["validation_accuracy"].std()
    return {**{name: round(float(value), 6) for name, value in values.items()}, "seeds": len(table)}


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_file(SeedsParams, PATH), read_parameters(), *map(Path, sys.argv[1:]))
