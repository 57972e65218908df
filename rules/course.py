"""How long it has lasted against how long a condition usually lasts: a cough of eight months is no cold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rules.calibration import Lasting
from rules.likelihood import Likelihood
from rules.said import Heard, Said
from rules.tables import Floats, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What each condition is charged, and the finding that it is charged for (−1: nothing)."""

    costs: Floats
    findings: tuple[Said, ...]
    decisive: tuple[int, ...]  # for each condition the place in `findings`, or -1


def course_of(heard: Heard, table: Table, likelihood: Likelihood) -> Course:
    """Charge every condition that lists a finding for the length that it does not explain; its most telling finding counts."""
    lasting = tuple(s for s in heard.findings if s.days is not None and s.finding in likelihood.column)
    costs = np.zeros(len(likelihood.conditions))
    decisive = np.full(len(costs), -1)
    for place, said in enumerate(lasting):
        column = likelihood.column[said.finding]
        listed = table.chance[:, column] > table.background[column]  # never where nothing is known
        charged = np.where(listed, _charge(said.days or 0.0, likelihood), 0.0)
        worse = charged < costs
        costs, decisive = np.where(worse, charged, costs), np.where(worse, place, decisive)
    return Course(costs=np.round(costs, 6), findings=lasting, decisive=tuple(decisive.tolist()))


def _charge(days: float, likelihood: Likelihood) -> Floats:
    constants: Lasting = likelihood.constants.lasting
    over = np.log(max(days, 1e-6)) - likelihood.usual_length - math.log(constants.tolerance)
    charge: Floats = -np.clip(constants.slope * over, 0.0, constants.cap)
    return charge
