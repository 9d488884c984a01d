"""Random distortion of whole batches: affine, and elastic."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

KNOTS = 5  # a side: elastic distortion moves as many points each way, and what lies between them with them


@dataclass(frozen=True, kw_only=True)
class Distortion:
    """How far an image may be distorted, either way: degrees, fractions, fractions, pixels. All 0 is none.

    elastic: the standard deviation, in pixels, of how far each point of a net is moved.
    A batch holds each of its images in `copies` versions, each distorted on its own: more to learn from the same labels
    in the same number of steps (Hoffer et al., Augment Your Batch, arXiv 1901.09335).
    """

    rotate: float = 0
    scale: float = 0
    shear: float = 0
    shift: float = 0
    elastic: float = 0
    copies: int = 1

    def __bool__(self) -> bool:
        return any((self.rotate, self.scale, self.shear, self.shift, self.elastic))


def distort(pixels: Tensor, distortion: Distortion, generator: Generator) -> Tensor:
    """Turn, scale, shear, shift and bend each image by its own random amounts.

    pixels: float32 [N, 1, 28, 28], background 0, which also fills what comes into view; the result is alike.
    """
    return warp(pixels, draw(len(pixels), pixels.shape[-1], distortion, generator))


def draw(n: int, side: int, distortion: Distortion, generator: Generator) -> list[Tensor]:
    """Draw how n images of `side` pixels a side are distorted: for `warp`, a row of each tensor an image.

    An affine map float32 [n, 2, 3], then the moves of the net's knots float32 [n, 2, KNOTS²] if it bends.
    """
    if not distortion:
        return []
    drawn = [inverse_maps(n, side, distortion, generator)]
    if distortion.elastic:
        drawn.append(torch.randn(n, 2, KNOTS**2, generator=generator) * (2 * distortion.elastic / side))
    return drawn


def warp(pixels: Tensor, drawn: list[Tensor]) -> Tensor:
    """Distort each image as was drawn for it: pixels as for `distort`, tensors as `draw` makes them."""
    if not drawn:
        return pixels
    theta, *moves = (tensor.to(pixels.device) for tensor in drawn)
    grid = F.affine_grid(theta, list(pixels.shape), align_corners=False)
    for knots in moves:
        grid += displacements(knots, pixels.shape[-1])
    return F.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def inverse_maps(n: int, side: int, distortion: Distortion, generator: Generator) -> Tensor:
    """Make n affine maps from the distorted image's coordinates to the original's, float32 [n, 2, 3], sides at ± 1."""

    def uniform(extent: float) -> Tensor:
        return (torch.rand(n, generator=generator) * 2 - 1) * extent

    angle = uniform(math.radians(distortion.rotate))
    width, height = 1 + uniform(distortion.scale), 1 + uniform(distortion.scale)
    slant = uniform(distortion.shear)
    cos, sin = angle.cos(), angle.sin()
    x, y = uniform(2 * distortion.shift / side), uniform(2 * distortion.shift / side)
    rows = [cos / width, (slant * cos - sin) / height, x, sin / width, (slant * sin + cos) / height, y]
    return torch.stack(rows, dim=1).view(n, 2, 3)


def displacements(knots: Tensor, side: int) -> Tensor:
    """Smooth fields of displacements, float32 [n, side, side, 2], from those of the knots, [n, 2, KNOTS²].

    Normal at the knots and bicubic between them: in place of the smoothed noise of Simard et al., Best Practices for
    Convolutional Neural Networks (2003), section 2.
    """
    each = torch.eye(KNOTS**2, device=knots.device).view(-1, 1, KNOTS, KNOTS)
    between = F.interpolate(each, size=(side, side), mode="bicubic", align_corners=True).view(-1, side * side)
    return (knots @ between).view(len(knots), 2, side, side).permute(0, 2, 3, 1)
