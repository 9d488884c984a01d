"""Batch norm over the whole batch, also where several processes hold a share of it each."""

from typing import Any

import torch
from torch import Tensor, nn

from digits.distributed import add_up, world


class BatchNorm2d(nn.BatchNorm2d):
    """torch's, and in a training of several processes what torch's computes on their joint batch.

    torch.nn.SyncBatchNorm does this on GPUs alone.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor
    momentum: float

    def forward(self, x: Tensor) -> Tensor:
        """Normalise x, float32 [N, C, height, width], by channel; N may be 0 where others hold the batch."""
        if not self.training or world() == 1:
            return super().forward(x)
        shifted = x - self.running_mean.clone().view(1, -1, 1, 1)  # so that the difference of squares below is exact
        count = torch.full((1,), x.numel() / x.shape[1], device=x.device)
        sums = Total.apply(torch.cat([shifted.sum((0, 2, 3)), shifted.square().sum((0, 2, 3)), count]))
        mean, square = (sums[:-1] / sums[-1]).chunk(2)
        variance = square - mean.square()
        with torch.no_grad():
            self.running_mean.add_(mean, alpha=self.momentum)
            self.running_var.lerp_(variance * sums[-1] / (sums[-1] - 1), self.momentum)
            self.num_batches_tracked.add_(1)
        scale = self.weight * (variance + self.eps).rsqrt()
        normal: Tensor = (shifted - mean.view(1, -1, 1, 1)) * scale.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)
        return normal


class Total(torch.autograd.Function):
    """The sum of all processes' tensors; its gradient is the sum of theirs."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        """Add up x."""
        return add_up(x.clone())

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        """Add up the gradients."""
        return add_up(gradient.clone())
