"""Additive log odds over all conditions, so that every addend can be shown as a bar (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kg.record import Patient, Presence
from ontologies.concepts import Claim
from rules.calibration import DifferentialConstants
from rules.course import Course, course_of
from rules.danger import danger_of
from rules.groups import group_weights
from rules.likelihood import Likelihood, caps, conditional, grouped_rows, log_ratio_absent, log_ratio_present
from rules.named import Named, named_logs, named_of
from rules.rates import RiskFactor, capped_log, risk_factors, state_log
from rules.said import Heard
from rules.tables import Floats, Table
from rules.terms import Term, terms_of
from rules.unsaid import Unsaid, unsaid_of
from rules.urgencies import Ranks

EXCLUDED = -1e9  # log score of what anatomy or stage of life makes impossible


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The differential as arrays over `likelihood.conditions`; `none` belongs to "none of these"."""

    likelihood: Likelihood
    table: Table
    patient: Patient
    terms: tuple[Term, ...]
    present: frozenset[str]  # findings that hold now, their bases included, whether or not a condition speaks of them
    factors: Floats  # conditions × terms: weighted log ratios, as shown
    raw: Floats  # the same before weights and costs for what is unlisted
    course: Course  # what a length costs that a condition does not explain
    unsaid: Unsaid  # core findings of which nobody spoke
    named: Mapping[int, Named]  # rows that were called by name
    log_rate: Floats  # with risks and states
    prior: Floats  # alpha · log_rate
    score: Floats
    probability: Floats
    none: float
    danger: Floats
    possible: NDArray[np.bool_]
    risks: tuple[tuple[RiskFactor, ...], ...]
    order: tuple[int, ...]  # rows of possible conditions, most probable first
    urgency: Ranks  # how soon each condition should be seen here


def rank(heard: Heard, patient: Patient, likelihood: Likelihood) -> Ranking:
    """Weigh every condition against what was heard. The order of statements does not matter."""
    constants = likelihood.constants
    patient = _of_some_age(patient, constants)
    table = likelihood.table(patient.age, None if patient.sex is None else patient.sex.value)
    terms = terms_of(heard, likelihood)
    raw, silent = log_ratios(terms, table, likelihood)
    for place, term in enumerate(terms):
        if term.finding in likelihood.risk_rows:  # it moves the rate there: never twice
            raw[likelihood.risk_rows[term.finding], place] = 0.0
            silent[likelihood.risk_rows[term.finding], place] = False
    whole = raw + _costs(terms, silent, heard, table, likelihood)
    weights = _weights(terms, whole, likelihood)
    factors = np.round(whole * weights[None, :], 6)
    log_rate, possible, risks = log_rates(heard, patient, table, likelihood)
    log_rate, possible = _known(heard, raw, log_rate, possible, likelihood)
    prior = np.round(constants.alpha * log_rate, 6)
    course = course_of(heard, table, likelihood)
    unsaid = unsaid_of(heard, table, likelihood)
    named = named_of(heard, likelihood)
    score = np.where(possible, prior + factors.sum(axis=1) + course.costs + unsaid.costs + named_logs(named, len(prior)), EXCLUDED)
    none_score = constants.alpha * float(np.log(constants.none_of_these))
    probability, none = softmax(score, none_score, constants.temperature)
    present = _present(heard, likelihood)
    return Ranking(
        likelihood=likelihood,
        table=table,
        patient=patient,
        terms=terms,
        present=present,
        factors=factors,
        raw=raw,
        course=course,
        unsaid=unsaid,
        named=named,
        log_rate=log_rate,
        prior=prior,
        score=score,
        probability=probability,
        none=none,
        danger=danger_of(heard, log_rate, possible, table, likelihood),
        possible=possible,
        risks=risks,
        order=ordered(probability, possible),
        urgency=likelihood.urgencies.here(present),
    )


def _of_some_age(patient: Patient, constants: DifferentialConstants) -> Patient:
    """Give a person of unknown age the age of what they were called ("the baby"), for the numbers only."""
    assumed = constants.assumed_ages.get(patient.life_stage or "")
    return patient if patient.age is not None or assumed is None else replace(patient, age=assumed)


def _present(heard: Heard, likelihood: Likelihood) -> frozenset[str]:
    now = [s.finding for s in heard.findings if s.presence is Presence.PRESENT and not s.passed]
    return frozenset(now).union(*(likelihood.ontology.ancestors(f) for f in now))


