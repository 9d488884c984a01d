import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digits.training.schedule import learning_rate_at, make_scheduler


def rates(schedule: str, *, steps: int, peak: float) -> list[float]:
    return [learning_rate_at(step, steps=steps, peak=peak, schedule=schedule) for step in range(steps)]


@given(steps=st.integers(1, 300), peak=st.floats(1e-6, 1e3))
def test_constant_stays_and_one_cycle_rises_then_falls_and_never_passes_the_peak(steps: int, peak: float) -> None:
    assert set(rates("constant", steps=steps, peak=peak)) == {peak}
    cycle = rates("one_cycle", steps=steps, peak=peak)
    top = cycle.index(max(cycle))
    assert all(0 < rate <= peak for rate in cycle)
    assert cycle[: top + 1] == sorted(cycle[: top + 1])
    assert cycle[top:] == sorted(cycle[top:], reverse=True)
    assert 0.2 * steps - 1 <= top <= 0.3 * steps + 1


def test_one_cycle_by_hand() -> None:
    assert rates("one_cycle", steps=4, peak=2) == pytest.approx([1, 1 + 3**0.5 / 2, 1, 1 - 3**0.5 / 2])


@pytest.mark.parametrize("done", [0, 3])
def test_the_scheduler_goes_through_these_rates(done: int) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    scheduler = make_scheduler(optimizer, schedule="one_cycle", steps=8, done=done)
    taken = []
    for _ in range(8 - done):
        taken.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert taken == pytest.approx(rates("one_cycle", steps=8, peak=0.2)[done:])
