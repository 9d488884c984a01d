"""From the pixels on disk to what the network reads."""

from torch import Tensor

MEAN, DEVIATION = 0.1307, 0.3081  # of the 60,000 MNIST training images, pixels from 0 to 1


def unit(images: Tensor) -> Tensor:
    """uint8 [N, 28, 28], 0 background to 255 ink → float32 [N, 1, 28, 28], 0 to 1."""
    return images.unsqueeze(1).float().div_(255)


def normalise(pixels: Tensor) -> Tensor:
    """float32, 0 to 1 → float32 with the mean 0 and the deviation 1 of MNIST's training pixels."""
    return (pixels - MEAN) / DEVIATION
