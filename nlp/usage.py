"""How medicines are used, and what happened: patterns of words in one sentence that make a finding ("crushed … slow-release …").

A pattern is a row of slots in order, with a few tokens between them. A slot is a set of phrases, or one of MEDICINE, NUMBER, CHILD.
The patterns and the sets are data (`usage.yaml` of medicines, `happenings.yaml` of what happened: "tea … over himself", `everyday.yaml` of
everyday complaints and of signs that all is well); what they find goes through the context rules like any finding.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from math import inf

from kg.record import Presence
from nlp.draft import Draft, Mention, between, matches_between
from nlp.errors import ReadingDataError
from nlp.phrasebook import Phrasebook
from nlp.resources import data

_GAP = 5
_BEFORE = 4  # tokens before a pattern in which "almost" undoes it
_MEDICINE, _NUMBER, _CHILD = "MEDICINE", "NUMBER", "CHILD"
_COMMA, _ZH_COMMA = ",", "\uff0c"
_DAYS_IN_YEAR = 365.25
_NORMAL_RULE = "pattern.normal"
_ALSO = {"medicine_words": _MEDICINE, "child_words": _CHILD}  # sets that fill another slot too
Place = tuple[int, int]
Places = dict[str, list[Place]]  # in a sentence, by slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Slots in order; what may stand between; what undoes it."""

    finding: str
    slots: tuple[str, ...]
    gaps: tuple[int, ...]  # between one slot and the next
    unless: tuple[str, ...]  # sets that may not stand in it or shortly before it
    after: tuple[str, ...]  # sets that may not follow it in the sentence
    nowhere: tuple[str, ...]  # sets that may stand nowhere in the sentence
    certain: bool  # holds though it is only asked or planned ("can I crush …")
    normal: bool  # says that all is well: the finding is denied ("walked home on it")
    instead: tuple[str, ...]  # findings that its words alone would be: a sore shoulder keeps an arm down that is not weak
    whole: bool  # its parts may stand in several sentences ("Plaster on since Monday. Toes have gone numb.")


