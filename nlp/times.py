"""Durations, points of beginning and ages, in days, with the uncertainty that the words leave."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import Any

from nlp.dates import dates_of
from nlp.draft import Draft, Timed
from nlp.fold import fold, is_han, tokens_of
from nlp.numbers import Number
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import TokenTrie

_DAYS_IN_YEAR = 365.25
_SMALL_CHILD_YEARS = 3
_MONTHS_IN_YEAR = 12
_MONTH = 28
_WEEK = 7
_DECIMAL = 10
_BARE_AGES = (1, 110)


@cache
def _unit_trie() -> TokenTrie[float]:
    trie: TokenTrie[float] = TokenTrie()
    table = data("times.yaml")
    for said, days in {**table["units"], **table["age_only"]}.items():
        trie.add(tokens_of(fold(said))[0], float(days))
    return trie


def _phrases(key: str) -> TokenTrie[str]:
    """Return a trie of one list of times.yaml."""
    trie: TokenTrie[str] = TokenTrie()
    for said in data("times.yaml")[key]:
        trie.add(tokens_of(fold(said))[0], said)
    return trie


class Times:
    """Finds stretches of time, and knows which of them are ages."""

    def __init__(self, book: Phrasebook) -> None:
        table = data("times.yaml")
        self._units = _unit_trie()
        self._more = frozenset(table["more"])
        self._half: str = table["half_after"]
        self._age_after = _phrases("age_after")
        self._age_only = frozenset(table["age_only"])
        self._years = frozenset(table["year_like"])
        self._before = _ending_words(table["age_before"])
        self._seldom_before = _ending_words(table["age_seldom_before"])
        self._seldom_in = frozenset(table["age_seldom_in"])
        self._bare_before = _ending_words(table["age_bare_before"])
        self._child_before = _ending_words(table["child_before"])
        self._sex_before = _ending_words(table["sex_before"])
        self._age_closes = frozenset(table["age_closes"])
        self._lasts_on = frozenset(table["lasts_on"])
        self._already: str = table["already"]
        self._as_years = frozenset(table["as_years"])
        self._not_after = frozenset(table["not_age_after"])
        self._sexes = frozenset(table["sexes"])
        self._opens = frozenset(table["age_opens"])
        self._parts = frozenset(table["age_parts"])
        self._and_half: list[str] = table["and_a_half"]
        self._fahrenheit: list[float] = table["may_be_fahrenheit"]
        self._per_day = frozenset(table["per_day_words"])
        self._lasting = frozenset(table["lasting_after"])
        self._shorthand: dict[str, Any] = table["clinical"]
        self._ordinal: str = table["ordinal_before"]
        self._degree: str = table["degree"]
        self._links = frozenset(table["age_links"])
        self._born_before = _ending_words(table["born_before"])
        self._nearly = _ending_words(table["age_nearly"])
        self._fillers = _ending_words(table["child_fillers"])
        self._since: TokenTrie[tuple[float, float]] = book.trie()
        for row in table["since"]:
            for said in row["said"]:
                self._since.add(tokens_of(fold(said))[0], (float(row["days"][0]), float(row["days"][1])))

    def find(self, draft: Draft, numbers: list[Number]) -> set[int]:
        """Add the times of the text; return the tokens of the numbers that they use."""
        used: set[int] = set()
        for start, end in dates_of(draft.words, numbers):
            used.update(range(start, end))
            draft.read.update(range(start, end))
        for number in numbers:
            if number.start in used or self._decimal_of_degrees(draft, number):
                continue
            timed = self._clinical(draft, number) or self._stretch(draft, number, used) or self._bare_age(draft, number)
            if timed is not None:
                self._add(draft, timed, used, number)
        for start, end, days in draft.found(self._since):
            low, high = days[0]
            draft.times.append(Timed(low, high, draft.starts[start], draft.ends[end - 1], counted=False))
            draft.read.update(range(start, end))
        return used

    def _add(self, draft: Draft, timed: Timed, used: set[int], number: Number) -> None:
        """Keep a time; a part of an age that follows at once belongs to it (one year, three months)."""
        last = draft.times[-1] if draft.times else None
        covered = range(number.start, draft.token_at(timed.end - 1) + 1)
        used.update(covered)
        draft.read.update(covered)
        if last is not None and self._goes_on(draft, last, timed):
            draft.times[-1] = Timed(last.days_min + timed.days_min, last.days_min + timed.days_max, last.start, timed.end, True)
        else:
            draft.times.append(timed)

    def _decimal_of_degrees(self, draft: Draft, number: Number) -> bool:
        """Say whether a number is the decimal of a Chinese temperature ("38 degrees 7"), whatever follows."""
        at = number.start
        glued = at > 1 and draft.words[at - 1] == self._degree and draft.starts[at] == draft.ends[at - 1]
        return glued and number.high < _DECIMAL

    def _goes_on(self, draft: Draft, age: Timed, timed: Timed) -> bool:
        """Say whether a time only adds to the age before it: months to years, days to months, at once or after a word like "and"."""
        between = draft.folded[age.end : timed.start]
        adds = timed.days_max < _DAYS_IN_YEAR and (not between or between in self._links)
        return adds and (age.is_age or self._months_and_days(draft, age, timed))

    def _months_and_days(self, draft: Draft, months: Timed, days: Timed) -> bool:
        """Say whether months and days at once open a clause, as only an age is told ("…, 7 months 27 days, …")."""
        before = draft.token_at(months.start) - 1
        counted = months.counted and _MONTH <= months.days_max < _DAYS_IN_YEAR and 1 <= days.days_max < _MONTH
        return counted and (before < 0 or draft.words[before] in self._opens)

    def _clinical(self, draft: Draft, number: Number) -> Timed | None:
        """Read the shorthand of notes: "x3/7" is three days, "2/52 ago" two weeks, right behind a finding "cough 5/7" five days."""
        words, end = draft.words, number.end
        days = self._shorthand["days"].get(words[end + 1]) if words[end : end + 1] == ["/"] and end + 1 < len(words) else None
        before = number.start and (
            words[number.start - 1] in self._shorthand["before"] or any(each.end == number.start for each in draft.mentions)
        )
        if days is None or not (before or (words[end + 2 : end + 3] and words[end + 2] in self._shorthand["after"])):
            return None
        return Timed(number.low * days, number.high * days, draft.starts[number.start], draft.ends[end + 1])

    def _stretch(self, draft: Draft, number: Number, used: set[int]) -> Timed | None:
        """Read a number with a unit of time."""
        words = draft.words
        after = number.end
        more = high_more = 0.0
        if words[after : after + 2] == self._and_half:
            after, more = after + 2, 0.5
        if after < len(words) and words[after] in self._more:
            after, high_more = after + 1, 1.0
        if after >= len(words):
            return None
        unit = self._units.longest(words, after)
        if unit is None or (words[after] in {"d", "h", "y", "mo"} and draft.starts[after] > draft.ends[after - 1]):
            return None
        end, days = unit[0], unit[1][0]
        if any(word in self._more for word in words[after:end]):
            high_more = 1.0
        low, high = number.low + more, number.high + more + high_more * _unit_of(number)
        if end < len(words) and words[end] in self._more:
            end, high = end + 1, high + 1
        elif end < len(words) and words[end] == self._half:
            end, low, high = end + 1, low + 0.5, high + 0.5
        said = _joined(words[after : unit[0]])
        if said in self._as_years and self._counts_years(draft, number, end):
            end = self._months_left_out(words, end)
            return Timed(low * _DAYS_IN_YEAR, high * _DAYS_IN_YEAR, draft.starts[number.start], draft.ends[end - 1], True)
        return self._timed(draft, number, (end, said), low * days, high * days)

    def _counts_years(self, draft: Draft, number: Number, end: int) -> bool:
        """Say whether a Chinese child's "two weeks" are birthdays: months follow at once, or a bare number after a child's name."""
        index = bisect_left(draft.numbers, end, key=_start_of)
        if index == len(draft.numbers) or draft.numbers[index].start != end or draft.numbers[index].high >= _MONTHS_IN_YEAR:
            return False
        following = draft.numbers[index]
        words, after = draft.words, following.end
        unit = self._units.longest(words, after) if after < len(words) else None
        if unit is not None:
            return unit[1][0] > _WEEK
        called = after < len(words) and self._age_after.longest(words, after) is not None
        return called or _ends(words, number.start, self._child_before)

    def _months_left_out(self, words: list[str], end: int) -> int:
        """Return where an age ends whose months are a bare number ("3 years 3")."""
        bare = end + 1 >= len(words) or self._units.longest(words, end + 1) is None
        return end + 1 if bare else end

    def _timed(self, draft: Draft, number: Number, unit: tuple[int, str], low: float, high: float) -> Timed | None:
        """Decide whether a stretch of time is an age."""
        end, said = unit
        words = draft.words
        lasts = high < 1 or (said in self._seldom_in and _ends(words, number.start, self._seldom_before))
        is_age = said in self._age_only or (not lasts and _ends(words, number.start, self._before))
        following = self._age_after.longest(words, end) if end < len(words) else None
        if following is not None:
            is_age, end = True, following[0]
        else:
            is_age = (
                is_age or self._sex_follows(words, number.start, end, said) or self._child_precedes(words, number.start, end, low, high)
            )
        rhythm = not is_age and self._is_rhythm(words, number.start, end)
        return Timed(low, high, draft.starts[number.start], draft.ends[end - 1], is_age, taken=rhythm)

    def _sex_follows(self, words: list[str], start: int, end: int, unit: str) -> bool:
        """Say whether years are followed by a sex ("58 years male", or in clauses of their own "… 58 years, male")."""
        if unit not in self._years or end >= len(words):
            return False
        return words[end] in self._sexes or self._clause_is_age_and_sex(words, start, end)

    def _child_precedes(self, words: list[str], start: int, end: int, low: float, high: float) -> bool:
        """Say whether a short time right after a child's name or sex is the child's age, not how long something has lasted."""
        if not (low >= 1 and high <= _SMALL_CHILD_YEARS * _DAYS_IN_YEAR and _no_stop(words, start)):
            return False
        closed = end >= len(words) or words[end] in self._age_closes or tuple(words[end : end + 2]) in self._nearly
        if _ends(words, start, self._born_before):
            return closed or words[end] not in self._lasts_on
        if _ends(words, start, self._child_before):
            return (closed and (low >= _MONTH or words[min(end, len(words) - 1)] != self._already)) or (
                low >= _MONTH and words[end] not in self._lasts_on
            )
        return closed and low >= _MONTH and (_ends(words, start, self._sex_before) or self._child_and_filler(words, start))

    def _child_and_filler(self, words: list[str], start: int) -> bool:
        """Say whether a child is named before a number with a word like "now" or "already" between."""
        sizes = {len(filler) for filler in self._fillers if tuple(words[max(0, start - len(filler)) : start]) == filler}
        return any(_ends(words, start - size, self._child_before) for size in sizes)

    def _is_rhythm(self, words: list[str], start: int, end: int) -> bool:
        """Say whether the Chinese "one day" is a rhythm ("three times a day"), or the number an ordinal."""
        if start and words[start - 1] == self._ordinal:
            return True
        return "".join(words[start:end]) in self._per_day and not (end < len(words) and words[end] in self._lasting)

    def _bare_age(self, draft: Draft, number: Number) -> Timed | None:
        """Read a bare number that can only be an age ("I'm 58", "58M", "mum, 84", "F25")."""
        words, start, end = draft.words, number.start, number.end
        if not (_BARE_AGES[0] <= number.low <= _BARE_AGES[1]) or (2 * number.low) % 1 or number.low != number.high:
            return None
        if words[start] in {"a", "an", "one", "once", "half"} or not (words[start][0].isdigit() or start > 0):
            return None
        next_word = words[end] if end < len(words) else "."
        sexes = data("times.yaml")["sexes"]
        glued = end < len(words) and draft.starts[end] == draft.ends[end - 1]
        if next_word == "f" and self._fahrenheit[0] <= number.low <= self._fahrenheit[1]:
            return None
        if next_word in {"m", "f"} and (not glued or words[start][0].isdigit()) and number.low > 0:
            return self._as_age(draft, number, end + 1)
        if start and words[start - 1] in {"m", "f"} and draft.ends[start - 1] == draft.starts[start]:
            return self._as_age(draft, number, end)
        if next_word in sexes and next_word not in {"m", "f"}:
            return self._as_age(draft, number, end)
        if self._clause_is_age_and_sex(words, start, end):
            return self._as_age(draft, number, end)
        if next_word in self._not_after:
            return None
        opening = data("times.yaml")["opening_age"]
        if start == 0 and opening["min"] <= number.low <= opening["max"] and next_word in opening["before"]:
            return self._as_age(draft, number, end)
        if _ends(words, start, self._bare_before) and next_word in data("times.yaml")["closes"]:
            return self._as_age(draft, number, end)
        return None

    def _clause_is_age_and_sex(self, words: list[str], start: int, end: int) -> bool:
        """Say whether a clause of nothing but a number is followed by one that is a sex ("… no fever. 25, female")."""
        alone = start == 0 or words[start - 1] in self._opens
        parted = end + 1 < len(words) and words[end] in self._parts and words[end + 1] in self._sexes
        return alone and parted and (end + 2 >= len(words) or words[end + 2] in self._age_closes)

    def _as_age(self, draft: Draft, number: Number, end: int) -> Timed:
        """Return a bare number as an age in years."""
        days = number.low * _DAYS_IN_YEAR
        return Timed(days, days, draft.starts[number.start], draft.ends[min(end, len(draft.ends)) - 1], True)


def _start_of(number: Number) -> int:
    """Return where a number begins."""
    return number.start


def _joined(words: list[str]) -> str:
    """Return a unit as it is written in the table: Chinese without blanks."""
    return ("" if is_han(words[0]) else " ").join(words)


def _unit_of(number: Number) -> float:
    """Return what "more" can add: up to one unit, up to ten after a round ten."""
    return 9.0 if number.low >= 10 and number.low % 10 == 0 else 1.0


def _ending_words(phrases: list[str]) -> frozenset[tuple[str, ...]]:
    """Return phrases as token tuples, to be compared with what stands before a number."""
    return frozenset(tuple(tokens_of(fold(phrase))[0]) for phrase in phrases)


def _ends(words: list[str], at: int, phrases: frozenset[tuple[str, ...]]) -> bool:
    """Say whether one of the phrases ends right before a token."""
    return any(tuple(words[max(0, at - size) : at]) in phrases for size in (1, 2, 3, 4))


def _no_stop(words: list[str], at: int) -> bool:
    """Say whether the number stands in the first clause of its sentence, as the age of a child does."""
    return at <= 12 or words[at - 1] not in {",", "，"}
