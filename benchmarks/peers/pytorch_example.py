"""The network of PyTorch's well-known MNIST example, and one epoch of it as that example drives it.

Two convolutions (32, 64 channels), max pooling, dropout, 128 hidden units; Adadelta with learning rate 1, batches of 64
from a DataLoader over torchvision's MNIST, on the CPU without worker processes.
"""

from pathlib import Path

import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim import Adadelta
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

BATCH_SIZE = 64


class Net(nn.Module):
    """Normalised images float32 [N, 1, 28, 28] → log-probabilities [N, 10]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3)
        self.dropout1, self.dropout2 = nn.Dropout(0.25), nn.Dropout(0.5)
        self.fc1, self.fc2 = nn.Linear(9216, 128), nn.Linear(128, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Compute the log-probabilities of a batch."""
        x = F.relu(self.conv2(F.relu(self.conv1(x))))
        x = self.dropout1(F.max_pool2d(x, 2)).flatten(1)
        x = self.fc2(self.dropout2(F.relu(self.fc1(x))))
        return x.log_softmax(1)


def train_epoch(model: Net, root: Path) -> None:
    """Train on all 60,000 images of the MNIST in `root`, once."""
    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    loader = DataLoader(datasets.MNIST(root, train=True, transform=transform), batch_size=BATCH_SIZE, shuffle=True)
    optimizer = Adadelta(model.parameters(), lr=1.0)
    model.train()
    for x, y in loader:
        optimizer.zero_grad()
        F.nll_loss(model(x), y).backward()
        optimizer.step()
