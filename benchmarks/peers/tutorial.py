"""The reference experiment as tutorials write it: torchvision's MNIST through a DataLoader, torch.optim.SGD.

`python benchmarks/peers/tutorial.py ROOT INDICES` trains 20 epochs on those images of the MNIST in ROOT (as torchvision
lays it out) whose numbers stand in INDICES, and prints the test accuracy. It imports nothing of this project.
"""

import sys
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms

BATCH_SIZE, EPOCHS, LEARNING_RATE, CHANNELS = 32, 20, 0.1, 10

Batches = DataLoader[tuple[torch.Tensor, torch.Tensor]]


class TinyVGG(nn.Module):
    """Two blocks of two convolutions, and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.block_1, self.block_2 = block(1), block(CHANNELS)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(CHANNELS * 7 * 7, 10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the logits of a batch."""
        logits: torch.Tensor = self.classifier(self.block_2(self.block_1(x)))
        return logits


def block(inputs: int) -> nn.Sequential:
    """Two convolutions with ReLU, and max pooling."""
    first, second = (nn.Conv2d(channels, CHANNELS, kernel_size=3, padding=1) for channels in (inputs, CHANNELS))
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2))


def train_step(model: nn.Module, loader: Batches, loss_fn: nn.Module, optimizer: torch.optim.Optimizer) -> float:
    """One epoch; the mean of the batches' losses."""
    model.train()
    total = 0.0
    for x, y in loader:
        loss = loss_fn(model(x), y)
        total += loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return total / len(loader)


def test_step(model: nn.Module, loader: Batches, loss_fn: nn.Module) -> tuple[float, float]:
    """Loss and accuracy on all of the test data."""
    model.eval()
    total, correct = 0.0, 0
    with torch.inference_mode():
        for x, y in loader:
            logits = model(x)
            total += loss_fn(logits, y).item()
            correct += int((logits.argmax(1) == y).sum().item())
    return total / len(loader), correct / 10_000


def main(root: str, indices: str) -> None:
    torch.manual_seed(0)
    chosen = [int(line) for line in Path(indices).read_text().split()]
    train = Subset(datasets.MNIST(root, train=True, transform=transforms.ToTensor()), chosen)
    test = datasets.MNIST(root, train=False, transform=transforms.ToTensor())
    train_loader = DataLoader(train, batch_size=BATCH_SIZE, shuffle=True)
    test_loader = DataLoader(test, batch_size=BATCH_SIZE)
    model, loss_fn = TinyVGG(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for _ in range(EPOCHS):
        train_step(model, train_loader, loss_fn, optimizer)
        loss, accuracy = test_step(model, test_loader, loss_fn)
    print(f"loss {loss:.4f} accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
