"""Context: which findings are denied, doubted, past, feared or somebody else's, by the cues around them.

The cues that precede hold as far as their scope goes, those that follow look back, and a reply answers the question before it. The longest
cue wins and pseudo cues swallow their words. The idea is that of NegEx and ConText (Chapman 2001, Harkema 2009).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from kg.record import Presence, Timing
from nlp.context_rules import ContextRule
from nlp.cues import Cues, cite
from nlp.draft import Draft, Mention, between
from nlp.look_back import look_back
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.scope import sweep

_ASKS = frozenset(data("lexicon.yaml")["question_marks"])


class Context:
    """Applies the context rules to the mentions of a draft."""

    def __init__(self, book: Phrasebook, rules: Iterable[ContextRule] | None = None) -> None:
        self._cues = Cues(book, rules)

    def apply(self, draft: Draft) -> None:
        """Set presence, timing and speaker of every mention."""
        draft.hits = sorted([*self._cues.find(draft), *draft.extra_hits], key=lambda hit: hit.start)
        mentions = sorted(draft.mentions, key=lambda each: (each.head, each.start))
        heads, starts = [each.head for each in mentions], [hit.start for hit in draft.hits]
        for index, (start, end) in enumerate(draft.sentences):
            inside = mentions[bisect_left(heads, start) : bisect_left(heads, end)]
            if inside:
                asking = draft.words[end - 1] in _ASKS
                placed = draft.hits[bisect_left(starts, start) : bisect_left(starts, end)]
                hits = [hit for hit in placed if asking or not hit.rule.asks]
                sweep(draft.words, inside, hits, start, end)
                look_back(draft.words, inside, hits)
                _reply(draft, inside, index)


def _reply(draft: Draft, mentions: list[Mention], index: int) -> None:
    """Let the first words of the next sentence answer one that asks ("Fever? No."), unless they deny what follows them."""
    end = draft.sentences[index][1]
    if draft.words[end - 1] not in _ASKS or index + 1 >= len(draft.sentences):
        return
    for hit in between(draft.hits, end, end + 1):
        if hit.rule.side == "reply" and not any(each.start == hit.end for each in draft.mentions):
            for mention in mentions:
                mention.presence = Presence.ABSENT if hit.rule.category == "absent" else Presence.PRESENT
                mention.timing = Timing.CURRENT
                cite(mention, hit, draft.words)
