"""Draw the training and the test images of the experiment."""

import sys
from pathlib import Path

from digits.data.classes import FILE, read_classes, write_classes
from digits.data.idx import read_split
from digits.data.sampling import stratified
from digits.data.splits import save_split
from digits.data.sums import check_sums
from digits.params.subset import SubsetParams
from digits.pipeline.errors import one_line_errors
from digits.pipeline.lock import one_at_a_time
from digits.pipeline.parameters import PATH, load_params


def main(params: SubsetParams, raw: Path, out: Path) -> None:
    drawn = []
    classes = read_classes(raw / FILE)
    check_sums(raw)
    write_classes(out / FILE, classes)
    for name, split, key in (("train", "train", "samples"), ("test", "t10k", "test_samples")):
        images, labels = read_split(raw, split)
        if labels.max() >= len(classes):
            raise ValueError(f"{raw}: label {labels.max()} of split {split}: {FILE} names {len(classes)} classes")
        samples: int = getattr(params, key)
        if samples > len(images):
            raise ValueError(f"{PATH}: subset.{key} = {samples}: must be at most {len(images)}, all there are in {raw}")
        chosen = stratified(labels, samples, seed=params.seed)
        save_split(out / f"{name}.npz", images[chosen], labels[chosen])
        drawn.append(f"{samples:,} of {len(images):,} {name} images")
    print(f"{' and '.join(drawn)}, seed {params.seed} → {out}")


if __name__ == "__main__":
    with one_line_errors(), one_at_a_time():
        main(load_params("subset", SubsetParams), *map(Path, sys.argv[1:]))
