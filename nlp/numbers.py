"""Numbers in digits and in words, English and Chinese, with what they leave open ("a few", "2-3")."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from nlp.resources import data

_THOUSANDS = 3
_LONGEST_RUN = 100  # words of one number; a longer run means none, and would overflow


class Number(NamedTuple):
    """A number in the text: token range and bounds (equal when exact)."""

    start: int
    end: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """Return the middle of the bounds."""
        return (self.low + self.high) / 2


@cache
def _words() -> tuple[dict[str, float], dict[str, list[float]], dict[str, int], dict[str, int], dict[str, list[float]], str]:
    table: dict[str, Any] = data("numbers.yaml")
    return table["english"], table["vague_english"], table["digits"], table["scales"], table["vague_chinese"], table["half"]


@cache
def _starters() -> frozenset[str]:
    english, vague, digits, scales, vague_chinese, half = _words()
    return frozenset((*english, *vague, *digits, *scales, *vague_chinese, half))


def parse_digits(word: str) -> float:
    """Return the value of a digit token; a comma before three digits groups, any other is a decimal comma.

    >>> parse_digits("38,5"), parse_digits("1,500"), parse_digits("7.2")
    (38.5, 1500.0, 7.2)
    """
    if "," in word:
        head, _, tail = word.rpartition(",")
        word = head.replace(",", "") + ("" if len(tail) == _THOUSANDS and head != "0" else ".") + tail
    whole, _, rest = word.partition(".")
    return float(f"{whole}.{rest.replace('.', '')}" if rest else whole)


def numbers_of(words: list[str], folded: str, starts: list[int], ends: list[int]) -> list[Number]:
    """Return every number of the text from left to right, ranges joined."""
    found: list[Number] = []
    reached = 0
    starters = _starters()
    for index in [at for at, word in enumerate(words) if word in starters or word[0].isdigit()]:
        if index < reached:
            continue
        word = words[index]
        number = None
        if word[0].isdigit() and word[0].isascii() and not _inside_word(folded, starts[index]):
            value = parse_digits(word)
            half = words[index + 1 : index + 4] == ["and", "a", "half"]
            number = Number(index, index + (4 if half else 1), value + half / 2, value + half / 2)
        elif word in starters:
            number = _english(words, index) or _chinese(words, index)
        if number is not None:
            found.append(number)
            reached = number.end
    return _ranges(found, words, folded, starts, ends)


def _inside_word(folded: str, at: int) -> bool:
    """Say whether a digit belongs to a name ("hba1c", "covid19", "b12") rather than being a number; "F25" is one."""
    before = folded[max(0, at - 2) : at]
    return bool(before) and before[-1].isascii() and before[-1].isalpha() and not (before[-1] in "mfx" and not before[:-1].isalpha())


def _english(words: list[str], at: int) -> Number | None:
    """Read number words ("twenty five", "a couple of", "half a", "one and a half")."""
    english, vague, *_ = _words()
    index = at
    if words[at] in {"a", "the"} and at + 1 < len(words) and words[at + 1] in vague:
        index += 1
    if words[index] in vague:
        low, high = vague[words[index]]
        end = index + 1
        if end < len(words) and words[end] == "of":
            end += 1
        return Number(at, end, low, high)
    if words[at] not in english:
        return None
    total = english[words[at]]
    end = at + 1
    if words[at] == "half":
        return Number(at, end + (end < len(words) and words[end] in {"a", "an"}), total, total)
    while end < min(len(words), at + _LONGEST_RUN):
        word = words[end]
        if word == "hundred":
            total *= 100
        elif (
            word in english
            and total % 10 == 0
            and total >= 20
            and 0 < english[word] < (100 if total >= 100 else 10)
            and word not in {"a", "an", "once"}
        ):
            total += english[word]
        elif not (word == "and" and total >= 100 and end + 1 < len(words) and words[end + 1] in english):
            break
        end += 1
    if words[end : end + 3] == ["and", "a", "half"]:
        return Number(at, end + 3, total + 0.5, total + 0.5)
    return Number(at, end, total, total)


def _chinese(words: list[str], at: int) -> Number | None:
    """Read a run of Chinese numerals: tens, "a few", two neighbours as a range, a half."""
    _, _, digits, scales, vague, half = _words()
    if words[at] == half:
        return Number(at, at + 1, 0.5, 0.5)
    total = current = 0.0
    spread = 0.0
    seen: list[str] = []
    end = at
    while end < min(len(words), at + _LONGEST_RUN):
        word = words[end]
        if word in digits:
            if seen and seen[-1] in digits and digits[seen[-1]] + 1 == digits[word]:
                spread = 1.0
            elif seen and seen[-1] in digits:
                current = current * 10 + digits[word]
            else:
                current = digits[word]
        elif word in scales:
            total += (current or 1.0) * scales[word]
            spread *= scales[word]
            current = 0.0
        elif word in vague and (not seen or seen[-1] in scales):
            low, high = (1, 9) if seen else vague[word]
            return Number(at, end + 1, total + low, total + high)
        else:
            break
        seen.append(word)
        end += 1
    if end == at:
        return None
    if len(seen) > 1 and current and seen[-2] in scales and scales[seen[-2]] > 10:
        current *= scales[seen[-2]] / 10  # a hundred and four is said as "hundred four": 140
    value = total + current
    return Number(at, end, value, value + spread)


def _ranges(found: list[Number], words: list[str], folded: str, starts: list[int], ends: list[int]) -> list[Number]:
    """Join "2-3", "2 to 3", "2 or 3", "2~3"."""
    joined: list[Number] = []
    for number in found:
        before = joined[-1] if joined else None
        if before is not None and before.high <= number.low and before.low == before.high:
            between = words[before.end : number.start]
            sign = folded[ends[before.end - 1] : starts[number.start]].strip()
            if (not between and sign == "-") or (len(between) == 1 and between[0] in {"to", "or", "~", "-", *data("numbers.yaml")["to"]}):
                joined[-1] = Number(before.start, number.end, before.low, number.high)
                continue
        joined.append(number)
    return joined
