"""Train the network, measuring it on the test data after each epoch."""

import sys
from pathlib import Path

import torch
from tqdm import tqdm

from digits.augment import Distortion, distort
from digits.calibration import calibrate
from digits.device import prepare_device
from digits.errors import one_line_errors
from digits.files import write_csv, write_json
from digits.images import unit
from digits.model import CNN
from digits.params.loader import load_params
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.splits import load_split, save_split
from digits.training import Row, epoch_generator, fit
from digits.weights import save_weights

VERSIONS = 8  # of an image in the picture of the distortions, the original included


def main(
    params: TrainParams, model_params: ModelParams, subset: Path, models: Path, metrics: Path, history: Path
) -> None:
    device = prepare_device(params.device, threads=params.threads)
    torch.manual_seed(params.seed)
    first, second = model_params.channels
    model = CNN(channels=(first, second), batch_norm=model_params.batch_norm, deskew=model_params.deskew).to(device)
    train, test = (resident(subset / f"{name}.npz", device) for name in ("train", "test"))
    augment = Distortion(**params.augment.model_dump())
    rows: list[Row] = []
    epochs = fit(
        model,
        train,
        test,
        epochs=params.epochs,
        batch_size=params.batch_size,
        learning_rate=params.learning_rate,
        schedule=params.schedule,
        momentum=params.momentum,
        weight_decay=params.weight_decay,
        label_smoothing=params.label_smoothing,
        clip_norm=params.clip_norm,
        augment=augment,
        seed=params.seed,
    )
    with tqdm(epochs, total=params.epochs + 1, desc="train", unit="epoch", disable=None) as bar:
        for row in bar:
            rows.append(row)
            write_csv(history, Row._fields, rows)
            if row.epoch in params.kept_epochs():
                if params.calibrate:
                    calibrate(model, *train, augment=augment, generator=epoch_generator(params.seed, row.epoch))
                save_weights(model, models / "snapshots" / f"epoch_{row.epoch:03d}.safetensors")
            bar.set_postfix_str(f"test loss {row.test_loss:.4f}, accuracy {row.test_accuracy:.2%}")
    save_weights(model, models / "cnn.safetensors")
    save_distorted(models / "augmented.npz", model, *train, augment=augment, seed=params.seed)
    last = rows[-1]
    write_json(
        metrics,
        {
            "accuracy": last.train_accuracy,
            "loss": last.train_loss,
            "epochs": params.epochs,
            "samples": len(train[0]),
            "parameters": sum(p.numel() for p in model.parameters()),
        },
    )
    print(f"{params.epochs} epochs on {len(train[0]):,} images: test accuracy {last.test_accuracy:.2%} → {models}")


def save_distorted(
    path: Path, model: CNN, images: torch.Tensor, labels: torch.Tensor, *, augment: Distortion, seed: int
) -> None:
    """The first training image of each digit, then what the network may be shown in its place, digit after digit."""
    first = [int((labels == digit).nonzero()[0]) for digit in labels.unique()]
    chosen = torch.tensor(first, device=images.device).repeat_interleave(VERSIONS)
    shown = distort(model.upright(unit(images[chosen])), augment, epoch_generator(seed, 0))
    pixels = (shown.squeeze(1) * 255).round().byte()
    pixels[::VERSIONS] = images[chosen][::VERSIONS]
    save_split(path, pixels.cpu().numpy(), labels[chosen].cpu().numpy())


def resident(path: Path, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Images uint8 [N, 28, 28] and labels uint8 [N] of a split, on the device for good."""
    images, labels = (torch.from_numpy(array).to(device) for array in load_split(path))
    return images, labels


if __name__ == "__main__":
    with one_line_errors():
        main(load_params("train", TrainParams), load_params("model", ModelParams), *map(Path, sys.argv[1:]))
