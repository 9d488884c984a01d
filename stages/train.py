"""Train the network, measuring it on the test data after each epoch."""

import math
import shutil
import sys
import warnings
from contextlib import nullcontext
from pathlib import Path

import torch
from tqdm import tqdm

from digits.data.classes import FILE, read_classes
from digits.data.splits import map_split, save_split
from digits.network.cnn import CNN
from digits.network.device import prepare_device
from digits.network.distributed import as_the_first, is_first, processes, world
from digits.network.prediction import BATCH
from digits.network.preprocessing import eight_bit, unit
from digits.network.weights import save_weights
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.errors import one_line_errors
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.training.augment import Distortion, distort
from digits.training.calibration import calibrate
from digits.training.checkpoint import Checkpoint, checkpoint_key, state_of
from digits.training.launch import is_launcher, launch
from digits.training.loop import Row, epoch_generator, fit
from digits.training.optimizer import SGD

Split = tuple[torch.Tensor, torch.Tensor]  # images uint8 [N, 28, 28], labels uint8 [N]

PICTURED = 20  # classes in the picture of the distortions
VERSIONS = 8  # of an image there, the original included


def main(
    params: TrainParams,
    model_params: ModelParams,
    subset: Path,
    models: Path,
    metrics: Path,
    history: Path,
    checkpoints: Path,
) -> None:
    device = prepare_device(params.device, threads=params.threads)
    torch.manual_seed(params.seed)
    first, second = model_params.channels
    classes = read_classes(subset / FILE)
    options = model_params.model_dump(exclude={"channels"})
    model = CNN(channels=(first, second), **options, classes=classes).to(device)
    splits = subset / "train.npz", subset / "test.npz"
    train, test = (resident(path, len(classes), device) for path in splits)
    with processes(device):
        own = params.model_dump_json(exclude={"processes"})  # of this machine; their number on all machines counts
        decisive = [own, model_params.model_dump_json(), *classes, str(device), str(world())]
        checkpoint = Checkpoint(checkpoints, checkpoint_key(decisive, splits))
        rows = train_epochs(params, model, train, (upright(model, test[0]), test[1]), history, checkpoint)
    if not is_first():
        return
    save_distorted(models / "augmented.npz", model, *train, augment=distortion(params), seed=params.seed)
    shutil.copytree(checkpoint.snapshots, models / "snapshots", dirs_exist_ok=True)
    save_weights(model, models / "cnn.safetensors")
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
    checkpoint.remove()
    print(f"{params.epochs} epochs on {len(train[0]):,} images: test accuracy {last.test_accuracy:.2%} → {models}")


def train_epochs(
    params: TrainParams, model: CNN, train: Split, test: Split, history: Path, checkpoint: Checkpoint
) -> list[Row]:
    """Train, from the checkpoint on if there is one; the history and what is needed to go on are written each epoch."""
    optimizer = SGD(model.parameters(), momentum=params.momentum, weight_decay=params.weight_decay)
    rows = going_on(model, optimizer, history, checkpoint)
    epochs = fit(
        model,
        optimizer,
        train,
        test,
        done=len(rows),
        epochs=params.epochs,
        batch_size=params.batch_size,
        learning_rate=params.learning_rate,
        schedule=params.schedule,
        label_smoothing=params.label_smoothing,
        max_grad_norm=params.max_grad_norm,
        augment=distortion(params),
        precise_batch_norm=params.precise_batch_norm,
        seed=params.seed,
    )
    hidden = None if is_first() else True  # None: on a terminal alone
    bar = tqdm(epochs, initial=len(rows), total=params.epochs + 1, desc="train", unit="epoch", disable=hidden)
    for row in bar:
        rows.append(row)
        if not is_first():
            continue
        write_csv(history, Row._fields, rows)
        if row.epoch in params.kept_epochs():
            generator = epoch_generator(params.seed, row.epoch)
            calibrate(model, *train, augment=distortion(params), generator=generator)
            save_weights(model, checkpoint.snapshots / f"epoch_{row.epoch:03d}.safetensors")
        checkpoint.save(model, optimizer, rows)
        bar.set_postfix_str(f"test loss {row.test_loss:.4f}, accuracy {row.test_accuracy:.2%}")
    return rows


def going_on(model: CNN, optimizer: SGD, history: Path, checkpoint: Checkpoint) -> list[Row]:
    """The rows that are done already, with model and optimizer as they were then: in all processes the first's."""
    rows = checkpoint.restore(model, optimizer) if is_first() else []
    if rows:
        print(f"a checkpoint was found: going on after epoch {rows[-1].epoch}", file=sys.stderr)
        write_csv(history, Row._fields, rows)
    done = torch.tensor([len(rows)], device=model.temperature.device)
    as_the_first([done, *state_of(model, optimizer).values()])
    return rows or [Row(epoch, *[math.nan] * 5) for epoch in range(int(done))]


def distortion(params: TrainParams) -> Distortion:
    return Distortion(**params.augment.model_dump())


def save_distorted(
    path: Path, model: CNN, images: torch.Tensor, labels: torch.Tensor, *, augment: Distortion, seed: int
) -> None:
    """The first training image of each class, then what the network may be shown in its place, class after class."""
    first = [int((labels == number).nonzero()[0]) for number in labels.unique()[:PICTURED]]
    chosen = torch.tensor(first, device=images.device).repeat_interleave(VERSIONS)
    pixels = eight_bit(distort(unit(model.upright_bytes(images[chosen])), augment, epoch_generator(seed, 0)))
    pixels[::VERSIONS] = images[chosen][::VERSIONS]
    save_split(path, pixels.cpu().numpy(), labels[chosen].cpu().numpy())


def resident(path: Path, classes: int, device: torch.device) -> Split:
    """Images uint8 [N, 28, 28] and labels uint8 [N] of a split: on a GPU for good, elsewhere mapped from the file."""
    with warnings.catch_warnings():  # torch wants arrays that may be written to; these are only read
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        images, labels = (torch.from_numpy(array).to(device) for array in map_split(path, classes=classes))
    return images, labels


def upright(model: CNN, images: torch.Tensor) -> torch.Tensor:
    """Test images as the model reads them: deskewed once for all epochs, float32 [N, 1, 28, 28], where it deskews."""
    return torch.cat([model.upright(unit(batch)) for batch in images.split(BATCH)]) if model.deskew else images


if __name__ == "__main__":
    with one_line_errors():
        own, of_model = load_params("train", TrainParams), load_params("model", ModelParams)
        if is_launcher(own.processes):
            prepare_device(own.device, threads=own.threads, processes=own.processes)
            launch("stages.train", sys.argv[1:], processes=own.processes, threads=own.threads)
        with one_at_a_time() if is_first() else nullcontext():
            main(own, of_model, *map(Path, sys.argv[1:]))
