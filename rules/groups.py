"""Correlated findings say less together than apart: weights within a group, in one order for every condition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def group_weights(groups: Sequence[str | None], strengths: Floats, weights: Sequence[float]) -> Floats:
    """Weigh each term by its place in its group, strongest first; terms without a group count whole.

    >>> group_weights(["a", "a", None], np.array([1.0, 2.0, 1.0]), (1.0, 0.5)).tolist()
    [0.5, 1.0, 1.0]
    """
    result = np.ones(len(groups))
    taken: dict[str, int] = {}
    for term in sorted(range(len(groups)), key=lambda t: (-round(float(strengths[t]), 9), t)):
        group = groups[term]
        if group is not None:
            place = taken.get(group, 0)
            result[term] = weights[min(place, len(weights) - 1)]
            taken[group] = place + 1
    return result
