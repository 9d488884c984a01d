import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import idx_folder

SMALL = FILES[3]


@pytest.mark.parametrize("damage", [lambda c: c[:-20], lambda c: c[:30] + b"\xff" * 30 + c[60:], lambda c: b"x" + c])
def test_a_damaged_gz_is_named(raw: Path, out: Path, damage: Callable[[bytes], bytes]) -> None:
    (raw / f"{SMALL}.gz").write_bytes(damage(gzip.compress((raw / SMALL).read_bytes(), 1)))
    (raw / SMALL).unlink()
    with pytest.raises(ValueError, match=f"{SMALL}.gz is damaged: "):
        idx_folder.fetch(raw, out)


def test_a_hostile_gz_fills_no_disk(raw: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / f"{SMALL}.gz").write_bytes(gzip.compress(bytes(10_000_000), 1))
    (raw / SMALL).unlink()
    monkeypatch.setattr(idx_folder, "MAX_BYTES", 10_000_000)
    idx_folder.fetch(raw, out)
    monkeypatch.setattr(idx_folder, "MAX_BYTES", 1_000_000)
    with pytest.raises(ValueError, match=f"{SMALL}.gz expands to more than 1000000 bytes"):
        idx_folder.fetch(raw, out)
    assert (out / SMALL).stat().st_size < 3_000_000
