import json
from pathlib import Path

import pandas as pd
import pytest

from digits.compare.seeds import RESULTS, compare_seeds
from tests.clones import commit, succeed
from tests.imports import ROOT


def write(folder: Path, accuracies: list[float]) -> None:
    (folder / RESULTS).parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame({"accuracy": accuracies}).to_csv(folder / RESULTS, index_label="seed")


def test_two_recipes_are_compared_by_all_their_seeds(here: Path) -> None:
    write(here, [0.99, 0.991, 0.992, 0.993, 0.99])
    commit(here)
    succeed(here, "git", "tag", "good")
    write(here, [0.97, 0.971, 0.975, 0.98, 0.97])
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
        ("first", "first", "first is compared with itself: name two revisions"),
        ("first", "better", f"first: {RESULTS} is not there: `dvc repro studies/seeds/dvc.yaml` makes it"),
        ("nobody", "first", "nobody: no such commit, branch, tag or experiment"),
    ],
)
def test_what_can_t_be_compared(project: Path, monkeypatch: pytest.MonkeyPatch, a: str, b: str, reason: str) -> None:
    monkeypatch.chdir(project)
    with pytest.raises(ValueError, match=f"^{reason}"):
        compare_seeds(a, b, as_json=False)


def test_the_results_are_the_study_s() -> None:
    assert RESULTS in (ROOT / "studies/seeds/dvc.yaml").read_text()
