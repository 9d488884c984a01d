"""Compute the trials that are missing: `python -m studies.learning_curve.run RAW RESULTS COMPUTED`."""

import sys
from itertools import product
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_file
from studies.trials.run import run_trials, write_table
from studies.trials.trial import Parameters, Trial, Where, override, read_parameters, seeded

PATH = Path("studies/learning_curve/params.yaml")  # seen from the project's folder
COLUMNS = {"samples": int, "seed": int, "accuracy": float, "loss": float, "errors": int, "seconds": float}

Samples = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class StudyParams(Where):
    """The study's params.yaml, which says what each value is."""

    samples: Annotated[list[Samples], Field(min_length=1)]
    seeds: Annotated[list[Seed], Field(min_length=1)]
    recipes: dict[Samples, dict[str, Any]]


def main(study: StudyParams, base: Parameters, raw: Path, results: Path, computed: Path) -> None:
    trials, new = list_trials(study, base), -1
    for table in run_trials(trials, raw, computed, COLUMNS, scheduler=study.scheduler, workers=study.workers):
        write_table(results, table)
        new += 1
    print(f"{len(trials)} trials, {new} of them computed now → {results}")


def list_trials(study: StudyParams, base: Parameters) -> list[Trial]:
    """List a trial for each number of samples, in that order, and seed.

    base: the values that neither a recipe nor the study sets. ValueError: a recipe sets what the study sets, or an
    unknown or wrong value, or there is none for so many samples.
    """
    trials = []
    for samples, seed in product(sorted(set(study.samples)), sorted(set(study.seeds))):
        up_to = min((number for number in study.recipes if number >= samples), default=None)
        if up_to is None:
            raise ValueError(f"{PATH}: recipes: none is for as many samples as {samples}")
        recipe, source = study.recipes[up_to], f"{PATH}: recipes.{up_to}"
        own = {"subset.samples": samples} | seeded(seed, study.threads)
        if taken := sorted(own.keys() & recipe.keys()):
            raise ValueError(f"{source}: {taken[0]!r}: the study sets this itself")
        trials.append(Trial(override(base, recipe | own, source), {"samples": samples, "seed": seed}))
    return trials


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_file(StudyParams, PATH), read_parameters(), *map(Path, sys.argv[1:]))
