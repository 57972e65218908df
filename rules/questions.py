"""What to ask next: the answers that are expected to change most, danger weighted, and why each is asked (DESIGN §4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.reasoning import Question, TriageLevel
from kg.record import Patient
from ontologies.concepts import FindingConcept
from ontologies.text import Text
from rules.calibration import Calibration, InterviewConstants
from rules.danger import thresholds
from rules.differential import Ranking
from rules.likelihood import conditional, log_ratio_absent, log_ratio_present
from rules.person_questions import person_questions
from rules.said import Channel, Heard
from rules.tables import Floats
from rules.urgencies import LEVELS
from rules.wording import say

_WRITTEN = 24  # candidates that are written out, before groups are put together
_ROUNDING = 0.001  # gains are compared as shown, so that what is nearly as good is weighed too
_SOFT = 1.0  # width of the step at a danger threshold, in log odds: the size of one ordinary finding


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPremise:
    """What would complete a red flag: what to ask, the flag's level and title, and whether it is suspected already."""

    asks: str
    level: TriageLevel
    title: Text
    suspected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """Expected gain of each candidate question, by its parts; `best` names the condition that decides each part."""

    columns: tuple[int, ...]
    information: Floats
    danger: Floats
    favoured: NDArray[np.intp]  # the row that a "yes" favours most
    endangered: NDArray[np.intp]  # the row whose danger moves most


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What each question may bring: the chance of a "yes", and the log ratios of both answers."""

    chance: Floats
    yes: Floats
    no: Floats


def next_questions(
    ranking: Ranking, heard: Heard, premises: Sequence[OpenPremise], level: TriageLevel | None, calibration: Calibration
) -> tuple[Question, ...]:
    """Return the next questions, best first; none when the level is an emergency, when enough was asked or nothing would change."""
    settled = level is not None and level.rank >= TriageLevel.EMERGENCY.rank and not any(p.suspected for p in premises)
    if settled or heard.turns >= calibration.interview.most or not (ranking.terms or premises):
        return ()
    columns = candidates(ranking, heard, premises)
    gains = expected_gains(ranking, columns, calibration)
    asked = [*_findings(gains, ranking, premises, calibration), *person_questions(ranking, heard, premises, calibration.interview)]
    worth = [q for q in asked if q.gain >= calibration.interview.least_gain]
    return _grouped(worth)[: calibration.interview.offered]


def candidates(ranking: Ranking, heard: Heard, premises: Sequence[OpenPremise]) -> tuple[int, ...]:
    """List the findings that may be asked: never what was said, implied, silenced by a denied base, or excluded by anatomy or age.

    What only an examiner, a laboratory or a device can tell is never asked: nobody knows it, and not knowing must not alarm.
    """
    index = ranking.likelihood
    wanted = {index.column[p.asks] for p in premises if p.asks in index.column and _noticed(index.ontology.findings[p.asks])}
    said = {t.finding for t in ranking.terms} | heard.asked
    present = {t.finding for t in ranking.terms if t.present}
    denied = said - present
    fitting = {only_if for only_if in index.askable_roots if _fits(only_if, ranking)}
    found = {column for only_if in fitting for column in index.askable_roots[only_if]}
    refined = (column for finding in present for column in index.askable_below.get(finding, ()))
    for column in {*wanted, *refined} - found:
        finding = index.findings[column]
        if denied.isdisjoint(index.ontology.ancestors(finding)) and _fits(index.ontology.findings[finding].only_if, ranking):
            found.add(column)
    found.difference_update(index.column[finding] for finding in said if finding in index.column)
    return tuple(sorted(found))


def _noticed(finding: FindingConcept) -> bool:
    return finding.noticed_by == "Patient"


def _fits(only_if: str | None, ranking: Ranking) -> bool:
    """Say whether a finding can happen in this person."""
    patient, constants = ranking.patient, ranking.likelihood.constants
    match only_if:
        case "HasUterus":
            return patient.has_uterus is not False
        case "HasTestes":
            return patient.has_testes is not False
        case "CanBePregnant" | "Pregnant" | "Postpartum":
            return patient.has_uterus is not False and _within(patient, constants.fertile_ages.min_years, constants.fertile_ages.max_years)
        case "Infant":
            return _within(patient, 0.0, constants.infant_below)
        case "Child":
            return _within(patient, 0.0, constants.child_below)
        case "Adult":
            return patient.age is None or patient.age >= constants.child_below
    return True


def _within(patient: Patient, low: float, high: float) -> bool:
    return patient.age is None or low <= patient.age < high


def expected_gains(ranking: Ranking, columns: Sequence[int], calibration: Calibration) -> Gains:
    """Weigh every candidate: expected information on the differential, and expected change of what danger says."""
    rows = _rows(ranking, calibration)
    if not columns or not len(rows):
        nothing = np.zeros(len(columns))
        rowless = np.zeros(len(columns), dtype=np.intp)
        return Gains(columns=tuple(columns), information=nothing, danger=nothing, favoured=rowless, endangered=rowless)
    index = ranking.likelihood
    present = {t.finding for t in ranking.terms if t.present}
    given = np.full(len(columns), -1)
    for place in np.flatnonzero(index.parent[list(columns)] >= 0).tolist():
        above = index.ontology.ancestors(index.findings[columns[place]])
        given[place] = next((index.column[a] for a in above if a in present), -1)
    q_all, r, _ = conditional(ranking.table, list(columns), given.tolist(), rows)
    channel = index.constants.channels[Channel.ANSWER]
    yes, no = log_ratio_present(q_all, r, channel), log_ratio_absent(q_all, r, channel)
    weight = ranking.probability[rows][:, None]
    rest = max(1.0 - float(weight.sum()), 1e-9)
    chance = (weight * q_all).sum(axis=0) + rest * r
    temperature = index.constants.temperature
    information = _entropy(weight, rest) - chance * _entropy_after(weight, rest, yes, temperature)
    information = information - (1 - chance) * _entropy_after(weight, rest, no, temperature)
    moved = _moved(ranking, rows, Answers(chance=chance, yes=yes, no=no), calibration)
    return Gains(
        columns=tuple(columns),
        information=np.maximum(information, 0.0),
        danger=moved.sum(axis=0),
        favoured=rows[np.argmax(weight * np.maximum(yes, 0.0), axis=0)],
        endangered=rows[np.argmax(moved, axis=0)],
    )


def _rows(ranking: Ranking, calibration: Calibration) -> NDArray[np.intp]:
    """Choose the conditions that a question may tell apart: the probable ones, and those whose danger is within reach."""
    order, most = _explaining(ranking), calibration.interview.candidates
    near = np.sort(order[ranking.danger[order] > -calibration.interview.danger_reach])
    nearest = near[np.argsort(-ranking.danger[near], kind="stable")]
    return np.array(sorted({*order[:most].tolist(), *nearest[:most].tolist()}), dtype=np.intp)


def _explaining(ranking: Ranking) -> NDArray[np.intp]:
    """Keep the conditions that explain what the person came with, most probable first; all, where nothing was named."""
    order = np.array(ranking.order, dtype=np.intp)
    chief = [k for k, t in enumerate(ranking.terms) if t.chief and t.present]
    explained = ranking.raw[:, chief].max(axis=1, initial=0.0) > 0
    explaining = order[explained[order]]
    return explaining if len(explaining) else order


def _entropy(weight: Floats, rest: float) -> Floats:
    """Return the entropy of the differential in nats, as a row of one."""
    result: Floats = -(weight * np.log(np.maximum(weight, 1e-12))).sum(axis=0) - rest * np.log(rest)
    return result


def _entropy_after(weight: Floats, rest: float, ratio: Floats, temperature: float) -> Floats:
    """Return the entropy after each answer."""
    moved = weight * np.exp(ratio / temperature)
    total = moved.sum(axis=0) + rest
    share, none = moved / total, rest / total
    result: Floats = -(share * np.log(np.maximum(share, 1e-12))).sum(axis=0) - none * np.log(none)
    return result


def _moved(ranking: Ranking, rows: NDArray[np.intp], answers: Answers, calibration: Calibration) -> Floats:
    """Return how far each answer is expected to move each danger over or under its threshold, weighted by its class."""
    ranks, cant_miss = ranking.likelihood.urgencies.usual[rows], ranking.likelihood.cant_miss[rows]
    threshold = thresholds(ranks, cant_miss, calibration.danger)[:, None]
    weight = np.array([calibration.interview.danger_weights.get(level, 0.0) for level in LEVELS])[ranks][:, None]
    danger = ranking.danger[rows][:, None]
    now = _step(danger - threshold)
    up = np.maximum(_step(danger + np.maximum(answers.yes, 0.0) - threshold) - now, 0.0)
    down = np.maximum(now - _step(danger + np.minimum(answers.no, 0.0) - threshold), 0.0)
    result: Floats = weight * (answers.chance[None, :] * up + (1 - answers.chance)[None, :] * down)
    return result


def _step(distance: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(distance / _SOFT, -30.0, 30.0)))
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one candidate question is worth, and why."""

    place: int
    column: int
    gain: float
    dangerous: bool
    premise: OpenPremise | None  # the red flag that it would decide, where that is its main worth


