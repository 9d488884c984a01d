from pathlib import Path

import numpy as np
import pytest

from digits.data.idx import read_split
from digits.data.sources import folder
from tests.drawing import DRAWN

PIXELS = ",".join(f"pixel{number}" for number in range(784))


def write(path: Path, images: np.ndarray, labels: np.ndarray | None) -> None:
    rows = images.reshape(-1, 784) if labels is None else np.column_stack([labels, images.reshape(-1, 784)])
    header = PIXELS if labels is None else f"label,{PIXELS}"
    np.savetxt(path, rows, "%d", ",", header=header, comments="")


@pytest.fixture
def given(tmp_path: Path) -> Path:
    (tmp_path / "kaggle").mkdir()
    write(tmp_path / "kaggle/train.csv", DRAWN[0][0][:100], DRAWN[0][1][:100])
    write(tmp_path / "kaggle/test.csv", DRAWN[1][0][:20], None)
    (tmp_path / "kaggle/sample_submission.csv").write_text("ImageId,Label\n1,0\n")
    return tmp_path / "kaggle"


def test_a_seventh_of_kaggle_s_table_becomes_test_data(given: Path, out: Path) -> None:
    folder.fetch("own", given, out, "strokes")
    splits = [read_split(out, split) for split in ("train", "t10k")]
    assert [len(images) for images, _ in splits] == [86, 14]
    both = {image.tobytes(): label for split in splits for image, label in zip(*split, strict=True)}
    assert both == {image.tobytes(): label for image, label in zip(*(part[:100] for part in DRAWN[0]), strict=True)}


def test_a_table_of_test_data_with_labels_is_the_test_data(given: Path, out: Path) -> None:
    (given / "train.csv").rename(given / "mnist_train.csv")
    write(given / "mnist_test.csv", *(array[:20] for array in DRAWN[1]))
    folder.fetch("own", given, out, "strokes")
    for split, arrays, count in (("train", DRAWN[0], 100), ("t10k", DRAWN[1], 20)):
        for array, expected in zip(read_split(out, split), arrays, strict=True):
            np.testing.assert_array_equal(array, expected[:count])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], ""),
        (["0," * 783 + "256,0"], "could not convert string '256' to uint8"),
        (["0," * 784 + "0", "0," * 785 + "0"], "the number of columns changed from 785 to 786"),
    ],
)
def test_a_damaged_row_is_told(given: Path, out: Path, rows: list[str], reason: str) -> None:
    (given / "train.csv").write_text("\n".join([f"label,{PIXELS}", *rows]))
    with pytest.raises(ValueError, match=rf"train\.csv: a row must be a label and 784 pixels, 0 to 255 \(.*{reason}"):
        folder.fetch("own", given, out, "strokes")


@pytest.mark.parametrize("header", ["id,label", PIXELS, ""])
def test_another_table_is_none(given: Path, out: Path, header: str) -> None:
    (given / "train.csv").write_text(f"{header}\n")
    with pytest.raises(ValueError, match=r"no train\.csv"):
        folder.fetch("own", given, out, "strokes")