def ordered(probability: Floats, possible: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the rows of possible conditions, most probable first; equal ones in the order of their names."""
    order = np.argsort(-np.round(probability, 9), kind="stable")
    return tuple(order[possible[order]].tolist())


def log_ratios(terms: Sequence[Term], table: Table, likelihood: Likelihood) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the log ratio of each term for each condition, and where a condition is silent about a finding that is present."""
    if not terms:
        empty = np.zeros((len(likelihood.conditions), 0))
        return empty, empty.astype(np.bool_)
    columns = [likelihood.column[t.finding] for t in terms]
    given = [-1 if t.given is None else likelihood.column[t.given] for t in terms]
    q, r, silent = conditional(table, columns, given)
    result = np.zeros_like(q)
    present = np.array([t.present for t in terms])
    for name in sorted({t.channel for t in terms}):
        channel = likelihood.constants.channels[name]
        chosen = np.array([t.channel is name for t in terms])
        yes, no = chosen & present, chosen & ~present
        result[:, yes] = log_ratio_present(q[:, yes], r[yes], channel)
        result[:, no] = log_ratio_absent(q[:, no], r[no], channel)
    result[silent] = 0.0
    result *= np.array([t.share for t in terms])[None, :]
    _published(result, silent, terms, columns, likelihood)
    return result, silent & present[None, :]


def _published(result: Floats, silent: NDArray[np.bool_], terms: Sequence[Term], columns: Sequence[int], likelihood: Likelihood) -> None:
    """Put a published likelihood ratio in the place of our own, where its complaint is present."""
    complaints = {t.finding for t in terms if t.present}
    for place, (term, column) in enumerate(zip(terms, columns, strict=True)):
        for row, claims in grouped_rows(likelihood.ratios.get(column, ())).items():
            claim = next((c for c in claims if c.among in complaints), None)
            value = None if claim is None else _printed(claim, present=term.present)
            if value is not None:
                low, high = caps(likelihood.constants.channels[term.channel])
                result[row, place] = term.share * float(np.clip(np.log(value), low, high))
                silent[row, place] = False


def _printed(claim: Claim, *, present: bool) -> float | None:
    return claim.lr_positive if present else claim.lr_negative


def _costs(terms: Sequence[Term], silent: NDArray[np.bool_], heard: Heard, table: Table, likelihood: Likelihood) -> Floats:
    """Charge a condition for a present finding that it says nothing of, unless a known disease explains it or most people have it."""
    known = [likelihood.row[c] for c in heard.known if c in likelihood.row]
    price = np.array([0.0 if _usual(t, table, likelihood) else _price(t, known, likelihood) for t in terms])
    costs: Floats = np.where(silent, price[None, :], 0.0)
    return costs


def _usual(term: Term, table: Table, likelihood: Likelihood) -> bool:
    """Say whether most people who consult have a finding ("he plays and drinks"): then no condition owes an explanation for it."""
    return float(table.background[likelihood.column[term.finding]]) >= likelihood.constants.unlisted_usual


def _price(term: Term, known: Sequence[int], likelihood: Likelihood) -> float:
    if not term.present or _explained(term, known, likelihood):
        return 0.0
    constants = likelihood.constants
    return term.share * (constants.unlisted_chief_complaint if term.chief else constants.unlisted_cost)


def _explained(term: Term, known: Sequence[int], likelihood: Likelihood) -> bool:
    """Say whether a disease that the person is known to have accounts for a finding."""
    if not known:
        return False
    chances = likelihood.table(None, None).chance[known, likelihood.column[term.finding]]
    return bool(np.any(chances >= likelihood.constants.explained_by_history))


def _weights(terms: Sequence[Term], factors: Floats, likelihood: Likelihood) -> Floats:
    groups = [likelihood.ontology.findings[t.finding].group for t in terms]
    strengths = np.abs(factors).max(axis=0) if factors.size else np.zeros(len(terms))
    return group_weights(groups, strengths, likelihood.constants.group_weights)


def log_rates(
    heard: Heard, patient: Patient, table: Table, likelihood: Likelihood
) -> tuple[Floats, NDArray[np.bool_], tuple[tuple[RiskFactor, ...], ...]]:
    """Return the log rate of every condition for this person, which of them are possible, and the risks that moved them."""
    moved = np.zeros_like(table.log_rate)
    possible = np.ones(len(moved), dtype=np.bool_)
    for only_if, rows in likelihood.limited_rows.items():
        state = state_log(only_if, patient, likelihood.constants)
        possible[rows] = state is not None
        moved[rows] = state or 0.0
    risks: list[tuple[RiskFactor, ...]] = [()] * len(moved)
    told = heard.exposed.keys() | heard.denied.keys()
    for row in {int(row) for factor in told & likelihood.risk_rows.keys() for row in likelihood.risk_rows[factor]}:
        condition = likelihood.ontology.conditions[likelihood.conditions[row]]
        risks[row] = risk_factors(condition, heard.exposed, heard.denied)
        moved[row] += capped_log(risks[row], likelihood.constants.risk_cap)
    return table.log_rate + np.where(possible, moved, 0.0), possible, tuple(risks)


def _known(
    heard: Heard, raw: Floats, log_rate: Floats, possible: NDArray[np.bool_], likelihood: Likelihood
) -> tuple[Floats, NDArray[np.bool_]]:
    """Treat a known chronic disease as history: it stays a candidate, as a flare, only where a finding speaks for it."""
    constants = likelihood.constants
    log_rate, possible = log_rate.copy(), possible.copy()
    for identifier in sorted(heard.known):
        row = likelihood.row.get(identifier)
        if row is None or not likelihood.ontology.conditions[identifier].chronic:
            continue
        if raw.shape[1] and raw[row].max() >= constants.known_disease_needs:
            log_rate[row] += np.log(constants.known_disease_ratio)
        else:
            possible[row] = False
    return log_rate, possible


def softmax(score: Floats, none_score: float, temperature: float) -> tuple[Floats, float]:
    """Turn scores into probabilities that sum to 1 with "none of these"."""
    top = max(float(score.max(initial=EXCLUDED)), none_score)
    weights = np.exp((score - top) / temperature)
    none = float(np.exp((none_score - top) / temperature))
    total = float(weights.sum()) + none
    return weights / total, none / total
