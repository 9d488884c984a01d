from pathlib import Path

import pytest

from benchmarks.own_digits import list_pictures


def test_the_name_says_kind_and_label(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no pictures named"):
        list(list_pictures(tmp_path))
    for name in ("photo_ann_7_1.png", "photo_ann_lee_3_2.jpg"):
        (tmp_path / name).touch()
    assert [(kind, label) for _, kind, label in list_pictures(tmp_path)] == [("photo", "7"), ("photo", "3")]
