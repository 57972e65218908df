"""How medicines are used, and what happened: patterns of words in one sentence that make a finding ("crushed … slow-release …").

A pattern is a row of slots in order, with a few tokens between them. A slot is a set of phrases, or one of MEDICINE, NUMBER, CHILD.
The patterns and the sets are data (`usage.yaml` of medicines, `happenings.yaml` of all else: "tea … over himself"); what they find
goes through the context rules like any finding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

from nlp.draft import Draft, Mention
from nlp.errors import ReadingDataError
from nlp.fold import fold, tokens_of
from nlp.resources import data
from nlp.trie import TokenTrie

_GAP = 5
_BEFORE = 4  # tokens before a pattern in which "almost" undoes it
_MEDICINE, _NUMBER, _CHILD = "MEDICINE", "NUMBER", "CHILD"
_DAYS_IN_YEAR = 365.25
Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Slots in order; what may stand between; what undoes it."""

    finding: str
    slots: tuple[str, ...]
    gap: int
    unless: tuple[str, ...]  # sets that may not stand in it or shortly before it
    after: tuple[str, ...]  # sets that may not follow it in the sentence
    certain: bool  # holds though it is only asked or planned ("can I crush …")


class Usage:
    """Finds the patterns of one file in a draft."""

    def __init__(self, file: str = "usage.yaml") -> None:
        table = data(file)
        self._sets: dict[str, TokenTrie[str]] = {}
        for name, phrases in table["sets"].items():
            trie: TokenTrie[str] = TokenTrie()
            self._sets[name] = trie
            for phrase in phrases:
                trie.add(tokens_of(fold(phrase))[0], name)
        self._beginning: defaultdict[str, list[str]] = defaultdict(list)
        for name, phrases in table["sets"].items():
            for word in sorted({tokens_of(fold(phrase))[0][0] for phrase in phrases}):
                self._beginning[word].append(name)
        self._needs_medicine = bool(table["needs_medicine"])
        self._no_medicine = frozenset(table["no_medicine"])
        self._undone_after: TokenTrie[str] = TokenTrie()
        for phrase in table["undone_after"]:
            self._undone_after.add(tokens_of(fold(phrase))[0], phrase)
        self._child_years = float(table["child_years"])
        self._patterns = tuple(_pattern(row, frozenset(self._sets)) for row in table["patterns"])

    def find(self, draft: Draft) -> None:
        """Add a mention for every pattern, each finding once a sentence."""
        if self._needs_medicine and not any(_is_medicine(each) for each in draft.mentions) and not self._speaks_of_medicines(draft):
            return
        filled = self._filled(draft)
        for first, last in draft.sentences:
            places = self._places(draft, filled, (first, last))
            found: set[str] = set()
            for pattern in self._patterns:
                match = None if pattern.finding in found else _match(pattern, places)
                if match is not None and not self._undone(pattern, places, match) and not self._taken_back(draft, match, last):
                    found.add(pattern.finding)
                    draft.mentions.append(_mention(pattern, match, of_use=self._needs_medicine))

    def _speaks_of_medicines(self, draft: Draft) -> bool:
        return any(draft.found(self._sets[name]) for name in ("medicine_words", "not_for_mouth", "ear_things"))

    def _filled(self, draft: Draft) -> dict[str, list[Place]]:
        """Return where each set is named, in one pass: the longest phrase at each token, none inside another of its set."""
        places: dict[str, list[Place]] = {name: [] for name in self._sets}
        for at, word in enumerate(draft.words):
            for name in self._beginning.get(word, ()):
                held = places[name]
                match = None if held and held[-1][1] > at else self._sets[name].longest(draft.words, at)
                if match is not None:
                    held.append((at, match[0]))
        return places

    def _places(self, draft: Draft, filled: dict[str, list[Place]], sentence: Place) -> dict[str, list[Place]]:
        """Return where each slot could stand in a sentence."""
        first, last = sentence
        places = {name: _inside(found, first, last) for name, found in filled.items()}
        medicines = [
            (m.start, m.end) for m in draft.mentions if _is_medicine(m) and m.ids[0] not in self._no_medicine and first <= m.start < last
        ]
        places[_MEDICINE] = sorted([*medicines, *places.get("medicine_words", [])])
        places[_NUMBER] = [(n.start, n.end) for n in draft.numbers if first <= n.start < last]
        ages = [t for t in draft.times if t.is_age and t.days_max < self._child_years * _DAYS_IN_YEAR]
        young = [(draft.token_at(t.start), draft.token_at(max(t.start, t.end - 1)) + 1) for t in ages]
        places[_CHILD] = sorted([*places.get("child_words", []), *(each for each in young if first <= each[0] < last)])
        return places

    def _taken_back(self, draft: Draft, match: list[Place], last: int) -> bool:
        """Say whether the sentence goes on "… so I didn't", or names the same number twice ("20 instead of 20")."""
        if any(match[0][0] <= start < last for start, _, _ in draft.found(self._undone_after)):
            return True
        amounts = [n.value for n in draft.numbers if (n.start, n.end) in match]
        return len(amounts) > 1 and len(set(amounts)) == 1

    def _undone(self, pattern: Pattern, places: dict[str, list[Place]], match: list[Place]) -> bool:
        """Say whether words in or before a match undo it ("almost", "as prescribed"), or words after it."""
        start, end = match[0][0] - _BEFORE, match[-1][1]
        inside = any(start <= at < end for name in pattern.unless for at, _ in places[name])
        return inside or any(at >= match[0][0] for name in pattern.after for at, _ in places[name])


