"""Confidence that means what it says: one temperature for all logits (Guo et al., arXiv 1706.04599, section 4.2)."""

import math

import torch
from torch import Generator, Tensor

from digits.network.cnn import CNN
from digits.network.prediction import logits_of
from digits.network.preprocessing import unit
from digits.training.augment import Distortion, draw, warp

SHOWN = 10_000  # images a temperature is fitted on
PIECE = 1000  # of them distorted at once


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """The temperature T, 0.01 to 100, at which the cross-entropy of logits / T is least.

    logits: [N, classes]; labels: integers [N]. The cross-entropy is convex in 1 / T, so its slope is bisected.
    """
    logits = logits.cpu().double()
    actual = logits.gather(1, labels.cpu().long().unsqueeze(1)).mean()
    low, high = math.log(0.01), math.log(100)
    for _ in range(50):
        middle = (low + high) / 2
        probabilities = torch.softmax(logits * math.exp(-middle), dim=1)
        expected = (probabilities * logits).sum(1).mean()
        low, high = (low, middle) if expected < actual else (middle, high)
    return math.exp((low + high) / 2)


@torch.no_grad()
def calibrate(model: CNN, images: Tensor, labels: Tensor, *, augment: Distortion, generator: Generator) -> None:
    """Set the model's temperature from its answers to freshly distorted training images, so that no label is held back.

    images: uint8 [N, 28, 28], as for `train_step`; labels: uint8 [N]; of a small set several distorted copies each are
    shown.
    """
    chosen = torch.arange(SHOWN, device=images.device) % len(images)
    drawn = draw(SHOWN, images.shape[-1], augment, generator)
    logits = []
    for piece in torch.arange(SHOWN).split(PIECE):
        pixels = warp(unit(model.upright_bytes(images[chosen[piece]])), [tensor[piece] for tensor in drawn])
        logits.append(logits_of(model, pixels, upright=True))
    model.temperature.fill_(fit_temperature(torch.cat(logits), labels[chosen]))
