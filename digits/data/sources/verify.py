"""Which files are the real ones."""

from pathlib import Path

from digits.data.classes import FILE, KIND_FILE, NAMES, Kind, read_classes, write_classes, write_kind
from digits.data.idx import FILES, read_split
from digits.data.sums import sha256, write_sums

MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def verify(folder: Path, dataset: str, kind: Kind) -> None:
    """Check the four IDX files in `folder`, MNIST's by SHA-256, any by structure.

    Put `classes.txt`, `pictures.txt` and SHA256SUMS beside them. A person's own classes are named in the `classes.txt`
    there is, or numbered. ValueError: not the data set.
    """
    if dataset == "MNIST":
        for name in FILES:
            if sha256(folder / name) != MNIST_SHA256[name]:
                raise ValueError(f"{name} is not MNIST's: its SHA-256 differs")
    highest = max(int(read_split(folder, split)[1].max()) for split in ("train", "t10k"))
    path = folder / FILE
    if dataset in NAMES:
        names = NAMES[dataset]
    else:
        names = read_classes(path) if path.exists() else tuple(map(str, range(highest + 1)))
    if highest >= len(names):
        raise ValueError(f"label {highest}: there are {len(names)} classes, the first is 0")
    write_classes(path, names)
    write_kind(folder / KIND_FILE, kind)
    write_sums(folder, (*FILES, FILE, KIND_FILE))
