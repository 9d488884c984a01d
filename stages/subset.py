"""Draw the training and the test images of the experiment."""

import sys
from pathlib import Path

from digits.data.arrays import Images, Labels, save_split
from digits.data.classes import FILE, read_classes, write_classes
from digits.data.idx import read_split
from digits.data.sampling import stratified
from digits.data.sums import check_sums
from digits.params.subset import SubsetParams
from digits.pipeline.errors import one_line_errors, say
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import PATH, load_params


def main(params: SubsetParams, raw: Path, out: Path) -> None:
    classes = read_classes(raw / FILE)
    check_sums(raw)
    train = draw(raw, "train", "samples", params, classes=len(classes))
    test = draw(raw, "t10k", "test_samples", params, classes=len(classes))
    save_split(out / "train_images.npy", out / "train_labels.npy", *train)
    save_split(out / "test_images.npy", out / "test_labels.npy", *test)
    write_classes(out / FILE, classes)
    say(f"{params.samples:,} training and {params.test_samples:,} test images, seed {params.seed} → {out}")


def draw(raw: Path, split: str, key: str, params: SubsetParams, *, classes: int) -> tuple[Images, Labels]:
    """Draw as many images of a split as the parameter `key` says, with their labels. ValueError: there are fewer."""
    images, labels = read_split(raw, split)
    if labels.max() >= classes:
        raise ValueError(f"{raw}: label {labels.max()} of split {split}: {FILE} names {classes} classes")
    samples: int = getattr(params, key)
    if samples > len(images):
        raise ValueError(f"{PATH}: subset.{key} = {samples}: must be at most {len(images)}, all there are in {raw}")
    chosen = stratified(labels, samples, seed=params.seed)
    return images[chosen], labels[chosen]


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("subset", SubsetParams), *map(Path, sys.argv[1:]))
