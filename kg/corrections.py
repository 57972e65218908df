"""What the person changed by hand in "what I understood", and which statements are in force after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from kg.record import Answer, AnyStatement, Circumstance, Finding, History, MedicationUse, Observation, Presence, Subject, Timing


class CorrectionAction(StrEnum):
    """What is done to one statement."""

    CONFIRM = "confirm"  # it is so, now, and it is mine
    DENY = "deny"  # it is not so
    REMOVE = "remove"  # I never said that


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One explicit correction; only these may lower an emergency."""

    statement: str
    action: CorrectionAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two statements that cannot both hold; the safer one stays in force until the person decides."""

    concept: str
    kept: str  # statement id
    against: str  # statement id


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The statements that reasoning may use, and what still has to be cleared up."""

    statements: tuple[AnyStatement, ...]
    contradictions: tuple[Contradiction, ...]


_HOLDS = (Timing.CURRENT, Timing.RECURRENT)
_LASTING = frozenset({"sex", "region"})  # circumstances of which a person has one


def in_force(statements: Iterable[AnyStatement], corrections: Iterable[Correction] = ()) -> InForce:
    """Apply corrections, then let later statements supersede earlier ones on the same thing.

    A later "yes" replaces an earlier "no" at once. A later "no" to something that was said to be present does not
    remove it silently: the present one stays and a contradiction is reported, unless the "no" answers a question or
    the two stand in different words of time (it has passed).
    """
    corrected = _apply(tuple(statements), {c.statement: c.action for c in corrections})
    confirmed = {c.statement for c in corrections if c.action is CorrectionAction.CONFIRM}
    kept: dict[tuple[str, ...], AnyStatement] = {}
    contradictions: list[Contradiction] = []
    for statement in corrected:
        key = _key(statement)
        earlier = kept.get(key)
        if earlier is None:
            kept[key] = statement
        elif isinstance(statement, Finding) and isinstance(earlier, Finding):
            kept[key], contradiction = _settle(earlier, statement, confirmed)
            contradictions += [contradiction] if contradiction else []
        else:
            kept[key] = statement
    settled = {c.against for c in contradictions if c.kept in confirmed}
    return InForce(
        statements=tuple(sorted(kept.values(), key=lambda s: _number(s.id))),
        contradictions=tuple(c for c in contradictions if c.against not in settled),
    )


def _apply(statements: tuple[AnyStatement, ...], actions: dict[str, CorrectionAction]) -> tuple[AnyStatement, ...]:
    result: list[AnyStatement] = []
    for statement in statements:
        match actions.get(statement.id):
            case CorrectionAction.REMOVE:
                continue
            case CorrectionAction.DENY:
                result.append(replace(statement, presence=Presence.ABSENT, timing=Timing.CURRENT, subject=Subject.PATIENT))
            case CorrectionAction.CONFIRM:
                result.append(replace(statement, presence=Presence.PRESENT, timing=Timing.CURRENT, subject=Subject.PATIENT))
            case _:
                result.append(statement)
    return tuple(result)


def _settle(earlier: Finding, later: Finding, confirmed: set[str]) -> tuple[Finding, Contradiction | None]:
    """Choose between two statements about one finding."""
    if later.answer is not Answer.GIVEN:
        return (earlier if earlier.presence in (Presence.PRESENT, Presence.ABSENT) else later), None
    if _present(later) or later.id in confirmed:
        return _merge(earlier, later), None
    if not _present(earlier):
        return (later if later.presence is not Presence.UNKNOWN else earlier), None
    if later.presence is Presence.ABSENT:
        return earlier, Contradiction(concept=earlier.concept, kept=earlier.id, against=later.id)
    if later.presence is Presence.PRESENT and later.timing is Timing.RESOLVED and _turn(later) > _turn(earlier):
        return later, None
    return earlier, None


def _merge(earlier: Finding, later: Finding) -> Finding:
    """Keep the details of both when the same finding is affirmed twice."""
    if not _present(earlier):
        return later
    known = {a.name for a in earlier.attributes}
    attributes = earlier.attributes + tuple(a for a in later.attributes if a.name not in known)
    return replace(earlier, attributes=attributes, duration=earlier.duration or later.duration)


def _present(statement: Finding) -> bool:
    return statement.presence is Presence.PRESENT and statement.timing in _HOLDS


def _key(statement: AnyStatement) -> tuple[str, ...]:
    """Name what a statement is about: a later statement with the same name supersedes an earlier one."""
    who = (statement.kind, statement.subject.value, statement.relation or "")
    match statement:
        case Finding(concept=concept) if statement.subject is Subject.PATIENT:
            group = "now" if statement.timing in (*_HOLDS, Timing.RESOLVED) else statement.timing.value
            return (*who, concept, group)
        case Finding(concept=concept) | History(concept=concept):
            return (*who, concept, statement.timing.value)
        case Observation(quantity=quantity):
            return (*who, quantity, str(_turn(statement)), statement.id)
        case Circumstance(name=name):
            return (*who, name) if name in _LASTING or isinstance(statement.value, float | bool) else (*who, name, str(statement.value))
        case MedicationUse(drug=drug):
            return (*who, drug, statement.status.value, str(_turn(statement)), statement.id)
        case _:
            return (*who, statement.id)


def _turn(statement: AnyStatement) -> int:
    return statement.span.turn if statement.span else -1


def _number(identifier: str) -> tuple[int, str]:
    digits = "".join(ch for ch in identifier if ch.isdigit())
    return (int(digits) if digits else -1, identifier)
