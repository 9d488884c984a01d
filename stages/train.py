"""Train the network, measuring it on the test data after each epoch."""

import digits.network.openmp  # noqa: F401 - before torch

import shutil
import sys
from contextlib import nullcontext
from pathlib import Path

import torch
from torch.nn import CrossEntropyLoss, SyncBatchNorm
from torch.optim import Optimizer
from tqdm import tqdm

from digits.data.arrays import save_array
from digits.data.classes import FILE, KIND_FILE, read_classes, read_kind
from digits.network.cnn import CNN
from digits.network.device import choose_precision, prepare_device
from digits.network.preprocessing import to_uint8
from digits.network.tensors import load_tensors
from digits.network.weights import save_weights
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.files import write_csv, write_json
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import load_params
from digits.training.augment import Augmentation, augment
from digits.training.batches import Batch, TrainingBatches, plain_batches
from digits.training.calibration import calibrate
from digits.training.checkpoint import Checkpoint, checkpoint_key
from digits.training.distributed import is_main_process, process_group, world_size
from digits.training.launch import is_launcher, launch
from digits.training.loop import Row, fit, test_step
from digits.training.schedule import make_optimizer, make_scheduler

Split = tuple[torch.Tensor, torch.Tensor]  # images uint8 [N, 28, 28], labels uint8 [N]

SPLITS = ("train", "validation", "test")
PICTURED = 20  # classes in the picture of the distortions
VERSIONS = 8  # of an image there, the original included


def main(
    params: TrainParams,
    model_params: ModelParams,
    subset: Path,
    models: Path,
    augmented: Path,
    metrics: Path,
    history: Path,
    checkpoints: Path,
) -> None:
    device = prepare_device(params.device, threads=params.threads)
    torch.manual_seed(params.seed)
    classes, kind = read_classes(subset / FILE), read_kind(subset / KIND_FILE)
    model = CNN(model_params, classes=classes, pictures=kind).to(device)
    model.precision = choose_precision(params.precision, device)
    files = [(subset / f"{name}_images.npy", subset / f"{name}_labels.npy") for name in SPLITS]
    train, validation, test = (load_tensors(*pair, classes=len(classes), device=device) for pair in files)
    with process_group(device):
        if device.type == "cuda" and world_size() > 1:
            model = SyncBatchNorm.convert_sync_batchnorm(model)
        here = (device, model.precision, world_size())
        own = params.model_dump_json(exclude={"processes"})  # of this machine; their number on all machines counts
        decisive = [own, model_params.model_dump_json(), kind, *classes, *map(str, here)]
        checkpoint = Checkpoint(checkpoints, checkpoint_key(decisive, (*files[0], *files[1], *files[2])))
        batches = make_batches(params, model, train)
        tested = list(plain_batches(model, *test))
        validated = list(plain_batches(model, *validation)) if len(validation[0]) else None
        rows = train_epochs(params, model, batches, tested, validated, history, checkpoint)
    if not is_main_process():
        return
    save_augmented(augmented, batches)
    shutil.copytree(checkpoint.snapshots, models / "snapshots", dirs_exist_ok=True)
    save_weights(model, models / "cnn.safetensors")
    write_json(metrics, summarise(rows[-1], model, samples=len(train[0])))
    checkpoint.remove()
    say(f"{params.epochs} epochs on {len(train[0]):,} images: test accuracy {rows[-1].test_accuracy:.2%} → {models}")


def make_batches(params: TrainParams, model: CNN, train: Split) -> TrainingBatches:
    return TrainingBatches(
        model,
        *train,
        batch_size=params.batch_size,
        augmentation=Augmentation(**params.augment.model_dump(exclude={"repeats"})),
        repeats=params.augment.repeats,
        seed=params.seed,
    )


def train_epochs(
    params: TrainParams,
    model: CNN,
    train: TrainingBatches,
    test: list[Batch],
    validation: list[Batch] | None,
    history: Path,
    checkpoint: Checkpoint,
) -> list[Row]:
    """Train, from the checkpoint on if there is one; write the history and the checkpoint after each epoch."""
    optimizer = make_optimizer(
        model, learning_rate=params.learning_rate, momentum=params.momentum, weight_decay=params.weight_decay
    )
    rows = resume(model, optimizer, checkpoint, history)
    steps, done = params.epochs * len(train), max(0, len(rows) - 1) * len(train)
    epochs = fit(
        model,
        train,
        test,
        CrossEntropyLoss(label_smoothing=params.label_smoothing),
        optimizer,
        make_scheduler(optimizer, schedule=params.schedule, steps=steps, done=done),
        epochs=range(len(rows), params.epochs + 1),
        max_grad_norm=params.max_grad_norm,
    )
    quiet = not is_main_process() or None  # None: shown on a terminal alone
    bar = tqdm(epochs, initial=len(rows), total=params.epochs + 1, desc="train", unit="epoch", disable=quiet)
    for row in bar:
        if validation is not None:  # an empty list has this process alone
            loss, accuracy = test_step(model, validation)
            row = row._replace(validation_loss=loss, validation_accuracy=accuracy)
        rows.append(row)
        if is_main_process():
            write_history(history, rows)
            if row.epoch in params.kept_epochs():
                calibrate(model, train, row.epoch)
                save_weights(model, checkpoint.snapshots / f"epoch_{row.epoch:03d}.safetensors")
            checkpoint.save(model, optimizer, rows)
            bar.set_postfix_str(f"test loss {row.test_loss:.4f}, accuracy {row.test_accuracy:.2%}")
    return rows


def resume(model: CNN, optimizer: Optimizer, checkpoint: Checkpoint, history: Path) -> list[Row]:
    """Bring model and optimizer to where an interrupted training stood; return the rows that it had written."""
    rows = checkpoint.restore(model, optimizer)
    if rows and is_main_process():
        say(f"a checkpoint was found: resuming after epoch {rows[-1].epoch}", to_stderr=True)
        write_history(history, rows)
    return rows


def write_history(path: Path, rows: list[Row]) -> None:
    """Write a row an epoch, without the columns of validation where no images are held back."""
    write_csv(path, tuple(rows[0].known()), [tuple(row.known().values()) for row in rows])


def summarise(last: Row, model: CNN, *, samples: int) -> dict[str, object]:
    """Compute all of metrics/train.json."""
    return {
        "accuracy": last.train_accuracy,
        "loss": last.train_loss,
        "epochs": last.epoch,
        "samples": samples,
        "precision": str(model.precision).removeprefix("torch."),
        "parameters": sum(p.numel() for p in model.parameters()),
    }


def save_augmented(path: Path, train: TrainingBatches) -> None:
    """Save uint8 [classes, VERSIONS, 28, 28]: a training image of each class, then what the network may see of it."""
    first = train.images[[int((train.labels == number).nonzero()[0]) for number in train.labels.unique()[:PICTURED]]]
    torch.manual_seed(train.seed)
    repeated = train.model.preprocess(first).repeat_interleave(VERSIONS, 0)
    versions = to_uint8(augment(repeated, train.augmentation)).unflatten(0, (-1, VERSIONS))
    versions[:, 0] = first
    save_array(path, versions.cpu().numpy())


if __name__ == "__main__":
    with one_line_errors():
        params, model_params = load_params("train", TrainParams), load_params("model", ModelParams)
        if is_launcher(params.processes):
            prepare_device(params.device, threads=params.threads, processes=params.processes)
            launch("stages.train", sys.argv[1:], processes=params.processes, threads=params.threads)
        with one_at_a_time() if is_main_process() else nullcontext():
            main(params, model_params, *map(Path, sys.argv[1:]))
