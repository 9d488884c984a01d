"""Only what is missing is computed, and everything is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studies.learning_curve.run import COLUMNS, StudyParams, list_trials, main
from studies.trials.run import read_rows, run_trials, sort_tasks
from studies.trials.trial import Parameters, Trial, override

HEADER = "samples,seed,accuracy,loss,errors,seconds,key\n"

Computed = list[tuple[int, int, int]]
Study = Callable[[list[int], list[int]], list[str]]


@pytest.fixture
def study_of(study: StudyParams, base: Parameters, raw: Path, tmp_path: Path) -> Study:
    """`study_of([10], [0, 1])`: run the study with these samples and seeds; lines of results.csv."""

    def start(samples: list[int], seeds: list[int]) -> list[str]:
        asked = study.model_copy(update={"samples": samples, "seeds": seeds})
        main(asked, base, raw, tmp_path / "results.csv", tmp_path / "computed.csv")
        return (tmp_path / "results.csv").read_text().splitlines()[1:]

    return start


def test_nothing_computed_is_lost(computed: Computed, study_of: Study, tmp_path: Path) -> None:
    numbers = "0.2,1e-05,250,8.5"
    assert study_of([20, 10, 30], [1]) == [f"{samples},1,{numbers}" for samples in (10, 20, 30)]
    assert computed == [(10, 2, 1), (30, 2, 1), (20, 2, 1)], "the shortest first, then the longest"
    assert study_of([10, 10], [1, 0]) == [f"10,0,{numbers}", f"10,1,{numbers}"]
    assert study_of([20], [1]) == [f"20,1,{numbers}"]
    assert computed[3:] == [(10, 2, 0)]
    header, *lines = (tmp_path / "computed.csv").read_text().splitlines(keepends=True)
    assert header == HEADER
    kept, keys = zip(*(line.strip().rsplit(",", 1) for line in lines), strict=True)
    assert list(kept) == [f"{samples},{seed},{numbers}" for samples, seed in ((10, 0), (10, 1), (20, 1), (30, 1))]
    assert len({key for key in keys if len(key) == 24}) == 4


def test_rows_of_earlier_code_go_with_the_first_result_of_the_new(
    computed: Computed, study_of: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study_of([10], [0])
    monkeypatch.setattr("studies.trials.run.fingerprint_environment", lambda _: {"code": "f" * 64, "data": "0" * 64})
    study_of([20], [0])
    [key] = read_rows(tmp_path / "computed.csv", COLUMNS)
    assert key.startswith("ffffffff")
    assert len(computed) == 2


@pytest.mark.usefixtures("computed")
def test_what_was_done_before_a_trial_fails_is_kept(study_of: Study, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a trial failed"):
        study_of([5, 13], [0])
    assert len((tmp_path / "results.csv").read_text().splitlines()) == 2
    assert len(read_rows(tmp_path / "computed.csv", COLUMNS)) == 1


def test_equal_trials_are_computed_once(computed: Computed, base: Parameters, raw: Path, tmp_path: Path) -> None:
    columns, trials = {"name": str, "loss": float}, [Trial(base, {"name": name}) for name in ("a, b", "c")]
    *_, table = run_trials(trials, raw, tmp_path / "kept.csv", columns)
    assert table.to_numpy().tolist() == [["a, b", 1e-05], ["c", 1e-05]]
    assert len(computed) == 1
    [again] = run_trials(trials, raw, tmp_path / "kept.csv", columns)
    assert again.equals(table)


def test_a_longer_training_counts_as_more(base: Parameters) -> None:
    sizes = {"a": (10, 5), "b": (30, 1), "c": (20, 3)}
    changes = {key: {"subset.samples": n, "train.epochs": epochs} for key, (n, epochs) in sizes.items()}
    assert list(sort_tasks({key: override(base, each, "") for key, each in changes.items()})) == ["b", "c", "a"]


def test_the_recipe_that_reaches_least_far_applies(study: StudyParams, base: Parameters) -> None:
    recipes = {20: {"train.batch_size": 5}, 10: {"train.batch_size": 3}}
    given = study.model_copy(update={"samples": [20, 9, 11, 10], "recipes": recipes})
    trials, expected = list_trials(given, base), [(n, seed) for n in (9, 10, 11, 20) for seed in (0, 1)]
    assert [(trial.subset.samples, trial.subset.seed) for trial, _ in trials] == expected
    assert [tuple(about.values()) for _, about in trials] == expected
    assert [trial.train.batch_size for trial, _ in trials] == [3, 3, 3, 3, 5, 5, 5, 5]
    assert {trial.train.epochs for trial, _ in trials} == {base.train.epochs}
    with pytest.raises(ValueError, match=r"params\.yaml: recipes: none is for as many samples as 21$"):
        list_trials(given.model_copy(update={"samples": [20, 21]}), base)
    with pytest.raises(ValueError, match=r"params\.yaml: recipes\.30: 'train.threads': the study sets this itself"):
        list_trials(given.model_copy(update={"recipes": {30: {"train.threads": 1}}}), base)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("samples,seed\n1,0\n", 2, "'key'"),
        (f"{HEADER}1,0,1,1,1,1,a\n1,0,1,1,x,1,b\n", 3, "invalid literal for int"),
        (f"{HEADER}1,0,1\n", 2, "float"),
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "computed.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=f"^{path}: line {line}: must be {HEADER.strip()}: {reason}"):
        read_rows(path, COLUMNS)
