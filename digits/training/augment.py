"""Random affine changes of whole batches of images."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How far an image may be changed, either way: degrees, fractions, fractions, pixels. All 0 is none."""

    rotate: float = 0
    scale: float = 0
    shear: float = 0
    shift: float = 0

    def __bool__(self) -> bool:
        return any((self.rotate, self.scale, self.shear, self.shift))


def augment(pixels: Tensor, augmentation: Augmentation) -> Tensor:
    """Rotate, scale, shear and shift each image by its own random amounts, from torch's random numbers.

    pixels: float32 [N, 1, 28, 28], background 0, which also fills what comes into view; the result is alike.
    """
    if not augmentation:
        return pixels
    n, side = len(pixels), pixels.shape[-1]
    grid = F.affine_grid(
        draw_inverse_maps(n, side, augmentation).to(pixels.device), list(pixels.shape), align_corners=False
    )
    return F.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def draw_inverse_maps(n: int, side: int, augmentation: Augmentation) -> Tensor:
    """Draw n affine maps from the new image's coordinates to the original's, float32 [n, 2, 3], sides at ± 1."""

    def uniform(extent: float) -> Tensor:
        return (torch.rand(n) * 2 - 1) * extent

    angle = uniform(math.radians(augmentation.rotate))
    width, height = 1 + uniform(augmentation.scale), 1 + uniform(augmentation.scale)
    slant = uniform(augmentation.shear)
    cos, sin = angle.cos(), angle.sin()
    x, y = uniform(2 * augmentation.shift / side), uniform(2 * augmentation.shift / side)
    rows = [cos / width, (slant * cos - sin) / height, x, sin / width, (slant * sin + cos) / height, y]
    return torch.stack(rows, dim=1).view(n, 2, 3)
