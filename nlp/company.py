"""Bare words that are a finding by the company they keep: "bleeding" of somebody who is pregnant, "no blood in it" of a diarrhoea."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from kg.record import Circumstance
from nlp.draft import Draft, Mention
from nlp.fold import fold, tokens_of
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import TokenTrie


class _Row(NamedTuple):
    """What a word is beside which findings or facts, and what makes it something else."""

    finding: str
    beside: frozenset[str]
    facts: frozenset[str]
    unless: frozenset[str]


class Company:
    """Finds the findings that a word names only because of what else is said."""

    def __init__(self, findings: Collection[str], ancestors: Callable[[str], tuple[str, ...]], book: Phrasebook) -> None:
        table = data("company.yaml")
        self._ancestors = ancestors
        self._near: int = table["near"]
        self._denials = frozenset(table["denials"])
        self._words: TokenTrie[_Row] = book.trie()
        for entry in table["rows"]:
            row = _Row(entry["finding"], *(frozenset(entry.get(key, ())) for key in ("beside", "facts", "unless")))
            if row.finding in findings:
                for said in entry["said"]:
                    self._words.add(tokens_of(fold(said))[0], row)

    def find(self, draft: Draft) -> None:
        """Add what stands in company; a word that another finding took already says nothing more."""
        found = draft.found(self._words)
        if not found:
            return
        taken = {index for mention in draft.mentions for index in mention.used}
        facts = {identifier for mention in draft.mentions for identifier in mention.ids}
        facts |= {f"{each.name}={each.value}" for each in draft.state.known if isinstance(each, Circumstance)}
        for start, end, rows in found:
            if not taken.isdisjoint(range(start, end)):
                continue
            around = draft.words[max(0, start - self._near) : start] + draft.words[end : end + self._near]
            fitting = [row for row in rows if row.unless.isdisjoint(around)]
            named = self._nearest(draft, start, fitting) or next((row for row in fitting if row.facts & facts), None)
            if named is not None:
                draft.mentions.append(Mention(start=start, end=end, ids=(named.finding,)))

    def _nearest(self, draft: Draft, at: int, rows: list[_Row]) -> _Row | None:
        """Return the row whose finding stands nearest, in the sentence of a word or the one before."""
        here = draft.sentence_index(at)
        near: list[tuple[int, _Row]] = []
        for mention in draft.mentions:
            before = draft.words[max(0, mention.start - 2) : mention.start]
            denied = not self._denials.isdisjoint(before)  # "no vomiting; the blood is dark"
            if not denied and 0 <= here - draft.sentence_index(mention.start) <= 1 and mention.ids[0].startswith("f:"):
                named = {mention.ids[0], *self._ancestors(mention.ids[0])}
                near += [(abs(mention.start - at), row) for row in rows if row.beside & named]
        return min(near, key=_distance)[1] if near else None


def _distance(place: tuple[int, _Row]) -> int:
    """Return how far away a finding is."""
    return place[0]
