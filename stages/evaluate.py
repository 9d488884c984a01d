"""Measure the trained network, read back from disk, on the test images."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from digits.data.arrays import Images, Labels
from digits.data.splits import load_split
from digits.network.device import prepare_device
from digits.network.prediction import logits_of, loss_and_accuracy, make_predictions, softmax
from digits.network.weights import load_weights
from digits.params.compute import Compute
from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.scoring import accuracy_by_class, expected_calibration_error, wilson_interval

SAMPLE_IMAGES = 20  # test images pictured at each snapshot, the first ones

Probabilities = npt.NDArray[np.float32]  # [N, classes]


def main(
    compute: Compute,
    test: Path,
    models: Path,
    metrics: Path,
    predictions: Path,
    samples: Path,
) -> None:
    device = prepare_device(compute.device, threads=compute.threads)
    model = load_weights(models / "cnn.safetensors", device)
    images, labels = load_split(test, classes=len(model.classes))
    logits = logits_of(model, torch.from_numpy(images).to(device))
    loss, accuracy = loss_and_accuracy(logits, torch.from_numpy(labels))
    probabilities = softmax(model, logits).numpy()

    write_json(metrics, {"accuracy": accuracy, "loss": loss, **scores(probabilities, labels, model.classes)})
    names = np.array(model.classes)
    answers = zip(names[labels], names[probabilities.argmax(1)], rounded(probabilities.max(1)), strict=True)
    write_csv(predictions, ("index", "actual", "predicted", "confidence"), [(i, *a) for i, a in enumerate(answers)])
    write_samples(samples, models / "snapshots", images[:SAMPLE_IMAGES], labels, device)
    print(f"{accuracy:.2%} of {len(labels):,} test images right → {metrics}")


def scores(probabilities: Probabilities, labels: Labels, classes: Sequence[str]) -> dict[str, object]:
    """All of metrics/test.json but accuracy and loss, which are the history's: before calibration."""
    predicted, confidence = probabilities.argmax(1), probabilities.max(1)
    correct = predicted == labels
    low, high = wilson_interval(int(correct.sum()), len(labels))
    of_actual = probabilities[np.arange(len(labels)), labels]
    return {
        "calibrated_loss": round(float(-np.log(of_actual.clip(1e-12)).mean(dtype=np.float64)), 6),
        "errors": int((~correct).sum()),
        "samples": len(labels),
        "accuracy_low": round(low, 6),
        "accuracy_high": round(high, 6),
        "expected_calibration_error": round(expected_calibration_error(confidence, correct), 6),
        "per_digit": accuracy_by_class(labels, predicted, classes),
    }


def write_samples(path: Path, snapshots: Path, images: Images, labels: Labels, device: torch.device) -> None:
    """The probabilities of each of `images` at each snapshot, `p0` being the first class's."""
    rows: list[tuple[object, ...]] = []
    columns = ["epoch", "index", "actual", "predicted"]
    for snapshot in sorted(snapshots.glob("epoch_*.safetensors")):
        epoch = int(snapshot.stem.removeprefix("epoch_"))
        model = load_weights(snapshot, device)
        names, probabilities = model.classes, make_predictions(model, images).numpy()
        rows += [(epoch, i, names[labels[i]], names[p.argmax()], *rounded(p)) for i, p in enumerate(probabilities)]
    write_csv(path, (*columns, *(f"p{number}" for number in range(len(names)))), rows)


def rounded(probabilities: Probabilities) -> list[float]:
    return [round(float(p), 6) for p in probabilities]


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("train", Compute), *map(Path, sys.argv[1:]))
