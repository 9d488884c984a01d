"""The learning rate, step by step."""

import math

WARM_UP = 0.25  # the part of the steps in which one_cycle rises


def learning_rate_at(step: int, *, steps: int, peak: float, schedule: str) -> float:
    """The learning rate of step `step` of `steps`, counted from 0.

    constant: `peak` throughout. one_cycle: a linear rise to `peak`, then half a cosine down towards 0
    (L. N. Smith, Super-Convergence, arXiv 1708.07120, with a cosine for the descent).
    """
    if schedule == "constant":
        return peak
    if schedule != "one_cycle":
        raise ValueError(f"schedule = {schedule!r}: allowed are 'constant' and 'one_cycle'")
    done = (step + 0.5) / steps
    if done < WARM_UP:
        return peak * done / WARM_UP
    return peak * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP))) / 2
