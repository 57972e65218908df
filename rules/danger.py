"""How dangerous it would be to leave a condition out: log odds against "none of these", without rivals.

Each group of findings gives its best argument for and its best argument against, each on its own terms. So an added finding that speaks
for a condition never lowers its danger, and a denied one never raises it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kg.record import Presence
from rules.calibration import DangerConstants
from rules.likelihood import Likelihood, log_ratio_absent, log_ratio_present
from rules.said import Channel, Heard, Said
from rules.tables import Floats, Table
from rules.urgencies import LEVELS, Ranks


def danger_of(heard: Heard, log_rate: Floats, possible: NDArray[np.bool_], table: Table, likelihood: Likelihood) -> Floats:
    """Return the danger of every condition: ln(π_c/π_none) + Σ over groups of max(0, largest log ratio) + min(0, smallest log ratio)."""
    danger = log_rate - math.log(likelihood.constants.none_of_these)
    highest: dict[str, Floats] = {}
    lowest: dict[str, Floats] = {}
    for said in heard.findings:
        column = likelihood.column.get(said.finding)
        if column is None or said.presence is Presence.UNKNOWN or not likelihood.stated[column]:
            continue
        ratio = _ratio(said, table.chance[:, column], table.background[column], likelihood)
        if said.finding in likelihood.risk_rows:  # it moves the rate there: never twice
            ratio[likelihood.risk_rows[said.finding]] = 0.0
        group = likelihood.ontology.findings[said.finding].group or likelihood.ontology.base(said.finding)
        highest[group] = np.maximum(highest.get(group, np.zeros_like(danger)), ratio)
        lowest[group] = np.minimum(lowest.get(group, np.zeros_like(danger)), ratio)
    for group in sorted(highest):
        danger = danger + highest[group] + lowest[group]
    return np.where(possible, np.round(danger, 6), -np.inf)


def _ratio(said: Said, chance: Floats, background: np.float64, likelihood: Likelihood) -> Floats:
    """Return log ratio of one finding by itself; a condition that is silent about it gets 0."""
    constants = likelihood.constants
    channel = constants.channels[said.channel]
    q = np.where(np.isnan(chance), background, chance)
    r = np.broadcast_to(background, q.shape)
    if said.presence is Presence.ABSENT:
        return log_ratio_absent(q, r, channel)
    share = (constants.possible if said.presence is Presence.POSSIBLE else 1.0) * (constants.resolved if said.passed else 1.0)
    return share * log_ratio_present(q, r, channel)


def thresholds(ranks: Ranks, cant_miss: NDArray[np.bool_], constants: DangerConstants) -> Floats:
    """Return from where on the danger of each condition counts, by the ranks of their levels."""
    by_rank = np.array([[constants.threshold(level, cant_miss=missed) for level in LEVELS] for missed in (False, True)])
    found: Floats = by_rank[cant_miss.astype(np.intp), ranks]
    return found


def reach(row: int, table: Table, likelihood: Likelihood) -> Floats:
    """Return for one condition what each finding would say for it if it were present, by itself."""
    channel = likelihood.constants.channels[Channel.ANSWER]
    q = np.where(np.isnan(table.chance[row]), table.background, table.chance[row])
    return log_ratio_present(q, table.background, channel)
