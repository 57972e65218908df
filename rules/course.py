"""How long it has lasted against how a condition goes: a cough of eight months is no cold, a pain since this morning no worn joint."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rules.calibration import Lasting
from rules.likelihood import Likelihood
from rules.said import Heard, Said
from rules.tables import Floats, Table

_LEAST = 1e-3  # days; a shorter length is told as this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What each condition is charged, and the finding that it is charged for (−1: nothing)."""

    costs: Floats
    findings: tuple[Said, ...]
    decisive: tuple[int, ...]  # for each condition the place in `findings`, or -1


def course_of(heard: Heard, table: Table, likelihood: Likelihood) -> Course:
    """Charge every condition that lists a finding for the length that it does not explain; its most telling finding counts.

    Too long is judged by each finding and the least it may have lasted, too new by the oldest one. A disease that the person is known
    to have may flare up at any hour.
    """
    lasting = tuple(s for s in heard.findings if s.days is not None and s.finding in likelihood.column)
    size = len(likelihood.conditions)
    costs, decisive = np.zeros(size), np.full(size, -1)
    oldest, oldest_place = np.full(size, -np.inf), np.full(size, -1)
    for place, said in enumerate(lasting):
        column, length = likelihood.column[said.finding], math.log(max(said.days or 0.0, _LEAST))
        listed = np.nan_to_num(table.chance[:, column]) > table.background[column]
        charged = np.where(listed, _too_long(length, likelihood), 0.0)
        costs, decisive = np.where(charged < costs, charged, costs), np.where(charged < costs, place, decisive)
        about = math.log(max(said.days_about or said.days or 0.0, _LEAST))
        older = listed & (about > oldest)
        oldest, oldest_place = np.where(older, about, oldest), np.where(older, place, oldest_place)
    new = _too_new(oldest, likelihood)
    new[[likelihood.row[c] for c in heard.known if c in likelihood.row]] = 0.0
    costs, decisive = np.where(new < costs, new, costs), np.where(new < costs, oldest_place, decisive)
    return Course(costs=np.round(costs, 6), findings=lasting, decisive=tuple(int(d) for d in decisive))


def _too_long(length: float, likelihood: Likelihood) -> Floats:
    """Charge for a length (log days) beyond the usual one."""
    constants: Lasting = likelihood.constants.lasting
    over = length - likelihood.usual_length - math.log(constants.tolerance)
    charge: Floats = -np.clip(constants.slope * over, 0.0, constants.cap)
    return charge


def _too_new(oldest: Floats, likelihood: Likelihood) -> Floats:
    """Charge for lengths (log days; −∞: none was told) that are too short for the pace at which a condition begins."""
    constants: Lasting = likelihood.constants.lasting
    under = likelihood.least_length - np.where(np.isfinite(oldest), oldest, np.inf)
    charge: Floats = -np.clip(constants.new_slope * under, 0.0, constants.new_cap)
    return charge
