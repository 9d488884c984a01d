import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from digits.training.augment import Augmentation, augment, draw_inverse_maps

Force = Callable[[float], None]
ALL = Augmentation(rotate=15, scale=0.15, shear=0.15, shift=2)


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


@pytest.fixture
def pixels() -> Tensor:
    """Noise with empty margins of 8 pixels, float32 [6, 1, 28, 28]."""
    result = torch.zeros(6, 1, 28, 28)
    result[..., 8:20, 8:20] = torch.rand(6, 1, 12, 12)
    return result


@pytest.fixture
def force(monkeypatch: pytest.MonkeyPatch) -> Force:
    """`force(1)`: every random amount is its extent; 0 is its negative, 0.5 is none."""
    return lambda value: monkeypatch.setattr(torch, "rand", lambda n: torch.full((n,), float(value)))


def test_no_augmentation_and_amounts_of_zero_leave_the_images(pixels: Tensor, force: Force) -> None:
    before = torch.get_rng_state()
    assert augment(pixels, Augmentation()) is pixels
    assert torch.equal(torch.get_rng_state(), before), "nothing is drawn"
    force(0.5)
    torch.testing.assert_close(augment(pixels, ALL), pixels, atol=1e-5, rtol=0)


@pytest.mark.parametrize(("forced", "roll"), [(1, -3), (0, 3)])
def test_a_shift_of_pixels_is_a_roll(pixels: Tensor, force: Force, forced: float, roll: int) -> None:
    force(forced)
    shifted = augment(pixels, Augmentation(shift=3))
    np.testing.assert_allclose(shifted, np.roll(pixels, (roll, roll), axis=(2, 3)), atol=1e-5)
    assert augment(torch.ones(1, 1, 28, 28), Augmentation(shift=3)).sum().item() == pytest.approx(25 * 25, abs=1e-2)


@pytest.mark.parametrize(("degrees", "forced", "turns"), [(90, 1, 1), (90, 0, -1), (180, 1, 2)])
def test_a_quarter_turn_is_rot90(pixels: Tensor, force: Force, degrees: float, forced: float, turns: int) -> None:
    force(forced)
    turned = augment(pixels, Augmentation(rotate=degrees))
    np.testing.assert_allclose(turned, np.rot90(pixels, turns, axes=(2, 3)), atol=1e-4)


def test_scale_comes_first_then_shear_then_rotation_and_amounts_fill_their_range() -> None:
    maps = draw_inverse_maps(2_000, 28, ALL)
    linear, shift = maps[:, :, :2], maps[:, :, 2] * 14
    angle = torch.atan2(linear[:, 1, 0], linear[:, 0, 0])
    turn = torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()], dim=1).view(-1, 2, 2)
    upright = turn.mT @ linear  # [[1 / width, shear / height], [0, 1 / height]]
    width, height = 1 / upright[:, 0, 0], 1 / upright[:, 1, 1]
    assert upright[:, 1, 0].abs().max() < 1e-6
    amounts = [width - 1, height - 1, upright[:, 0, 1] * height, angle, *shift.T]
    for amount, largest in zip(amounts, [0.15] * 3 + [math.radians(15)] + [2] * 2, strict=True):
        assert -1.0001 * largest <= amount.min() < -0.98 * largest
        assert 0.98 * largest < amount.max() <= 1.0001 * largest


def test_the_result_is_pixels_again(pixels: Tensor) -> None:
    distorted = augment(pixels.repeat(50, 1, 1, 1), ALL)
    assert 0 <= distorted.min() <= distorted.max() <= 1 + 1e-5  # bilinear weights are rounded
