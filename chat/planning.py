"""From a consultation to the profile that the planner works on: what this person takes, needs and wishes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chat.consultation_types import Consultation
from chat.knowledge import Knowledge
from chat.log import Log
from chat.wording import text
from kg.care import ItemKind
from kg.reasoning import RecommendationKind, Strength, TriageLevel
from kg.record import Allergy, AnyStatement, Dose, Finding, History, MedicationStatus, MedicationUse, Presence, Subject, Wish
from optimizer.profile import FreeTime, Medicine, PlanProfile, PlanWish, Visit, WishName
from rules.inference import infer

_LATEST_DAY = {TriageLevel.CONSULTATION_24H: 0, TriageLevel.CONSULTATION: 3}
_MOST_VISITS = 3
_DOCTOR = "visit:doctor"
_WISHES = {
    "like": WishName.LIKE,
    "dislike": WishName.DISLIKE,
    "avoid": WishName.AVOID,
    "max-minutes": WishName.MAX_MINUTES,
    "min-minutes": WishName.MIN_MINUTES,
    "wake": WishName.WAKE,
    "bedtime": WishName.BEDTIME,
    "rest-day": WishName.REST_DAY,
    "cuisine": WishName.CUISINE,
}


def profile_of(log: Log, consultation: Consultation, knowledge: Knowledge) -> PlanProfile:
    """Describe the person to the planner. Only medicines that they already take are planned."""
    return PlanProfile(
        start_date=_start(log),
        person=consultation.patient,
        history=tuple(_history(consultation)),
        allergies=tuple(s.to for s in consultation.statements if isinstance(s, Allergy) and s.presence is Presence.PRESENT),
        medicines=tuple(_medicines(consultation, knowledge)),
        targets=consultation.inference.targets,
        visits=tuple(_visits(consultation))[:_MOST_VISITS],
        wishes=tuple(_wishes(consultation)),
        free=tuple(_free(consultation)),
        triage=consultation.inference.triage.level if consultation.inference.triage else None,
    )


def with_targets(profile: PlanProfile, knowledge: Knowledge) -> PlanProfile:
    """Give a profile the lifestyle targets that the rules draw from the person, their history and their medicines."""
    told = tuple(_told(profile))
    patient = profile.person
    inference, _report = infer(told, patient, knowledge.rules, knowledge.ontology, knowledge.calibration, knowledge.engine)
    return replace(profile, targets=inference.targets)


def _told(profile: PlanProfile) -> Iterable[AnyStatement]:
    """Put a profile into the statements that rules read."""
    for n, code in enumerate(profile.history):
        form = Finding if code.startswith("f:") else History
        yield form(id=f"history-{n}", span=None, text=code, concept=code)
    for n, medicine in enumerate(profile.medicines):
        yield MedicationUse(id=f"medicine-{n}", span=None, text=medicine.drug, drug=medicine.drug, status=MedicationStatus.TAKING)


def _start(log: Log) -> str:
    """Start on the day of the last event; a log without times starts on a fixed Monday, so that answers repeat."""
    dated = [e.at for e in log.events if e.at]
    return dated[-1][:10] if dated else "2024-01-01"


def _history(consultation: Consultation) -> Iterable[str]:
    for statement in consultation.statements:
        own = statement.subject is Subject.PATIENT and statement.presence is Presence.PRESENT
        if own and isinstance(statement, History | Finding):
            yield statement.concept


def _medicines(consultation: Consultation, knowledge: Knowledge) -> Iterable[Medicine]:
    for statement in consultation.statements:
        taken = isinstance(statement, MedicationUse) and statement.status is MedicationStatus.TAKING and _own(statement)
        if isinstance(statement, MedicationUse) and taken and statement.drug in knowledge.ontology.drugs:
            yield _medicine(statement.drug, statement.dose)


def _own(statement: MedicationUse) -> bool:
    return statement.subject is Subject.PATIENT and statement.presence is Presence.PRESENT


def _medicine(drug: str, dose: Dose | None) -> Medicine:
    if dose is None:
        return Medicine(drug=drug)
    times = round(dose.times_per_day) if dose.times_per_day and dose.times_per_day >= 1 else None
    return Medicine(drug=drug, amount=dose.value, unit=dose.unit, times_per_day=times)


def _visits(consultation: Consultation) -> Iterable[Visit]:
    """Book the doctor by the urgency that was told, and the tests that must not wait for what the doctor says.

    Other tests are a list to choose from at that appointment, not an order form, and who can look after it alone needs neither.
    """
    triage = consultation.inference.triage
    if triage is None or triage.level is TriageLevel.SELF_CARE:
        return
    latest = _LATEST_DAY.get(triage.level, 0)
    wanted = [r for r in consultation.inference.recommendations if not r.rejected]
    named = next((r for r in wanted if r.kind is RecommendationKind.REFERRAL), None)
    label = text("plan.doctor") if named is None else named.label
    yield Visit(code=_DOCTOR if named is None else named.code, kind=ItemKind.APPOINTMENT, label=label, latest_day=latest)
    for test in wanted:
        if test.kind is RecommendationKind.TEST and test.strength is Strength.STRONG:
            yield Visit(code=test.code, kind=ItemKind.TEST, label=test.label, latest_day=max(latest, 1))


def _wishes(consultation: Consultation) -> Iterable[PlanWish]:
    for statement in consultation.statements:
        if isinstance(statement, Wish) and statement.name in _WISHES and statement.presence is Presence.PRESENT:
            yield PlanWish(name=_WISHES[statement.name], value=statement.value)


def _free(consultation: Consultation) -> Iterable[FreeTime]:
    for statement in consultation.statements:
        if isinstance(statement, Wish) and statement.name == "free-time":
            start, _, end = statement.value.partition("-")
            if start.isdigit() and end.isdigit():
                yield FreeTime(start=int(start) * 60, end=int(end) * 60)
