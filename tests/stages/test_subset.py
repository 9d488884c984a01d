import re
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
    for name, samples, (images, labels) in zip(
        ("train", "validation", "test"), (200, 50, 150), (*DRAWN[:1], *DRAWN), strict=True
    ):
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


def split(raw: Path, out: Path, **changes: object) -> dict[str, set[bytes]]:
    subset.main(section("subset", **changes), raw, out)
    images = {name: np.load(out / f"{name}_images.npy") for name in ("train", "validation", "test")}
    return {name: {image.tobytes() for image in array} for name, array in images.items()}


def test_validation_images_are_others_and_nested(raw: Path, tmp_path: Path) -> None:
    fewer = split(raw, tmp_path / "fewer", samples=300, validation=60)
    more = split(raw, tmp_path / "more", samples="all", validation=0.2, test_samples="all")
    assert [len(fewer[name]) for name in ("train", "validation")] == [300, 60]
    assert [len(more[name]) for name in ("train", "validation", "test")] == [480, 120, 200]
    for parts in (fewer, more):
        assert not parts["train"] & parts["validation"]
    assert fewer["validation"] < more["validation"]
    assert fewer["train"] < more["train"]


def test_a_class_is_limited_and_others_take_its_place(raw: Path, tmp_path: Path) -> None:
    plain, limited = (
        split(raw, tmp_path / str(n), samples=200, per_class=most) for n, most in ((0, "all"), (1, {7: 3}))
    )
    labels = np.load(tmp_path / "1/train_labels.npy")
    assert (len(labels), (labels == 7).sum()) == (200, 3)
    assert len(plain["train"] & limited["train"]) == 200 - (np.load(tmp_path / "0/train_labels.npy") == 7).sum() + 3
    split(raw, tmp_path / "each", samples="all", per_class=10)
    assert np.bincount(np.load(tmp_path / "each/train_labels.npy")).tolist() == [10] * 10


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"test_samples": 201}, "subset.test_samples = 201: must be at most 200, all there are to draw from"),
        ({"samples": 541, "validation": 60}, "subset.samples = 541: must be at most 540"),
        ({"samples": 101, "per_class": 10}, "subset.samples = 101: must be at most 100"),
        ({"validation": 600}, "subset.validation = 600: must leave some of the 600"),
        ({"per_class": {"ten": 1}}, "subset.per_class: 'ten' is none of the classes 0, 1"),
    ],
)
def test_what_there_cannot_be_is_refused(raw: Path, tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^params.yaml: {re.escape(reason)}"):
        split(raw, tmp_path / "subset", **{"samples": 1} | changes)
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
