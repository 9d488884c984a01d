"""From the pixels on disk to what the network reads."""

import torch
import torch.nn.functional as F
from torch import Tensor

MEAN, STD = 0.1307, 0.3081  # of the 60,000 MNIST training images, pixels from 0 to 1


def to_float(images: Tensor) -> Tensor:
    """uint8 [N, 28, 28], 0 background to 255 ink → float32 [N, 1, 28, 28], 0 to 1."""
    return images.unsqueeze(1).float().div_(255)


def to_uint8(pixels: Tensor) -> Tensor:
    """float32 [N, 1, 28, 28], 0 to 1 → uint8 [N, 28, 28], the nearest: what `to_float` undoes."""
    return (pixels.squeeze(1) * 255).round().byte()


def normalise(pixels: Tensor) -> Tensor:
    """float32, 0 to 1 → float32 with the mean 0 and the standard deviation 1 of MNIST's training pixels."""
    return (pixels - MEAN) / STD


def deskew(pixels: Tensor) -> Tensor:
    """Straighten slanted images: shear each along its rows until columns and rows of its ink are uncorrelated.

    pixels: float32 [N, 1, 28, 28], background 0; the result is alike, its ink's centre in the middle. The slant is
    what LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998), deslanted digits by.
    """
    n, _, height, width = pixels.shape
    x = torch.linspace(1 / width - 1, 1 - 1 / width, width, device=pixels.device)
    y = torch.linspace(1 / height - 1, 1 - 1 / height, height, device=pixels.device).unsqueeze(1)
    mass = pixels.squeeze(1) / pixels.sum((1, 2, 3)).clamp(min=1e-6).view(n, 1, 1)
    centre_x, centre_y = (mass * x).sum((1, 2)), (mass * y).sum((1, 2))
    from_x, from_y = x - centre_x.view(n, 1, 1), y - centre_y.view(n, 1, 1)
    slant = (mass * from_x * from_y).sum((1, 2)) / (mass * from_y**2).sum((1, 2)).clamp(min=1e-4)
    zero, one = torch.zeros_like(slant), torch.ones_like(slant)
    theta = torch.stack([one, slant, centre_x, zero, one, centre_y], dim=1).view(n, 2, 3)
    grid = F.affine_grid(theta, list(pixels.shape), align_corners=False)
    return F.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
