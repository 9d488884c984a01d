"""99 % in five seconds: `make record` trains with ten seeds, each in a process of its own, on two threads.

Writes benchmarks/record.csv and a row of benchmarks/README.md. The recipe was chosen on held-out training images.
"""

import digits.network.openmp  # noqa: F401 - before torch

import json
import sys
import time

import pandas as pd
import torch

from benchmarks.loops import prepare_epoch
from benchmarks.recipe import RAW, STILL, parameters
from benchmarks.timing import ROOT, command, seconds
from digits.data.idx import read_split
from digits.data.sampling import stratified
from digits.network.cnn import CNN
from digits.network.device import choose_precision, prepare_device
from digits.training.batches import plain_batches
from digits.training.loop import test_step
from tools.markdown import make_table, replace_part

SEEDS = 10
SAMPLES = 20_000
RECIPE = (
    "model.channels=[16,32] train.epochs=1 train.batch_size=64 train.learning_rate=0.2 "
    f"train.weight_decay=0.0005 train.max_grad_norm=0 {STILL} train.augment.repeats=1 train.threads=2"
)


def main() -> None:
    rows = []
    for seed in range(SEEDS):
        start = time.perf_counter()
        measured = json.loads(command("python", "-m", "benchmarks.record", str(seed), folder=ROOT))
        rows.append({"seed": seed, **measured, "process_seconds": round(time.perf_counter() - start, 2)})
        print(rows[-1], file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(ROOT / "benchmarks/record.csv", index=False, lineterminator="\n")
    right, training, process = 100 * table["accuracy"], table["training_seconds"], table["process_seconds"]
    row = {
        "labels": f"{SAMPLES:,}",
        "accuracy, %": f"{right.mean():.2f} ± {right.std():.2f}",
        "worst seed": f"{right.min():.2f}",
        "seconds of training": f"{training.mean():.2f}",
        "longest": f"{training.max():.2f}",
        "seconds of the process": f"{process.mean():.2f}",
        "seeds": SEEDS,
    }
    text = make_table([row])
    replace_part(ROOT / "benchmarks/README.md", "make record", text)
    print(text)


def train_once(seed: int) -> dict[str, float]:
    """Train on a subset, then test once; return the test accuracy and the seconds of training."""
    values = parameters(f"{RECIPE} subset.seed={seed} train.seed={seed}")
    device = prepare_device(values.train.device, threads=values.train.threads)
    images, labels = read_split(RAW, "train")
    chosen = stratified(labels, SAMPLES, seed=seed)
    torch.manual_seed(seed)
    model = CNN(values.model, classes="0123456789").to(device)
    model.precision = choose_precision(values.train.precision, device)
    _, epoch = prepare_epoch(values.train, model, (torch.tensor(images[chosen]), torch.tensor(labels[chosen])))
    taken = seconds(epoch)
    test = tuple(map(torch.tensor, read_split(RAW, "t10k")))
    _, accuracy = test_step(model, plain_batches(model, *test))
    return {"accuracy": accuracy, "training_seconds": round(taken, 2)}


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(train_once(int(sys.argv[1]))))
    else:
        main()
