import pytest
import torch

from digits.training.schedule import learning_rate_at, make_scheduler


def rates(schedule: str, *, steps: int, peak: float) -> list[float]:
    return [learning_rate_at(step, steps=steps, peak=peak, schedule=schedule) for step in range(steps)]


def test_constant_stays_and_one_cycle_is_a_cosine_up_and_down() -> None:
    assert rates("constant", steps=3, peak=2) == [2, 2, 2]
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
