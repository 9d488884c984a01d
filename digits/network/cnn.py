"""The network: convolutional blocks and a fully connected classifier.

Shapes: N images, C channels; of two blocks with padding 28 → 14 → 7 pixels a side, without 28 → 12 → 4.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from digits.data.classes import Kind
from digits.network.preprocessing import deskew, normalise, to_float
from digits.params.model import ModelParams, sides_after


def block(inputs: int, outputs: int, params: ModelParams) -> nn.Sequential:
    """Conv 3×3 → ReLU → conv 3×3 → ReLU → 2×2 max pooling, batch norm before each ReLU if asked for.

    params.padding: zeros around what a convolution reads, 1 to keep its size or 0, which takes 2 pixels off a side.
    """
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv2d(channels, outputs, kernel_size=3, padding=params.padding, bias=not params.batch_norm))
        if params.batch_norm:
            layers.append(nn.BatchNorm2d(outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers, nn.MaxPool2d(2))


class CNN(nn.Module):
    """Normalised images float32 [N, 1, 28, 28] → logits float32 [N, classes].

    `classes` names what they stand for, `pictures` how a picture becomes an image. Softmax, at the model's temperature,
    is left to `make_predictions`.
    """

    def __init__(self, params: ModelParams, *, classes: Sequence[str], pictures: Kind = "strokes") -> None:
        super().__init__()
        self.params, self.classes, self.pictures = params, tuple(classes), pictures
        self.precision = torch.float32  # or bfloat16: what forward computes in, on weights that stay float32
        channels = pairwise([1, *params.channels])
        self.features = nn.Sequential(*(block(inputs, outputs, params) for inputs, outputs in channels))
        side = sides_after(params.padding)[len(params.channels) - 1]
        self.classifier = nn.Linear(params.channels[-1] * side**2, len(self.classes))
        self.register_buffer("temperature", torch.ones(()))  # of the softmax, see digits/training/calibration.py
        self.temperature: Tensor
        self.to(memory_format=torch.channels_last)  # twice as fast on CPUs; what the weights have, activations get

    def preprocess(self, images: Tensor) -> Tensor:
        """Make images what the network reads: float32 [N, 1, 28, 28], 0 to 1, deskewed if this model wants that.

        images: uint8 [N, 28, 28] or float32 [N, 1, 28, 28], 0 to 1.
        """
        pixels = to_float(images) if images.dtype == torch.uint8 else images
        return deskew(pixels) if self.params.deskew else pixels

    def forward(self, pixels: Tensor) -> Tensor:
        """Compute logits, float32 [N, classes], from what `preprocess` returns."""
        with torch.autocast(pixels.device.type, torch.bfloat16, enabled=self.precision == torch.bfloat16):
            features = self.features(normalise(pixels))  # [N, C, 7, 7] or [N, C, 4, 4]
            logits: Tensor = self.classifier(features.flatten(1))
        return logits.float()
