"""How soon each condition should be seen: as the knowledge says, and more urgently where a finding that is present raises it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.reasoning import TriageLevel
from ontologies.concepts import Condition

Ranks = NDArray[np.intp]
LEVELS = tuple(TriageLevel)  # by rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgencies:
    """The ranks of the levels of conditions, one a row."""

    usual: Ranks
    raised: Mapping[str, tuple[tuple[int, int], ...]]  # finding -> (row, rank from then on)

    @classmethod
    def of(cls, conditions: Sequence[Condition]) -> Urgencies:
        """Index the urgency of conditions by row."""
        raised: dict[str, list[tuple[int, int]]] = {}
        for row, condition in enumerate(conditions):
            for one in condition.urgency_raised_by:
                raised.setdefault(one.finding, []).append((row, TriageLevel(one.to).rank))
        return cls(
            usual=np.array([TriageLevel(c.urgency).rank for c in conditions], dtype=np.intp),
            raised={finding: tuple(pairs) for finding, pairs in raised.items()},
        )

    def here(self, present: frozenset[str]) -> Ranks:
        """Return the ranks where these findings are present."""
        ranks = self.usual.copy()
        for finding in present:
            for row, rank in self.raised.get(finding, ()):
                ranks[row] = max(int(ranks[row]), rank)
        return ranks
