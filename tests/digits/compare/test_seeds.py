import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from digits.compare.seeds import RESULTS, compare_seeds
from digits.compare.significance import permutation_test
from tests.clones import commit, succeed
from tests.digits.compare.small_project import make_project
from tests.imports import ROOT


def test_equal_values_are_no_evidence() -> None:
    assert permutation_test([1, 1, 1], [1, 1]) == 1


def test_it_counts_the_ways_that_are_as_far_apart() -> None:
    random = np.random.default_rng(0)
    a, b = random.normal(size=4).tolist(), random.normal(size=3).tolist()
    values = [*a, *b]
    apart = []
    for chosen in combinations(range(7), 4):
        first = [values[k] for k in chosen]
        second = [values[k] for k in range(7) if k not in chosen]
        apart.append(abs(np.mean(first) - np.mean(second)))
    assert permutation_test(a, b) == np.mean(np.array(apart) >= abs(np.mean(a) - np.mean(b)) - 1e-12)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with two commits of several seeds: `good`, and what lies there."""
    folder = make_project(tmp_path_factory.mktemp("seeds"))
    write(folder, [0.99, 0.991, 0.992, 0.993, 0.99])
    commit(folder)
    succeed(folder, "git", "tag", "good")
    write(folder, [0.97, 0.971, 0.975, 0.98, 0.97])
    return folder


def write(folder: Path, accuracies: list[float]) -> None:
    path = folder / RESULTS
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [f"{seed},{accuracy}" for seed, accuracy in enumerate(accuracies)]
    path.write_text("\n".join(["seed,accuracy", *rows, ""]))


def test_two_recipes_are_compared_by_all_their_seeds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert compare_seeds("good", "workspace", as_json=False).splitlines() == [
        "A  good       99.12% ± 0.13%  (5 seeds, worst 99.00%)",
        "B  workspace  97.32% ± 0.43%  (5 seeds, worst 97.00%)",
        "A (good) is better: 1.80 points apart, p = 0.0079 (exact permutation test).",
    ]
    answer = json.loads(compare_seeds("workspace", "good", as_json=True))
    assert (answer["better"], answer["p_value"]) == ("b", pytest.approx(2 / 252))


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("good", "good", "good is compared with itself: name two revisions"),
        ("first", "good", f"first: {RESULTS} is not there: `dvc repro studies/seeds/dvc.yaml` makes it"),
        ("nobody", "good", "nobody: no such commit, branch, tag or experiment"),
    ],
)
def test_what_can_t_be_compared(project: Path, monkeypatch: pytest.MonkeyPatch, a: str, b: str, reason: str) -> None:
    monkeypatch.chdir(project)
    with pytest.raises(ValueError, match=f"^{reason}"):
        compare_seeds(a, b, as_json=False)


def test_the_results_are_the_study_s() -> None:
    assert RESULTS in (ROOT / "studies/seeds/dvc.yaml").read_text()
