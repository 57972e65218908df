"""From the arrays of the differential to hypotheses that people can read: bars, parents, what stays unexplained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kg.reasoning import Citation, Factor, Hypothesis, TriageLevel
from kg.record import Presence
from ontologies.evidence import Evidence, Grade
from rules.calibration import Calibration, DangerConstants, DifferentialConstants
from rules.claims import Chosen
from rules.confidence import confidence
from rules.differential import Ranking
from rules.ledger import Ledger
from rules.rates import RiskFactor, capped_log
from rules.terms import Term

RULE = "differential"
VERSION = 1
_LEAST = 1e-6  # a smaller bar is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A condition as shown: its row, and its share of the differential with its children's."""

    row: int
    share: float


def hypotheses_of(ranking: Ranking, calibration: Calibration, ledger: Ledger) -> tuple[Hypothesis, ...]:
    """List the most probable conditions, each with its bars and its derivation; none without a finding that speaks."""
    if not any(t.present for t in ranking.terms):
        return ()
    constants = calibration.differential
    shown = listed(ranking, constants)
    told = confidence([s.share for s in shown], calibration.confidence).listed
    return tuple(_hypothesis(s, p, ranking, calibration, ledger) for s, p in zip(shown, told, strict=True))


def listed(ranking: Ranking, constants: DifferentialConstants) -> tuple[Shown, ...]:
    """Return what an answer lists, most probable first."""
    return fold(ranking, constants.parent_unless_child_holds, constants.shown_at_least)[: constants.shown]


def fold(ranking: Ranking, child_holds: float, least: float = 0.0) -> tuple[Shown, ...]:
    """Sum children into their parent, unless one child holds most: then it stands for them. Most probable first, down to the least."""
    index = ranking.likelihood
    mass = dict(zip(ranking.order, ranking.probability[list(ranking.order)].tolist(), strict=True))
    for parent in sorted((r for r in index.parents if r in mass), key=lambda r: index.conditions[r]):
        children = [index.row[c] for c in index.ontology.children(index.conditions[parent]) if index.row.get(c) in mass]
        total = mass[parent] + sum(mass[c] for c in children)
        best = max(children, key=lambda c: (mass[c], index.conditions[c]), default=None)
        if best is not None and total > 0 and mass[best] >= child_holds * total:
            del mass[parent]
        else:
            mass[parent] = total
            for child in children:
                del mass[child]
    near = ((r, round(p, 6)) for r, p in mass.items() if p >= least - _LEAST)
    shown = (Shown(row=r, share=share) for r, share in near if share >= least)
    return tuple(sorted(shown, key=lambda s: (-s.share, index.conditions[s.row])))


def _hypothesis(shown: Shown, probability: float, ranking: Ranking, calibration: Calibration, ledger: Ledger) -> Hypothesis:
    index = ranking.likelihood
    condition = index.ontology.conditions[index.conditions[shown.row]]
    factors = factors_of(shown.row, ranking)
    derivation = ledger.add(
        f"{_verdict(shown.share, calibration)} {condition.id}",
        rule=RULE,
        version=VERSION,
        premises=dict.fromkeys(s for f in factors for s in f.statements),
        citations=tuple(dict.fromkeys(Citation(source=f.source, grade=f.grade, claim=f.claim) for f in factors if f.claim)),
    )
    return Hypothesis(
        condition=condition.id,
        probability=probability,
        share=shown.share,
        danger=_finite(float(ranking.danger[shown.row])),
        urgency=TriageLevel(condition.urgency),
        cant_miss=condition.cant_miss,
        derivation=derivation,
        factors=factors,
        log_prior=base_log(shown.row, ranking),
        unexplained=unexplained(shown.row, ranking, calibration.differential.strong),
    )


def _verdict(share: float, calibration: Calibration) -> str:
    if share >= calibration.likely:
        return "likely"
    return "considered" if share >= calibration.considered else "possible"


def _finite(value: float) -> float:
    return value if math.isfinite(value) else -99.0


def base_log(row: int, ranking: Ranking) -> float:
    """Return the prior part of the score without the risks, which are bars of their own."""
    return round(float(ranking.prior[row]) - math.fsum(f.log_lr for f in _risk_bars(row, ranking)), 6)


def factors_of(row: int, ranking: Ranking) -> tuple[Factor, ...]:
    """List the bars of a condition, largest first. With `base_log` they sum to its score."""
    findings = (_bar(row, place, term, ranking) for place, term in enumerate(ranking.terms))
    others = (*_risk_bars(row, ranking), *_length_bar(row, ranking), *_unsaid_bars(row, ranking), *_name_bar(row, ranking))
    bars = [b for b in (*findings, *others) if abs(b.log_lr) >= _LEAST]
    return tuple(sorted(bars, key=lambda b: (-abs(b.log_lr), b.finding)))


def _bar(row: int, place: int, term: Term, ranking: Ranking) -> Factor:
    chosen = ranking.likelihood.chosen(
        ranking.likelihood.conditions[row], term.finding, ranking.patient.age, ranking.patient.sex and ranking.patient.sex.value
    )
    evidence = chosen.claim.evidence if chosen else None
    return Factor(
        finding=term.finding,
        presence=term.presence,
        statements=term.statements,
        log_lr=round(float(ranking.factors[row, place]), 6),
        grade=_grade(chosen),
        claim=chosen.claim.id if chosen else None,
        source=evidence.source if evidence else None,
    )


