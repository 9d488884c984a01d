import pytest
import torch
from torch import Tensor

from digits.training.optimizer import SGD


def parameters() -> list[Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(shape, generator=generator).requires_grad_() for shape in ((3, 4), (5,))]


@pytest.mark.parametrize(("momentum", "weight_decay"), [(0.0, 0.0), (0.0, 0.1), (0.9, 0.0), (0.5, 0.01)])
def test_steps_are_torch_s(momentum: float, weight_decay: float) -> None:
    ours, theirs = parameters(), parameters()
    optimizer = SGD(ours, momentum=momentum, weight_decay=weight_decay)
    oracle = torch.optim.SGD(theirs, 0.1, momentum, nesterov=momentum > 0, weight_decay=weight_decay)
    for step in range(5):
        oracle.param_groups[0]["lr"] = rate = 0.1 / (step + 1)
        for tensors in (ours, theirs):
            sum((tensor**4).sum() * (step + 1) for tensor in tensors).backward()
        optimizer.step(rate)
        oracle.step()
        oracle.zero_grad()
        torch.testing.assert_close(ours, theirs, atol=0, rtol=0)
        assert all(tensor.grad is None for tensor in ours)