class Usage:
    """Finds the patterns of one file in a draft."""

    def __init__(self, book: Phrasebook, file: str = "usage.yaml") -> None:
        table = data(file)
        self._sets = {name: book.phrases(phrases) for name, phrases in table["sets"].items()}
        self._names = {trie: name for name, trie in self._sets.items()}
        self._needs_medicine = bool(table["needs_medicine"])
        self._no_medicine = frozenset(table["no_medicine"])
        self._undone_after = book.phrases(table["undone_after"])
        self._child_years = float(table["child_years"])
        self._denials = frozenset(table.get("denials", ()))
        self._patterns = tuple(_pattern(row, frozenset(self._sets)) for row in table["patterns"])
        self._spans = any(pattern.whole for pattern in self._patterns)
        self._filled = frozenset(slot for pattern in self._patterns for slot in pattern.slots)
        self._with: defaultdict[str, list[int]] = defaultdict(list)  # patterns, by the one of their slots that has the fewest phrases
        for number, pattern in enumerate(self._patterns):
            self._with[min(pattern.slots, key=self._size_of)].append(number)

    def _size_of(self, slot: str) -> float:
        """Return how many phrases fill a slot: no end of them when it is no set."""
        return self._sets[slot].size if slot in self._sets else inf

    def find(self, draft: Draft) -> None:
        """Add a mention for every pattern, each finding once a sentence."""
        if self._needs_medicine and not any(each.is_medicine for each in draft.mentions) and not self._speaks_of_medicines(draft):
            return
        by_sentence = self._places(draft)
        named = _Named(draft)
        for index in sorted(by_sentence):
            self._find_in(draft, by_sentence[index], draft.sentence_ends[index], named, whole=False)
        if self._spans:
            self._find_in(draft, _together(by_sentence), len(draft.words), named, whole=True)

    def _find_in(self, draft: Draft, places: Places, end: int, named: _Named, *, whole: bool) -> None:
        """Add what the patterns find among the places of a sentence, or of the whole message, each finding once."""
        found: set[str] = set()
        for number in sorted([number for name in places for number in self._with.get(name, ())]):
            pattern = self._patterns[number]
            match = None if pattern.finding in found or pattern.whole is not whole else _match(pattern, places)
            if match is not None and not self._undone(draft, pattern, places, match) and not self._taken_back(draft, match, end):
                found.add(pattern.finding)
                named.add(pattern, _mention(pattern, match, of_use=self._needs_medicine))

    def _speaks_of_medicines(self, draft: Draft) -> bool:
        return any(draft.found(self._sets[name]) for name in ("medicine_words", "not_for_mouth", "ear_things"))

    def _places(self, draft: Draft) -> dict[int, Places]:
        """Return where each slot could stand, by sentence; what is named nowhere has no entry."""
        found: Places = {}
        for trie in draft.matched():
            name = self._names.get(trie)
            if name is not None:
                found[name] = [(start, end) for start, end, _ in draft.found(trie)]
        also = [(_ALSO[name], places) for name, places in found.items() if name in _ALSO]
        also += [
            (_MEDICINE, [(each.start, each.end) for each in draft.mentions if self._is_taken(each)]),
            (_NUMBER, [(number.start, number.end) for number in draft.numbers]),
            (_CHILD, self._children(draft)),
        ]
        for name, places in also:
            if places and name in self._filled:
                found[name] = sorted([*found.get(name, ()), *places])
        by_sentence: dict[int, Places] = {}
        for name, places in found.items():
            for place in places:
                by_sentence.setdefault(draft.sentence_index(place[0]), {}).setdefault(name, []).append(place)
        return by_sentence

    def _is_taken(self, mention: Mention) -> bool:
        """Say whether a mention names something that is taken as a medicine is."""
        return mention.is_medicine and mention.ids[0] not in self._no_medicine

    def _children(self, draft: Draft) -> list[Place]:
        """Return where an age under that of an adult stands."""
        young = [timed for timed in draft.times if timed.is_age and timed.days_max < self._child_years * _DAYS_IN_YEAR]
        return [(draft.token_at(timed.start), draft.token_at(max(timed.start, timed.end - 1)) + 1) for timed in young]

    def _undone(self, draft: Draft, pattern: Pattern, places: Places, match: list[Place]) -> bool:
        """Say whether words in or before a match undo it ("almost", "as prescribed"), or words after it.

        A Chinese comma parts all of these from it, an English one the denials.
        """
        if any(name in places for name in pattern.nowhere):
            return True
        first, end = match[0][0], match[-1][1]
        start = clause = first - _BEFORE
        for at in range(max(0, start), first):
            if draft.words[at] == _ZH_COMMA:
                start = clause = at + 1
            elif draft.words[at] == _COMMA:
                clause = at + 1
        for name in pattern.unless:
            since = clause if name in self._denials else start
            if any(since <= at < end for at, _ in places.get(name, ())):
                return True
        return any(at >= first for name in pattern.after for at, _ in places.get(name, ()))

    def _taken_back(self, draft: Draft, match: list[Place], end: int) -> bool:
        """Say whether the sentence goes on "… so I didn't", or names the same number twice ("20 instead of 20")."""
        if matches_between(draft.found(self._undone_after), match[0][0], end):
            return True
        amounts = [each.value for place in match for each in between(draft.numbers, *place) if (each.start, each.end) == place]
        return len(amounts) > 1 and len(set(amounts)) == 1


def _together(by_sentence: dict[int, Places]) -> Places:
    """Return the places of all sentences, as if they were one."""
    together: Places = {}
    for _, places in sorted(by_sentence.items()):
        for name, found in places.items():
            together.setdefault(name, []).extend(found)
    return together


