"""Batch norm over the whole batch, also where several processes hold a share of it each."""

from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from digits.network.distributed import add_up, world


class BatchNorm2d(nn.BatchNorm2d):
    """torch's, and in a training of several processes what torch's computes on their joint batch.

    torch.nn.SyncBatchNorm does this on GPUs alone.
    """

    running_mean: Tensor
    running_var: Tensor
    num_batches_tracked: Tensor
    momentum: float | None

    def forward(self, x: Tensor) -> Tensor:
        """Normalise x, float32 [N, C, height, width], by channel; N may be 0 where others hold the batch."""
        if not self.training or world() == 1:
            return super().forward(x)
        with torch.no_grad():
            n, mean, variance = moments(x, self.running_mean)
            self.num_batches_tracked.add_(1)
            part = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
            self.running_mean.lerp_(mean, part)
            self.running_var.lerp_(variance * n / (n - 1), part)
        normalised: Tensor = Normalise.apply(x, self.weight, self.bias, mean, variance, n, self.eps)
        return normalised


@torch.no_grad()
def take_statistics(model: nn.Module, batches: Iterable[Tensor]) -> None:
    """Give batch norm the mean of these batches' means and variances, in place of running averages of training's.

    batches: what the model reads. Precise batch norm: Wu & Johnson, Rethinking "Batch" in BatchNorm, arXiv 2105.07576.
    """
    layers = {layer: layer.momentum for layer in model.modules() if isinstance(layer, BatchNorm2d)}
    if not layers:
        return
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None  # to torch: the mean of all batches
    model.train()
    for x in batches:
        model(x)
    for layer, usual in layers.items():
        layer.momentum = usual


def moments(x: Tensor, near: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """How many values a channel has in all processes, their mean and their variance: [], [C], [C].

    near: about the mean, [C], the same in all processes: so that the difference of squares loses no digits.
    """
    count = x.numel() / x.shape[1]
    if count:
        variance, mean = torch.var_mean(x, (0, 2, 3), correction=0)
    else:
        variance, mean = torch.zeros_like(near), near
    off = mean - near
    sums = torch.cat([off * count, (variance + off.square()) * count, off.new_tensor([count])])
    total = add_up(sums)
    off, square = (total[:-1] / total[-1]).chunk(2)
    return total[-1], near + off, square - off.square()


class Normalise(torch.autograd.Function):
    """x less the mean, by the deviation, times weight, plus bias, where mean and variance are those of x everywhere."""

    @staticmethod
    def forward(
        context: Any, x: Tensor, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, n: Tensor, eps: float
    ) -> Tensor:
        """Normalise as evaluation does, by given moments."""
        context.save_for_backward(x, weight, mean, variance, n)
        context.eps = eps
        return F.batch_norm(x, mean, variance, weight, bias, training=False, eps=eps) if len(x) else x.clone()

    @staticmethod
    @once_differentiable
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients for x, weight and bias; those for x also by way of the moments, which are of all processes.

        Ioffe & Szegedy, Batch Normalization, arXiv 1502.03167, section 3.
        """
        x, weight, mean, variance, n = context.saved_tensors
        if len(x):
            given = (gradient, x, weight, mean, variance, None, None, False, context.eps, [True, True, True])
            of_x, of_weight, of_bias = torch.ops.aten.native_batch_norm_backward(*given)
        else:
            of_x, of_weight, of_bias = gradient.clone(), torch.zeros_like(weight), torch.zeros_like(weight)
        all_weight, all_bias = add_up(torch.cat([of_weight, of_bias])).chunk(2)
        deviation = (variance + context.eps).sqrt()
        slope = -weight * all_weight / (deviation.square() * n)  # of what reaches x by way of the variance
        offset = -weight * all_bias / (deviation * n) - slope * mean
        of_x = of_x.addcmul_(x, by_channel(slope)).add_(by_channel(offset))
        return of_x, of_weight, of_bias, None, None, None, None


def by_channel(values: Tensor) -> Tensor:
    return values.view(1, -1, 1, 1)
