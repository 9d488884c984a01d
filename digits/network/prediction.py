"""Predict the classes of images."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from digits.data.arrays import SIDE
from digits.network.cnn import CNN
from digits.network.preprocessing import normalise, unit

BATCH = 100  # activations of a batch stay in the processor's cache; 1,000 and more are two to three times slower

Picture = Tensor | npt.NDArray[np.uint8] | npt.NDArray[np.floating]


@torch.inference_mode()
def logits_of(model: CNN, images: Tensor, *, upright: bool = False) -> Tensor:
    """images: uint8 [N, 28, 28] or float32 [N, 1, 28, 28], 0 to 1, on the model's device → float32 [N, classes].

    upright: whether they are what `model.upright` makes of them already.
    """
    was_training = model.training
    model.eval()
    logits = torch.empty(len(images), len(model.classes), device=images.device)  # kept apart, batches fragment memory
    for batch, answers in zip(images.split(BATCH), logits.split(BATCH), strict=True):
        x = unit(batch) if batch.dtype == torch.uint8 else batch
        answers.copy_(model(normalise(x if upright else model.upright(x))))
    model.train(was_training)
    return logits


def loss_and_accuracy(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy in nats and fraction correct, summed in float64, which not every device has, on the CPU."""
    logits, labels = logits.cpu(), labels.cpu()
    loss = F.cross_entropy(logits.double(), labels.long(), reduction="sum").item() / len(labels)
    accuracy = (logits.argmax(1) == labels).sum().item() / len(labels)
    return round(loss, 6), round(accuracy, 6)


def make_predictions(model: CNN, images: Picture | Sequence[Picture]) -> Tensor:
    """The probability of each class for each image: float32 [N, classes] on the CPU, rows that sum to 1.

    images: one image or many, as an array, a tensor (on any device) or a list of either; [28, 28], [N, 28, 28] or
    [N, 1, 28, 28]; uint8 from 0 (background) to 255 (ink) or floats from 0 to 1. ValueError: anything else.
    """
    stacked = stack(images).to(model.temperature.device)
    if not len(stacked):
        return torch.empty(0, len(model.classes))
    return softmax(model, logits_of(model, stacked))


def softmax(model: CNN, logits: Tensor) -> Tensor:
    """The probabilities, float32 [N, classes] on the CPU, that logits [N, classes] mean at the model's temperature."""
    return (logits / model.temperature).softmax(1).cpu()


def stack(images: Picture | Sequence[Picture]) -> Tensor:
    """Images in any of the forms above → uint8 [N, 28, 28] or float32 [N, 1, 28, 28]."""
    if not isinstance(images, list | tuple):
        tensor = as_tensor(images)
    elif not images:
        return torch.empty(0, SIDE, SIDE, dtype=torch.uint8)
    else:
        tensors = [as_tensor(image) for image in images]
        if len({(tuple(t.shape), t.dtype) for t in tensors}) > 1:
            raise ValueError("images of one list must have one shape and one dtype")
        tensor = torch.stack([t.to(tensors[0].device) for t in tensors])
    if tensor.shape[-2:] != (SIDE, SIDE) or tensor.ndim > 4 or (tensor.ndim == 4 and tensor.shape[1] != 1):
        raise ValueError(f"images of shape {list(tensor.shape)}: must be [28, 28], [N, 28, 28] or [N, 1, 28, 28]")
    if tensor.dtype == torch.uint8:
        return tensor.reshape(-1, SIDE, SIDE)
    if not tensor.is_floating_point():
        raise ValueError(f"images of {tensor.dtype}: must be uint8, 0 to 255, or floats, 0 to 1")
    if tensor.numel() and not (tensor.min() >= 0 and tensor.max() <= 1):
        raise ValueError(f"float images from {tensor.min():.3g} to {tensor.max():.3g}: must be 0 to 1")
    return tensor.float().reshape(-1, 1, SIDE, SIDE)


def as_tensor(image: object) -> Tensor:
    if isinstance(image, Tensor):
        return image
    try:
        return torch.from_numpy(np.array(image))  # a copy: torch takes neither read-only nor reversed arrays
    except (TypeError, ValueError):
        raise ValueError("images must be arrays or tensors of numbers") from None
