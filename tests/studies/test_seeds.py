import json
from pathlib import Path

import pandas as pd
import pytest

from digits.pipeline.parameters import validate
from studies.seeds.run import PATH, SeedsParams, main, summarise
from studies.trials.trial import Parameters

OWN = {"seeds": [2, 0, 2], "threads": 1, "workers": 1, "scheduler": ""}


@pytest.mark.usefixtures("computed")
def test_each_seed_is_run_once(base: Parameters, raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = validate("", SeedsParams, OWN, "tests")
    main(study, base, raw, *(tmp_path / name for name in ("results.csv", "metrics.json", "trials.csv")))
    assert pd.read_csv(tmp_path / "results.csv")["seed"].tolist() == [0, 2]
    assert json.loads((tmp_path / "metrics.json").read_text())["seeds"] == 2
    assert "20.00% ± 0.00% with 2 seeds" in capsys.readouterr().out


def test_spread_and_worst_are_between_seeds_and_validation_counts_where_it_is() -> None:
    names = ("accuracy", "loss", "expected_calibration_error", "validation_accuracy")
    rows = pd.DataFrame([(0.9, 1, 0.1, float("nan")), (0.8, 2, 0.2, 0.7)], columns=list(names))
    measured = summarise(rows)
    assert (measured["accuracy"], measured["worst"], measured["deviation"]) == (0.85, 0.8, 0.070711)
    assert "validation_accuracy" not in measured
    assert summarise(rows.fillna(0.9))["validation_accuracy"] == 0.8


def test_one_seed_or_too_many_are_refused() -> None:
    for seeds in ([1], [1, 1], list(range(11))):
        with pytest.raises(ValueError, match="seeds = "):
            validate("", SeedsParams, OWN | {"seeds": seeds}, PATH)
