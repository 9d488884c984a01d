import importlib
import os

import pytest

from digits.network import openmp


@pytest.mark.parametrize(
    ("own", "expected"),
    [({}, openmp.SPINS), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "ACTIVE"}, None)],
)
def test_waiting_threads_soon_sleep_unless_a_user_decides(
    monkeypatch: pytest.MonkeyPatch, own: dict[str, str], expected: str | None
) -> None:
    others = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    monkeypatch.setattr(os, "environ", others | own)
    importlib.reload(openmp)
    assert os.environ.get("GOMP_SPINCOUNT") == expected
