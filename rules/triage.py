"""How soon: the highest of guard, danger, person and leading condition, each with its reason in plain words (DESIGN §4)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.reasoning import Hypothesis, Reason, Triage, TriageLevel
from ontologies.concepts import Condition
from ontologies.text import Text
from rules.calibration import Calibration
from rules.differential import Ranking
from rules.hypotheses import VERSION
from rules.ledger import Ledger
from rules.likelihood import Likelihood
from rules.questions import chance_of
from rules.wording import say

RULE = "triage.level"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """Something that asks for at least a level. `open` marks a red flag with a premise still open."""

    level: TriageLevel
    text: Text
    derivation: str
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What triage weighs."""

    ranking: Ranking
    hypotheses: tuple[Hypothesis, ...]
    arguments: tuple[Argument, ...]  # of the guard and of rules about the person
    open_premises: tuple[str, ...]  # findings that would complete a red flag
    medicines_only: bool
    durations: dict[str, float]  # finding -> days it has lasted at least


def decide(case: Case, calibration: Calibration, ledger: Ledger) -> Triage:
    """Choose the level: the highest argument; self-care only where nothing stands against it; else a consultation."""
    arguments = [*case.arguments, *dangers(case.ranking, calibration, ledger), *_leader(case, calibration, ledger)]
    arguments.sort(key=lambda a: (-a.level.rank, a.open, a.derivation))
    above = [a for a in arguments if a.level.rank > TriageLevel.SELF_CARE.rank]
    if above and above[0].level.rank > TriageLevel.CONSULTATION.rank:
        return _triage(above[0].level, above, case, ledger)
    return _low(above, case, calibration, ledger)


def _low(above: Sequence[Argument], case: Case, calibration: Calibration, ledger: Ledger) -> Triage:
    """Decide between self-care and a consultation."""
    leader = case.hypotheses[0] if case.hypotheses else None
    if leader is not None and leader.urgency is TriageLevel.SELF_CARE and not above:
        label = case.ranking.likelihood.ontology.label(leader.condition)
        against = _against_self_care(leader, case, calibration)
        level = TriageLevel.CONSULTATION if against else TriageLevel.SELF_CARE
        texts = against or (say("triage.reason.self_care", condition=label),)
        return _triage(level, [Argument(level=level, text=t, derivation=leader.derivation) for t in texts], case, ledger)
    if above:
        return _triage(TriageLevel.CONSULTATION, above, case, ledger)
    text = say("triage.reason.medicine" if case.medicines_only else "triage.reason.default")
    return _triage(TriageLevel.CONSULTATION, [Argument(level=TriageLevel.CONSULTATION, text=text, derivation="")], case, ledger)


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
    found: list[int] = []
    for row in ranking.order:
        condition = index.ontology.conditions[index.conditions[row]]
        level, _ = urgency(condition, ranking)
        if float(ranking.danger[row]) >= calibration.danger.threshold(level, cant_miss=condition.cant_miss):
            found.append(row)
    return tuple(sorted(found, key=lambda r: (-float(ranking.danger[r]), index.conditions[r])))


def dangers(ranking: Ranking, calibration: Calibration, ledger: Ledger) -> tuple[Argument, ...]:
    """Return an argument for every condition whose danger passes the threshold of its class."""
    index = ranking.likelihood
    found: list[Argument] = []
    for row in danger_rows(ranking, calibration):
        condition = index.ontology.conditions[index.conditions[row]]
        level, raised = urgency(condition, ranking)
        text = raised or say("triage.reason.danger", condition=condition.label)
        found.append(Argument(level=level, text=text, derivation=danger_step(row, ranking, ledger)))
    return tuple(found)


def danger_step(row: int, ranking: Ranking, ledger: Ledger) -> str:
    """Record that a condition's danger passes, with the statements that speak for it."""
    premises = [s for k, t in enumerate(ranking.terms) if float(ranking.raw[row, k]) > 0 for s in t.statements]
    conclusion = f"danger {ranking.likelihood.conditions[row]}"
    return ledger.add(conclusion, rule="differential.danger", version=VERSION, premises=dict.fromkeys(premises))


