"""How soon each condition should be seen: as the knowledge says, less soon where a finding eases it, and sooner where one raises it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.reasoning import TriageLevel
from ontologies.concepts import Condition, UrgencyRaise

Ranks = NDArray[np.intp]
LEVELS = tuple(TriageLevel)  # by rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgencies:
    """The ranks of the levels of conditions, one a row."""

    usual: Ranks
    eased: Mapping[str, tuple[tuple[int, int], ...]]  # finding -> (row, rank where nothing raises it)
    raised: Mapping[str, tuple[tuple[int, int], ...]]  # finding -> (row, rank from then on)

    @classmethod
    def of(cls, conditions: Sequence[Condition]) -> Urgencies:
        """Index the urgency of conditions by row."""
        return cls(
            usual=np.array([TriageLevel(c.urgency).rank for c in conditions], dtype=np.intp),
            eased=_by_finding([c.urgency_eased_by for c in conditions]),
            raised=_by_finding([c.urgency_raised_by for c in conditions]),
        )

    def here(self, present: frozenset[str]) -> Ranks:
        """Return the ranks where these findings are present."""
        ranks = self.usual.copy()
        for finding in present:
            for row, rank in self.eased.get(finding, ()):
                ranks[row] = min(int(ranks[row]), rank)
        for finding in present:
            for row, rank in self.raised.get(finding, ()):
                ranks[row] = max(int(ranks[row]), rank)
        return ranks


def _by_finding(changes: Sequence[Sequence[UrgencyRaise]]) -> Mapping[str, tuple[tuple[int, int], ...]]:
    """Index what findings do to the urgency of the conditions of the rows."""
    found: dict[str, list[tuple[int, int]]] = {}
    for row, ones in enumerate(changes):
        for one in ones:
            found.setdefault(one.finding, []).append((row, TriageLevel(one.to).rank))
    return {finding: tuple(pairs) for finding, pairs in found.items()}
