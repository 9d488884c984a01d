from pathlib import Path

import pytest

from benchmarks.own_digits import list_pictures


def test_the_name_says_kind_and_label(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="has no pictures named"):
        list(list_pictures(tmp_path))
    for name in ("photo_ann_7_1.png", "photo_ann_lee_3_2.jpg", "several/42_1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [(kind, label) for _, kind, label in list_pictures(tmp_path)]
    assert found == [("photo", "7"), ("photo", "3"), ("several", "42")]
