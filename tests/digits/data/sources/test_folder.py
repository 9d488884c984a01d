import gzip
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import folder


@pytest.mark.parametrize(("inside", "spelling"), [(".", "{}"), ("raw", "{}.gz"), ("KMNIST/raw", "{}")])
def test_idx_files_are_found(raw: Path, tmp_path: Path, out: Path, inside: str, spelling: str) -> None:
    place = tmp_path / "root" / inside
    place.mkdir(parents=True)
    (tmp_path / "root/other").mkdir()
    for name, published in zip(FILES, (FILES[0], *(name.replace("-idx", ".idx") for name in FILES[1:])), strict=True):
        content = (raw / name).read_bytes()
        (place / spelling.format(published)).write_bytes(gzip.compress(content, 1) if "gz" in spelling else content)
    folder.fetch("KMNIST", tmp_path / "root", out, "strokes")
    assert {path.name: path.read_bytes() for path in out.iterdir()} == {n: (raw / n).read_bytes() for n in FILES}


def test_a_folder_named_as_its_file_is_no_file(raw: Path, out: Path) -> None:
    for name in FILES:
        (raw / name).rename(raw / name.replace("-idx", ".idx"))
        (raw / name).mkdir()
    folder.fetch("MNIST", raw, out, "strokes")
    assert len(list(out.iterdir())) == 5


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("archive.TAR.GZ", "^is a file: unpack it and give the folder$"),
        ("train-images-idx3-ubyte.gz", "^is a file: give the folder$"),
        ("nowhere", "^no such folder, and no service: these are 'mirror' and 'package'$"),
        ("empty", r"^holds no IDX files \(.*\), no train.csv that begins with label,… .* and no folders of pictures"),
    ],
)
def test_what_holds_no_data_set_is_told(tmp_path: Path, out: Path, name: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    for archive in ("archive.TAR.GZ", "train-images-idx3-ubyte.gz"):
        (tmp_path / archive).touch()
    with pytest.raises(ValueError, match=reason):
        folder.fetch("own", tmp_path / name, out, "strokes")
