"""Predict the classes of images."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from digits.data.arrays import SIDE
from digits.network.cnn import CNN
from digits.network.inference import for_inference

BATCH = 250  # 100 take a tenth more time; above about 500, glibc gives activations back (digits/network/device.py)

Picture = Tensor | npt.NDArray[np.uint8] | npt.NDArray[np.floating]


@torch.inference_mode()
def logits_of(model: CNN, images: Tensor) -> Tensor:
    """images: uint8 [N, 28, 28] or float32 [N, 1, 28, 28], 0 to 1, on the model's device → float32 [N, classes]."""
    if not len(images):
        return torch.empty(0, len(model.classes), device=images.device)
    asked = for_inference(model)
    return torch.cat([asked(asked.preprocess(batch)) for batch in images.split(BATCH)])


def totals_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Sum the cross-entropy in nats, the right answers and the images: [3], in the logits' dtype."""
    loss = F.cross_entropy(logits, labels.long(), reduction="sum")
    right = (logits.argmax(1) == labels).sum()
    return torch.stack([loss, right.to(loss), torch.full_like(loss, len(labels))])


def average(totals: Tensor) -> tuple[float, float]:
    """Return the mean cross-entropy and the fraction right, of sums as `totals_of` returns them, to six digits."""
    loss, right, count = totals.tolist()
    return round(loss / count, 6), round(right / count, 6)


def loss_and_accuracy(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    """Return mean cross-entropy in nats and fraction right, summed in float64 on the CPU."""
    return average(totals_of(logits.cpu().double(), labels.cpu()))


def make_predictions(model: CNN, images: Picture | Sequence[Picture]) -> Tensor:
    """The probability of each class for each image: float32 [N, classes] on the CPU, rows that sum to 1.

    images: one image or many, as an array, a tensor (on any device) or a list of either; [28, 28], [N, 28, 28] or
    [N, 1, 28, 28]; uint8 from 0 (background) to 255 (ink) or floats from 0 to 1. ValueError: anything else.
    """
    return softmax(model, logits_of(model, stack(images).to(model.temperature.device)))


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
