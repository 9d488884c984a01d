"""Stratified, nested random subsets."""

import heapq

import numpy as np
import numpy.typing as npt

from digits.data.arrays import Labels


def stratified(labels: Labels, samples: int, *, seed: int) -> npt.NDArray[np.intp]:
    """Indices, ascending, of `samples` images drawn so that each class has its share of them within one image.

    Subsets of one seed are nested: a smaller one is contained in every larger one. The classes take turns by
    Tijdeman's solution of the chairman assignment problem (Discrete Mathematics 32, 1980, pp. 323-330), which never
    strays a whole image from any class's share; within a class the order is random. ValueError: too many samples.
    """
    if not 0 < samples <= len(labels):
        raise ValueError(f"{samples} samples: must be 1 to {len(labels)}, the number of images there are")
    random = np.random.default_rng(seed)
    members = {int(label): random.permutation(np.flatnonzero(labels == label)) for label in np.unique(labels)}
    return np.sort([members[label][rank] for label, rank in turns({k: len(m) for k, m in members.items()}, samples)])


def turns(counts: dict[int, int], samples: int) -> list[tuple[int, int]]:
    """Whose turn it is: (class, how many turns it had before), `samples` times.

    After t turns the share of a class with c of n images is t·c/n. A class may take its turn r (from 0) once its share
    is at least r + slack, and should before it exceeds r + 1 - slack; of those that may, the most urgent goes.
    """
    total, slack = sum(counts.values()), 1 / (2 * max(len(counts) - 1, 1))

    def opens(label: int, rank: int) -> float:
        return (rank + slack) * total / counts[label]

    def due(label: int, rank: int) -> float:
        return (rank + 1 - slack) * total / counts[label]

    waiting = [(opens(label, 0), label, 0) for label in counts]
    ready: list[tuple[float, int, int]] = []
    heapq.heapify(waiting)
    order: list[tuple[int, int]] = []
    for turn in range(1, samples + 1):
        while waiting and waiting[0][0] <= turn + 1e-9:
            _, label, rank = heapq.heappop(waiting)
            heapq.heappush(ready, (due(label, rank), label, rank))
        _, label, rank = heapq.heappop(ready)
        order.append((label, rank))
        if rank + 1 < counts[label]:
            heapq.heappush(waiting, (opens(label, rank + 1), label, rank + 1))
    return order
