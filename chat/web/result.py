"""What a patient is shown of a consultation: urgency first, then what it may be, then what to do. Data for the templates, no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from chat.answer import label_of, statement_json
from chat.console import likelihood, region_of
from chat.consultation import Consultation
from chat.knowledge import Knowledge
from chat.pictures.bars import likelihood_bar
from chat.regions import Region
from chat.web.reading_remarks import reading_remarks
from chat.wording import text
from kg.reasoning import Factor, Hypothesis, Recommendation, RecommendationKind, TriageLevel
from kg.record import AnyStatement, Circumstance, Finding, Observation, Presence, Subject, Timing, Wish
from ontologies.text import Language

SHOWN = 5
"""More possibilities confuse more than they help."""
CARED_FOR = 2
"""Self-care is told for the leading conditions only."""
_REASONS = 4
_LEAST_SHOWN = 0.03
_CLAUSE = re.compile(r"(?:[^.;。；！]|[.;](?!\s|$))+[.;。；！]?")  # not at the point of 38.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Possibility:
    """A condition as a patient sees it: a word for its likelihood, a bar, what speaks for and against."""

    condition: str
    label: str
    word: str
    bar: Markup
    supports: tuple[str, ...]
    opposes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One piece of advice with what speaks against it."""

    label: str
    text: str
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfCare:
    """How to help oneself with one condition."""

    label: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One statement in force, and how it may be corrected."""

    id: str
    words: str
    quote: str | None
    actions: tuple[str, ...]
    asked: str | None = None  # the question whose answer would replace a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything on the result page."""

    level: str | None
    title: str
    advice: str
    reasons: tuple[str, ...]
    emergency: bool
    ambulance: bool
    complete: bool
    region: Region
    act_now: tuple[str, ...]
    while_waiting: tuple[str, ...]
    possibilities: tuple[Possibility, ...]
    rule_out: tuple[str, ...]
    warnings: tuple[Advice, ...]
    self_care: tuple[SelfCare, ...]
    referrals: tuple[Advice, ...]
    treatments: tuple[Advice, ...]
    rejected: tuple[Advice, ...]
    tests: tuple[Advice, ...]
    lifestyle: tuple[Advice, ...]
    come_back: tuple[str, ...]
    understood: tuple[Understood, ...]
    remarks: tuple[str, ...]  # how the words were read


def result_of(consultation: Consultation, knowledge: Knowledge) -> Result:
    """Choose and word what a patient should see."""
    language, inference, triage = consultation.language, consultation.inference, consultation.inference.triage
    advice = _Advised(consultation, knowledge)
    leading = inference.hypotheses[0].condition if inference.hypotheses else None
    emergency = triage is not None and triage.level.rank >= TriageLevel.EMERGENCY.rank
    told = (text(f"level.{triage.level.value}"), triage.advice) if triage else ()
    act_now, while_waiting = _told_once(
        tuple(words.render(language) for words in told),
        advice.texts(RecommendationKind.ACT_NOW),
        advice.texts(RecommendationKind.SELF_CARE, leading) if emergency else (),
    )
    return Result(
        level=triage.level.value if triage else None,
        title=text(f"level.{triage.level.value}").render(language) if triage else "",
        advice=triage.advice.render(language) if triage else "",
        reasons=tuple(dict.fromkeys(r.text.render(language) for r in triage.reasons))[:_REASONS] if triage else (),
        emergency=emergency,
        ambulance=triage is not None and triage.level is TriageLevel.EMERGENCY_AMBULANCE,
        complete=not consultation.questions,
        region=region_of(consultation, knowledge),
        act_now=act_now,
        while_waiting=while_waiting,
        possibilities=tuple(_possibility(h, consultation, knowledge) for h in _worth_showing(inference.hypotheses)),
        rule_out=_to_rule_out(consultation, knowledge),
        warnings=advice.listed(RecommendationKind.WARN),
        self_care=advice.self_care(),
        referrals=advice.listed(RecommendationKind.REFERRAL)[:CARED_FOR],
        treatments=advice.listed(RecommendationKind.TREATMENT),
        rejected=advice.rejected(),
        tests=advice.listed(RecommendationKind.TEST),
        lifestyle=advice.listed(RecommendationKind.LIFESTYLE),
        come_back=advice.come_back(),
        understood=understood(consultation, knowledge),
        remarks=reading_remarks(consultation),
    )


