"""Compute the cells that are missing: `python -m studies.learning_curve.run RAW RESULTS COMPUTED CHECKPOINTS`."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tqdm import tqdm

from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_file
from studies.learning_curve.cells import Cell, cells_of, cost, in_order, key_of, surroundings
from studies.learning_curve.cluster import connected, results_of, ship
from studies.learning_curve.params import PATH, StudyParams
from studies.learning_curve.results import Row, read_computed, write_results
from studies.pipeline import Parameters, read_parameters

BAR = "{desc} {percentage:3.0f}% |{bar}| {elapsed}, {remaining} left{postfix}"


def main(
    study: StudyParams, parameters: Parameters, raw: Path, results: Path, computed: Path, checkpoints: Path
) -> None:
    around = surroundings(raw)
    cells = {key_of(cell, around): cell for cell in cells_of(study, parameters)}
    rows = read_computed(computed)
    missing = {key: cell for key, cell in cells.items() if key not in rows}
    write_results(results, computed, rows, cells)
    for key, row in computing(study, missing, raw, around, checkpoints) if missing else ():
        rows[key] = row
        write_results(results, computed, rows, cells)
    print(f"{len(cells)} cells, {len(missing)} of them computed now → {results}")


def computing(
    study: StudyParams, cells: Mapping[str, Cell], raw: Path, around: dict[str, str], checkpoints: Path
) -> Iterator[tuple[str, Row]]:
    """Compute the cells: keys and rows as they come in, with a bar that grows by the work done, not by the cells."""
    ordered = in_order(cells)
    tasks = {key: (cell.parameters.plain(), f"{checkpoints.as_posix()}/{key}") for key, cell in ordered.items()}
    name = f"learning-curve-{around['data'][:16]}"
    work = sum(cost(cell.parameters) for cell in cells.values())
    with (
        tqdm(total=work, desc=f"0 of {len(cells)} cells", smoothing=0, bar_format=BAR, disable=None) as bar,
        connected(study.scheduler, workers=study.workers, threads=study.threads, cells=len(cells)) as client,
    ):
        ship(client, raw, name)
        for done, (key, values) in enumerate(results_of(client, tasks, (around, name)), start=1):
            samples, seed, cell_parameters = cells[key]
            bar.set_description_str(f"{done} of {len(cells)} cells", refresh=False)
            bar.set_postfix_str(f"{samples:,} images, seed {seed}: {values[0]:.2%} right", refresh=False)
            bar.update(cost(cell_parameters))
            yield key, Row(samples, seed, *values)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_file(StudyParams, PATH), read_parameters(), *map(Path, sys.argv[1:]))
