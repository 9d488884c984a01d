"""Draw the training, validation and test images of the experiment."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from digits.data.arrays import Images, Labels, save_split
from digits.data.classes import FILE, KIND_FILE, read_classes, read_kind, write_classes, write_kind
from digits.data.idx import read_split
from digits.data.sampling import Places, limit_classes, order_by_class
from digits.data.sums import check_sums
from digits.params.subset import SubsetParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import PATH, load_params


def main(params: SubsetParams, raw: Path, out: Path) -> None:
    classes = read_classes(raw / FILE)
    check_sums(raw)
    images, labels = read_labelled(raw, "train", classes)
    test_images, test_labels = read_labelled(raw, "t10k", classes)
    order, validation = split_training(labels, params, classes)
    chosen = take(order, params.samples, f"subset.samples = {params.samples}")
    tested = order_by_class(test_labels, seed=params.seed)
    tested = take(tested, params.test_samples, f"subset.test_samples = {params.test_samples}")
    for name, places in (("train", chosen), ("validation", np.sort(validation))):
        save_split(out / f"{name}_images.npy", out / f"{name}_labels.npy", images[places], labels[places])
    save_split(out / "test_images.npy", out / "test_labels.npy", test_images[tested], test_labels[tested])
    write_classes(out / FILE, classes)
    write_kind(out / KIND_FILE, read_kind(raw / KIND_FILE))
    held = f", {len(validation):,} validation" if len(validation) else ""
    say(f"{len(chosen):,} training{held} and {len(tested):,} test images, seed {params.seed} → {out}")


def read_labelled(raw: Path, split: str, classes: Sequence[str]) -> tuple[Images, Labels]:
    """Read a split. ValueError: a label without a class."""
    images, labels = read_split(raw, split)
    if labels.max() >= len(classes):
        raise ValueError(f"{raw}: label {labels.max()} of split {split}: {FILE} names {len(classes)} classes")
    return images, labels


def split_training(labels: Labels, params: SubsetParams, classes: Sequence[str]) -> tuple[Places, Places]:
    """Split the training images in two: those to draw from, in their order, and the validation images.

    Both are nested: the validation images come from the end of the order. ValueError: there are fewer images, or no
    class has a name in subset.per_class.
    """
    order = order_by_class(labels, seed=params.seed)
    share = params.validation
    held = share if isinstance(share, int) else round(share * len(order))
    if held >= len(order):
        raise ValueError(f"{PATH}: subset.validation = {share}: must leave some of the {len(order)} training images")
    limits = params.per_class if isinstance(params.per_class, dict) else dict.fromkeys(classes, params.per_class)
    if unknown := sorted(limits.keys() - set(classes)):
        raise ValueError(f"{PATH}: subset.per_class: {unknown[0]!r} is none of the classes {', '.join(classes)}")
    numbered = {classes.index(name): most for name, most in limits.items() if most != "all"}
    rest, validation = np.split(order, [len(order) - held])
    return limit_classes(rest, labels, numbered), validation


def take(order: Places, samples: int | Literal["all"], key: str) -> Places:
    """Take the first ones, and put them in ascending order. ValueError: there are fewer, or none."""
    if samples != "all" and samples > len(order):
        raise ValueError(f"{PATH}: {key}: must be at most {len(order)}, all there are to draw from")
    return np.sort(order if samples == "all" else order[:samples])


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("subset", SubsetParams), *map(Path, sys.argv[1:]))
