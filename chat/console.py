"""An answer as plain text for a terminal: urgency first, then what it may be and why, then what to do."""

from __future__ import annotations

from collections.abc import Iterator

from chat.answer import label_of
from chat.consultation import Consultation
from chat.knowledge import Knowledge
from chat.regions import DEFAULT_REGION, Region
from chat.wording import text
from kg.care import CarePlan
from kg.issues import Level
from kg.reasoning import Hypothesis, RecommendationKind, TriageLevel
from kg.record import Presence, Subject
from ontologies.text import Language

_BAR = 20  # characters of a full bar
_SHOWN = 5  # possibilities shown to a patient
_KINDS = (
    RecommendationKind.WARN,
    RecommendationKind.ACT_NOW,
    RecommendationKind.SELF_CARE,
    RecommendationKind.TEST,
    RecommendationKind.TREATMENT,
    RecommendationKind.REFERRAL,
    RecommendationKind.MONITORING,
    RecommendationKind.LIFESTYLE,
)
_ALARMING = (TriageLevel.EMERGENCY, TriageLevel.EMERGENCY_AMBULANCE)


def render_answer(consultation: Consultation, knowledge: Knowledge, plan: CarePlan | None = None) -> str:
    """Write the answer for a person."""
    return "\n".join(_lines(consultation, knowledge, plan)) + "\n"


def region_of(consultation: Consultation, knowledge: Knowledge) -> Region:
    """Return the services of the person's region."""
    return knowledge.regions.get(consultation.patient.circumstances.region, knowledge.regions[DEFAULT_REGION])


def _lines(consultation: Consultation, knowledge: Knowledge, plan: CarePlan | None) -> Iterator[str]:
    language, inference = consultation.language, consultation.inference
    region = region_of(consultation, knowledge)
    yield text("program.not_a_doctor", number=region.ambulance).render(language)
    yield ""
    if inference.triage is None:
        if not any(issue.level is Level.ERROR for issue in consultation.issues):
            yield text("program.no_medical_content").render(language)
    else:
        number = f" ({region.ambulance})" if inference.triage.level in _ALARMING else ""
        yield f"== {text(f'level.{inference.triage.level.value}').render(language)}{number} =="
        yield inference.triage.advice.render(language)
        yield from (f"  - {reason.text.render(language)}" for reason in inference.triage.reasons)
    yield from _possibilities(consultation, knowledge)
    yield from _advice(consultation)
    yield from (f"? {question.text.render(language)}" for question in consultation.questions[:3])
    yield from (f"! {issue.message} {issue.solution}" for issue in consultation.issues)
    if plan is not None:
        yield from _week(plan, consultation)


def _possibilities(consultation: Consultation, knowledge: Knowledge) -> Iterator[str]:
    language = consultation.language
    for hypothesis in consultation.inference.hypotheses[:_SHOWN]:
        bar = "█" * max(1, round(hypothesis.probability * _BAR))
        word = likelihood(hypothesis, knowledge.calibration.words, language)
        yield f"{bar:<{_BAR}} {knowledge.ontology.label(hypothesis.condition).render(language)} ({word})"
        for sign, positive in (("+", True), ("-", False)):
            factors = [f for f in hypothesis.factors if (f.log_lr > 0) == positive]
            factors.sort(key=lambda f: -abs(f.log_lr))
            names = [_factor_words(f.finding, f.presence, knowledge, consultation) for f in factors[:4]]
            if names:
                yield f"{'':<{_BAR}}   {sign} {', '.join(names)}"


def likelihood(hypothesis: Hypothesis, words: tuple[tuple[str, float], ...], language: Language) -> str:
    """Say a probability in words, as patients see it."""
    word = next(name for name, least in words if hypothesis.probability >= least)
    return text(f"likelihood.{word}").render(language)


def _factor_words(finding: str, presence: Presence, knowledge: Knowledge, consultation: Consultation) -> str:
    label = knowledge.ontology.label(finding).render(consultation.language)
    return label if presence is Presence.PRESENT else f"{label}: {text(f'presence.{presence.value}').render(consultation.language)}"


def _advice(consultation: Consultation) -> Iterator[str]:
    language = consultation.language
    shown = [r for r in consultation.inference.recommendations if not r.doctor_only and not r.rejected]
    for kind in _KINDS:
        for recommendation in (r for r in shown if r.kind is kind):
            yield f"* {recommendation.label.render(language)}: {recommendation.text.render(language)}"


def _week(plan: CarePlan, consultation: Consultation) -> Iterator[str]:
    language = consultation.language
    yield ""
    for item in plan.items:
        clock = f"{item.start // 60:02d}:{item.start % 60:02d}"
        yield f"{item.day + 1} {clock} {item.minutes:4d} min  {item.label.render(language)} {item.amount or ''}".rstrip()
    yield from (f"! {alert.render(language)}" for alert in plan.alerts)
    yield from (f"~ {sacrifice.text.render(language)}" for sacrifice in plan.sacrifices)


def render_reading(consultation: Consultation, knowledge: Knowledge) -> str:
    """Write what was understood: each statement with its words, its cue and the rule that decided it."""
    lines = []
    for statement in consultation.statements:
        who = "" if statement.subject is Subject.PATIENT else f" [{statement.relation or statement.subject.value}]"
        cue = f" because of {statement.cue!r} ({statement.rule})" if statement.cue else ""
        label = label_of(statement, knowledge.ontology, consultation.language)
        state = f"{statement.presence.value}, {statement.timing.value}{who}"
        lines.append(f"{statement.id:5} {statement.kind:12} {label} = {state} ← {statement.text!r}{cue}")
    for message, reading in zip(consultation.log.messages(), consultation.readings, strict=True):
        lines += [f"      read {r.written!r} as {r.read!r}" for r in reading.repairs]
        lines += [f"      not understood: {message.text[u.start : u.end]!r}" for u in reading.unread]
    return "\n".join(lines)
