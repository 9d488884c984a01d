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


def tiny_vgg() -> nn.Sequential:
    """Two blocks of two convolutions, and a classifier."""
    return nn.Sequential(*block(1), *block(CHANNELS), nn.Flatten(), nn.Linear(CHANNELS * 7 * 7, 10))


def block(inputs: int) -> list[nn.Module]:
    """Two convolutions with ReLU, and max pooling."""
    first, second = (nn.Conv2d(channels, CHANNELS, kernel_size=3, padding=1) for channels in (inputs, CHANNELS))
    return [first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2)]


def train_step(model: nn.Module, loader: Batches, loss_fn: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """One epoch."""
    model.train()
    for x, y in loader:
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@torch.inference_mode()
def test_step(model: nn.Module, loader: Batches, loss_fn: nn.Module) -> tuple[float, float]:
    """Loss and accuracy on all of the test data."""
    model.eval()
    total, correct = 0.0, 0
    for x, y in loader:
        logits = model(x)
        total += loss_fn(logits, y).item()
        correct += int((logits.argmax(1) == y).sum().item())
    return total / len(loader), correct / 10_000


def main(root: str, indices: str) -> None:
    torch.manual_seed(0)
    chosen = [int(line) for line in Path(indices).read_text().split()]
    to_tensor = transforms.ToTensor()
    train = Subset(datasets.MNIST(root, train=True, transform=to_tensor), chosen)
    train_loader = DataLoader(train, batch_size=BATCH_SIZE, shuffle=True)
    test_loader = DataLoader(datasets.MNIST(root, train=False, transform=to_tensor), batch_size=BATCH_SIZE)
    model, loss_fn = tiny_vgg(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    for _ in range(EPOCHS):
        train_step(model, train_loader, loss_fn, optimizer)
        loss, accuracy = test_step(model, test_loader, loss_fn)
    print(f"loss {loss:.4f} accuracy {accuracy:.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
