"""Measure the trained network, read back from disk, on the test images."""

import digits.network.openmp  # noqa: F401 - before torch

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from digits.data.arrays import Labels
from digits.network.cnn import CNN
from digits.network.device import choose_precision, prepare_device
from digits.network.prediction import logits_of, loss_and_accuracy, make_predictions, softmax
from digits.network.tensors import load_tensors
from digits.network.weights import load_weights
from digits.params.compute import Compute
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.scoring import (
    PROMISED,
    accuracy_by_class,
    conformal_threshold,
    coverage_curve,
    expected_calibration_error,
    find_doubtful,
    wilson_interval,
)

Shares = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

COVERAGES = (0.9, 0.95, 0.99)  # shares of the test images, the surest ones
SAMPLE_IMAGES = 20  # test images that each snapshot is asked about


class Answers(NamedTuple):
    """What the network says of N images."""

    images: Tensor  # uint8 [N, 28, 28]
    logits: Tensor  # float32 [N, classes]
    probabilities: Shares  # [N, classes]
    labels: Labels
    confidence: Shares  # [N], the highest probability
    of_label: Shares  # [N], the right class's probability
    correct: Flags


def main(
    compute: Compute,
    subset: Path,
    models: Path,
    metrics: Path,
    validation_metrics: Path,
    predictions: Path,
    samples: Path,
    per_class: Path,
    coverage: Path,
) -> None:
    device = prepare_device(compute.device, threads=compute.threads)
    model = load_weights(models / "cnn.safetensors", device)
    model.precision = choose_precision(compute.precision, device)
    validation, test = (answer(model, subset, split) for split in ("validation", "test"))

    curve = coverage_curve(test.confidence, test.correct)
    measured = measure(test) | measure_undoubted(test)
    measured["errors_at_coverage"] = {f"{share:.2f}": int(curve[round(100 * share) - 1, 2]) for share in COVERAGES}
    if len(validation.labels):
        measured["conformal"] = measure_conformal(test, conformal_threshold(validation.of_label, PROMISED))
    write_json(metrics, measured)
    write_json(validation_metrics, measure(validation) if len(validation.labels) else {"samples": 0})
    write_predictions(predictions, test, model.classes)
    write_samples(samples, models / "snapshots", test, model.classes)
    by_class = accuracy_by_class(test.labels, test.probabilities.argmax(1), model.classes)
    write_csv(per_class, ("class", "samples", "correct", "accuracy"), by_class)
    write_coverage(coverage, curve)
    say(f"{measured['accuracy']:.2%} of {len(test.labels):,} test images right → {metrics}")


def answer(model: CNN, subset: Path, split: str) -> Answers:
    """Have the network answer the images of a split."""
    files = subset / f"{split}_images.npy", subset / f"{split}_labels.npy"
    images, labels = load_tensors(*files, classes=len(model.classes), device=model.temperature.device)
    logits, actual = logits_of(model, images), labels.cpu().numpy()
    p = softmax(model, logits).numpy()
    return Answers(images, logits, p, actual, p.max(1), p[np.arange(len(p)), actual], p.argmax(1) == actual)


def measure(answers: Answers) -> dict[str, object]:
    """Compute what is measured on any images. The loss is that of the history, before calibration."""
    loss, accuracy = loss_and_accuracy(answers.logits, torch.tensor(answers.labels))
    correct, of_label = answers.correct, answers.of_label.clip(1e-12)
    low, high = wilson_interval(int(correct.sum()), len(correct))
    return {
        "accuracy": accuracy,
        "loss": loss,
        "calibrated_loss": round(float(-np.log(of_label).mean(dtype=np.float64)), 6),
        "errors": int((~correct).sum()),
        "samples": len(correct),
        "accuracy_low": round(low, 6),
        "accuracy_high": round(high, 6),
        "expected_calibration_error": round(expected_calibration_error(answers.confidence, correct), 6),
    }


def measure_undoubted(answers: Answers) -> dict[str, object]:
    """Compute the accuracy without the images whose label is doubtful, where there are some."""
    doubtful = find_doubtful(answers.images.cpu().numpy())
    return {"accuracy_undoubted": round(float(answers.correct[~doubtful].mean()), 6)} if doubtful.any() else {}


def measure_conformal(answers: Answers, threshold: float) -> dict[str, float]:
    """Compare what answers of all classes from `threshold` on were promised to hold, and what they hold.

    `held`: the share of images whose right class is in the answer. `single`: the share whose answer is one class, and
    `single_errors` how many of these are wrong.
    """
    held, single = answers.of_label >= threshold, (answers.probabilities >= threshold).sum(1) == 1
    shares = {"promised": PROMISED, "held": held.mean(), "threshold": threshold, "single": single.mean()}
    rounded = {name: round(float(value), 6) for name, value in shares.items()}
    return rounded | {"single_errors": int((single & ~held).sum())}


def write_coverage(path: Path, curve: npt.NDArray[np.float64]) -> None:
    """Write the error rate of the surest answers, with its 95 % interval, by the share of images that is answered."""
    rows = []
    for share, threshold, errors, answered in curve.tolist():
        right_low, right_high = wilson_interval(int(answered - errors), int(answered))
        interval = round(1 - right_high, 6), round(1 - right_low, 6)
        rows.append((share, round(threshold, 6), int(errors), round(errors / answered, 6), *interval))
    write_csv(path, ("coverage", "confidence", "errors", "error_rate", "low", "high"), rows)


def write_predictions(path: Path, answers: Answers, classes: Sequence[str]) -> None:
    """Write the answer to each test image."""
    rows = [
        (index, classes[answers.labels[index]], classes[p.argmax()], round(float(p.max()), 6))
        for index, p in enumerate(answers.probabilities)
    ]
    write_csv(path, ("index", "actual", "predicted", "confidence"), rows)


def write_samples(path: Path, snapshots: Path, answers: Answers, classes: Sequence[str]) -> None:
    """Write the probabilities of some test images at each snapshot, `p0` being the first class's."""
    chosen, rows = choose_samples(answers.labels, len(classes)), []
    images = answers.images[chosen]
    for snapshot in sorted(snapshots.glob("epoch_*.safetensors")):
        epoch = int(snapshot.stem.removeprefix("epoch_"))
        model = load_weights(snapshot, images.device)
        for index, p in zip(chosen.tolist(), make_predictions(model, images).numpy(), strict=True):
            rounded = [round(value, 6) for value in p.tolist()]
            rows.append((epoch, index, classes[answers.labels[index]], classes[p.argmax()], *rounded))
    write_csv(path, ("epoch", "index", "actual", "predicted", *(f"p{n}" for n in range(len(classes)))), rows)


def choose_samples(labels: Labels, classes: int) -> npt.NDArray[np.intp]:
    """Choose the first images of each class, as many of each, up to SAMPLE_IMAGES in all."""
    each = -(-SAMPLE_IMAGES // classes)
    first = [np.flatnonzero(labels == label)[:each] for label in range(classes)]
    return np.sort(np.concatenate(first))[:SAMPLE_IMAGES]


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("train", Compute), *map(Path, sys.argv[1:]))
