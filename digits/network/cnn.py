"""The network: two convolutional blocks and a fully connected classifier.

Shapes: N images, C channels; with padding 28 → 14 → 7 pixels a side, without 28 → 12 → 4.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from digits.data.arrays import SIDE
from digits.network.batch_norm import BatchNorm2d
from digits.network.preprocessing import deskew, eight_bit, unit


def block(inputs: int, outputs: int, *, batch_norm: bool, padding: int) -> nn.Sequential:
    """Conv 3×3 → ReLU → conv 3×3 → ReLU → 2×2 max pooling, batch norm before each ReLU if asked for.

    padding: zeros around what a convolution reads, 1 to keep its size or 0, by which each takes 2 pixels off a side.
    """
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv2d(channels, outputs, kernel_size=3, padding=padding, bias=not batch_norm))
        if batch_norm:
            layers.append(BatchNorm2d(outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers, nn.MaxPool2d(2))


def after_block(side: int, padding: int) -> int:
    """Pixels a side that a block leaves of `side`."""
    return (side - 4 + 4 * padding) // 2


class CNN(nn.Module):
    """Normalised images float32 [N, 1, 28, 28] → logits float32 [N, classes].

    `classes` names what they stand for. Softmax, at the model's temperature, is left to `make_predictions`.
    """

    def __init__(
        self, *, channels: tuple[int, int], padding: int, batch_norm: bool, deskew: bool, classes: Sequence[str]
    ) -> None:
        super().__init__()
        self.channels, self.padding, self.batch_norm, self.deskew = channels, padding, batch_norm, deskew
        self.classes = tuple(classes)
        first, second = channels
        self.features = nn.Sequential(
            block(1, first, batch_norm=batch_norm, padding=padding),
            block(first, second, batch_norm=batch_norm, padding=padding),
        )
        self.classifier = nn.Linear(second * after_block(after_block(SIDE, padding), padding) ** 2, len(self.classes))
        self.register_buffer("temperature", torch.ones(()))  # of the softmax, see digits/training/calibration.py
        self.temperature: Tensor
        self.to(memory_format=torch.channels_last)  # twice as fast on CPUs; what the weights have, activations get

    def upright(self, pixels: Tensor) -> Tensor:
        """Deskew images float32 [N, 1, 28, 28], 0 to 1, if this model is one that reads them deskewed."""
        return deskew(pixels) if self.deskew else pixels

    def upright_bytes(self, images: Tensor) -> Tensor:
        """The same for images uint8 [N, 28, 28], rounded: what training reads."""
        return eight_bit(self.upright(unit(images))) if self.deskew else images

    def forward(self, x: Tensor) -> Tensor:
        """Compute the logits of a batch."""
        features = self.features(x)  # [N, C, 7, 7] or [N, C, 4, 4]
        logits: Tensor = self.classifier(features.flatten(1))
        return logits
