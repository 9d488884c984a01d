"""Source: a path on this machine, in whatever form its data set came."""

from pathlib import Path

from digits.data.idx import FILES
from digits.data.sources import class_folders, idx_folder

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".7z", ".rar")


def fetch(dataset: str, path: Path, out: Path) -> None:
    """Write the four IDX files into `out`, and the names of classes if there are any. ValueError: no data set there."""
    if path.is_file():
        raise ValueError(f"is a file: {'unpack it and ' * path.name.lower().endswith(ARCHIVES)}give the folder")
    if not path.is_dir():
        raise ValueError("no such folder, and no service: these are 'mirror' and 'package'")
    for place in (path, path / "raw", path / dataset / "raw"):  # torchvision's folders
        if any(idx_folder.find_file(place, name) for name in FILES):
            return idx_folder.fetch(place, out)
    if not class_folders.list_folders(path):
        raise ValueError(f"holds neither IDX files ({FILES[0]}, …) nor folders of pictures, one a class")
    return class_folders.fetch(path, out)
