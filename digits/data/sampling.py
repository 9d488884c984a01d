"""Stratified, nested random subsets."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from digits.data.arrays import Labels

Places = npt.NDArray[np.intp]


def stratified(labels: Labels, samples: int, *, seed: int) -> Places:
    """Draw `samples` images at random, of each class in proportion to its size; return their indices, ascending.

    Subsets of one seed are nested: a smaller one is contained in every larger one. Of K classes, one that holds the
    share s of all images is drawn within 1/2 + s·(K - 2)/2 images of s·samples. That is less than one image where the
    classes are of like size (MNIST: 0.95). ValueError: more samples than images, or none.
    """
    if not 0 < samples <= len(labels):
        raise ValueError(f"{samples} samples: must be 1 to {len(labels)}, the number of images there are")
    return np.sort(order_by_class(labels, seed=seed)[:samples])


def order_by_class(labels: Labels, *, seed: int) -> Places:
    """Order all images so that the classes alternate in proportion to their sizes; within a class at random.

    Image number r, from 0, of a class of n takes the place (r + 1/2) / n; of equal places the lower class comes first.
    """
    random = np.random.default_rng(seed)
    places = np.empty(len(labels))
    for label in np.unique(labels):
        members = random.permutation(np.flatnonzero(labels == label))
        places[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.lexsort((labels, places))


def limit_classes(order: Places, labels: Labels, limits: Mapping[int, int]) -> Places:
    """Leave in `order` at most so many images of each label in `limits`: the first ones."""
    kept = np.ones(len(order), bool)
    for label, most in limits.items():
        kept[np.flatnonzero(labels[order] == label)[most:]] = False
    return order[kept]
