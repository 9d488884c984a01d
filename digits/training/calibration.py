"""Confidence that means what it says: one temperature for all logits (Guo et al., arXiv 1706.04599, section 4.2)."""

import math
from itertools import chain, count, islice

import torch
from torch import Tensor

from digits.network.cnn import CNN
from digits.network.inference import for_inference
from digits.training.batches import TrainingBatches

SHOWN = 4_000  # images, about, that a temperature is fitted on


def fit_temperature(logits: Tensor, labels: Tensor) -> float:
    """Return the temperature T, 0.01 to 100, at which the cross-entropy of logits / T is least.

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
def calibrate(model: CNN, train: TrainingBatches, epoch: int) -> None:
    """Set the model's temperature from its answers to augmented training images, so that no label is held back.

    They are augmented as those of the epochs after `epoch` are: in ways the network has not seen.
    """
    asked = for_inference(model)
    unseen = chain.from_iterable(train.epoch(number) for number in count(epoch + 1))
    answers = [(asked(x), y) for x, y in islice(unseen, math.ceil(SHOWN / (train.batch_size * train.repeats)))]
    logits, labels = (torch.cat(parts) for parts in zip(*answers, strict=True))
    model.temperature.fill_(fit_temperature(logits, labels))
