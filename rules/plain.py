"""Naive Bayes on the same knowledge, for comparison (`--method plain`): no tree, no channel, no groups, no complaint."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kg.record import Patient, Presence
from rules.differential import EXCLUDED, Ranking, ordered, rank, softmax
from rules.likelihood import Likelihood
from rules.said import Heard
from rules.tables import Floats

_NOTHING = np.zeros(0, dtype=np.intp)
_LEAST = 1e-4  # keeps the logarithm finite


def rank_plain(heard: Heard, patient: Patient, likelihood: Likelihood) -> Ranking:
    """Weigh every condition by its rate and by independent findings; what a condition does not list is at its background."""
    ranking = rank(heard, patient, likelihood)
    factors = np.zeros_like(ranking.factors)
    said = {s.finding: s.presence for s in heard.findings}
    for place, term in enumerate(ranking.terms):
        if term.finding in said:
            factors[:, place] = _ratio(term.finding, said[term.finding], ranking)
    score = np.where(ranking.possible, ranking.log_rate + factors.sum(axis=1), EXCLUDED)
    probability, none = softmax(score, float(np.log(likelihood.constants.none_of_these)), 1.0)
    course = replace(ranking.course, costs=np.zeros_like(score), decisive=(-1,) * len(score))
    unsaid = replace(ranking.unsaid, costs=np.zeros_like(score), rows=_NOTHING, columns=_NOTHING, shares=np.zeros(0))
    order = ordered(probability, ranking.possible)
    return replace(
        ranking,
        factors=factors,
        course=course,
        unsaid=unsaid,
        prior=ranking.log_rate,
        score=score,
        probability=probability,
        none=none,
        order=order,
    )


def _ratio(finding: str, presence: Presence, ranking: Ranking) -> Floats:
    column = ranking.likelihood.column[finding]
    background = np.clip(ranking.table.background[column], _LEAST, 1 - _LEAST)
    chance = ranking.table.chance[:, column]
    chance = np.clip(np.where(np.isnan(chance), background, chance), _LEAST, 1 - _LEAST)
    if presence is Presence.ABSENT:
        chance, background = 1 - chance, 1 - background
    ratio: Floats = np.log(chance / background)
    return ratio
