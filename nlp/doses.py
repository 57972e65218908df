"""Doses as people say them: strength, count, how often, what came to in a day, how soon again."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

from kg.record import Dose
from nlp.draft import Draft, Mention, between, matches_between, start_of
from nlp.fold import fold, is_han, tokens_of
from nlp.numbers import Number
from nlp.phrasebook import Phrasebook, phrase_trie
from nlp.resources import data
from nlp.sentences import COMMAS
from nlp.trie import TokenTrie

_TABLET = "{tablet}"
_SLASH = "/"  # "30/500": what a combination holds
_BARE = "?"  # of a strength whose unit nobody said
_BEFORE = 8  # tokens around a medicine in which its numbers stand
_AFTER = 9
_HAN = 2  # Chinese says as much in twice the tokens, which are characters
_NEAR = 3
_HOURS_IN_DAY = 24
_RIVALS = 3  # medicines on either side of one that its numbers could belong to
_BETWEEN = frozenset({"of"})  # words between a strength and the medicine that it leads: "500 mg of paracetamol"
_ARTICLES = frozenset({"a", "an"})


@dataclass(slots=True)
class _Parts:
    """What the numbers around one medicine say."""

    strengths: list[tuple[float, str, bool]] = field(default_factory=list)  # amount, unit, whether it is what a strength is per
    counts: list[tuple[Number, str | None]] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)

    @property
    def strength(self) -> tuple[float, str] | None:
        """Return the amount: what the volume of a liquid holds ("20 ml of 120 mg / 5 ml"), else the first that is named."""
        plain = [(value, unit) for value, unit, per in self.strengths if not per]
        for (held, unit, _), (volume, volume_unit, per) in pairwise(self.strengths):
            poured = next((value for value, one in plain if one == volume_unit), None)
            if per and volume and poured is not None and unit != volume_unit:
                return poured * held / volume, unit
        return plain[0] if plain else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hourly:
    """Numbers of hours between two takings, in the order of the text, found once for all medicines."""

    every: list[Number]  # "every 2 hours"
    later: list[Number]  # "within an hour", "an hour later": what was taken again
    again: list[int]  # tokens like "another", without which the later ones say nothing

    def next_in(self, low: int, high: int, last: int) -> float | None:
        """Return the hours after a token: "every" up to the end of a window, "another one … later" up to the end of the sentence."""
        found = between(self.every, low, min(high, last))[:1]
        again = bisect_left(self.again, low)
        if again < len(self.again):
            found += between(self.later, self.again[again] + 1, last)[:1]
        return min(found, key=start_of).value if found else None


class Doses:
    """Reads the dose of a medicine from the words around it."""

    def __init__(self, book: Phrasebook) -> None:
        amounts, table = data("quantities.yaml"), data("medicines.yaml")
        self._units: TokenTrie[str] = TokenTrie()
        for said, unit in amounts["dose_units"].items():
            self._units.add(tokens_of(fold(said))[0], unit)
        self._counts = frozenset(amounts["counts"])
        self._often: TokenTrie[float] = book.trie()
        for row in amounts["frequencies"]:
            for said in row["said"]:
                self._often.add(tokens_of(fold(said))[0], float(row["per_day"]))
        self._strengths: TokenTrie[tuple[float, str]] = book.trie()
        for said, strength in table["said_strengths"].items():
            self._strengths.add(tokens_of(fold(said))[0], (float(strength.split()[0]), strength.split()[1]))
        self._least_bare = float(table["least_bare_strength"])
        self._asking: str = table["asking_number"]
        self._told = frozenset(table["told_before"])
        self._daily = book.phrases(table["day_after_day"])
        self._seldom = book.phrases(table["seldom"])
        self._lasting_before = frozenset(table["lasting_before"])
        self._ago = frozenset(table["lasting_no_more"])
        self._for = frozenset(table["reason_before"])
        self._every = frozenset(table["every"])
        self._per = frozenset(table["per"])
        self._at = frozenset(table["at"])
        self._reach = int(table["occasions_reach"])
        self._leading = frozenset(table["leading"])
        self._within = book.phrases(table["within"])
        self._hours = phrase_trie(table["hours"])
        self._later = phrase_trie(table["later"])
        self._again = frozenset(table["again"])
        self._occasions = book.phrases(table["occasions"])
        self._in_a_day = book.phrases(table["in_a_day"])
        self._others = phrase_trie(table["other_numbers_follow"])

    def of(self, draft: Draft, mention: Mention, medicines: list[Mention], hourly: Hourly) -> Dose | None:
        """Read strength, count and schedule from the numbers around a medicine, up to the next medicine; all are in text order."""
        low, high = self._window(draft, mention, medicines)
        numbers = between(draft.numbers, low, high)
        numbers += self._later_occasions(draft, mention, medicines, high)
        rivals = _rivals(draft, mention, medicines)
        numbers = [each for each in numbers if self._owns(draft, mention, rivals, each)]
        often = [(start, end, per_day[0]) for start, end, per_day in matches_between(draft.found(self._often), low, high + 4)]
        times = [each for each in often if _scheduled(mention, rivals, each[0])]
        parts = self._parts(draft, mention, numbers, times)
        said = next(iter(matches_between(draft.found(self._strengths), low, high)), None)
        if not parts.strengths and said is not None:
            parts.strengths.append((*said[2][0], False))
        interval = hourly.next_in(low, high, draft.sentence_of(low)[1])
        if parts.strength is None and not parts.counts and not times and interval is None:
            return None
        return self._assemble(draft, parts, times, interval, (low, high))

    def lasting(self, draft: Draft, mention: Mention) -> float | None:
        """Return for how many days a medicine has been taken day after day ("every night for months"): the least that was said."""
        first, last = draft.sentence_of(mention.start)
        daily = bool(matches_between(draft.found(self._daily), first, last))
        if not daily or matches_between(draft.found(self._seldom), first, last):
            return None
        spans = [
            (draft.token_at(each.start), draft.token_at(each.end - 1) + 1, each) for each in draft.times if not (each.is_age or each.taken)
        ]
        lasted = [each.days_min for start, end, each in spans if first <= start < last and self._is_length(draft, mention, start, end)]
        return max(lasted, default=None)

    def _is_length(self, draft: Draft, mention: Mention, start: int, end: int) -> bool:
        """Say whether a stretch of time tells how long a medicine was taken, not a complaint that is named between, nor how long ago."""
        words = draft.words
        if words[end : end + 1] and words[end] in self._ago:
            return False
        told = any(word in self._lasting_before for word in words[max(0, start - _NEAR) : start + 1])
        low, high = min(end, mention.end), max(start, mention.start)
        between_them = [each for each in draft.mentions if each.ids[0].startswith("f:") and low <= each.start < high and not each.of_use]
        return told and all(self._is_reason(words, each.start) for each in between_them)

    def _is_reason(self, words: list[str], at: int) -> bool:
        """Say whether a complaint is what a medicine is taken for ("for my knee pain")."""
        return any(word in self._for for word in words[max(0, at - 2) : at])

    def _later_occasions(self, draft: Draft, mention: Mention, medicines: list[Mention], high: int) -> list[Number]:
        """Return the counts that go on behind the window ("2 at 7am, 2 at 9am, 2 at 11am …"), up to the next medicine."""
        _, last = draft.sentence_of(mention.start)
        following = between(medicines, mention.end, last)
        end = min([last, high + self._reach, *(each.start for each in following[:1])])
        return [each for each in between(draft.numbers, high, end) if self._occasion_near(draft, each)]

    def _window(self, draft: Draft, mention: Mention, medicines: list[Mention]) -> tuple[int, int]:
        """Return the tokens that may speak of this medicine and of no other."""
        first, last = draft.sentence_of(mention.start)
        wide = _HAN if is_han(draft.words[mention.start]) else 1
        before, after = _BEFORE * wide, _AFTER * wide
        near = between(medicines, mention.start - before, mention.end + after)
        low = max([first, mention.start - before, *(each.end for each in near if each.end <= mention.start)])
        high = min([last, mention.end + after, *(each.start for each in near if each.start >= mention.end)])
        return low, high

    def _owns(self, draft: Draft, mention: Mention, rivals: list[Mention], number: Number) -> bool:
        """Say whether a strength or count belongs to this medicine, not to its neighbour on the other side."""
        last, unit = self._unit_at(draft.words, number.end)
        start, end = number.start, number.end if unit is None else last + 1
        before = max((each for each in rivals if each.end <= start), key=_end_of, default=None)
        after = min((each for each in rivals if each.start >= end), key=_first_of, default=None)
        if mention.end <= start and after is not None:
            return not _leads(draft, mention, start, end, after)
        if end <= mention.start and before is not None:
            return _leads(draft, before, start, end, mention)
        return True

    def _parts(self, draft: Draft, mention: Mention, numbers: list[Number], times: list[tuple[int, int, float]]) -> _Parts:
        """Sort the numbers into a strength and counts of tablets."""
        parts = _Parts()
        for number in numbers:
            if self._is_bare_strength(draft, number, mention):
                parts.strengths.append((number.value, _BARE, False))
                parts.marks += [number.start, number.end]
                continue
            if self._is_other(draft.words, number, mention) or _is_measured(draft, number) or _is_age(draft, number):
                continue
            if draft.words[number.start] == self._asking and draft.words[number.start - 1] not in self._told:
                continue
            end, unit = self._unit_at(draft.words, number.end)
            if unit is None and _is_share(draft.words, number):
                continue
            if unit is not None and unit not in self._counts:
                parts.strengths.append((number.value, unit, self._per_before(draft.words, number)))
                parts.marks += [number.start, end]
            elif draft.words[number.start] not in _ARTICLES and not self._is_bare(draft, number, unit, times, mention):
                parts.counts.append((number, unit))
                parts.marks += [number.start, end]
        return parts

    def _is_bare(self, draft: Draft, number: Number, unit: str | None, times: list[tuple[int, int, float]], mention: Mention) -> bool:
        """Say whether a number without a unit counts nothing: no strength, medicine or occasion follows, or it belongs to a frequency."""
        between = draft.words[number.end : mention.start]
        if unit is not None or (number.end <= mention.start and self._leading.issuperset(between)):
            return False
        if any(start <= number.start < end for start, end, _ in times):
            return True
        if self._is_again(draft, number):
            return False
        return not (self._counts_next(draft.words, number.end) or self._occasion_near(draft, number) or self._interval_next(draft, number))

    def _assemble(
        self, draft: Draft, parts: _Parts, times: list[tuple[int, int, float]], interval: float | None, window: tuple[int, int]
    ) -> Dose:
        """Make a dose of its parts: count × strength, how often, and the total of a day that was told in pieces."""
        marks = parts.marks + [index for start, end, _ in times for index in (start, end - 1)]
        said = draft.quote(draft.span(min(marks), min(max(marks), len(draft.words) - 1) + 1)) if marks else ""
        draft.read.update(range(min(marks), max(marks) + 1) if marks else ())
        count = parts.counts[0][0].value if parts.counts else None
        counted = (parts.counts[0][1] if parts.counts else None) or _TABLET
        strength = parts.strength
        unit = strength[1] if strength else counted if count else None
        unit = None if unit == _BARE else unit
        size = strength[0] if strength else 1.0
        value = size * (count or 1) if strength or count else None
        per_day = times[0][2] if times else None
        total = None if per_day is not None else self._total(draft, parts, window)
        if interval is not None and per_day is None and self._every_in(draft, window):
            per_day = _HOURS_IN_DAY / interval
        return Dose(
            value=value,
            unit=unit,
            times_per_day=per_day,
            total_per_day=None if total is None else total * size,
            interval_hours=interval,
            said=said,
        )

    def _total(self, draft: Draft, parts: _Parts, window: tuple[int, int]) -> float | None:
        """Add up what was told by occasion ("3 at breakfast, 3 at lunch"), once more ("then another 6"), or over a day."""
        several = [number.value for number, _ in parts.counts if self._occasion_near(draft, number) or self._is_again(draft, number)]
        if len(several) > 1:
            return sum(several)
        if several and len(parts.counts) > 1:
            return sum(number.value for number, _ in parts.counts)
        first, last = draft.sentence_of(window[0])
        daily = matches_between(draft.found(self._in_a_day), first, last)
        if not daily or not (parts.counts or parts.strength):
            return None
        return parts.counts[0][0].value if parts.counts else 1.0

    def hourly(self, draft: Draft) -> Hourly:
        """Return what a text says of hours between two takings, for all its medicines."""
        words, every, later = draft.words, [], []
        within = {end for _, end, _ in draft.found(self._within)}
        for number in draft.numbers:
            hours = self._hours.longest(words, number.end) if number.end < len(words) else None
            if hours is None or not number.value:
                continue
            if number.start and words[number.start - 1] in self._every:
                every.append(number)
            if number.start in within or (hours[0] < len(words) and self._later.longest(words, hours[0]) is not None):
                later.append(number)
        again = [index for index, word in enumerate(words) if word in self._again] if later else []
        return Hourly(every=every, later=later, again=again)

    def _every_in(self, draft: Draft, window: tuple[int, int]) -> bool:
        return any(word in self._every for word in draft.words[window[0] : window[1]])

    def _interval_next(self, draft: Draft, number: Number) -> bool:
        """Say whether "every" follows a bare number ("two every 4 hours")."""
        return any(word in self._every for word in draft.words[number.end : number.end + 1])

    def _occasion_near(self, draft: Draft, number: Number) -> bool:
        """Say whether a number tells what was taken on one occasion of the day ("3 at lunch", 早上3片)."""
        reach = (number.start - _NEAR, number.end + _NEAR)
        clock = draft.words[number.end : number.end + 2]
        if len(clock) > 1 and clock[0] in self._at and clock[1][0].isdigit():
            return True  # "2 at 7am"
        return any(end <= reach[1] + 1 for _, end, _ in matches_between(draft.found(self._occasions), reach[0], reach[1] + 1))

    def _is_again(self, draft: Draft, number: Number) -> bool:
        return any(word in self._again for word in draft.words[max(0, number.start - 2) : number.start])

    def _is_other(self, words: list[str], number: Number, mention: Mention) -> bool:
        """Say whether a number is an age, a date or a stretch of time, or a strength without its unit ("aspirin 75"): never a count."""
        if number.end < len(words) and self._others.longest(words, number.end) is not None:
            return True
        inside = mention.start <= number.start <= mention.end and self._unit_at(words, number.end)[1] is None
        return inside and not any(word in self._every for word in words[number.end : number.end + 1])

    def _is_bare_strength(self, draft: Draft, number: Number, mention: Mention) -> bool:
        """Say whether a number right behind a name is its strength without a unit ("ibuprofen 800 every three hours")."""
        words = draft.words
        right_behind = number.start == mention.end and number.end == number.start + 1 and words[number.start].isdigit()
        other = number.end < len(words) and (words[number.end] == _SLASH or self._others.longest(words, number.end) is not None)
        return right_behind and not other and self._unit_at(words, number.end)[1] is None and number.value >= self._least_bare

    def _per_before(self, words: list[str], number: Number) -> bool:
        """Say whether a volume is what a strength is stated for ("120 mg / 5 ml")."""
        return number.start > 1 and words[number.start - 1] in self._per and self._units.exact([words[number.start - 2]]) != []

    def _unit_at(self, words: list[str], at: int) -> tuple[int, str | None]:
        """Return the unit of a dose at a token and its last token."""
        match = self._units.longest(words, at) if at < len(words) else None
        return (at, None) if match is None else (match[0] - 1, match[1][0])

    def _counts_next(self, words: list[str], at: int) -> bool:
        """Say whether a number without a unit counts tablets: a strength, a medicine or a unit follows shortly."""
        following = words[at : at + 3]
        here = following[: next((i for i, word in enumerate(following) if word in COMMAS), 3)]
        return any(word[0].isdigit() or self._units.exact([word]) or word in {"extra", "strength"} for word in here)


def _is_measured(draft: Draft, number: Number) -> bool:
    """Say whether a number is part of a measured value (a blood pressure, a pulse)."""
    at = draft.starts[number.start]
    return any(each.start <= at < each.end for each in draft.measured)


def _is_age(draft: Draft, number: Number) -> bool:
    """Say whether a number is somebody's age ("I'm 70")."""
    at = draft.starts[number.start]
    return any(each.is_age and each.start <= at < each.end for each in draft.times)


