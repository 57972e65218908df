"""Ages as people write them in the knowledge: "65+", "5-9", "0-2 months", "3 months - 11 years"."""

from __future__ import annotations

import re

from ontologies.evidence import AgeRange

PER_YEAR = {"day": 365.25, "week": 52.1786, "month": 12.0, "year": 1.0}
_UNIT = r"(?:\s*(days?|weeks?|months?|years?))?"
_FROM = re.compile(rf"(\d+(?:\.\d+)?){_UNIT}\s*\+")
_BETWEEN = re.compile(rf"(\d+(?:\.\d+)?){_UNIT}\s*[-–]\s*(\d+(?:\.\d+)?){_UNIT}")


def parse_ages(text: str) -> AgeRange | None:
    """Read an inclusive range of completed years (or months …); None if it is none.

    >>> parse_ages("5-9")
    AgeRange(min_years=5.0, max_years=10.0)
    >>> parse_ages("3 months - 11 years")
    AgeRange(min_years=0.25, max_years=12.0)
    """
    whole = text.strip().lower()
    if open_end := _FROM.fullmatch(whole):
        return AgeRange(min_years=_years(float(open_end[1]), open_end[2]))
    if closed := _BETWEEN.fullmatch(whole):
        unit = closed[4] or closed[2]
        start = _years(float(closed[1]), closed[2] or unit)
        end = _years(float(closed[3]) + 1, unit)
        return AgeRange(min_years=start, max_years=end) if start < end else None
    return None


def overlap(one: AgeRange, other: AgeRange) -> bool:
    """Say whether some age lies in both ranges."""
    return one.min_years < other.max_years and other.min_years < one.max_years


def _years(number: float, unit: str | None) -> float:
    return number / PER_YEAR[(unit or "year").rstrip("s")]
