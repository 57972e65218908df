"""What was said about each finding, in the form the differential reads: one entry a finding, whatever the order of the statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.record import (
    Allergy,
    Answer,
    AnyStatement,
    Circumstance,
    Duration,
    Finding,
    History,
    MedicationStatus,
    MedicationUse,
    Presence,
    Statement,
    Subject,
    Timing,
)


class Channel(StrEnum):
    """How we came to know: free text, the answer to a question, or a measurement."""

    TEXT = "text"
    ANSWER = "answer"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One finding of the patient, now. `passed` marks a symptom of this illness that has gone."""

    finding: str
    presence: Presence
    channel: Channel
    statements: tuple[str, ...]
    passed: bool = False
    days: float | None = None  # how long it has lasted without a break, at least
    days_about: float | None = None  # and in the middle of what was said: "today" is half a day
    place: tuple[int, int] = (1 << 30, 0)  # turn and start of the first words, to know the chief complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Everything about the patient that the differential uses."""

    findings: tuple[Said, ...]  # sorted by finding
    exposed: Mapping[str, tuple[str, ...]]  # risk factor (f:, c:, d:, dc:) -> statements
    denied: Mapping[str, tuple[str, ...]]  # the same for what was denied
    known: Mapping[str, tuple[str, ...]]  # diseases that the patient is known to have -> statements
    diagnosed: Mapping[str, tuple[str, ...]]  # what a doctor called this illness -> statements
    supposed: Mapping[str, tuple[str, ...]]  # what the patient takes it for -> statements
    asked: frozenset[str]  # what was said, denied, unknown or refused: never ask it again
    turns: int  # how many answers there were after the first message


_NOW = (Timing.CURRENT, Timing.RECURRENT)
_USING = (MedicationStatus.TAKING, MedicationStatus.TOOK, MedicationStatus.STOPPED, MedicationStatus.MISSED)
_ORDER = {Presence.PRESENT: 0, Presence.POSSIBLE: 1, Presence.ABSENT: 2, Presence.UNKNOWN: 3}


def hear(
    statements: Iterable[AnyStatement],
    derived: Mapping[str, tuple[str, ...]] | None = None,
    excluded: Mapping[str, tuple[str, ...]] | None = None,
) -> Heard:
    """Sort the patient's own statements, and what rules derived from them, into findings, risk factors and known diseases.

    `derived` holds findings that rules concluded (fever from 38.6 °C) with the statements behind them,
    `excluded` those that they ruled out.
    """
    own = tuple(s for s in statements if s.subject is Subject.PATIENT)
    entries: dict[str, Said] = {}
    for entry in (*_stated(own), *_derived(derived or {}, Presence.PRESENT), *_derived(excluded or {}, Presence.ABSENT)):
        entries[entry.finding] = _stronger(entries.get(entry.finding), entry)
    exposed, denied = _exposures(own, derived or {})
    return Heard(
        findings=tuple(entries[k] for k in sorted(entries)),
        exposed=exposed,
        denied=denied,
        known={s.concept: (s.id,) for s in own if isinstance(s, History) and s.concept.startswith("c:") and s.presence is Presence.PRESENT},
        diagnosed=_names(own, diagnosed=True),
        supposed=_names(own, diagnosed=False),
        asked=frozenset(_asked(own)) | frozenset(entries),
        turns=len({s.span.turn for s in own if s.span is not None and s.span.turn > 0}),
    )


def _names(own: tuple[AnyStatement, ...], *, diagnosed: bool) -> dict[str, tuple[str, ...]]:
    """Return the diseases by which this illness is called, by a doctor or by the patient alone."""
    named: dict[str, tuple[str, ...]] = {}
    for statement in own:
        if isinstance(statement, History) and statement.timing in _NOW and statement.concept.startswith("c:"):
            sure = statement.diagnosed and statement.presence is Presence.PRESENT
            if sure if diagnosed else statement.presence is Presence.POSSIBLE:
                named.setdefault(statement.concept, (statement.id,))
    return named


def _stated(own: tuple[AnyStatement, ...]) -> Iterable[Said]:
    for statement in own:
        if isinstance(statement, Finding) and _counts(statement):
            yield Said(
                finding=statement.concept,
                presence=statement.presence,
                channel=Channel.ANSWER if _turn(statement) > 0 else Channel.TEXT,
                statements=(statement.id,),
                passed=statement.timing is Timing.RESOLVED and statement.presence is not Presence.ABSENT,
                days=None if (length := _length(statement)) is None else length.days_min,
                days_about=None if length is None else (length.days_min + length.days_max) / 2,
                place=_place(statement),
            )


def _length(finding: Finding) -> Duration | None:
    """Return how long a present finding has lasted; what comes and goes has no length."""
    goes_on = finding.presence is Presence.PRESENT and finding.timing is Timing.CURRENT
    return finding.duration if goes_on else None


def _counts(finding: Finding) -> bool:
    answered = finding.answer is Answer.GIVEN and finding.presence is not Presence.UNKNOWN
    return answered and finding.timing in (*_NOW, Timing.RESOLVED)


def _derived(findings: Mapping[str, tuple[str, ...]], presence: Presence) -> Iterable[Said]:
    for finding, statements in findings.items():
        yield Said(finding=finding, presence=presence, channel=Channel.MEASURED, statements=statements)


def _stronger(one: Said | None, other: Said) -> Said:
    """Keep what is safer to believe: present before possible before denied, current before passed, measured before told."""
    if one is None:
        return other
    return min(one, other, key=lambda e: (_ORDER[e.presence], e.passed, e.channel is not Channel.MEASURED, e.place, e.statements))


def _exposures(
    own: tuple[AnyStatement, ...], derived: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    exposed: dict[str, tuple[str, ...]] = dict(derived)
    denied: dict[str, tuple[str, ...]] = {}
    for statement in sorted(own, key=lambda s: s.id):
        factor = _factor(statement)
        if factor is not None and statement.timing not in (Timing.HYPOTHETICAL, Timing.FEARED):
            if statement.presence is Presence.PRESENT:
                exposed.setdefault(factor, (statement.id,))
            elif statement.presence is Presence.ABSENT:
                denied.setdefault(factor, (statement.id,))
    return exposed, {k: v for k, v in denied.items() if k not in exposed}


def _factor(statement: AnyStatement) -> str | None:
    """Name the risk factor that a statement is about, if it can be one."""
    if isinstance(statement, Finding | History):
        return statement.concept
    if isinstance(statement, MedicationUse):
        return statement.drug if statement.status in _USING else None
    return None


def _asked(own: tuple[AnyStatement, ...]) -> Iterable[str]:
    for statement in own:
        match statement:
            case Finding(concept=concept):
                yield concept
            case History(concept=concept):
                yield from (concept, f"history {concept}")
            case MedicationUse(drug=drug, status=status):
                yield f"{status.value} {drug}"
            case Allergy(to=to):
                yield from ("allergy", f"allergy {to}")
            case Circumstance(name=name):
                yield name


def _turn(statement: Statement) -> int:
    return statement.span.turn if statement.span else 0


def _place(statement: Statement) -> tuple[int, int]:
    return (statement.span.turn, statement.span.start) if statement.span else (1 << 30, 0)
