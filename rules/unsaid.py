"""What people would have told: a condition that hardly ever goes without a finding is charged where nobody spoke of that finding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.likelihood import Likelihood
from rules.said import Heard
from rules.tables import Floats, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaid:
    """The core findings of which nobody spoke: what each costs the condition that it belongs to."""

    costs: Floats  # of each condition, all its unsaid core findings together
    rows: NDArray[np.intp]  # the conditions
    columns: NDArray[np.intp]  # their findings
    shares: Floats  # what each finding costs

    def of(self, row: int) -> tuple[tuple[int, float], ...]:
        """Return the unsaid core findings of a condition as columns, and what each costs."""
        own = self.rows == row
        return tuple(zip(self.columns[own].tolist(), self.shares[own].tolist(), strict=True))


def unsaid_of(heard: Heard, table: Table, likelihood: Likelihood) -> Unsaid:
    """Charge every condition for its core findings that were neither told nor denied. "I don't know" is no answer.

    Of those who have a core finding a share, `mentioned`, names it unasked; together they never cost more than `cap`.
    """
    constants = likelihood.constants.unsaid
    still = ~np.isin(table.core_columns, _spoken_of(heard, likelihood))
    rows, columns = table.core_rows[still], table.core_columns[still]
    shares = constants.mentioned * (table.background[columns] - table.chance[rows, columns])
    sums = np.bincount(rows, weights=shares, minlength=len(likelihood.conditions))
    scale = constants.cap / np.maximum(-sums, constants.cap)
    return Unsaid(costs=np.round(sums * scale, 6), rows=rows, columns=columns, shares=np.round(shares * scale[rows], 6))


def _spoken_of(heard: Heard, likelihood: Likelihood) -> list[int]:
    """Return the columns of what was told or denied, bases included."""
    told = {said.finding for said in heard.findings}
    every = told.union(*(likelihood.ontology.ancestors(finding) for finding in told))
    return [likelihood.column[finding] for finding in every if finding in likelihood.column]
