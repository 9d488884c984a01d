from pathlib import Path

import numpy as np
import pytest

from digits.data.classes import write_classes
from digits.data.idx import FILES
from digits.data.sums import write_sums
from stages import subset
from tests.drawing import CLASSES, DRAWN
from tests.parameters import section
from tests.stages.conftest import SMALL, contents, split_in


def test_the_numbers_asked_for_are_drawn_from_their_own_files(run: Path) -> None:
    for name, samples, (images, labels) in zip(("train", "test"), (200, 150), DRAWN, strict=True):
        chosen, chosen_labels = split_in(run, name)
        assert len(chosen) == samples
        digit = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
        assert [digit[image.tobytes()] for image in chosen] == chosen_labels.tolist()
        shares = np.bincount(labels) * samples / len(labels)
        assert (np.abs(np.bincount(chosen_labels) - shares) < 1).all()


def test_the_parameters_decide_every_byte(run: Path, tmp_path: Path) -> None:
    for name, seed in (("same", SMALL["subset"].seed), ("other", 1)):
        subset.main(SMALL["subset"].model_copy(update={"seed": seed}), run / "data/raw", tmp_path / name)
    expected, other = contents(run / "data/subset"), contents(tmp_path / "other")
    assert contents(tmp_path / "same") == expected
    assert other["train_images.npy"] != expected["train_images.npy"]


@pytest.mark.parametrize(("key", "there"), [("samples", 600), ("test_samples", 200)])
def test_more_than_there_are_is_refused(raw: Path, tmp_path: Path, key: str, there: int) -> None:
    given = section("subset", **{"samples": 1, "test_samples": 1, key: there + 1})
    with pytest.raises(ValueError, match=rf"^params\.yaml: subset\.{key} = {there + 1}: must be at most {there}"):
        subset.main(given, raw, tmp_path / "subset")
    assert not (tmp_path / "subset").exists()


def test_a_label_without_a_class_is_refused(raw: Path, tmp_path: Path) -> None:
    write_classes(raw / "classes.txt", CLASSES[:9])
    with pytest.raises(ValueError, match=r"label 9 of split train: classes\.txt names 9 classes"):
        subset.main(section("subset", samples=1, test_samples=1), raw, tmp_path / "subset")


def test_files_damaged_since_the_download_are_refused(raw: Path, tmp_path: Path) -> None:
    write_sums(raw, FILES)
    given = section("subset", samples=1, test_samples=1)
    subset.main(given, raw, tmp_path / "subset")
    content = (raw / FILES[0]).read_bytes()
    (raw / FILES[0]).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ValueError, match=f"{FILES[0]}: not the file that was downloaded"):
        subset.main(given, raw, tmp_path / "subset")
