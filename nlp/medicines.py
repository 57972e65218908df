"""Medicines: what is done with them, dose and schedule, allergies with their reactions."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from kg.record import Dose, Presence, Timing
from nlp.draft import Draft, Mention
from nlp.fold import fold, tokens_of
from nlp.life import phrase_trie
from nlp.numbers import Number
from nlp.resources import data
from nlp.trie import TokenTrie

_STATUSES = ("stopped", "took", "missed", "considering", "prescribed", "taking")
_ANYTHING = "x:any"  # "no known allergies"
_DOSE_BEFORE = 8
_DOSE_AFTER = 9
_BETWEEN = frozenset({"of"})  # words between a strength and the medicine that it leads: "500 mg of paracetamol"
_HOLDS_OVER = frozenset({"considering", "stopped", "missed"})


class Medicines:
    """Completes the medicine mentions of a draft, and finds allergies to things."""

    def __init__(self) -> None:
        table, amounts = data("medicines.yaml"), data("quantities.yaml")
        self._statuses: TokenTrie[str] = TokenTrie()
        for status in _STATUSES:
            for phrase in table[status]:
                self._statuses.add(tokens_of(fold(phrase))[0], status)
        self._allergy_before = phrase_trie(table["allergy_before"])
        self._allergy_after = phrase_trie(table["allergy_after"])
        self._zh_allergy = tuple(tokens_of(fold(table["allergy_zh"]))[0])
        self._none = phrase_trie(table["no_allergies"])
        self._reactions = phrase_trie(table["reactions"])
        self._things: TokenTrie[str] = TokenTrie()
        for said, code in table["substances"].items():
            self._things.add(tokens_of(fold(said))[0], code)
        self._units: TokenTrie[str] = TokenTrie()
        for said, unit in amounts["dose_units"].items():
            self._units.add(tokens_of(fold(said))[0], unit)
        self._counts = frozenset(amounts["counts"])
        self._often: TokenTrie[float] = TokenTrie()
        for row in amounts["frequencies"]:
            for said in row["said"]:
                self._often.add(tokens_of(fold(said))[0], float(row["per_day"]))

    def find(self, draft: Draft) -> None:
        """Set status, dose and allergy of every medicine, and add allergies to things that are no medicine."""
        medicines = [each for each in draft.mentions if each.ids[0].startswith(("d:", "dc:"))]
        allergies = self._allergic_places(draft.words)
        if medicines:
            statuses = draft.found(self._statuses)
            for mention in medicines:
                self._complete(draft, mention, medicines, statuses, allergies)
        if allergies:
            self._other_allergies(draft, allergies)
        for start, end, _ in draft.found(self._none):
            draft.mentions.append(Mention(start=start, end=end, ids=(_ANYTHING,), presence=Presence.ABSENT, allergy=""))

    def _complete(
        self,
        draft: Draft,
        mention: Mention,
        medicines: list[Mention],
        statuses: list[tuple[int, int, list[str]]],
        allergies: list[tuple[int, int]],
    ) -> None:
        """Set what is done with one medicine."""
        if self._is_allergy(draft, mention, allergies):
            mention.allergy = self._reaction(draft, mention)
            return
        mention.status = _status(draft, mention, statuses)
        mention.dose = self._dose(draft, mention, medicines)
        if (
            mention.status in {"stopped", "missed", "considering", "took"}
            and mention.presence is Presence.ABSENT
            and _negated_by_status(draft, mention)
        ):
            mention.presence = Presence.PRESENT
        if mention.timing in {Timing.RESOLVED, Timing.PAST}:
            mention.status, mention.timing = "stopped", Timing.CURRENT
        elif mention.timing is Timing.HYPOTHETICAL:
            mention.status, mention.timing = "considering", Timing.CURRENT

    def _allergic_places(self, words: list[str]) -> list[tuple[int, int]]:
        """Return where an allergy is spoken of."""
        found = [
            (start, end) for start, end, _ in self._allergy_before.all_matches(words) if words[start] not in data("lexicon.yaml")["towards"]
        ]
        return sorted({*found, *((start, end) for start, end, _ in self._allergy_after.all_matches(words))})

    def _is_allergy(self, draft: Draft, mention: Mention, allergies: list[tuple[int, int]]) -> bool:
        """Say whether a medicine is named as the cause of an allergy."""
        first, last = draft.sentence_of(mention.start)
        for start, end in allergies:
            if not first <= start < last:
                continue
            if 0 <= mention.start - end <= 12 and not _status_between(draft.words, end, mention.start):
                return True
            if 0 <= start - mention.end <= 1:
                return True
        return False

    def _reaction(self, draft: Draft, mention: Mention) -> str:
        """Return the reaction that is named in the same sentence, or nothing."""
        first, last = draft.sentence_of(mention.start)
        for start, end, said in draft.found(self._reactions):
            if first <= start < last and not mention.start <= start < mention.end:
                return said[0] if end > start else ""
        return ""

    def _other_allergies(self, draft: Draft, allergies: list[tuple[int, int]]) -> None:
        """Add allergies to foods, animals and the like."""
        for start, end, codes in draft.found(self._things):
            thing = Mention(start=start, end=end, ids=(codes[0],))
            if self._is_allergy(draft, thing, allergies):
                near = [each for each in draft.mentions if abs(each.start - start) <= 4 and each.presence is Presence.ABSENT]
                thing.presence = near[0].presence if near else _denied_before(draft, start)
                thing.allergy = self._reaction(draft, thing)
                draft.mentions.append(thing)

    def _dose(self, draft: Draft, mention: Mention, medicines: list[Mention]) -> Dose | None:
        """Read strength, count and schedule from the numbers around a medicine, up to the next medicine."""
        first, last = draft.sentence_of(mention.start)
        near = [each for each in medicines if mention.start - _DOSE_BEFORE <= each.start < mention.end + _DOSE_AFTER]
        low = max([first, mention.start - _DOSE_BEFORE, *(each.end for each in near if each.end <= mention.start)])
        high = min([last, mention.end + _DOSE_AFTER, *(each.start for each in near if each.start >= mention.end)])
        begin = bisect_left(draft.numbers, low, key=_start_of)
        numbers = draft.numbers[begin : bisect_left(draft.numbers, high, key=_start_of)]
        times = [(start, end, per_day[0]) for start, end, per_day in draft.found(self._often) if low <= start < high + 4]
        rivals = [each for each in medicines if first <= each.start < last and each is not mention]
        counted = [each for each in numbers if not self._is_other(draft.words, each, mention) and self._owns(draft, mention, rivals, each)]
        times = [each for each in times if _scheduled(mention, rivals, each[0])]
        return self._assemble(draft, counted, times, (low, high))

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

    def _assemble(self, draft: Draft, numbers: list[Number], times: list[tuple[int, int, float]], window: tuple[int, int]) -> Dose | None:
        """Make a dose of its parts: count × strength, and how often."""
        strength: tuple[float, str] | None = None
        count: float | None = None
        counted = "{tablet}"
        marks: list[int] = []
        for number in numbers:
            end, unit = self._unit_at(draft.words, number.end)
            if unit is None or unit in self._counts:
                bare = unit is None and (
                    not self._counts_next(draft.words, number.end) or any(start <= number.start < end for start, end, _ in times)
                )
                if not bare and count is None and draft.words[number.start] not in {"a", "an"}:
                    count, counted = number.value, unit or counted
                    marks += [number.start, end]
            elif strength is None:
                strength = (number.value, unit)
                marks += [number.start, end]
        if strength is None and count is None and not times:
            return None
        marks += [index for start, end, _ in times for index in (start, end - 1)]
        said = draft.quote(draft.span(min(marks), min(max(marks), len(draft.words) - 1) + 1)) if marks else ""
        draft.read.update(range(min(marks), max(marks) + 1) if marks else ())
        value, unit_said = (strength[0] * (count or 1), strength[1]) if strength else (count, counted if count else None)
        return Dose(value=value, unit=unit_said, times_per_day=times[0][2] if times else None, said=said)

    def _is_other(self, words: list[str], number: Number, mention: Mention) -> bool:
        """Say whether a number is an age ("2 year old"), or a strength whose unit nobody says ("aspirin 75"): never a count of tablets."""
        if words[number.end : number.end + 1] and words[number.end] in data("medicines.yaml")["ages_follow"]:
            return True
        return mention.start <= number.start <= mention.end and self._unit_at(words, number.end)[1] is None

    def _unit_at(self, words: list[str], at: int) -> tuple[int, str | None]:
        """Return the unit of a dose at a token and its last token."""
        match = self._units.longest(words, at) if at < len(words) else None
        return (at, None) if match is None else (match[0] - 1, match[1][0])

    def _counts_next(self, words: list[str], at: int) -> bool:
        """Say whether a number without a unit counts tablets: a strength, a medicine or a unit follows shortly."""
        return any(word[0].isdigit() or self._units.exact([word]) or word in {"extra", "strength"} for word in words[at : at + 3])


def _leads(draft: Draft, before: Mention, start: int, end: int, after: Mention) -> bool:
    """Say whether a strength between two medicines is of the second: "aspirin and 500 mg paracetamol", not "aspirin 75 mg and …"."""
    return start > before.end and end <= after.start and _BETWEEN.issuperset(draft.words[end : after.start])


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


def _place_of(match: tuple[int, int, list[str]]) -> int:
    """Return where a match begins."""
    return match[0]


def _start_of(number: Number) -> int:
    """Return where a number begins."""
    return number.start


def _status(draft: Draft, mention: Mention, statuses: list[tuple[int, int, list[str]]]) -> str:
    """Return what the nearest phrase before (or right after) a medicine says of it."""
    first, last = draft.sentence_of(mention.start)
    begin, end = bisect_left(statuses, first, key=_place_of), bisect_left(statuses, min(last, mention.end + 3), key=_place_of)
    statuses = statuses[max(begin, end - 12) : end]
    before = [each for each in statuses if each[1] <= mention.start]
    after = [
        each for each in statuses if mention.end <= each[0] <= mention.end + 2 and each[0] < last and each[2][0] in {"stopped", "missed"}
    ]
    if after and (not before or before[-1][2][0] == "taking"):
        return after[0][2][0]
    if not before:
        return "taking"
    nearest = before[-1][2][0]
    if nearest == "stopped" and draft.words[mention.start - 1] in data("medicines.yaml")["changed_to"]:
        return "taking"
    if nearest == "taking" and len(before) > 1 and before[-2][2][0] in _HOLDS_OVER and before[-1][0] - before[-2][1] <= 2:
        return nearest if _medicine_between(draft, before[-2][1], before[-1][0]) else before[-2][2][0]
    return nearest


def _medicine_between(draft: Draft, start: int, end: int) -> bool:
    """Say whether a status was already said of another medicine ("paused sertraline while I take linezolid")."""
    return any(start <= each.start < end and each.ids[0].startswith(("d:", "dc:")) for each in draft.mentions)


def _status_between(words: list[str], start: int, end: int) -> bool:
    """Say whether another sentence part begins between an allergy and a medicine."""
    ends = frozenset(data("medicines.yaml")["allergy_ends"])
    return any(word in ends for word in words[start:end])


def _negated_by_status(draft: Draft, mention: Mention) -> bool:
    """Say whether the denial was the status itself ("haven't taken my warfarin", "no longer take")."""
    return mention.status in {"missed", "stopped"}


def _denied_before(draft: Draft, at: int) -> Presence:
    """Return whether a denial stands in force before a token of the same sentence."""
    first, _ = draft.sentence_of(at)
    denied: Any = [hit for hit in draft.hits if hit.rule.category == "absent" and first <= hit.start < at]
    return Presence.ABSENT if denied else Presence.PRESENT
