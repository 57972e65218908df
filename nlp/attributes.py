"""Details of findings: severity, onset, course, quality, radiation, triggers, sides and durations, linked and lifted.

A detail belongs to the finding that it can refine, the nearest first; the refined finding is stated beside its base.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any, NamedTuple

from kg.record import Attribute, Duration, Presence, Span, Timing
from nlp.draft import Draft, Mention, Timed
from nlp.fold import fold, is_han, tokens_of
from nlp.people import speaker_before
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.sentences import CLAUSE_ENDS, COMMAS
from nlp.trie import TokenTrie

_FAR = 14
_NEAR = 4
_SENTENCES_BACK = 2
_MANY = 8
_NOT_NOW = frozenset({Timing.HYPOTHETICAL, Timing.FEARED})
_LOCAL = frozenset({"side", "site"})
_SIDE, _RADIATION = "side", "radiation"
_ADJECTIVES = frozenset({"severity", "onset", "side"})  # names of details that stand right before their noun
_OF_ITS_OWN = frozenset({"severity", "course", "quality", "trigger", "relief", "onset"})  # names that a sentence without a finding can tell


class _Detail(NamedTuple):
    """A detail in the text (token range) with the endings of the refinements that it can make."""

    start: int
    end: int
    name: str
    value: str
    suffixes: tuple[str, ...]
    denied: bool = False

    @property
    def key(self) -> str:
        return f"{self.name}={self.value}"


class Attributes:
    """Links details and durations to findings, and lifts findings to their refinements."""

    def __init__(self, findings: Collection[str], ancestors: Callable[[str], tuple[str, ...]], book: Phrasebook) -> None:
        self._table = data("refine.yaml")
        self._findings = findings
        self._ancestors = ancestors
        self._details: TokenTrie[tuple[str, str, tuple[str, ...]]] = book.trie()
        for said in self._table["masks"]:
            self._details.add(tokens_of(fold(said))[0], ("", "", ()))
        for row in self._table["attributes"]:
            for said in row["said"]:
                self._details.add(tokens_of(fold(said))[0], (row["name"], row["value"], tuple(row["suffixes"])))
        self._pairings = tuple((frozenset(row["all"]), tuple(row["suffixes"])) for row in self._table["pairs"])
        self._lifts: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._referring = frozenset(tokens_of(fold(said))[0][0] for said in self._table["referring"])
        self._denials = frozenset(tuple(tokens_of(fold(said))[0]) for said in self._table["denials"])
        self._relations = frozenset(data("people.yaml")["relations"])
        self._not_after = frozenset(self._table["times_not_after"])
        self._not_before = tuple(tuple(tokens_of(fold(phrase))[0]) for phrase in self._table["times_not_before"])
        self._longest_before = max(map(len, self._not_before))
        self._sides = {
            tokens_of(fold(said))[0][0]: row for row in self._table["attributes"] if row["name"] == _SIDE for said in row["of_word"]
        }
        self._capitals = frozenset(self._table["capitals"])
        self._best = frozenset(self._table["superlative"]["words"])
        self._ever = frozenset(self._table["superlative"]["by"])
        self._superlative = [("severity", "worst", tuple(self._table["superlative"]["suffixes"]))]
        self._implied = self._implications()

    def _implications(self) -> dict[str, Attribute]:
        """Return what a refinement says by its ending ("x-exertional": the trigger is exertion); an ending of several details says none."""
        meant: dict[str, set[tuple[str, str]]] = {}
        for row in self._table["attributes"]:
            for suffix in row["suffixes"]:
                meant.setdefault(suffix, set()).add((row["name"], row["value"]))
        sure = {suffix: next(iter(rows)) for suffix, rows in meant.items() if len(rows) == 1}
        for suffix, said in self._table["implied"].items():
            name, _, value = said.partition("=")
            sure[suffix] = name, value
        found: dict[str, Attribute] = {}
        for identifier in self._findings:
            for above in self._ancestors(identifier):
                if (meaning := sure.get(identifier.removeprefix(f"{above}-"))) is not None:
                    found[identifier] = Attribute(name=meaning[0], value=meaning[1])
        return found

    def find(self, draft: Draft) -> None:
        """Link what stands in the text, then add the refined findings as mentions of their own."""
        findings = [each for each in draft.mentions if each.ids[0].startswith("f:") and not each.normal]
        if not findings:
            return
        findings.sort(key=lambda each: each.start)
        links: dict[int, list[_Detail]] = {}
        within = {index: each for each in findings for index in each.used}
        for detail in self._in(draft):
            held = next((within[index] for index in range(detail.start, detail.end) if index in within), None)
            if held is not None and detail.name == _RADIATION and self._refined(held.ids[0], detail.suffixes) is None:
                side = self._side_in(draft, detail)  # "my left arm is weak": where it is, not where it goes
                if side is not None:
                    links.setdefault(id(held), []).append(side)
                continue
            elif held is not None:
                _note(draft, within, detail)
                mention = self._owner_of_whole(draft, findings, detail) or _noun_after(findings, held, detail)
            else:
                mention = self._owner(draft, findings, detail)
                self._note_beside(draft, findings, detail, mention)
            if mention is not None:
                links.setdefault(id(mention), []).append(detail)
        self._durations(draft, findings)
        made = {identifier for each in draft.mentions for identifier in each.ids}
        for mention in findings:
            if id(mention) in links:
                self._attach(draft, mention, links[id(mention)], made)
        for mention in tuple(draft.mentions):
            implied = self._implied.get(mention.ids[0])
            if implied is not None and not mention.normal:
                self._imply(draft, mention, replace(implied, span=draft.span(mention.start, mention.end)), findings)

    def _note_beside(self, draft: Draft, findings: list[Mention], detail: _Detail, owner: Mention | None) -> None:
        """Keep a detail with the finding right before it too, when it refines another ("my head aches, I'm sick in the mornings")."""
        beside = next((each for each in _around(findings, detail.start) if each.end == detail.start), None)
        if owner is None or beside is None or beside is owner or detail.denied or beside.presence is Presence.ABSENT:
            return
        if draft.sentence_index(beside.start) == draft.sentence_index(detail.start):
            beside.attributes.append(Attribute(name=detail.name, value=detail.value, span=draft.span(detail.start, detail.end)))

    def _imply(self, draft: Draft, mention: Mention, implied: Attribute, findings: list[Mention]) -> None:
        """Tell what a refinement says as a detail too, of itself and of its base beside it ("cramps …, better once I've been")."""
        here, above = draft.sentence_index(mention.start), set(self._ancestors(mention.ids[0]))
        for each in (mention, *(one for one in _around(findings, mention.start) if above & {one.ids[0], *self._ancestors(one.ids[0])})):
            if (
                each.presence is mention.presence
                and draft.sentence_index(each.start) == here
                and not any(said.name == implied.name for said in each.attributes)
            ):
                each.attributes.append(implied)

    def _in(self, draft: Draft) -> list[_Detail]:
        """Return the details of the text."""
        found = []
        for start, end, rows in draft.found(self._details):
            if end - start == 1 and draft.words[start] in self._capitals and not _is_capital(draft, start):
                continue
            denied = self._is_denied(draft.words[max(0, start - 2) : start])
            most = draft.words[start] in self._best and self._is_superlative(draft, end)
            said = self._superlative if most else rows
            found += [_Detail(start, end, name, value, suffixes, denied) for name, value, suffixes in said if name]
        return found

    def _is_superlative(self, draft: Draft, after: int) -> bool:
        """Say whether the worst is the worst of a life ("the worst pain in my head I have ever known")."""
        return not self._ever.isdisjoint(draft.words[after : min(draft.sentence_of(after - 1)[1], after + _FAR)])

    def _side_in(self, draft: Draft, detail: _Detail) -> _Detail | None:
        """Return the side that the words of a detail name, if any."""
        for index in range(detail.start, detail.end):
            row = self._sides.get(draft.words[index])
            if row is not None:
                return _Detail(index, index + 1, _SIDE, row["value"], tuple(row["suffixes"]), detail.denied)
        return None

    def _is_denied(self, before: list[str]) -> bool:
        """Say whether one of the words before a detail denies it; of a denial of several words all must stand there."""
        return any(tuple(before[at : at + length]) in self._denials for length in (1, 2) for at in range(len(before) - length + 1))

    def _owner(self, draft: Draft, findings: list[Mention], detail: _Detail) -> Mention | None:
        """Return the finding that a detail belongs to."""
        here = draft.sentence_of(detail.start)
        inside = [each for each in _around(findings, detail.start) if here[0] <= each.start < here[1]]
        adjacent = next((each for each in inside if each.start == detail.end), None) if detail.name in _ADJECTIVES else None
        if adjacent is not None and (detail.name != "severity" or not is_han(draft.words[detail.start])):
            return adjacent  # "sudden-onset diarrhoea with belly pain": not the pain's onset
        close = [(_distance(each, detail), each) for each in inside]
        close = [each for each in close if each[0] <= _FAR and not _cut_off(draft.words, each[1], detail)]
        able = [each for each in close if self._refined(each[1].ids[0], detail.suffixes)]
        near = [each for each in close if each[0] <= _NEAR]
        if able or near:
            best = min(able or near, key=_told)[1]
            told = [each for each in near if each[1].presence is not Presence.ABSENT]
            return (
                min(told, key=_first)[1] if best.presence is Presence.ABSENT and told else best
            )  # "the back is fine, the hip hurts down to the calf"
        spoken = sorted((each for each in close if each[1].presence is not Presence.ABSENT), key=_first)
        nearest = [each for _, each in spoken[:1]]
        if draft.words[here[0]] not in self._referring and any(not _cut_off(draft.words, each, detail) for each in inside):
            return next(iter(nearest), None)
        earlier = findings[: bisect_left(findings, here[0], key=_start_of)][-_MANY:]
        before = [each for each in earlier if self._sentences_between(draft, each, here[0]) <= _SENTENCES_BACK]
        before = [each for each in before if each.presence is Presence.PRESENT and self._refined(each.ids[0], detail.suffixes)]
        if not before:
            return next(iter(nearest or self._told_alone(draft, earlier, inside, detail)), None)
        speaker = speaker_before(draft, detail.start)
        named = speaker if speaker in self._relations else None  # "my brother has one-sided …" says nothing of my own throat
        return next((each for each in reversed(before) if named in (None, each.speaker)), None)

    def _told_alone(self, draft: Draft, earlier: list[Mention], inside: list[Mention], detail: _Detail) -> list[Mention]:
        """Return the finding of the sentence before, when a sentence has none and only tells how it is ("Worse at night.")."""
        if inside or not earlier or detail.name not in _OF_ITS_OWN:
            return []
        last = earlier[-1]
        next_to = self._sentences_between(draft, last, detail.start) == 1
        return [last] if next_to and last.presence is Presence.PRESENT else []

    def _owner_of_whole(self, draft: Draft, findings: list[Mention], detail: _Detail) -> Mention | None:
        """Return the finding beside it that a finding refines, when its words are just the detail ("the rash is itchy")."""
        around, whole = _around(findings, detail.start), frozenset(range(detail.start, detail.end))
        if not any(each.used == whole for each in around):
            return None
        first, _ = draft.sentence_of(detail.start)
        before = (each for each in reversed(around) if first <= each.start and each.end <= detail.start)
        near = (each for each in before if _distance(each, detail) <= _NEAR and self._refined(each.ids[0], detail.suffixes))
        return next((each for each in near if not _cut_off(draft.words, each, detail)), None)

    def _sentences_between(self, draft: Draft, mention: Mention, at: int) -> int:
        """Return how many sentences lie between a mention and a token."""
        return draft.sentence_index(at) - draft.sentence_index(mention.start)

    def _refined(self, base: str, suffixes: tuple[str, ...]) -> str | None:
        """Return the refinement of a finding that one of the endings gives, looking from its ancestors too."""
        key = base, suffixes
        if key not in self._lifts:
            candidates = ((above, f"{above}-{suffix}") for above in (base, *self._ancestors(base)) for suffix in suffixes)
            fits = (each for above, each in candidates if each in self._findings and each != base and above in self._ancestors(each))
            self._lifts[key] = next(fits, None)
        return self._lifts[key]

    def _attach(self, draft: Draft, mention: Mention, details: list[_Detail], made: set[str]) -> None:
        """Keep the details with the finding and add the refinements they make."""
        kept = [detail for detail in details if not detail.denied]
        for detail in kept:
            if not any(each.name == detail.name and each.value == detail.value for each in mention.attributes):
                mention.attributes.append(Attribute(name=detail.name, value=detail.value, span=draft.span(detail.start, detail.end)))
                draft.read.update(range(detail.start, detail.end))
        if mention.presence is Presence.ABSENT:
            return
        pairs = self._pairs({detail.key for detail in kept})
        alone = {suffix for suffix, keys in self._table["not_with_one"].items() if not any(key in pairs for key in keys)}
        for detail in details:
            suffixes = tuple(each for each in (*pairs.get(detail.key, ()), *detail.suffixes) if each not in alone)
            refined = self._refined(mention.ids[0], suffixes)
            if refined is not None and refined not in made:
                made.add(refined)
                self._lift(draft, mention, detail, refined)

    def _pairs(self, keys: set[str]) -> dict[str, tuple[str, ...]]:
        """Return more endings where two details stand together."""
        more: dict[str, tuple[str, ...]] = {}
        for together, suffixes in self._pairings:
            if together <= keys:
                more.update(dict.fromkeys(together, suffixes))
        return more

    def _lift(self, draft: Draft, mention: Mention, detail: _Detail, refined: str) -> None:
        """Add the refined finding, over the words of both where they stand together."""
        together = draft.sentence_of(mention.start) == draft.sentence_of(detail.start)
        start = min(mention.start, detail.start) if together else mention.start
        end = max(mention.end, detail.end) if together else mention.end
        lifted = replace(mention, start=start, end=end, ids=(refined,), used=mention.used, attributes=[], history=False)
        if detail.denied:
            lifted.presence = Presence.ABSENT
            lifted.cue, lifted.rule = draft.words[detail.start - 1], "attribute.denied"
        draft.mentions.append(lifted)

    def _durations(self, draft: Draft, findings: list[Mention]) -> None:
        """Give findings the stretch of time of their sentence, the nearest when there are several."""
        by_sentence: dict[int, list[tuple[int, int, Timed]]] = {}
        for timed in draft.times:
            if not timed.is_age and not timed.taken and not self._is_schedule(draft, timed):
                start = draft.token_at(timed.start)
                by_sentence.setdefault(draft.sentence_index(start), []).append((start, draft.token_at(timed.end - 1), timed))
        if not by_sentence:
            return
        lasting: dict[int, Duration] = {}
        timeable = [each for each in findings if each.presence is not Presence.ABSENT and each.timing not in _NOT_NOW]
        for mention in timeable:
            own = by_sentence.get(draft.sentence_index(mention.start)) or self._time_of_next(draft, mention, findings, by_sentence)
            if own:
                around = bisect_left(own, mention.start, key=_first)
                near = own[max(0, around - 2) : around + 2]
                timed = min(near, key=lambda each: max(mention.start - each[1], each[0] - mention.end, 0))[2]
                if id(timed) not in lasting:
                    lasting[id(timed)] = _duration(draft, timed)
                mention.duration = lasting[id(timed)]

    def _time_of_next(
        self, draft: Draft, mention: Mention, findings: list[Mention], by_sentence: dict[int, list[tuple[int, int, Timed]]]
    ) -> list[tuple[int, int, Timed]]:
        """Return the times of the next sentence when it only goes on about this one ("It started two days ago")."""
        following = draft.sentence_index(mention.start) + 1
        if following not in by_sentence:
            return []
        start, end = draft.sentences[following]
        index = bisect_left(findings, start, key=_start_of)
        speaks_of_another = index < len(findings) and findings[index].start < end
        return by_sentence[following] if draft.words[start] in self._referring and not speaks_of_another else []

    def _is_schedule(self, draft: Draft, timed: Timed) -> bool:
        """Say whether a stretch of time is a rhythm, lies ahead or what sleep takes to come ("every 6 hours", "in 2 weeks")."""
        token, end = draft.token_at(timed.start), draft.token_at(timed.end - 1) + 1
        ahead = tuple(draft.words[end : end + self._longest_before])
        until = any(ahead[: len(words)] == words for words in self._not_before)
        return until or (bool(token) and draft.words[token - 1] in self._not_after)


def _note(draft: Draft, within: dict[int, Mention], detail: _Detail) -> None:
    """Keep a detail that is part of a finding's own words, or runs into them ("crushing chest pain"), as its attribute."""
    mention = next(within[index] for index in range(detail.start, detail.end) if index in within)
    if detail.name not in {"site", "warning"} and not detail.denied:
        mention.attributes.append(Attribute(name=detail.name, value=detail.value, span=draft.span(detail.start, detail.end)))


