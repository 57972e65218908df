"""Cues: the words that say what holds of the findings around them, found apart from what the findings themselves took."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg.record import Timing
from nlp.context_rules import ContextRule, context_rules, cue_trie
from nlp.draft import Draft, Mention
from nlp.fold import is_han
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import Match, TokenTrie, longest_first

TIMINGS = {
    "hypothetical": Timing.HYPOTHETICAL,
    "feared": Timing.FEARED,
    "resolved": Timing.RESOLVED,
    "past": Timing.PAST,
    "recurrent": Timing.RECURRENT,
}
_MASK = "\0"
_ALWAYS = frozenset({"reporter", "writer", "family"})
_OTHER = "other"
_PEOPLE = frozenset({"subject", "proxy"})


class CueHit(NamedTuple):
    """A cue found in the text (token range)."""

    start: int
    end: int
    rule: ContextRule


class Cues:
    """Finds the cues of the context rules in a draft."""

    def __init__(self, book: Phrasebook, rules: Iterable[ContextRule] | None = None) -> None:
        chosen = tuple(context_rules() if rules is None else rules)
        # Three tries, so that a subject ("I don't") never hides a denial ("don't have"); pseudo cues swallow in both others.
        self._tries = (
            cue_trie(book, (rule for rule in chosen if rule.category not in _PEOPLE and rule.side == "before")),
            cue_trie(book, (rule for rule in chosen if rule.category == "pseudo" or rule.side != "before")),
            cue_trie(book, (rule for rule in chosen if rule.category in _PEOPLE)),
        )
        self._open = frozenset(data("life.yaml")["open_to_context"])
        self._reporting = frozenset(data("people.yaml")["reporting"])
        self._belongings = frozenset(data("people.yaml")["belongings"])
        self._object_before = frozenset(data("people.yaml")["object_before"])
        self._not_subject_after = frozenset(data("people.yaml")["not_subject_after"])

    def find(self, draft: Draft) -> list[CueHit]:
        """Return the cues outside of what the lexicon took, longest first at each place."""
        words = draft.words
        used: set[int] = set()
        for mention in draft.mentions:
            if mention.ids[0] not in self._open:
                used |= mention.used
        if used:
            words = [_MASK if index in used else word for index, word in enumerate(words)]
        hits = []
        for trie in self._tries:
            every = draft.matched().get(trie, [])
            if used and trie is not self._tries[2]:
                every = _outside(trie, every, words, used)
            for start, end, rules in longest_first(every):
                for rule in rules:
                    if (rule.category == "proxy" or rule.relation == _OTHER) and not used.isdisjoint(range(start, end)):
                        continue  # a part of a finding's words: no "on behalf of"; "the neighbours plot against me" is mine
                    aside = self._only_reports(words, start, end, rule) or self._only_owns(draft.words, end)
                    if not (rule.category == "subject" and aside):
                        hits.append(CueHit(start, end, rule))
        return hits

    def _only_owns(self, words: list[str], end: int) -> bool:
        """Say whether a person is named only as the owner of a thing ("forgot our son's name")."""
        return words[end : end + 1] == ["'s"] and end + 1 < len(words) and words[end + 1] in self._belongings

    def _only_reports(self, words: list[str], start: int, end: int, rule: ContextRule) -> bool:
        """Say whether a person is named only as the one who says or does something ("my husband says …")."""
        if rule.relation in _ALWAYS:
            return False
        if rule.relation == "she" and words[start] == "her" and (end >= len(words) or words[end] in self._object_before):
            return True
        if start and words[start - 1] in self._not_subject_after and rule.relation not in {"he", "she", "they"}:
            return True
        return any(index < len(words) and words[index] in self._reporting for index in (end, end + 1)[: 1 if is_han(words[end - 1]) else 2])


def cue_start(hit: CueHit) -> int:
    """Return where a cue begins."""
    return hit.start


def cite(mention: Mention, hit: CueHit, words: list[str]) -> None:
    """Keep which words and which rule decided."""
    joint = "" if is_han(words[hit.start]) else " "
    mention.cue = joint.join(words[hit.start : hit.end])
    mention.rule = hit.rule.id


def _outside(trie: TokenTrie[ContextRule], every: list[Match[ContextRule]], masked: list[str], used: set[int]) -> list[Match[ContextRule]]:
    """Return the cues that keep clear of the words of findings; one that runs into them may leave a shorter one."""
    kept = []
    for match in every:
        if used.isdisjoint(range(match[0], match[1])):
            kept.append(match)
        elif (shorter := trie.longest(masked, match[0])) is not None:
            kept.append((match[0], *shorter))
    return kept