def _pattern(row: dict[str, object], sets: frozenset[str]) -> Pattern:
    """Check one row of the file and make a pattern of it."""
    known = sets | {_MEDICINE, _NUMBER, _CHILD}
    slots = tuple(str(row["slots"]).split())
    gaps = tuple(int(gap) for gap in str(row.get("gap", _GAP)).split())
    pattern = Pattern(
        finding=str(row["finding"]),
        slots=slots,
        gaps=gaps * (len(slots) - 1) if len(gaps) == 1 else gaps,
        unless=tuple(str(row.get("unless", "almost")).split()),
        after=tuple(str(row.get("after", "")).split()),
        nowhere=tuple(str(row.get("nowhere", "")).split()),
        certain=bool(row.get("certain")),
        normal=bool(row.get("normal")),
        instead=tuple(str(row.get("instead", "")).split()),
        whole=bool(row.get("whole")),
    )
    if len(pattern.gaps) != len(slots) - 1:
        raise ReadingDataError(f"The pattern of {pattern.finding} has {len(pattern.gaps)} gaps: give one, or one for each pair of slots.")
    unknown = sorted({*pattern.slots, *pattern.unless, *pattern.after, *pattern.nowhere} - known)
    if unknown:
        raise ReadingDataError(f"The pattern of {pattern.finding} names unknown sets: {', '.join(unknown)}.")
    return pattern


class _Named:
    """The mentions of a draft by what they name, for adding what patterns find."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._of: dict[tuple[str, ...], list[Mention]] | None = None

    def add(self, pattern: Pattern, mention: Mention) -> None:
        """Add what a pattern found, in the place of what its words alone would be."""
        draft = self._draft
        if pattern.instead:
            draft.mentions = [each for each in draft.mentions if not (each.ids[0] in pattern.instead and _within(each, mention))]
            self._of = None
        if pattern.normal and self._named_within(mention):
            return
        if self._of is not None:
            self._of.setdefault(mention.ids, []).append(mention)
        draft.mentions.append(mention)

    def _named_within(self, mention: Mention) -> bool:
        """Say whether the finding itself is named in the same words ("can't walk on it"): then they do not say that all is well."""
        if self._of is None:
            self._of = {}
            for each in self._draft.mentions:
                self._of.setdefault(each.ids, []).append(each)
        return any(each.used & mention.used for each in self._of.get(mention.ids, ()))


def _within(inner: Mention, outer: Mention) -> bool:
    """Say whether the words of a mention lie within those of another, or share some with it."""
    return bool(inner.used & outer.used) or (outer.start <= inner.start and inner.end <= outer.end)


def _match(pattern: Pattern, places: Places) -> list[Place] | None:
    """Return the first row of places that fills the slots in order, each near the one before."""
    dead: set[Place] = set()
    for first in places.get(pattern.slots[0], ()):
        match = _fill(pattern, places, [first], dead)
        if match is not None:
            return match
    return None


def _fill(pattern: Pattern, places: Places, so_far: list[Place], dead: set[Place]) -> list[Place] | None:
    """Fill the remaining slots; what was tried in vain from the same place is not tried again."""
    slot, at = len(so_far), so_far[-1][1]
    if slot == len(pattern.slots):
        return so_far
    if (slot, at) in dead:
        return None
    candidates = places.get(pattern.slots[slot], [])
    for index in range(bisect_left(candidates, (at, 0)), len(candidates)):
        if candidates[index][0] - at > pattern.gaps[slot - 1]:
            break
        match = _fill(pattern, places, [*so_far, candidates[index]], dead)
        if match is not None:
            return match
    dead.add((slot, at))
    return None


def _mention(pattern: Pattern, match: list[Place], *, of_use: bool) -> Mention:
    """Return a mention over the whole pattern whose meaning lies in its slots."""
    slots = match[:1] if pattern.normal else match  # "pressing the bone doesn't hurt" leaves its "doesn't" to the pain
    used = frozenset(token for start, end in slots for token in range(start, end))
    mention = Mention(
        start=match[0][0],
        end=match[-1][1],
        ids=(pattern.finding,),
        used=used,
        head=match[0][0],
        certain=pattern.certain,
        normal=pattern.normal,
        of_use=of_use,
    )
    if pattern.normal:
        mention.presence, mention.rule = Presence.ABSENT, _NORMAL_RULE
    return mention
