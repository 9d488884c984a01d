import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
import torch.nn.functional as F

from digits.network.prediction import make_predictions
from digits.network.weights import load_weights
from digits.scoring import expected_calibration_error
from stages import evaluate, subset
from tests.parameters import section
from tests.stages.conftest import evaluate_in, split_in


@pytest.fixture(scope="module")
def metrics(run: Path) -> dict[str, Any]:
    return json.loads((run / "metrics/test.json").read_text())


@pytest.fixture(scope="module")
def predictions(run: Path) -> pd.DataFrame:
    return pd.read_csv(run / "plots/predictions.csv")


def test_the_model_from_disk_measures_as_in_training_and_then_calibrated(run: Path, metrics: dict[str, Any]) -> None:
    *_, last = csv.DictReader((run / "plots/history.csv").read_text().splitlines())
    assert (metrics["loss"], metrics["accuracy"]) == (float(last["test_loss"]), float(last["test_accuracy"]))
    images, labels = split_in(run, "test")
    probabilities = make_predictions(load_weights(run / "models/cnn.safetensors"), images)
    expected = F.nll_loss(probabilities.double().log(), torch.tensor(labels).long()).item()
    assert metrics["calibrated_loss"] == pytest.approx(expected, abs=2e-6)


def test_metrics_follow_from_the_predictions(run: Path, metrics: dict[str, Any], predictions: pd.DataFrame) -> None:
    assert list(predictions.columns) == ["index", "actual", "predicted", "confidence"]
    assert predictions["index"].tolist() == list(range(150))
    np.testing.assert_array_equal(predictions["actual"], split_in(run, "test")[1])
    assert predictions["confidence"].between(0.1, 1).all()
    right = predictions["actual"] == predictions["predicted"]
    assert (metrics["samples"], metrics["errors"]) == (150, (~right).sum())
    assert metrics["accuracy"] == round(right.mean(), 6)
    assert metrics["accuracy_low"] < metrics["accuracy"] < metrics["accuracy_high"]
    error = expected_calibration_error(predictions["confidence"].to_numpy(), right.to_numpy())
    assert metrics["expected_calibration_error"] == pytest.approx(error, abs=1e-5)
    by_class = pd.read_csv(run / "plots/per_class.csv", index_col="class")
    assert by_class["accuracy"].tolist() == right.groupby(predictions["actual"]).mean().round(6).tolist()


def test_samples_are_the_first_images_of_each_class_at_each_snapshot(run: Path, predictions: pd.DataFrame) -> None:
    samples = pd.read_csv(run / "plots/samples.csv")
    columns = [f"p{digit}" for digit in range(10)]
    assert list(samples.columns) == ["epoch", "index", "actual", "predicted", *columns]
    assert samples["epoch"].tolist() == [0] * 20 + [1] * 20 + [2] * 20
    chosen = sorted(predictions.groupby("actual").head(2)["index"])
    assert samples["index"].tolist() == chosen * 3
    np.testing.assert_array_equal(samples[columns].to_numpy().argmax(1), samples["predicted"])
    last = samples[40:].assign(confidence=samples[columns].max(axis=1))[list(predictions.columns)]
    np.testing.assert_allclose(last, predictions.loc[chosen], atol=1e-5)


def test_few_and_many_classes_have_samples_too() -> None:
    labels = np.array([0] * 30 + [1] * 9 + [2] * 2, np.uint8)
    assert np.bincount(labels[evaluate.choose_samples(labels, 3)]).tolist() == [7, 7, 2]
    assert len(evaluate.choose_samples(np.arange(200, dtype=np.uint8), 200)) == 20


def test_errors_among_the_surest_do_so_too(run: Path, metrics: dict[str, Any], predictions: pd.DataFrame) -> None:
    surest = predictions.sort_values("confidence", ascending=False, kind="stable")
    wrong = (surest["actual"] != surest["predicted"]).cumsum().to_numpy()
    assert metrics["errors_at_coverage"] == {"0.90": wrong[134], "0.95": wrong[142], "0.99": wrong[148]}
    coverage = pd.read_csv(run / "plots/coverage.csv")
    assert list(coverage.columns) == ["coverage", "confidence", "errors", "error_rate", "low", "high"]
    assert coverage["low"].iloc[-1] == pytest.approx(1 - metrics["accuracy_high"], abs=2e-6)
    assert (coverage["low"] <= coverage["error_rate"]).all()


def test_validation_images_are_measured_and_give_the_promise(run: Path, metrics: dict[str, Any]) -> None:
    validated = json.loads((run / "metrics/validation.json").read_text())
    images, labels = split_in(run, "validation")
    probabilities = make_predictions(load_weights(run / "models/cnn.safetensors"), images).numpy()
    assert (validated["samples"], validated["errors"]) == (50, (probabilities.argmax(1) != labels).sum())
    assert "errors_at_coverage" not in validated
    assert metrics["conformal"]["promised"] == 0.99
    assert metrics["conformal"]["threshold"] == 0, "50 images are too few for 99 %"
    assert metrics["conformal"]["held"] == 1


def test_the_promise_is_compared_with_what_came() -> None:
    p = np.array([[0.9, 0.1], [0.6, 0.4], [0.5, 0.5], [0.2, 0.8]], np.float32)
    labels = np.array([0, 1, 1, 0], np.uint8)
    answers = evaluate.Answers(torch.empty(0), torch.empty(0), p, labels, p.max(1), p[range(4), labels], labels < 0)
    came = evaluate.measure_conformal(answers, 0.45)
    assert (came["held"], came["single"], came["single_errors"]) == (0.5, 0.75, 2)


def test_without_validation_images_there_is_no_promise(run: Path, tmp_path: Path) -> None:
    subset.main(section("subset", validation=0), run / "data/raw", tmp_path / "data/subset")
    shutil.copytree(run / "models", tmp_path / "models")
    evaluate_in(tmp_path)
    assert json.loads((tmp_path / "metrics/validation.json").read_text()) == {"samples": 0}
    assert "conformal" not in json.loads((tmp_path / "metrics/test.json").read_text())
