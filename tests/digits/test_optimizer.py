import subprocess
import sys

import pytest
import torch
from torch import Tensor

from digits.optimizer import SGD


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


def test_training_does_not_import_the_compiler() -> None:
    """Twice the time that importing torch takes."""
    code = "import sys, stages.train; assert 'torch._dynamo' not in sys.modules and 'torchvision' not in sys.modules"
    steps = (
        "; import torch; from digits.optimizer import SGD; p = torch.ones(2, requires_grad=True); p.sum().backward(); "
        "SGD([p], momentum=0.9, weight_decay=0.1).step(0.1); assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code + steps], check=True)
