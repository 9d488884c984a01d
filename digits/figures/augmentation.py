"""Training images as the network sees them."""

from matplotlib.figure import Figure

from digits.data.arrays import Images
from digits.figures.digit_grid import draw_image


def augmented_images(images: Images) -> Figure:
    """A row a class of images [classes, versions, 28, 28], of which the first version is the original."""
    rows, versions = images.shape[:2]
    figure = Figure(figsize=(0.8 * versions, 0.8 * rows + 0.6), layout="constrained")
    figure.suptitle("A training image, and what the network sees of it", fontsize=11)
    for axes, of_class in zip(figure.subplots(rows, versions, squeeze=False), images, strict=True):
        for version, (axis, image) in enumerate(zip(axes, of_class, strict=True)):
            draw_image(axis, image)
            for spine in axis.spines.values():
                spine.set(linewidth=0.3 if version else 2)
    return figure