def _pattern(row: dict[str, object], sets: frozenset[str]) -> Pattern:
    """Check one row of the file and make a pattern of it."""
    known = sets | {_MEDICINE, _NUMBER, _CHILD}
    pattern = Pattern(
        finding=str(row["finding"]),
        slots=tuple(str(row["slots"]).split()),
        gap=int(str(row.get("gap", _GAP))),
        unless=tuple(str(row.get("unless", "almost")).split()),
        after=tuple(str(row.get("after", "")).split()),
        certain=bool(row.get("certain")),
    )
    unknown = sorted({*pattern.slots, *pattern.unless, *pattern.after} - known)
    if unknown:
        raise ReadingDataError(f"usage.yaml: the pattern of {pattern.finding} names unknown sets: {', '.join(unknown)}.")
    return pattern


def _is_medicine(mention: Mention) -> bool:
    return mention.ids[0].startswith(("d:", "dc:"))


def _inside(found: list[Place], first: int, last: int) -> list[Place]:
    return found[bisect_left(found, (first, 0)) : bisect_left(found, (last, 0))] if found else []


def _match(pattern: Pattern, places: dict[str, list[Place]]) -> list[Place] | None:
    """Return the first row of places that fills the slots in order, each near the one before."""
    dead: set[Place] = set()
    for first in places[pattern.slots[0]]:
        match = _fill(pattern, places, [first], dead)
        if match is not None:
            return match
    return None


def _fill(pattern: Pattern, places: dict[str, list[Place]], so_far: list[Place], dead: set[Place]) -> list[Place] | None:
    """Fill the remaining slots; what was tried in vain from the same place is not tried again."""
    slot, at = len(so_far), so_far[-1][1]
    if slot == len(pattern.slots):
        return so_far
    if (slot, at) in dead:
        return None
    candidates = places[pattern.slots[slot]]
    for index in range(bisect_left(candidates, (at, 0)), len(candidates)):
        if candidates[index][0] - at > pattern.gap:
            break
        match = _fill(pattern, places, [*so_far, candidates[index]], dead)
        if match is not None:
            return match
    dead.add((slot, at))
    return None


def _mention(pattern: Pattern, match: list[Place], *, of_use: bool) -> Mention:
    """Return a mention over the whole pattern whose meaning lies in its slots."""
    used = frozenset(token for start, end in match for token in range(start, end))
    return Mention(
        start=match[0][0], end=match[-1][1], ids=(pattern.finding,), used=used, head=match[0][0], certain=pattern.certain, of_use=of_use
    )
