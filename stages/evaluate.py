"""Measure the trained network, read back from disk, on the test images."""

import digits.network.openmp  # noqa: F401 - before torch

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from digits.data.arrays import Labels
from digits.network.device import choose_precision, prepare_device
from digits.network.prediction import logits_of, loss_and_accuracy, make_predictions, softmax
from digits.network.tensors import load_tensors
from digits.network.weights import load_weights
from digits.params.compute import Compute
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.scoring import accuracy_by_class, expected_calibration_error, wilson_interval

Probabilities = npt.NDArray[np.float32]  # [N, classes]

SAMPLE_IMAGES = 20  # test images, the first ones, that each snapshot is asked about


def main(
    compute: Compute,
    images: Path,
    labels: Path,
    models: Path,
    metrics: Path,
    predictions: Path,
    samples: Path,
    per_class: Path,
) -> None:
    device = prepare_device(compute.device, threads=compute.threads)
    model = load_weights(models / "cnn.safetensors", device)
    model.precision = choose_precision(compute.precision, device)
    x, y = load_tensors(images, labels, classes=len(model.classes), device=device)
    logits, actual = logits_of(model, x), y.cpu().numpy()
    probabilities = softmax(model, logits).numpy()

    measured = measure(logits, probabilities, actual)
    write_json(metrics, measured)
    write_predictions(predictions, probabilities, actual, model.classes)
    write_samples(samples, models / "snapshots", x[:SAMPLE_IMAGES], actual, model.classes)
    by_class = accuracy_by_class(actual, probabilities.argmax(1), model.classes)
    write_csv(per_class, ("class", "samples", "correct", "accuracy"), by_class)
    say(f"{measured['accuracy']:.2%} of {len(actual):,} test images right → {metrics}")


def measure(logits: Tensor, probabilities: Probabilities, labels: Labels) -> dict[str, object]:
    """Compute all of metrics/test.json. The loss is that of the history, before calibration."""
    loss, accuracy = loss_and_accuracy(logits, torch.tensor(labels))
    correct = probabilities.argmax(1) == labels
    low, high = wilson_interval(int(correct.sum()), len(labels))
    of_actual = probabilities[np.arange(len(labels)), labels].clip(1e-12)
    return {
        "accuracy": accuracy,
        "loss": loss,
        "calibrated_loss": round(float(-np.log(of_actual).mean(dtype=np.float64)), 6),
        "errors": int((~correct).sum()),
        "samples": len(labels),
        "accuracy_low": round(low, 6),
        "accuracy_high": round(high, 6),
        "expected_calibration_error": round(expected_calibration_error(probabilities.max(1), correct), 6),
    }


def write_predictions(path: Path, probabilities: Probabilities, labels: Labels, classes: Sequence[str]) -> None:
    """Write the answer to each test image."""
    rows = [
        (index, classes[labels[index]], classes[p.argmax()], round(float(p.max()), 6))
        for index, p in enumerate(probabilities)
    ]
    write_csv(path, ("index", "actual", "predicted", "confidence"), rows)


def write_samples(path: Path, snapshots: Path, images: Tensor, labels: Labels, classes: Sequence[str]) -> None:
    """Write the probabilities of each of `images` at each snapshot, `p0` being the first class's."""
    rows: list[tuple[object, ...]] = []
    for snapshot in sorted(snapshots.glob("epoch_*.safetensors")):
        epoch = int(snapshot.stem.removeprefix("epoch_"))
        for index, p in enumerate(make_predictions(load_weights(snapshot, images.device), images).numpy()):
            rounded = [round(value, 6) for value in p.tolist()]
            rows.append((epoch, index, classes[labels[index]], classes[p.argmax()], *rounded))
    write_csv(path, ("epoch", "index", "actual", "predicted", *(f"p{n}" for n in range(len(classes)))), rows)


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("train", Compute), *map(Path, sys.argv[1:]))
