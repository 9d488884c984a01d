"""Random distortion of whole batches: affine, and elastic."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

GRID = 5  # control points a side: elastic distortion moves each on its own, and what lies between with them


@dataclass(frozen=True, kw_only=True)
class Augmentation:
    """How far an image may be distorted, either way: degrees, fractions, fractions, pixels. All 0 is none.

    elastic: the standard deviation, in pixels, of how far each control point is moved.
    """

    rotate: float = 0
    scale: float = 0
    shear: float = 0
    shift: float = 0
    elastic: float = 0

    def __bool__(self) -> bool:
        return any((self.rotate, self.scale, self.shear, self.shift, self.elastic))


def augment(pixels: Tensor, augmentation: Augmentation) -> Tensor:
    """Rotate, scale, shear, shift and bend each image by its own random amounts, from torch's random numbers.

    pixels: float32 [N, 1, 28, 28], background 0, which also fills what comes into view; the result is alike.
    """
    if not augmentation:
        return pixels
    n, side = len(pixels), pixels.shape[-1]
    grid = F.affine_grid(
        draw_inverse_maps(n, side, augmentation).to(pixels.device), list(pixels.shape), align_corners=False
    )
    if augmentation.elastic:
        moves = torch.randn(n, 2, GRID**2) * (2 * augmentation.elastic / side)
        grid += interpolate_moves(moves.to(pixels.device), side)
    return F.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def draw_inverse_maps(n: int, side: int, augmentation: Augmentation) -> Tensor:
    """Draw n affine maps from the distorted image's coordinates to the original's, float32 [n, 2, 3], sides at ± 1."""

    def uniform(extent: float) -> Tensor:
        return (torch.rand(n) * 2 - 1) * extent

    angle = uniform(math.radians(augmentation.rotate))
    width, height = 1 + uniform(augmentation.scale), 1 + uniform(augmentation.scale)
    slant = uniform(augmentation.shear)
    cos, sin = angle.cos(), angle.sin()
    x, y = uniform(2 * augmentation.shift / side), uniform(2 * augmentation.shift / side)
    rows = [cos / width, (slant * cos - sin) / height, x, sin / width, (slant * sin + cos) / height, y]
    return torch.stack(rows, dim=1).view(n, 2, 3)


def interpolate_moves(moves: Tensor, side: int) -> Tensor:
    """Make smooth fields of displacements, float32 [n, side, side, 2], of those of the control points, [n, 2, GRID²].

    Normal at the control points and bicubic between them: in place of the smoothed noise of Simard et al., Best
    Practices for Convolutional Neural Networks (2003), section 2.
    """
    each = torch.eye(GRID**2, device=moves.device).view(-1, 1, GRID, GRID)
    between = F.interpolate(each, size=(side, side), mode="bicubic", align_corners=True).view(-1, side * side)
    return (moves @ between).view(len(moves), 2, side, side).permute(0, 2, 3, 1)
