"""Training images as the network sees them."""

import numpy as np
from matplotlib.figure import Figure

from digits.data.arrays import Images, Labels


def distortions(images: Images, labels: Labels) -> Figure:
    """Rows of one class each, as `labels` changes: the image [28, 28] as it is, then distorted versions of it."""
    rows = len(np.unique(labels))
    versions = len(images) // rows
    figure = Figure(figsize=(0.8 * versions, 0.8 * rows + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    axes = figure.subplots(rows, versions, squeeze=False).flat
    for position, (axis, image) in enumerate(zip(axes, images, strict=True)):
        axis.imshow(image, cmap="gray_r", vmin=0, vmax=255)
        axis.set(xticks=[], yticks=[])
        for spine in axis.spines.values():
            spine.set(linewidth=2 if position % versions == 0 else 0.3)
    return figure
