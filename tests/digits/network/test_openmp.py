import os

import pytest

from digits.network import openmp


@pytest.mark.parametrize(
    ("busy", "own", "expected"),
    [
        (0.1, {}, None),
        (0.9, {}, openmp.SPINS),
        (0.9, {"GOMP_SPINCOUNT": "7"}, "7"),
        (0.9, {"OMP_WAIT_POLICY": "ACTIVE"}, None),
    ],
)
def test_waiting_threads_sleep_on_a_busy_machine_unless_a_user_decides(
    monkeypatch: pytest.MonkeyPatch, busy: float, own: dict[str, str], expected: str | None
) -> None:
    others = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    monkeypatch.setattr(os, "environ", others | own)
    monkeypatch.setattr(openmp, "use_by_others", lambda: busy)
    openmp.let_threads_sleep()
    assert os.environ.get("GOMP_SPINCOUNT") == expected
