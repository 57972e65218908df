"""What the pages show, prepared: the templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from chat.answer import concept_of, label_of
from chat.console import likelihood
from chat.consultation import Consultation
from chat.knowledge import Knowledge
from chat.pictures.bars import balance_bar, likelihood_bar
from chat.regions import DEFAULT_REGION, Region
from chat.wording import text
from kg.reasoning import Factor, Hypothesis, Recommendation, RecommendationKind, TriageLevel
from kg.record import AnyStatement, Presence, Subject, Timing
from ontologies.text import Language

ALARMING = frozenset({TriageLevel.EMERGENCY, TriageLevel.EMERGENCY_AMBULANCE})
_SHOWN = 5  # possibilities on the patient's page
_OWN_CARE = 2  # leading conditions whose self-care is shown
_FACTORS = 4  # reasons for and against


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementView:
    """One thing that was understood."""

    id: str
    label: str
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibilityView:
    """One possibility with its reasons."""

    condition: str
    label: str
    word: str
    bar: str
    probability: float
    for_: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """A piece of advice."""

    label: str
    text: str
    reasons: tuple[str, ...]
    against: tuple[str, ...]


def region_of(consultation: Consultation, knowledge: Knowledge) -> Region:
    """Return the services of the person's region."""
    return knowledge.regions.get(consultation.patient.circumstances.region, knowledge.regions[DEFAULT_REGION])


def statements(consultation: Consultation, knowledge: Knowledge) -> tuple[StatementView, ...]:
    """List what was understood, each with the words behind it."""
    return tuple(_statement(s, consultation.language, knowledge) for s in consultation.statements)


def _statement(statement: AnyStatement, language: Language, knowledge: Knowledge) -> StatementView:
    state = [text(f"presence.{statement.presence.value}").render(language)]
    if statement.timing is not Timing.CURRENT:
        state.append(text(f"timing.{statement.timing.value}").render(language))
    if statement.subject is not Subject.PATIENT:
        state.append(statement.relation or text(f"relation.{statement.subject.value}").render(language))
    value = getattr(statement, "value", None)
    said = (
        f": {value:g} {getattr(statement, 'unit', '') or ''}"
        if isinstance(value, float)
        else f": {value}"
        if isinstance(value, str)
        else ""
    )
    return StatementView(
        id=statement.id,
        label=label_of(statement, knowledge.ontology, language) + said.rstrip(),
        state=", ".join(state),
        words=statement.text if statement.span else "",
    )


def possibilities(consultation: Consultation, knowledge: Knowledge, most: int = _SHOWN) -> tuple[PossibilityView, ...]:
    """List the leading possibilities with what speaks for and against."""
    return tuple(_possibility(h, consultation, knowledge) for h in consultation.inference.hypotheses[:most])


def _possibility(hypothesis: Hypothesis, consultation: Consultation, knowledge: Knowledge) -> PossibilityView:
    return PossibilityView(
        condition=hypothesis.condition,
        label=knowledge.ontology.label(hypothesis.condition).render(consultation.language),
        word=likelihood(hypothesis, knowledge.calibration.words, consultation.language),
        bar=likelihood_bar(hypothesis.probability),
        probability=hypothesis.probability,
        for_=_reasons((f for f in hypothesis.factors if f.log_lr > 0), consultation, knowledge),
        against=_reasons((f for f in hypothesis.factors if f.log_lr < 0), consultation, knowledge),
    )


def _reasons(factors: Iterable[Factor], consultation: Consultation, knowledge: Knowledge) -> tuple[str, ...]:
    strongest = sorted(factors, key=lambda f: -abs(f.log_lr))[:_FACTORS]
    return tuple(factor_words(f, consultation.language, knowledge) for f in strongest)


def factor_words(factor: Factor, language: Language, knowledge: Knowledge) -> str:
    """Name a finding; one that was denied says so."""
    label = knowledge.ontology.label(factor.finding).render(language)
    return label if factor.presence is Presence.PRESENT else f"{label}: {text(f'presence.{factor.presence.value}').render(language)}"


def advice(consultation: Consultation, *kinds: RecommendationKind) -> tuple[AdviceView, ...]:
    """List the advice of some kinds that a patient should see; self-care only of the leading conditions."""
    leading = {h.condition for h in consultation.inference.hypotheses[:_OWN_CARE]}
    shown = (r for r in consultation.inference.recommendations if r.kind in kinds and not r.doctor_only and not r.rejected)
    chosen = [r for r in shown if r.for_condition is None or r.for_condition in leading]
    return tuple(dict.fromkeys(_advice(r, consultation.language) for r in chosen))


def rejected(consultation: Consultation) -> tuple[AdviceView, ...]:
    """List what is not advised, with the reason."""
    return tuple(dict.fromkeys(_advice(r, consultation.language) for r in consultation.inference.recommendations if r.rejected))


def _advice(recommendation: Recommendation, language: Language) -> AdviceView:
    return AdviceView(
        label=recommendation.label.render(language),
        text=recommendation.text.render(language),
        reasons=tuple(r.render(language) for r in recommendation.reasons),
        against=tuple(a.render(language) for a in recommendation.against),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the text; a marked one carries the statements that were read from it."""

    text: str
    statements: tuple[str, ...] = ()
    title: str = ""


def marked(message: str, turn: int, consultation: Consultation, knowledge: Knowledge) -> tuple[Piece, ...]:
    """Cut a message at the borders of its spans, so that each piece can be marked with what was read from it."""
    spans = [(s.span.start, s.span.end, s) for s in consultation.statements if s.span is not None and s.span.turn == turn]
    borders = sorted({0, len(message), *(b for start, end, _ in spans for b in (start, end))})
    pieces = []
    for start, end in pairwise(borders):
        over = [s for first, last, s in spans if first <= start and end <= last]
        title = "; ".join(f"{concept_of(s)} = {s.presence.value}, {s.timing.value} ({s.rule or '–'})" for s in over)
        pieces.append(Piece(text=message[start:end], statements=tuple(s.id for s in over), title=title))
    return tuple(pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorRow:
    """A bar of the doctor's page, with number, grade and source."""

    label: str
    presence: str
    log_lr: float
    bar: str
    grade: str
    source: str | None
    claim: str | None


def factor_rows(hypothesis: Hypothesis, language: Language, knowledge: Knowledge) -> tuple[FactorRow, ...]:
    """List every factor of a hypothesis as the doctor sees it."""
    return tuple(
        FactorRow(
            label=knowledge.ontology.label(f.finding).render(language),
            presence=text(f"presence.{f.presence.value}").render(language),
            log_lr=f.log_lr,
            bar=balance_bar(f.log_lr),
            grade=f.grade.value,
            source=f.source,
            claim=f.claim,
        )
        for f in hypothesis.factors
    )