def _is_share(words: list[str], number: Number) -> bool:
    """Say whether a number is one of a combination's two strengths without a unit ("co-codamol 30/500")."""
    return "/" in words[number.start - 1 : number.start] or "/" in words[number.end : number.end + 1]


def _leads(draft: Draft, before: Mention, start: int, end: int, after: Mention) -> bool:
    """Say whether a strength between two medicines is of the second: "aspirin and 500 mg paracetamol", not "aspirin 75 mg and …"."""
    return start > before.end and end <= after.start and _BETWEEN.issuperset(draft.words[end : after.start])


def _rivals(draft: Draft, mention: Mention, medicines: list[Mention]) -> list[Mention]:
    """Return the other medicines of the sentence, as far as they can be nearest to what stands around this one."""
    first, last = draft.sentence_of(mention.start)
    here = bisect_left(medicines, mention.start, key=start_of)
    near = medicines[max(0, here - _RIVALS) : here + _RIVALS + 1]
    return [each for each in near if first <= each.start < last and each is not mention]


def _scheduled(mention: Mention, rivals: list[Mention], start: int) -> bool:
    """Say whether a schedule is of this medicine: it follows its medicine, or stands before the first of the sentence."""
    if mention.end <= start:
        return not any(mention.end <= each.end <= start for each in rivals)
    return not any(each.start < mention.start for each in rivals)


def _first_of(mention: Mention) -> int:
    """Return where a mention begins."""
    return mention.start


def _end_of(mention: Mention) -> int:
    """Return where a mention ends."""
    return mention.end