def urgency(condition: Condition, ranking: Ranking) -> tuple[TriageLevel, Text | None]:
    """Return how soon a condition should be seen here, and what made it more urgent than usual."""
    level, why = TriageLevel(condition.urgency), None
    for raised in condition.urgency_raised_by:
        to = TriageLevel(raised.to)
        if raised.finding in ranking.present and to.rank > level.rank:
            finding = _label(raised.finding, ranking.likelihood)
            level, why = to, say("triage.reason.raised", condition=condition.label, finding=finding, why=raised.why)
    return level, why


def _label(identifier: str, index: Likelihood) -> Text:
    return index.ontology.label(identifier)


def _leader(case: Case, calibration: Calibration, ledger: Ledger) -> Iterable[Argument]:
    """Argue for the urgency of the leading condition, where it leads clearly enough."""
    if not case.hypotheses or case.hypotheses[0].probability < calibration.triage.leader_at_least:
        return
    leader = case.hypotheses[0]
    condition = case.ranking.likelihood.ontology.conditions[leader.condition]
    level, why = urgency(condition, case.ranking)
    constants = calibration.triage
    clear = leader.probability >= constants.urgent_leader_at_least or leader.danger >= constants.urgent_leader_danger
    if level.rank > TriageLevel.CONSULTATION.rank and not clear:
        level, why = TriageLevel.CONSULTATION, None
    yield Argument(level=level, text=why or say("triage.reason.leader", condition=condition.label), derivation=leader.derivation)


def _against_self_care(leader: Hypothesis, case: Case, calibration: Calibration) -> tuple[Text, ...]:
    """List what forbids leaving a self-care condition to itself: unknown age, a likely open red flag, an unusual length."""
    index = case.ranking.likelihood
    condition = index.ontology.conditions[leader.condition]
    against: list[Text] = []
    if case.ranking.patient.age is None:
        against.append(say("triage.reason.age_unknown"))
    for finding in case.open_premises:
        column = index.column.get(finding)
        if column is not None and chance_of(case.ranking, column) >= calibration.triage.guard_question_matters:
            against.append(say("triage.reason.open_question", finding=_label(finding, index)))
    against += [
        say("triage.reason.unexplained", condition=condition.label, finding=_label(f, index))
        for f in _unexplained(leader, case, calibration)
    ]
    evidence = math.fsum(f.log_lr for f in leader.factors if f.finding in index.column)
    if evidence < calibration.triage.self_care_evidence or _self_care_mass(case) < calibration.triage.self_care_mass:
        against.append(say("triage.reason.undecided", condition=condition.label))
    if condition.usual_days is not None and _lasted(leader, case) > condition.usual_days[1] * calibration.triage.lasting:
        against.append(say("triage.reason.lasting", condition=condition.label))
    return tuple(against)


def _unexplained(leader: Hypothesis, case: Case, calibration: Calibration) -> tuple[str, ...]:
    """List the findings that the leader says nothing of although they are no everyday ones, and the chief complaint in any case."""
    ranking, index = case.ranking, case.ranking.likelihood
    row = index.row[leader.condition]
    silent = (k for k in range(len(ranking.terms)) if _charged(ranking, row, k))
    terms = (ranking.terms[k] for k in silent)
    rare = calibration.triage.specific_background
    return tuple(t.finding for t in terms if t.chief or float(ranking.table.background[index.column[t.finding]]) <= rare)


def _charged(ranking: Ranking, row: int, place: int) -> bool:
    """Say whether a condition pays for a finding that it is silent about."""
    return float(ranking.raw[row, place]) == 0.0 and float(ranking.factors[row, place]) < 0


def _self_care_mass(case: Case) -> float:
    """Return the probability that lies with conditions that people may look after themselves."""
    index = case.ranking.likelihood
    own = [r for r in case.ranking.order if index.ontology.conditions[index.conditions[r]].urgency == TriageLevel.SELF_CARE.value]
    return float(case.ranking.probability[own].sum())


def _lasted(leader: Hypothesis, case: Case) -> float:
    """Return for how many days the findings that speak for the leader have lasted at least."""
    speaking = {f.finding for f in leader.factors if f.log_lr > 0}
    return max((days for finding, days in case.durations.items() if finding in speaking), default=0.0)
