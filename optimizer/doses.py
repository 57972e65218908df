"""Which doses may be scheduled: only what the person takes, never above the maximum, at a known frequency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.record import Patient
from ontologies.concepts import DoseLimit, Drug
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.names import name_of
from optimizer.profile import Medicine, PlanProfile
from optimizer.settings import MINUTES_PER_DAY, Settings
from optimizer.texts import text

MG_PER = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001, "µg": 0.001}


@dataclass(frozen=True, slots=True, kw_only=True)
class DosePlan:
    """A medicine that is scheduled: how often, how far apart, with which rule of food or time."""

    drug: str
    label: Text
    times: int
    interval: int  # least minutes between two takings
    timing: str  # Morning | Evening | WithMeals | BeforeMeals | Bedtime | Any
    clock: tuple[int, ...]
    amount: str | None
    classes: frozenset[str]


def dose_plans(profile: PlanProfile, knowledge: Ontology, figures: Settings) -> tuple[tuple[DosePlan, ...], tuple[Text, ...]]:
    """Split the medicines into what is scheduled and what becomes an alert."""
    plans: list[DosePlan] = []
    alerts: list[Text] = []
    for medicine in profile.medicines:
        label = name_of(medicine.drug, knowledge)
        drug = knowledge.drugs.get(medicine.drug)
        limits = applicable_limits(drug, profile.person) if drug else ()
        alert = _alert(medicine, label, limits, profile)
        if alert is None:
            plans.append(_plan(medicine, limits, knowledge, figures))
        else:
            alerts.append(alert)
    return tuple(plans), tuple(alerts)


def applicable_limits(drug: Drug, person: Patient) -> tuple[DoseLimit, ...]:
    """Return the limits for this age; without a known age those of adults (no range, or one that reaches beyond childhood)."""
    if person.age is None:
        return tuple(limit for limit in drug.doses if limit.ages is None or limit.ages.max_years > 18)
    return tuple(limit for limit in drug.doses if limit.ages is None or limit.ages.contains(person.age))


def _alert(medicine: Medicine, label: Text, limits: tuple[DoseLimit, ...], profile: PlanProfile) -> Text | None:
    times = times_of(medicine)
    if times is None:
        return text("alerts", "dose-unknown", drug=label)
    too_high = over_maximum(medicine, limits, profile)
    if too_high is not None:
        return text("alerts", "dose-too-high", drug=label, limit=f"{too_high:g} mg")
    interval = stated_interval(limits)
    if interval is not None and times > 1 and times * interval > MINUTES_PER_DAY:
        return text("alerts", "dose-too-often", drug=label, limit=f"{interval / 60:g}")
    return None


def times_of(medicine: Medicine) -> int | None:
    """Return how often a day, from the frequency or the prescribed times."""
    return medicine.times_per_day or (len(medicine.clock) or None)


def over_maximum(medicine: Medicine, limits: tuple[DoseLimit, ...], profile: PlanProfile) -> float | None:
    """Return the maximum (mg) that is exceeded by one taking or by the day's sum over all entries of the drug; None when within."""
    single = _mg(medicine)
    if single is None:
        return None
    daily = sum((_mg(m) or 0.0) * (times_of(m) or 0) for m in profile.medicines if m.drug == medicine.drug)
    most_single = _largest(limit.single_max_mg for limit in limits)
    most_daily = _largest(daily_maximum(limit, profile.person) for limit in limits)
    if most_single is not None and single > most_single:
        return most_single
    return most_daily if most_daily is not None and daily > most_daily else None


def daily_maximum(limit: DoseLimit, person: Patient) -> float | None:
    """Return the most mg a day under one limit; by weight where that is lower."""
    per_kg, weight = limit.per_kg_daily_max_mg, person.weight_kg
    by_weight = None if per_kg is None or weight is None else per_kg * weight
    known = [value for value in (limit.max_daily_mg, by_weight) if value is not None]
    return min(known) if known else None


def stated_interval(limits: tuple[DoseLimit, ...]) -> int | None:
    """Return the shortest stated interval in minutes: the limit of the setting in which the person is treated is not known."""
    hours = [limit.interval_min_hours for limit in limits if limit.interval_min_hours is not None]
    return round(min(hours) * 60) if hours else None


def _largest(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def _mg(medicine: Medicine) -> float | None:
    factor = MG_PER.get(medicine.unit or "")
    return None if medicine.amount is None or factor is None else medicine.amount * factor


def _plan(medicine: Medicine, limits: tuple[DoseLimit, ...], knowledge: Ontology, figures: Settings) -> DosePlan:
    drug = knowledge.drugs.get(medicine.drug)
    times = times_of(medicine) or 1
    even = MINUTES_PER_DAY // times
    interval = stated_interval(limits)
    share = round(even * float(figures.doses["spacing_share"]))
    return DosePlan(
        drug=medicine.drug,
        label=name_of(medicine.drug, knowledge),
        times=times,
        interval=min(interval if interval is not None else share, even) if times > 1 else 0,
        timing=(drug.timing if drug else None) or "Any",
        clock=tuple(sorted(medicine.clock)),
        amount=None if medicine.amount is None else f"{medicine.amount:g} {medicine.unit or ''}".strip(),
        classes=knowledge.drug_classes_of(medicine.drug),
    )
