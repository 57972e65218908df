"""Durations of XML Schema ("PT4H", "P3D") in hours. https://www.w3.org/TR/xmlschema-2/#duration"""

from __future__ import annotations

import re

HOURS = {"years": 8766.0, "months": 730.5, "weeks": 168.0, "days": 24.0, "hours": 1.0, "minutes": 1 / 60, "seconds": 1 / 3600}
_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def parse_hours(text: str) -> float | None:
    """Return the hours of a duration, None if it is none. A month counts as a twelfth of 365.25 days.

    >>> parse_hours("P1DT6H")
    30.0
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    return sum(float(amount) * HOURS[unit] for unit, amount in match.groupdict().items() if amount)
