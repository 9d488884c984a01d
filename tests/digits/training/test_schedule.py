import pytest

from digits.training.schedule import learning_rate_at


@pytest.mark.parametrize(
    ("schedule", "expected"), [("constant", [2] * 4), ("one_cycle", [1, 1 + 3**0.5 / 2, 1, 1 - 3**0.5 / 2])]
)
def test_constant_stays_and_one_cycle_is_a_cosine_up_and_down(schedule: str, expected: list[float]) -> None:
    rates = [learning_rate_at(step, steps=4, peak=2, schedule=schedule) for step in range(4)]
    assert rates == pytest.approx(expected)
