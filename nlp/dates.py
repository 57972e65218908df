"""Dates of the Chinese calendar ("on the 9th of June"): points in time, neither lengths nor ages nor readings."""

from __future__ import annotations

from typing import Any

from nlp.numbers import Number
from nlp.resources import data

_MONTHS = 12
_DAYS = 31


def dates_of(words: list[str], numbers: list[Number]) -> list[tuple[int, int]]:
    """Return the token ranges of dates from left to right."""
    table: dict[str, Any] = data("times.yaml")["calendar"]
    found: list[tuple[int, int]] = []
    for place, number in enumerate(numbers):
        if found and number.start < found[-1][1]:
            continue
        following = numbers[place + 1] if place + 1 < len(numbers) else None
        end = _month(words, number, following, table) or _day(words, number, table) or _dotted(words, number, table)
        if end:
            found.append((number.start, end))
    return found


def _month(words: list[str], number: Number, following: Number | None, table: dict[str, Any]) -> int:
    """Return where a month ends, with its day or its part ("6 month 19 day", "late in month 6"), or 0."""
    at = number.end
    if words[at : at + 1] != [table["month"]] or not _whole(number, _MONTHS):
        return 0
    if following is not None and following.start == at + 1 and _whole(following, _DAYS):
        after = words[following.end : following.end + 1]
        if after and after[0] in table["day"]:
            return following.end + 1
        return 0 if after and after[0] in table["lengths"] else following.end
    part = next((p for p in table["parts"] if words[at + 1 : at + 1 + len(p)] == list(p)), "")
    named = any(words[max(0, number.start - len(y)) : number.start] == list(y) for y in table["years"])
    return at + 1 + len(part) if part or named else 0


def _day(words: list[str], number: Number, table: dict[str, Any]) -> int:
    """Return where a day of the month ends ("the 19th in the afternoon"), or 0."""
    at = number.end
    if not _whole(number, _DAYS) or words[at : at + 1] == [] or words[at] not in table["day"]:
        return 0
    if words[at] == table["day"][0] and not _begins(words, at + 1, table["moments"]):
        return 0
    return 0 if number.start and words[number.start - 1] in table["counting"] else at + 1


def _dotted(words: list[str], number: Number, table: dict[str, Any]) -> int:
    """Return where a date with a dot ends ("6.12 in the afternoon"), or 0."""
    month, dot, day = words[number.start].partition(".")
    if not (dot and month.isdecimal() and day.isdecimal() and 1 <= int(month) <= _MONTHS and 1 <= int(day) <= _DAYS):
        return 0
    at = number.end
    if words[at : at + 1] and words[at] in table["day"]:
        return at + 1
    return at if _begins(words, at, table["moments"]) else 0


def _begins(words: list[str], at: int, phrases: list[str]) -> bool:
    """Say whether one of the phrases stands at a token."""
    return any(words[at : at + len(p)] == list(p) for p in phrases)


def _whole(number: Number, most: int) -> bool:
    """Say whether a number can count months or days of a calendar."""
    return 1 <= number.low == number.high <= most and number.low == int(number.low)