def _told_once(told: Iterable[str], *lists: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Leave out of each list what was told before, clause by clause: whoever is frightened reads little."""
    said = {_bare(clause) for words in told for clause in _CLAUSE.findall(words)}
    fresh = []
    for steps in lists:
        kept = []
        for step in steps:
            clauses = [clause.strip() for clause in _CLAUSE.findall(step) if _bare(clause) not in said]
            said |= {_bare(clause) for clause in clauses}
            kept += [_capital(" ".join(clauses))] if clauses else []
        fresh.append(tuple(kept))
    return tuple(fresh)


def _bare(clause: str) -> str:
    return "".join(ch for ch in clause.casefold() if ch.isalnum())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def understood(consultation: Consultation, knowledge: Knowledge) -> tuple[Understood, ...]:
    """Put every statement in force into words, with the corrections that make sense for it."""
    return tuple(_understood(s, consultation, knowledge) for s in consultation.statements)


class _Advised:
    """The recommendations that a patient may see, by kind."""

    def __init__(self, consultation: Consultation, knowledge: Knowledge) -> None:
        self._all = [r for r in consultation.inference.recommendations if not r.doctor_only]
        self._language = consultation.language
        self._knowledge = knowledge
        self._leaders = [h.condition for h in consultation.inference.hypotheses[:CARED_FOR]]

    def _of(self, kind: RecommendationKind) -> list[Recommendation]:
        return [r for r in self._all if r.kind is kind and not r.rejected]

    def texts(self, kind: RecommendationKind, condition: str | None = None) -> tuple[str, ...]:
        """Return the texts of a kind, each once, of one condition if one is named."""
        found = (r for r in self._of(kind) if condition is None or r.for_condition in (condition, None))
        return tuple(dict.fromkeys(r.text.render(self._language) for r in found))

    def listed(self, kind: RecommendationKind) -> tuple[Advice, ...]:
        """Return the advice of a kind with its reasons, each once."""
        return tuple(dict.fromkeys(self._advice(r) for r in self._of(kind)))

    def rejected(self) -> tuple[Advice, ...]:
        """Return what is not advised to this person, and why."""
        return tuple(dict.fromkeys(self._advice(r) for r in self._all if r.rejected))

    def self_care(self) -> tuple[SelfCare, ...]:
        """Return how to help oneself with the leading conditions that have such advice."""
        found = []
        for condition in self._leaders:
            steps = tuple(
                dict.fromkeys(r.text.render(self._language) for r in self._of(RecommendationKind.SELF_CARE) if r.for_condition == condition)
            )
            if steps:
                found.append(SelfCare(label=self._knowledge.ontology.label(condition).render(self._language), steps=steps))
        return tuple(found)

    def come_back(self) -> tuple[str, ...]:
        """Return the safety-netting: of the leading conditions, and of every emergency among the rest."""
        found = (r for r in self._of(RecommendationKind.MONITORING))
        return tuple(dict.fromkeys(r.text.render(self._language) for r in found))

    def _advice(self, recommendation: Recommendation) -> Advice:
        return Advice(
            label=recommendation.label.render(self._language),
            text=recommendation.text.render(self._language),
            reasons=tuple(r.render(self._language) for r in recommendation.reasons),
            against=tuple(a.render(self._language) for a in recommendation.against),
        )


def _worth_showing(hypotheses: tuple[Hypothesis, ...]) -> Iterable[Hypothesis]:
    return [h for place, h in enumerate(hypotheses[:SHOWN]) if place == 0 or h.probability >= _LEAST_SHOWN]


def _possibility(hypothesis: Hypothesis, consultation: Consultation, knowledge: Knowledge) -> Possibility:
    factors = sorted(hypothesis.factors, key=lambda f: (-abs(f.log_lr), f.finding))
    return Possibility(
        condition=hypothesis.condition,
        label=knowledge.ontology.label(hypothesis.condition).render(consultation.language),
        word=likelihood(hypothesis, knowledge.calibration.words, consultation.language),
        bar=Markup(likelihood_bar(hypothesis.probability)),  # noqa: S704  # our own picture, numbers only
        supports=tuple(_words(f, consultation, knowledge) for f in factors if f.log_lr > 0)[:_REASONS],
        opposes=tuple(_words(f, consultation, knowledge) for f in factors if f.log_lr < 0)[:_REASONS],
    )


def _words(factor: Factor, consultation: Consultation, knowledge: Knowledge) -> str:
    label = knowledge.ontology.label(factor.finding).render(consultation.language)
    if factor.presence is Presence.PRESENT:
        return label
    return text("result.chart", thing=label, word=text(f"presence.{factor.presence.value}")).render(consultation.language)


def _to_rule_out(consultation: Consultation, knowledge: Knowledge) -> tuple[str, ...]:
    """Name what must not be missed and does not stand in the list already."""
    shown = {h.condition for h in _worth_showing(consultation.inference.hypotheses)}
    missed = (c for c in consultation.inference.cant_miss if c not in shown)
    return tuple(knowledge.ontology.label(c).render(consultation.language) for c in missed)


def _understood(statement: AnyStatement, consultation: Consultation, knowledge: Knowledge) -> Understood:
    language = consultation.language
    label = label_of(statement, knowledge.ontology, language)
    value = statement_json(statement, knowledge.ontology, language)
    shown = "" if isinstance(statement, Wish) or value["value"] is None else _value(statement, value["value"], value["unit"], language)
    details = [shown] if shown else []
    if statement.presence is not Presence.PRESENT and not shown:
        details.append(text(f"presence.{statement.presence.value}").render(language))
    if statement.timing is not Timing.CURRENT:
        details.append(text(f"timing.{statement.timing.value}").render(language))
    if statement.subject is not Subject.PATIENT:
        details.append(text(f"relation.{statement.subject.value}").render(language))
    return Understood(
        id=statement.id,
        words=f"{label}: {', '.join(details)}" if details else label,
        quote=statement.text if statement.span else None,
        actions=_actions(statement),
        asked=_asked(statement),
    )


def _value(statement: AnyStatement, value: object, unit: str | None, language: Language) -> str:
    """Write a value for a person: yes and no instead of true and false, no needless decimals."""
    if isinstance(value, bool):
        return text(f"presence.{'present' if value else 'absent'}").render(language)
    if isinstance(statement, Circumstance) and statement.name == "sex":
        return text(f"answer.{value}").render(language)
    written = f"{value:g}" if isinstance(value, float | int) else str(value)
    return f"{written} {unit}" if unit and unit not in ("1", "a") else written


def _asked(statement: AnyStatement) -> str | None:
    """Name the question that a new value answers, for statements that hold one."""
    if statement.subject is not Subject.PATIENT:
        return None
    if isinstance(statement, Circumstance) and statement.name in ("age", "sex"):
        return statement.name
    return f"q:{statement.quantity.removeprefix('q:')}" if isinstance(statement, Observation) else None


def _actions(statement: AnyStatement) -> tuple[str, ...]:
    if not isinstance(statement, Finding):
        return ("remove",)
    own = statement.presence is Presence.PRESENT and statement.subject is Subject.PATIENT and statement.timing is Timing.CURRENT
    return (
        ("deny", "remove") if own else ("confirm", "deny", "remove") if statement.presence is not Presence.ABSENT else ("confirm", "remove")
    )
