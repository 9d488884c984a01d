"""Only what is missing is computed, and everything is kept."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from studies.learning_curve.run import COLUMNS, StudyParams, list_trials, main
from studies.trials import run
from studies.trials.run import read_rows, run_trials, sort_tasks
from studies.trials.trial import Parameters, Trial, override

HEADER = "samples,seed,accuracy,loss,errors,seconds,key\n"
RESULT = {"accuracy": 0.975, "loss": 1e-05, "errors": 250, "seconds": 8.5}

Computed = list[tuple[int, int]]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> Computed:
    """Samples and seed of each trial that was computed, as far as tests say so."""
    seen: Computed = []

    def compute_trials(tasks: Mapping[str, Parameters], *_: Any, **__: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for key, parameters in tasks.items():
            seen.append((parameters.subset.samples, parameters.subset.seed))
            if parameters.subset.samples == 13:
                raise ValueError("a trial failed")
            yield key, RESULT | {"unasked": 1}

    monkeypatch.setattr(run, "compute_trials", compute_trials)
    return seen


@pytest.fixture
def study_of(study: StudyParams, base: Parameters, raw: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """`study_of([10], [0, 1])`: run the study with these samples and seeds; lines of results.csv."""

    def start(samples: list[int], seeds: list[int]) -> list[str]:
        asked = study.model_copy(update={"samples": samples, "seeds": seeds})
        main(asked, base, raw, tmp_path / "results.csv", tmp_path / "computed.csv")
        return (tmp_path / "results.csv").read_text().splitlines()[1:]

    return start


def test_results_are_those_asked_for_and_nothing_computed_is_lost(
    computed: Computed, study_of: Callable[..., list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = "0.975,1e-05,250,8.5"
    assert study_of([20, 10, 30], [1]) == [f"{samples},1,{numbers}" for samples in (10, 20, 30)]
    assert computed == [(10, 1), (30, 1), (20, 1)], "the shortest first, then the longest"
    assert study_of([10, 10], [0, 1]) == [f"10,0,{numbers}", f"10,1,{numbers}"]
    assert computed[3:] == [(10, 0)]
    assert study_of([20], [1]) == [f"20,1,{numbers}"]
    assert computed[4:] == []
    lines = (tmp_path / "computed.csv").read_text().splitlines(keepends=True)
    assert lines[0] == HEADER
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [
        f"10,0,{numbers}",
        *(f"{n},1,{numbers}" for n in (10, 20, 30)),
    ]
    assert all(len(line.strip().rsplit(",", 1)[1]) == 16 for line in lines[1:])
    assert [said.split(" comp")[0] for said in capsys.readouterr().out.splitlines()] == [
        "3 trials, 3 of them",
        "2 trials, 1 of them",
        "1 trials, 0 of them",
    ]


@pytest.mark.usefixtures("computed")
def test_what_was_done_before_a_trial_fails_is_kept(study_of: Callable[..., list[str]], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a trial failed"):
        study_of([5, 13], [0])
    assert len((tmp_path / "results.csv").read_text().splitlines()) == 2
    assert len(read_rows(tmp_path / "computed.csv", COLUMNS)) == 1


def test_equal_trials_are_computed_once_and_both_have_their_row(
    computed: Computed, base: Parameters, raw: Path, tmp_path: Path
) -> None:
    columns, trials = {"name": str, "loss": float}, [Trial(base, {"name": name}) for name in ("a, b", "c")]
    *_, rows = run_trials(trials, raw, tmp_path / "kept.csv", columns)
    assert rows == [{"name": "a, b", "loss": 1e-05}, {"name": "c", "loss": 1e-05}]
    assert len(computed) == 1
    assert list(run_trials(trials, raw, tmp_path / "kept.csv", columns)) == [rows]


def test_a_longer_training_counts_as_more(base: Parameters) -> None:
    sizes = {"a": (10, 5), "b": (30, 1), "c": (20, 3)}
    tasks = {
        key: override(base, {"subset.samples": samples, "train.epochs": epochs}, "")
        for key, (samples, epochs) in sizes.items()
    }
    assert list(sort_tasks(tasks)) == ["b", "c", "a"]


def test_there_is_a_trial_for_each_number_of_samples_and_seed(study: StudyParams, base: Parameters) -> None:
    trials = list_trials(study, base)
    assert [tuple(about.values()) for _, about in trials] == [(n, seed) for n in (60, 70, 200) for seed in (0, 1)]
    for trial, about in trials:
        assert {"samples": trial.subset.samples, "seed": trial.subset.seed} == about
        assert trial.subset.test_samples == base.subset.test_samples
        assert (trial.train.seed, trial.train.threads, trial.train.processes) == (trial.subset.seed, 1, 1)
        assert trial.train.epochs == base.train.epochs


def test_the_recipe_that_reaches_least_far_applies(study: StudyParams, base: Parameters) -> None:
    recipes = {20: {"train.batch_size": 5}, 10: {"train.batch_size": 3}}
    given = study.model_copy(update={"samples": [20, 9, 11, 10], "seeds": [0], "recipes": recipes})
    sizes = [(trial.subset.samples, trial.train.batch_size) for trial, _ in list_trials(given, base)]
    assert sizes == [(9, 3), (10, 3), (11, 5), (20, 5)]
    with pytest.raises(ValueError, match=r"params\.yaml: recipes: none is for as many samples as 21$"):
        list_trials(given.model_copy(update={"samples": [20, 21]}), base)


@pytest.mark.parametrize("key", ["subset.samples", "train.threads"])
def test_a_recipe_cannot_set_what_the_study_sets(study: StudyParams, base: Parameters, key: str) -> None:
    with pytest.raises(ValueError, match=rf"params.yaml: recipes.200: '{key}': the study sets this itself"):
        list_trials(study.model_copy(update={"recipes": {200: {key: 1}}}), base)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("samples,seed\n1,0\n", 2, "'key'"),
        (f"{HEADER}<<<<<<< HEAD\n", 2, "too few or many fields"),
        (f"{HEADER}1,0,1,1,1,1,a\n1,0,1,1,x,1,b\n", 3, "invalid literal for int"),
        (f"{HEADER}1,0,1,1,1,1,a,b\n", 2, "too few or many fields"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "computed.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"computed\.csv") as error:
        read_rows(path, COLUMNS)
    assert str(error.value).startswith(f"{path}: line {line}: must be {HEADER.strip()}: {reason}")
