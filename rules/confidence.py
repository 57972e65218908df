"""From shares of the differential to the probabilities that people are told: calibrated on cases with known answers.

The order never changes. Triage, rules and questions judge by the shares, which their own thresholds were set on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.calibration import ConfidenceConstants

_DIGITS = 6
_LEAST = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The probabilities of what is listed, in its order, and what is left for everything that is not."""

    listed: tuple[float, ...]
    unlisted: float
    unlisted_share: float

    def of_unlisted(self, share: float) -> float:
        """Return the probability of a condition that is not listed: its part of what is left."""
        return round(self.unlisted * share / max(self.unlisted_share, _LEAST), _DIGITS)


def confidence(shares: Sequence[float], constants: ConfidenceConstants) -> Confidence:
    """Calibrate the shares of what is listed, most probable first; with what is left they sum to 1.

    >>> known = ConfidenceConstants(never=0.1, tail=2.0, sharpness=1.0)
    >>> confidence([0.6, 0.2], known)
    Confidence(listed=(0.648, 0.216), unlisted=0.136, unlisted_share=0.2)
    """
    left = max(1.0 - sum(shares), 0.0)
    if not shares:
        return Confidence(listed=(), unlisted=1.0, unlisted_share=left)
    unlisted = constants.never + (1.0 - constants.never) * left**constants.tail
    sharpened = np.power(np.maximum(shares, _LEAST), constants.sharpness)
    listed = tuple(round(float(p), _DIGITS) for p in (1.0 - unlisted) * sharpened / sharpened.sum())
    return Confidence(listed=listed, unlisted=round(max(1.0 - sum(listed), 0.0), _DIGITS), unlisted_share=round(left, _DIGITS))