def _length_bar(row: int, ranking: Ranking) -> tuple[Factor, ...]:
    """Show the cost of a length that the condition does not explain as a second bar of that finding."""
    place = ranking.course.decisive[row]
    if place < 0:
        return ()
    said = ranking.course.findings[place]
    cost = round(float(ranking.course.costs[row]), 6)
    return (
        Factor(
            finding=said.finding,
            presence=said.presence,
            statements=said.statements,
            log_lr=cost,
            grade=Grade.EXPERT,
            claim=None,
            source=None,
        ),
    )


def _unsaid_bars(row: int, ranking: Ranking) -> tuple[Factor, ...]:
    """Show what each core finding costs of which nobody spoke."""
    return tuple(
        Factor(
            finding=ranking.likelihood.findings[column],
            presence=Presence.UNKNOWN,
            statements=(),
            log_lr=cost,
            grade=Grade.EXPERT,
            claim=None,
            source=None,
        )
        for column, cost in ranking.unsaid.of(row)
    )


def _name_bar(row: int, ranking: Ranking) -> tuple[Factor, ...]:
    """Show what a disease gains because somebody called this illness by its name."""
    gain = ranking.named.get(row)
    if gain is None:
        return ()
    return (
        Factor(
            finding=ranking.likelihood.conditions[row],
            presence=Presence.PRESENT,
            statements=gain.statements,
            log_lr=round(gain.log_lr, 6),
            grade=Grade.EXPERT,
            claim=None,
            source=None,
        ),
    )


def _grade(chosen: Chosen | None) -> Grade:
    return Grade.EXPERT if chosen is None else chosen.claim.evidence.grade


def _risk_bars(row: int, ranking: Ranking) -> tuple[Factor, ...]:
    """Show each risk by its share of the log rate, held within the cap as in the sum."""
    constants = ranking.likelihood.constants
    risks = ranking.risks[row]
    total = math.fsum(math.log(max(r.multiplier, 1e-12)) for r in risks)
    scale = capped_log(risks, constants.risk_cap) / total if abs(total) > _LEAST else 0.0
    condition = ranking.likelihood.ontology.conditions[ranking.likelihood.conditions[row]]
    evidence = {r.factor: r.evidence for r in condition.risks}
    return tuple(_risk_bar(r, scale * constants.alpha, evidence[r.factor]) for r in risks)


def _risk_bar(risk: RiskFactor, scale: float, evidence: Evidence) -> Factor:
    return Factor(
        finding=risk.factor,
        presence=Presence.PRESENT if risk.present else Presence.ABSENT,
        statements=risk.statements,
        log_lr=round(scale * math.log(max(risk.multiplier, 1e-12)), 6),
        grade=evidence.grade,
        claim=None,
        source=evidence.source,
    )


def unexplained(row: int, ranking: Ranking, strong: float) -> tuple[str, ...]:
    """List findings that speak strongly for some rival and not at all for this condition."""
    if not ranking.terms:
        return ()
    best = ranking.raw[ranking.possible].max(axis=0, initial=0.0)
    return tuple(t.finding for k, t in enumerate(ranking.terms) if t.present and best[k] >= strong and float(ranking.raw[row, k]) <= _LEAST)


def second_process(shown: Sequence[Hypothesis], ranking: Ranking, calibration: Calibration) -> tuple[str, ...]:
    """Search for a second disease that explains what the leader leaves unexplained: people may have several."""
    if not shown or not shown[0].unexplained:
        return ()
    index = ranking.likelihood
    places = [k for k, t in enumerate(ranking.terms) if t.finding in shown[0].unexplained]
    gains = ranking.raw[:, places].sum(axis=1)
    rivals = [r for r in ranking.order if gains[r] >= calibration.differential.second_process_at_least]
    rivals.sort(key=lambda r: (-round(float(gains[r] + ranking.prior[r]), 9), index.conditions[r]))
    return tuple(index.conditions[r] for r in rivals[:2])


def cant_miss_of(ranking: Ranking, constants: DangerConstants) -> tuple[str, ...]:
    """List apart, most dangerous first, what must not be missed and passes the test threshold or has a cardinal finding."""
    index = ranking.likelihood
    largest = ranking.raw.max(axis=1, initial=0.0)
    dangerous = ranking.danger >= min(constants.test_threshold, constants.cardinal_at_least)
    near = (r for r in ranking.order if dangerous[r] and index.ontology.conditions[index.conditions[r]].cant_miss)
    rows = [r for r in near if _listed_apart(float(ranking.danger[r]), float(largest[r]), constants)]
    return tuple(index.conditions[r] for r in sorted(rows, key=lambda r: (-float(ranking.danger[r]), index.conditions[r])))


def _listed_apart(danger: float, largest: float, constants: DangerConstants) -> bool:
    return danger >= constants.test_threshold or (largest >= constants.cardinal and danger >= constants.cardinal_at_least)