def _noun_after(findings: list[Mention], held: Mention, detail: _Detail) -> Mention | None:
    """Return the finding whose words begin right behind a detail that another finding took ("crushing pain across my chest")."""
    return next((each for each in _around(findings, detail.start) if each.start == detail.end and each is not held), None)


def _is_capital(draft: Draft, at: int) -> bool:
    """Say whether a letter is written as a capital, in a text that is not all in capitals ("R calf")."""
    return draft.text[draft.starts[at]].isupper() and not draft.text.isupper()


def _duration(draft: Draft, timed: Timed) -> Duration:
    """Return a stretch of time as the duration of a finding."""
    span: Span = draft.chars(timed.start, timed.end)
    return Duration(days_min=round(timed.days_min, 4), days_max=round(timed.days_max, 4), said=draft.quote(span), span=span)


def _distance(mention: Mention, detail: _Detail) -> int:
    """Return how many tokens lie between a finding and a detail; what precedes an adjective's noun counts as nearer."""
    if detail.end <= mention.start:
        gap = mention.start - detail.end
        return gap if gap <= 1 else gap + 2
    return max(0, detail.start - mention.end)


def _cut_off(words: list[str], mention: Mention, detail: _Detail) -> bool:
    """Say whether a comma parts a detail from what it could describe: always when it comes first, and for sides and sites."""
    first = detail.end <= mention.start
    if not first and detail.name not in _LOCAL:
        return False
    gap = words[detail.end : mention.start] if first else words[mention.end : detail.start]
    if not first and detail.name == _SIDE and _told_aside(words, detail):
        return False
    far = (_NEAR + 1) * (2 if is_han(words[detail.start]) else 1)
    return (detail.name in _LOCAL and len(gap) > far) or "," in gap or "，" in gap


def _told_aside(words: list[str], detail: _Detail) -> bool:
    """Say whether a side makes a clause of its own, or begins one in Chinese ("lower tummy, left side")."""
    if is_han(words[detail.start]):
        return detail.end - detail.start > 1 and words[detail.start - 1] in COMMAS
    return detail.end == len(words) or words[detail.end] in CLAUSE_ENDS


def _around(findings: list[Mention], at: int) -> list[Mention]:
    """Return the findings near a token, a bounded number on either side."""
    index = bisect_left(findings, at, key=_start_of)
    return findings[max(0, index - _MANY) : index + _MANY]


def _start_of(mention: Mention) -> int:
    """Return where a mention begins."""
    return mention.start


def _told(place: tuple[int, Mention]) -> tuple[bool, int]:
    """Return whether a finding is denied, and how far away it is: what is denied has no details while another has them."""
    return place[1].presence is Presence.ABSENT, place[0]


def _first(place: tuple[int, Any] | tuple[int, int, Timed]) -> int:
    """Return where a time begins, or how far away a finding is."""
    return place[0]
