import torch
from torch import Tensor

from digits.network.preprocessing import deskew, to_float, to_uint8
from tests.digits.conftest import FEW


def moments(pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Mean column, mean row, and the slope of column on row, of each image's ink, in pixels from the middle."""
    share = pixels.squeeze(1).double() / pixels.double().sum((1, 2, 3)).view(-1, 1, 1)
    x = torch.arange(28) - 13.5
    y = x.unsqueeze(1)
    middle_x, middle_y = ((share * place).sum((1, 2)) for place in (x, y))
    from_x, from_y = x - middle_x.view(-1, 1, 1), y - middle_y.view(-1, 1, 1)
    return middle_x, middle_y, (share * from_x * from_y).sum((1, 2)) / (share * from_y**2).sum((1, 2))


def test_deskewed_ink_is_straight_and_in_the_middle() -> None:
    pixels = to_float(FEW[0]) * (to_float(FEW[0]) > 0.2)  # without the noise, which reaches the border
    assert max(moment.abs().max() for moment in moments(pixels)[:2]) > 3
    upright = deskew(pixels)
    for moment, tolerance in zip(moments(upright), (0.1, 0.1, 0.05), strict=True):
        assert moment.abs().max() < tolerance
    assert upright.shape == pixels.shape
    assert upright.dtype == torch.float32
    assert 0 <= upright.min() <= upright.max() <= 1 + 1e-5


def test_a_blank_image_stays() -> None:
    blank = torch.stack([torch.zeros(1, 28, 28), torch.ones(1, 28, 28)])
    torch.testing.assert_close(deskew(blank), blank, atol=1e-4, rtol=0)


def test_deskewing_is_one_image_at_a_time_however_faint() -> None:
    pixels = to_float(FEW[0][:20])
    alone = torch.cat([deskew(image) for image in pixels.split(1)])
    torch.testing.assert_close(deskew(pixels), alone, atol=1e-5, rtol=0)
    torch.testing.assert_close(deskew(pixels * 1e-4) * 1e4, alone, atol=1e-4, rtol=0)


def test_to_uint8_is_the_nearest() -> None:
    assert to_uint8(torch.tensor([0.49, 0.51, 254.6]).view(1, 1, 1, 3) / 255).tolist() == [[[0, 1, 255]]]
