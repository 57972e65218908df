"""How well told probabilities hold on cases with known answers, and the few constants that make them hold, cross-validated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chat.scoring import losses
from rules.calibration import ConfidenceConstants
from rules.confidence import confidence

FOLDS = 5
LIMITS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)  # of the groups in which probabilities are compared with hits
_STEPS = (0.4, 0.1, 0.025, 0.006)  # in which the search narrows, on the scale of each constant's logarithm
_FIELDS = ("never", "tail", "sharpness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one case listed: the shares, most probable first, and which of them were right."""

    shares: tuple[float, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Mean log loss and Brier score; each set of cases counts the same."""

    log_loss: float
    brier: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Probabilities between two limits: how many, their mean, and the share that was right."""

    count: int
    told: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The constants fitted to all cases, and how ways to tell probabilities fare on cases that they were not fitted to."""

    constants: ConfidenceConstants
    calibrated: Losses
    shares: Losses  # told as they are
    by_place: Losses  # the base rate: how often the first, second, … place is right
    groups_before: tuple[Group, ...]
    groups: tuple[Group, ...]


Way = Callable[[Forecast], Sequence[float]]
Sets = Sequence[Sequence[Forecast]]


def calibrate(sets: Sets, start: ConfidenceConstants) -> Found:
    """Fit the constants and judge them by cross-validation: each fold is told with what the others taught."""
    told: list[tuple[Forecast, Sequence[float]]] = []
    folds = [_fold(sets, k, start) for k in range(FOLDS)]
    for cases in sets:
        told += [(case, folds[place % FOLDS][0](case)) for place, case in enumerate(cases)]
    every = [case for cases in sets for case in cases]
    return Found(
        constants=fit(sets, start),
        calibrated=_judged(sets, lambda place: folds[place % FOLDS][0]),
        shares=_judged(sets, lambda _: _as_they_are),
        by_place=_judged(sets, lambda place: folds[place % FOLDS][1]),
        groups_before=reliability([(case, case.shares) for case in every]),
        groups=reliability(told),
    )


def fit(sets: Sets, start: ConfidenceConstants) -> ConfidenceConstants:
    """Search the constants with the least log loss, one after the other in narrowing steps."""
    best, least = start, _log_loss(sets, start)
    for step in _STEPS:
        moved = True
        while moved:
            moved = False
            for tried in _near(best, step):
                loss = _log_loss(sets, tried)
                if loss < least:
                    best, least, moved = tried, loss, True
    return ConfidenceConstants(**{name: round(getattr(best, name), 3) for name in _FIELDS})


def reliability(told: Sequence[tuple[Forecast, Sequence[float]]]) -> tuple[Group, ...]:
    """Put what was told into groups of like probability and count how often each came true."""
    chances = np.array([p for _, ps in told for p in ps])
    right = np.array([r for case, _ in told for r in case.right], dtype=np.bool_)
    places = np.clip(np.searchsorted(LIMITS, chances, side="right") - 1, 0, len(LIMITS) - 2)
    return tuple(_group(chances[places == k], right[places == k]) for k in range(len(LIMITS) - 1) if (places == k).any())


def _group(chances: NDArray[np.float64], right: NDArray[np.bool_]) -> Group:
    return Group(count=len(chances), told=round(float(chances.mean()), 4), right=round(float(right.mean()), 4))


def _fold(sets: Sets, fold: int, start: ConfidenceConstants) -> tuple[Way, Way]:
    """Learn from everything outside a fold: the calibrated way and the base rate of each place."""
    known = [[case for place, case in enumerate(cases) if place % FOLDS != fold] for cases in sets]
    return _with(fit(known, start)), _base_rate(known)


def _with(constants: ConfidenceConstants) -> Way:
    return lambda case: confidence(case.shares, constants).listed


def _as_they_are(case: Forecast) -> Sequence[float]:
    return case.shares


def _base_rate(sets: Sets) -> Way:
    """Tell each place how often it was right, whatever was said."""
    longest = max((len(case.shares) for cases in sets for case in cases), default=0)
    rates = [np.mean([np.mean([_right(case, place) for case in cases]) for cases in sets if cases]) for place in range(longest)]
    return lambda case: [float(rate) for rate in rates[: len(case.shares)]]


def _right(case: Forecast, place: int) -> bool:
    return place < len(case.right) and case.right[place]


def _judged(sets: Sets, way_of: Callable[[int], Way]) -> Losses:
    means = [np.mean([losses(way_of(place)(case), case.right) for place, case in enumerate(cases)], axis=0) for cases in sets if cases]
    log_loss, brier = np.mean(means, axis=0)
    return Losses(log_loss=round(float(log_loss), 4), brier=round(float(brier), 4))


def _log_loss(sets: Sets, constants: ConfidenceConstants) -> float:
    way = _with(constants)
    return float(np.mean([np.mean([losses(way(case), case.right)[0] for case in cases]) for cases in sets if cases]))


def _near(constants: ConfidenceConstants, step: float) -> list[ConfidenceConstants]:
    """Move each constant a step up and down on the scale of its logarithm; a share stays below one."""
    moved = [replace(constants, **{name: getattr(constants, name) * factor}) for name in _FIELDS for factor in (1 + step, 1 / (1 + step))]
    return [m for m in moved if m.never < 1.0]
