"""Compute the trials that are missing: `python -m studies.learning_curve.run RAW RESULTS COMPUTED CHECKPOINTS`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tqdm import tqdm

from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_file
from studies.learning_curve.cluster import compute_tasks, connect, upload
from studies.learning_curve.params import PATH, StudyParams
from studies.learning_curve.results import Row, read_computed, write_results
from studies.learning_curve.trials import fingerprint_environment, hash_trial, list_trials
from studies.pipeline import Parameters, read_parameters


def main(study: StudyParams, base: Parameters, raw: Path, results: Path, computed: Path, checkpoints: Path) -> None:
    fingerprint = fingerprint_environment(raw)
    trials = {hash_trial(trial, fingerprint): trial for trial in list_trials(study, base)}
    rows = read_computed(computed)
    missing = {key: trial for key, trial in trials.items() if key not in rows}
    write_results(results, computed, rows, trials)
    for key, row in compute(study, missing, raw, fingerprint, checkpoints) if missing else ():
        rows[key] = row
        write_results(results, computed, rows, trials)
    print(f"{len(trials)} trials, {len(missing)} of them computed now → {results}")


def compute(
    study: StudyParams, trials: Mapping[str, Parameters], raw: Path, fingerprint: dict[str, str], checkpoints: Path
) -> Iterator[tuple[str, Row]]:
    """Compute the trials, which are given smallest first; yield keys and rows as they come in.

    The smallest is begun first, for an early result; then the largest first, so that none of them is begun last.
    """
    first, *others = trials
    order = [first, *reversed(others)]
    tasks = {key: (trials[key].model_dump(), f"{checkpoints.as_posix()}/{key}") for key in order}
    archive = f"learning-curve-{fingerprint['data'][:16]}"
    total = sum(trial.subset.samples for trial in trials.values())
    with (
        tqdm(total=total, unit="image", smoothing=0, disable=None) as bar,
        connect(study.scheduler, workers=study.workers, threads=study.threads, trials=len(trials)) as client,
    ):
        upload(client, raw, archive)
        for key, result in compute_tasks(client, tasks, (fingerprint, archive)):
            row = Row(trials[key].subset.samples, trials[key].subset.seed, *result)
            bar.set_postfix_str(f"{row.samples:,} images, seed {row.seed}: {row.accuracy:.2%} right", refresh=False)
            bar.update(row.samples)
            yield key, row


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_file(StudyParams, PATH), read_parameters(), *map(Path, sys.argv[1:]))
