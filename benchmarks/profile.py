"""Where the time of the default recipe's epoch and of its test pass goes: `python -m benchmarks.profile`."""

import time
from collections.abc import Callable

import torch
from digits.training.optimizer import SGD
from torch.profiler import ProfilerActivity, profile

from benchmarks.loops import network
from benchmarks.timing import ROOT
from digits.data.idx import read_split
from digits.network.device import prepare_device
from digits.params.model import ModelParams
from digits.params.train import TrainParams
from digits.pipeline.parameters import load_params
from digits.training.augment import Distortion
from digits.training.loop import epoch_generator, test_step, train_step

IMAGES = 1000
SHOWN = 0.01  # of the time an operator must take to have a line


def main() -> None:
    params = load_params("train", TrainParams, ROOT / "params.yaml")
    prepare_device("cpu", threads=params.threads)
    model = network(load_params("model", ModelParams, ROOT / "params.yaml"))
    optimizer = SGD(model.parameters(), momentum=params.momentum, weight_decay=params.weight_decay)
    images, labels = map(torch.tensor, read_split(ROOT / "data/raw", "train"))
    pixels = torch.rand(10_000, 1, 28, 28)

    def epoch() -> None:
        train_step(
            model,
            optimizer,
            images[:IMAGES],
            labels[:IMAGES],
            batch_size=params.batch_size,
            learning_rates=[0.01] * IMAGES,
            label_smoothing=params.label_smoothing,
            max_grad_norm=params.max_grad_norm,
            augment=Distortion(**params.augment.model_dump()),
            generator=epoch_generator(0, 1),
        )

    print(shares(f"a training epoch, {IMAGES:,} images", epoch))
    print(shares("a test pass, 10,000 images", lambda: test_step(model, pixels, labels[:10_000])))


def shares(what: str, work: Callable[[], object]) -> str:
    """The operators' shares of the time, as Markdown; the whole's without the profiler, which slows Python down."""
    work()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        work()
    spent = {event.key: event.self_cpu_time_total / 1e6 for event in profiled.key_averages()}
    lines = [f"| {what} | {seconds:.2f} s |", "| --- | --- |"]
    shown = {name: own / seconds for name, own in spent.items() if own > SHOWN * seconds}
    lines += [f"| `{name}` | {share:.0%} |" for name, share in sorted(shown.items(), key=lambda pair: -pair[1])]
    lines.append(f"| all other operators | {(sum(spent.values()) / seconds - sum(shown.values())):.0%} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
