"""Source: a path on this machine, in whatever form its data set came."""

from pathlib import Path

from digits.data.classes import Kind
from digits.data.idx import FILES
from digits.data.sources import class_folders, emnist, idx_folder, table

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".7z", ".rar")


def fetch(dataset: str, path: Path, out: Path, kind: Kind) -> None:
    """Write the four IDX files into `out`, and the names of classes if there are any. ValueError: no data set there."""
    if path.is_file():
        raise ValueError(f"is a file: {'unpack it and ' * path.name.lower().endswith(ARCHIVES)}give the folder")
    if path.name in emnist.find_sets(path.parent):
        return emnist.fetch(path.parent, path.name, out)
    if not path.is_dir():
        raise ValueError("no such folder, and no service: these are 'mirror' and 'package'")
    for place in (path, path / "raw", path / dataset / "raw"):  # torchvision's folders
        if any(idx_folder.find_file(place, name) for name in FILES):
            return idx_folder.fetch(place, out)
    if sets := emnist.find_sets(path):
        if len(sets) > 1:
            raise ValueError(f"has {len(sets)} sets of EMNIST: give the path of one, as in {path}/{sets[0]}")
        return emnist.fetch(path, sets[0], out)
    if train := table.find_table(path):
        return table.fetch(train, out)
    if not class_folders.list_folders(path):
        table_form = "no train.csv that begins with label,… (a label and 784 pixels)"
        raise ValueError(f"holds no IDX files ({FILES[0]}, …), {table_form} and no folders of pictures, one a class")
    return class_folders.fetch(path, out, kind)
