"""How soon: the highest of guard, danger, person and leading condition, each with its reason in plain words (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kg.reasoning import Reason, Triage, TriageLevel
from rules.calibration import Calibration
from rules.case import Argument, Case, urgency
from rules.danger import thresholds
from rules.differential import Ranking
from rules.hypotheses import VERSION
from rules.ledger import Ledger
from rules.self_care import against, candidate, speaks_for
from rules.wording import say

RULE = "triage.level"


def decide(case: Case, calibration: Calibration, ledger: Ledger) -> Triage:
    """Choose the level: the highest argument; self-care only where nothing stands against it; else a consultation."""
    arguments = [
        *case.arguments,
        *dangers(case.ranking, calibration, ledger),
        *_together(case.ranking, calibration, ledger),
        *_leader(case, calibration),
    ]
    arguments.sort(key=lambda a: (-a.level.rank, a.open, a.derivation))
    above = [a for a in arguments if a.level.rank > TriageLevel.SELF_CARE.rank]
    if above and above[0].level.rank > TriageLevel.CONSULTATION.rank:
        return _triage(above[0].level, above, case, ledger)
    return _low(above, case, calibration, ledger)


def _low(above: Sequence[Argument], case: Case, calibration: Calibration, ledger: Ledger) -> Triage:
    """Decide between self-care and a consultation."""
    if above:
        return _triage(TriageLevel.CONSULTATION, above, case, ledger)
    if case.missed_dose_only:
        return _plain(TriageLevel.SELF_CARE, "triage.reason.missed_dose", case, ledger)
    own = candidate(case, calibration.triage)
    if own is not None:
        label = case.ranking.likelihood.ontology.label(own.condition)
        reasons = against(own, case, calibration)
        level = TriageLevel.CONSULTATION if reasons else TriageLevel.SELF_CARE
        texts = reasons or (say("triage.reason.self_care", condition=label),)
        return _triage(level, [Argument(level=level, text=t, derivation=own.derivation) for t in texts], case, ledger)
    leader = next(iter(case.hypotheses), None)
    if leader is not None and leader.share >= calibration.triage.leader_at_least:
        text = say("triage.reason.leader", condition=case.ranking.likelihood.ontology.label(leader.condition))
        argument = Argument(level=TriageLevel.CONSULTATION, text=text, derivation=leader.derivation)
        return _triage(TriageLevel.CONSULTATION, [argument], case, ledger)
    key = "triage.reason.medicine" if case.medicines_only else "triage.reason.default"
    return _plain(TriageLevel.CONSULTATION, key, case, ledger)


def _plain(level: TriageLevel, key: str, case: Case, ledger: Ledger) -> Triage:
    return _triage(level, [Argument(level=level, text=say(key), derivation="")], case, ledger)


def _triage(level: TriageLevel, arguments: Sequence[Argument], case: Case, ledger: Ledger) -> Triage:
    deciding = [a for a in arguments if a.level is level]
    behind = tuple(dict.fromkeys(a.derivation for a in deciding if a.derivation))
    derivation = ledger.add(f"triage {level}", rule=RULE, version=VERSION, premises=behind)
    reasons = tuple(dict.fromkeys(Reason(text=a.text, derivation=a.derivation or None) for a in arguments))
    return Triage(
        level=level,
        advice=say(f"triage.advice.{level}"),
        derivation=derivation,
        reasons=reasons,
        suspected=bool(deciding) and all(a.open for a in deciding),
    )


def danger_rows(ranking: Ranking, calibration: Calibration) -> tuple[int, ...]:
    """List the conditions whose danger passes the threshold of their class, most dangerous first."""
    if not any(t.present for t in ranking.terms):
        return ()
    index = ranking.likelihood
    passes = ranking.possible & (ranking.danger >= thresholds(ranking.urgency, index.cant_miss, calibration.danger))
    return tuple(sorted(np.flatnonzero(passes).tolist(), key=lambda r: (-float(ranking.danger[r]), index.conditions[r])))


def dangers(ranking: Ranking, calibration: Calibration, ledger: Ledger) -> tuple[Argument, ...]:
    """Return an argument for every condition whose danger passes, unless what was said is explained far better by something else."""
    index = ranking.likelihood
    found: list[Argument] = []
    for row in danger_rows(ranking, calibration):
        condition = index.ontology.conditions[index.conditions[row]]
        level, raised = urgency(condition, ranking)
        level = _tempered(level, float(ranking.probability[row]), calibration)
        if level is not TriageLevel.SELF_CARE:
            text = raised or say("triage.reason.danger", condition=condition.label)
            found.append(Argument(level=level, text=text, derivation=danger_step(row, ranking, ledger)))
    return tuple(found)


def _tempered(level: TriageLevel, probability: float, calibration: Calibration) -> TriageLevel:
    """Lower the level of a danger that its rivals leave little room: within a day where it is still possible, none where it hardly is."""
    if probability >= calibration.danger.act_from.get(level, 1.0):
        return level
    if level.rank >= TriageLevel.EMERGENCY.rank and probability >= calibration.danger.look_from:
        return TriageLevel.CONSULTATION_24H
    return TriageLevel.SELF_CARE


def danger_step(row: int, ranking: Ranking, ledger: Ledger) -> str:
    """Record that a condition's danger passes, with the statements that speak for it."""
    return _step(f"danger {ranking.likelihood.conditions[row]}", "differential.danger", [row], ranking, ledger)


def _step(conclusion: str, rule: str, rows: Iterable[int], ranking: Ranking, ledger: Ledger) -> str:
    chosen = list(rows)
    premises = [s for k, t in enumerate(ranking.terms) if float(ranking.raw[chosen, k].max()) > 0 for s in t.statements]
    return ledger.add(conclusion, rule=rule, version=VERSION, premises=dict.fromkeys(premises))


def _together(ranking: Ranking, calibration: Calibration, ledger: Ledger) -> Iterable[Argument]:
    """Argue for an emergency where several emergencies together are likely, though none of them is by itself."""
    constants, index = calibration.danger, ranking.likelihood
    counted = speaks_for(ranking, constants.together_evidence) & (ranking.urgency >= TriageLevel.EMERGENCY.rank)
    urgent = [row for row in ranking.order if counted[row]]
    share = float(np.sum(ranking.probability[urgent])) / max(1.0 - ranking.none, 1e-9)
    if urgent and share >= constants.together:
        label = index.ontology.label(index.conditions[urgent[0]])
        derivation = _step(f"triage-together {TriageLevel.EMERGENCY}", "differential.together", urgent, ranking, ledger)
        yield Argument(level=TriageLevel.EMERGENCY, text=say("triage.reason.together", condition=label), derivation=derivation)


def _leader(case: Case, calibration: Calibration) -> Iterable[Argument]:
    """Argue for the urgency of a leading condition that should not wait, where it leads clearly or its danger is high."""
    constants = calibration.triage
    if not case.hypotheses or case.hypotheses[0].share < constants.leader_at_least:
        return
    leader = case.hypotheses[0]
    condition = case.ranking.likelihood.ontology.conditions[leader.condition]
    level, why = urgency(condition, case.ranking)
    clear = leader.share >= constants.urgent_leader_at_least or leader.danger >= constants.urgent_leader_danger
    if level.rank > TriageLevel.CONSULTATION.rank and clear:
        yield Argument(level=level, text=why or say("triage.reason.leader", condition=condition.label), derivation=leader.derivation)
