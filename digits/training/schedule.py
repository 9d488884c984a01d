"""The optimizer, and its learning rate step by step."""

import math
from functools import partial

from torch import nn
from torch.optim import SGD, Optimizer
from torch.optim.lr_scheduler import LambdaLR

WARM_UP = 0.25  # the part of the steps in which one_cycle rises


def make_optimizer(model: nn.Module, *, learning_rate: float, momentum: float, weight_decay: float) -> SGD:
    """Make stochastic gradient descent with Nesterov's momentum; momentum 0 is plain SGD."""
    return SGD(model.parameters(), learning_rate, momentum, nesterov=momentum > 0, weight_decay=weight_decay)


def learning_rate_at(step: int, *, steps: int, peak: float, schedule: str) -> float:
    """Return the learning rate of step `step` of `steps`, counted from 0.

    constant: `peak` throughout. one_cycle: a linear rise to `peak`, then half a cosine down towards 0
    (L. N. Smith, Super-Convergence, arXiv 1708.07120, with a cosine for the descent).
    """
    if schedule == "constant":
        return peak
    if schedule != "one_cycle":
        raise ValueError(f"schedule = {schedule!r}: allowed are 'constant' and 'one_cycle'")
    done = (step + 0.5) / max(1, steps)
    if done < WARM_UP:
        return peak * done / WARM_UP
    return peak * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2


def make_scheduler(optimizer: Optimizer, *, schedule: str, steps: int, done: int = 0) -> LambdaLR:
    """Schedule the optimizer's learning rate, the peak, over `steps` steps of which `done` have been taken."""
    for group in optimizer.param_groups:
        group.setdefault("initial_lr", group["lr"])
    factor = partial(learning_rate_at, steps=steps, peak=1, schedule=schedule)
    return LambdaLR(optimizer, factor, last_epoch=done - 1)
