"""Stochastic gradient descent."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.optim.sgd import sgd


class SGD:
    """What `torch.optim.SGD` computes, by torch's own function of it.

    Constructing a `torch.optim.Optimizer` imports torch._dynamo, a second.
    momentum is Nesterov's, 0 for plain SGD; weight_decay is added to the gradient, weights times.
    """

    def __init__(self, parameters: Iterable[Tensor], *, momentum: float, weight_decay: float) -> None:
        self.parameters = list(parameters)
        self.momentum, self.weight_decay = momentum, weight_decay
        self.velocities = [torch.zeros_like(parameter) for parameter in self.parameters]

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        """Move the parameters against their gradients, and forget the gradients."""
        sgd(
            self.parameters,
            [parameter.grad for parameter in self.parameters if parameter.grad is not None],
            [*self.velocities],
            lr=learning_rate,
            momentum=self.momentum,
            dampening=0,
            nesterov=self.momentum > 0,
            weight_decay=self.weight_decay,
            maximize=False,
        )
        for parameter in self.parameters:
            parameter.grad = None
