"""How a claim is backed, and to whom it applies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a piece of evidence is backed (DESIGN §2)."""

    MEASURED = "Measured"  # a number as printed, with its place and cohort
    BANDED = "Banded"  # a band that the source states
    STATED = "Stated"  # a limit, contraindication or advice of a named authority
    EXPERT = "Expert"  # textbook consensus, not looked up; awaiting review


class Band(StrEnum):
    """How often a finding goes with a condition, in words. The probabilities stand in rules/calibration.yaml."""

    OBLIGATE = "Obligate"
    VERY_FREQUENT = "VeryFrequent"
    FREQUENT = "Frequent"
    OCCASIONAL = "Occasional"
    RARE = "Rare"
    BACKGROUND = "Background"
    EXCLUDED = "Excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRange:
    """A half-open range of years: `min_years <= age < max_years`. "65+" is [65, inf), "5-9" is [5, 10).

    >>> AgeRange(min_years=5, max_years=10).contains(9.9)
    True
    """

    min_years: float = 0.0
    max_years: float = math.inf

    def contains(self, age: float) -> bool:
        """Say whether a person of `age` years is meant."""
        return self.min_years <= age < self.max_years


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What stands behind one claim. `where` is the file:line of the claim in the knowledge."""

    grade: Grade
    source: str | None = None  # "s:…"
    locator: str | None = None
    printed: str | None = None
    computation: str | None = None
    cohort: str | None = None
    cohort_ages: AgeRange | None = None
    region: tuple[str, ...] = ()
    where: str = ""