def _findings(gains: Gains, ranking: Ranking, premises: Sequence[OpenPremise], calibration: Calibration) -> list[Question]:
    """Write the best candidates as questions; the reason is worked out for these only."""
    urgent = _most_urgent(premises)
    weighed = (_worth(place, gains, ranking, urgent, calibration) for place in _promising(gains, ranking, urgent, calibration))
    worth = sorted((w for w in weighed if w.gain >= calibration.interview.least_gain), key=lambda w: (-w.gain, w.column))
    return [_question(w, gains, ranking) for w in worth[:_WRITTEN]]


def _promising(gains: Gains, ranking: Ranking, urgent: Mapping[str, OpenPremise], calibration: Calibration) -> list[int]:
    """List the candidates that may be among those written out: the best by what they tell, and all that a red flag waits for."""
    told = _information_counts(ranking, calibration.interview) * gains.information + gains.danger
    cut = calibration.interview.least_gain
    if len(told) > _WRITTEN:
        cut = max(cut, float(np.partition(told, -_WRITTEN)[-_WRITTEN]))
    waited = ranking.likelihood.findings
    return [place for place, column in enumerate(gains.columns) if told[place] >= cut - _ROUNDING or waited[column] in urgent]


def _information_counts(ranking: Ranking, constants: InterviewConstants) -> float:
    """Return what a nat is worth: nothing once the leader is sure."""
    sure = bool(ranking.order) and float(ranking.probability[ranking.order[0]]) >= constants.sure
    return 0.0 if sure else constants.information


