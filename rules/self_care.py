"""Whether somebody may look after themselves: what was said must speak for something that passes by itself, and nothing against it.

The question is not which condition leads, but how the probability is shared between what passes by itself and what a doctor should see,
among the conditions that something said speaks for. A base rate alone neither sends anybody home nor keeps anybody from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from kg.reasoning import Hypothesis, TriageLevel
from ontologies.text import Text
from rules.calibration import Calibration, TriageConstants
from rules.case import Case
from rules.differential import Ranking
from rules.tables import Floats
from rules.urgencies import LEVELS
from rules.wording import say


def candidate(case: Case, constants: TriageConstants) -> Hypothesis | None:
    """Return the condition to look after at home: the leader, or the first of its class where a doctor's condition leads only just.

    An urgent condition keeps from it where it leads with some probability; at the head of a long even tail it says nothing.
    """
    if not case.hypotheses:
        return None
    leader = case.hypotheses[0]
    level = _level(leader, case.ranking)
    if level is TriageLevel.SELF_CARE:
        return leader
    urgent = level.rank > TriageLevel.CONSULTATION.rank and leader.probability >= constants.leader_at_least
    if urgent or own_share(case.ranking, constants) < constants.self_care_share_behind:
        return None
    near = constants.self_care_near * leader.share
    return next((h for h in case.hypotheses if h.share >= near and _level(h, case.ranking) is TriageLevel.SELF_CARE), None)


def against(own: Hypothesis, case: Case, calibration: Calibration) -> tuple[Text, ...]:
    """List what forbids leaving a condition to itself; nothing when it may be left."""
    constants, ranking = calibration.triage, case.ranking
    label = ranking.likelihood.ontology.label(own.condition)
    reasons: list[Text] = []
    if ranking.patient.age is None:
        reasons.append(say("triage.reason.age_unknown"))
    reasons += [say("triage.reason.open_question", finding=_label(f, ranking)) for f in _open(case, constants)]
    reasons += [say("triage.reason.unexplained", condition=label, finding=_label(f, ranking)) for f in _unexplained(ranking, constants)]
    weak = _evidence(own) < constants.self_care_evidence or own_share(ranking, constants) < constants.self_care_share
    if weak or _not_to_miss(ranking, constants):
        reasons.append(say("triage.reason.undecided", condition=label))
    if _too_long(own, case, constants):
        reasons.append(say("triage.reason.lasting", condition=label))
    if _worsening(own, case, constants):
        reasons.append(say("triage.reason.worsening"))
    return tuple(reasons)


def own_share(ranking: Ranking, constants: TriageConstants) -> float:
    """Return the share that self-care conditions have among the conditions that something said speaks for.

    A condition for an ordinary appointment counts for less, unless it must not be missed: it may wait to see whether this passes.
    """
    weighed = np.where(speaks_for(ranking, constants.speaks), ranking.probability, 0.0)
    own = _of_class(ranking, TriageLevel.SELF_CARE)
    waiting = _of_class(ranking, TriageLevel.CONSULTATION) & ~ranking.likelihood.cant_miss
    total = float(weighed.sum()) - (1.0 - constants.consultation_weight) * float(weighed[waiting].sum())
    return float(weighed[own].sum()) / total if total else 0.0


def speaks_for(ranking: Ranking, least: float) -> NDArray[np.bool_]:
    """Mark the possible conditions for which what was said speaks at least so much, denials left aside."""
    spoken: NDArray[np.bool_] = ranking.possible & (ranking.raw.clip(min=0.0).sum(axis=1) >= least)
    return spoken


def _of_class(ranking: Ranking, level: TriageLevel) -> NDArray[np.bool_]:
    of_class: NDArray[np.bool_] = ranking.urgency == level.rank
    return of_class


def _not_to_miss(ranking: Ranking, constants: TriageConstants) -> bool:
    """Say whether a slow danger, such as a cancer, is likely enough to be looked for; of the fast ones `danger` speaks."""
    slow = speaks_for(ranking, constants.speaks) & ranking.likelihood.cant_miss & _of_class(ranking, TriageLevel.CONSULTATION)
    return bool(np.any(ranking.probability[slow] >= constants.cant_miss_from))


def _level(hypothesis: Hypothesis, ranking: Ranking) -> TriageLevel:
    return LEVELS[int(ranking.urgency[ranking.likelihood.row[hypothesis.condition]])]


def _evidence(own: Hypothesis) -> float:
    return math.fsum(f.log_lr for f in own.factors if f.log_lr > 0)


def _open(case: Case, constants: TriageConstants) -> Iterable[str]:
    """List the premises of red flags that an urgent condition makes probable here; what only a harmless one predicts is no warning."""
    ranking = case.ranking
    urgent = ranking.urgency > TriageLevel.CONSULTATION.rank
    weights = np.where(urgent & speaks_for(ranking, constants.speaks), ranking.probability, 0.0)
    for finding in case.open_premises:
        column = ranking.likelihood.column.get(finding)
        if column is not None and float(weights @ _stated(ranking.table.chance[:, column])) >= constants.guard_question_matters:
            yield finding


def _stated(chance: Floats) -> Floats:
    return np.where(np.isnan(chance), 0.0, chance)


def _unexplained(ranking: Ranking, constants: TriageConstants) -> Iterable[str]:
    """List what was said that is uncommon and that no condition of this class explains."""
    own = _of_class(ranking, TriageLevel.SELF_CARE)
    for place, term in enumerate(ranking.terms):
        column = ranking.likelihood.column[term.finding]
        common = not term.chief and float(ranking.table.background[column]) > constants.specific_background
        if term.finding in ranking.likelihood.circumstances:
            continue  # a habit or the family needs no explanation
        if term.present and not common and not bool(np.any(ranking.raw[own, place] > 0.0)) and _elsewhere(ranking, place, own):
            yield term.finding


def _elsewhere(ranking: Ranking, place: int, own: NDArray[np.bool_]) -> bool:
    """Say whether a condition for a doctor explains a finding."""
    return bool(np.any(ranking.raw[~own, place] > 0.0))


def _too_long(own: Hypothesis, case: Case, constants: TriageConstants) -> bool:
    likelihood = case.ranking.likelihood
    usual = math.exp(likelihood.usual_length[likelihood.conditions.index(own.condition)])  # infinite where it is chronic
    return _lasted(own, case) > usual * constants.lasting


def _worsening(own: Hypothesis, case: Case, constants: TriageConstants) -> bool:
    """Say whether what speaks for the condition gets worse after days in which it should have turned."""
    speaking = {f.finding for f in own.factors if f.log_lr > 0}
    return bool(speaking & case.worsening) and _lasted(own, case) >= constants.worsening_days


def _lasted(own: Hypothesis, case: Case) -> float:
    """Return for how many days the findings that speak for a condition have lasted at least."""
    speaking = {f.finding for f in own.factors if f.log_lr > 0}
    return max((days for finding, days in case.durations.items() if finding in speaking), default=0.0)


def _label(finding: str, ranking: Ranking) -> Text:
    return ranking.likelihood.ontology.label(finding)