def _worth(place: int, gains: Gains, ranking: Ranking, urgent: Mapping[str, OpenPremise], calibration: Calibration) -> Worth:
    constants = calibration.interview
    column = gains.columns[place]
    information = _information_counts(ranking, constants) * float(gains.information[place])
    danger = float(gains.danger[place])
    premise = urgent.get(ranking.likelihood.findings[column])
    guard = 0.0 if premise is None else _guard_gain(premise, column, ranking, constants)
    return Worth(
        place=place,
        column=column,
        gain=round(information + danger + guard, 4),
        dangerous=danger > information,
        premise=premise if guard >= max(information, danger) else None,
    )


def _question(worth: Worth, gains: Gains, ranking: Ranking) -> Question:
    finding = ranking.likelihood.ontology.findings[ranking.likelihood.findings[worth.column]]
    by_guard = None if worth.premise is None else say("question.reason.guard", title=worth.premise.title)
    return Question(
        finding=finding.id,
        text=finding.question or say("question.finding", finding=finding.label),
        reason=by_guard or _reason(worth.place, gains, ranking, dangerous=worth.dangerous),
        gain=worth.gain,
        group=finding.group or ranking.likelihood.ontology.base(finding.id),
    )


def _most_urgent(premises: Sequence[OpenPremise]) -> Mapping[str, OpenPremise]:
    """Keep one red flag for each thing to ask: a suspected one before others, then the most urgent."""
    ordered = sorted(premises, key=lambda p: (p.suspected, p.level.rank, p.title.en))
    return {p.asks: p for p in ordered}


def _guard_gain(premise: OpenPremise, column: int, ranking: Ranking, constants: InterviewConstants) -> float:
    chance = 1.0 if premise.suspected else chance_of(ranking, column)
    return constants.guard_weight * chance * constants.danger_weights.get(premise.level, 1.0)


def chance_of(ranking: Ranking, column: int) -> float:
    """Return how probable an unasked finding is, given all that was said: each condition weighs in with its own chance."""
    background = float(ranking.table.background[column])
    chance = ranking.table.chance[:, column]
    chance = np.where(np.isnan(chance), background, chance)
    return float(ranking.probability @ chance) + ranking.none * background


def _reason(place: int, gains: Gains, ranking: Ranking, *, dangerous: bool) -> Text:
    index = ranking.likelihood
    if dangerous:
        condition = index.conditions[int(gains.endangered[place])]
        return say("question.reason.danger", condition=index.ontology.label(condition))
    one = int(gains.favoured[place])
    other = next((r for r in ranking.order if r != one), None)
    label = index.ontology.label(index.conditions[one])
    if other is None:
        return say("question.reason.one", one=label)
    return say("question.reason.apart", one=label, other=index.ontology.label(index.conditions[other]))


def _grouped(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Put the best question first and what belongs to it next, then the next group."""
    best: dict[str, float] = {}
    for question in questions:
        group = question.group or question.finding
        best[group] = max(best.get(group, 0.0), question.gain)
    return tuple(sorted(questions, key=lambda q: (-best[q.group or q.finding], q.group or q.finding, -q.gain, q.finding)))
