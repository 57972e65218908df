"""What the person takes, took or thinks of taking, and how much of it a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kg.record import AnyStatement, Dose, History, MedicationStatus, MedicationUse, MedicineRole, Presence, Subject, Timing
from ontologies.concepts import DoseLimit, Drug
from ontologies.evidence import Evidence
from ontologies.ontology import Ontology
from ontologies.plain_yaml import read_yaml
from rules.claims import nearest_age

NEW = MedicineRole.NEW.statuses
USED = NEW | {MedicationStatus.TAKING}
LEFT_OUT = frozenset({MedicationStatus.MISSED, MedicationStatus.STOPPED})
_HOURS_IN_DAY = 24.0
_AFTER_THAT = {MedicationStatus.STOPPED: MedicationStatus.CONSIDERING, MedicationStatus.DECLINED: MedicationStatus.TOOK}
_TO_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001}
_TABLET = "{tablet}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyClasses:
    """Classes of medicines that matter to safety; rules/medicines.yaml explains each."""

    duplicates: frozenset[str]
    allergy_classes: frozenset[str]
    critical: frozenset[str]
    dangerous_in_excess: frozenset[str]
    self_chosen: frozenset[str]
    not_for_long: frozenset[str]
    bare_at_most: float  # times the greatest single dose: beyond it a strength without a unit is not in mg
    kidney_disease: tuple[str, ...]
    liver_disease: tuple[str, ...]
    alcohol: tuple[str, ...]
    child_below: float  # years


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One medicine of the patient: a drug or only its class, what is done with it, how much, and the statement that says so."""

    drug: str
    status: MedicationStatus
    statement: str
    dose: Dose | None = None

    @property
    def new(self) -> bool:
        """Say whether it is no long-standing treatment."""
        return self.status in NEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """An amount above its limit, both in mg."""

    amount: float
    limit: float
    evidence: Evidence


@lru_cache(maxsize=1)
def safety_classes() -> SafetyClasses:
    """Read the classes from the data file."""
    data = read_yaml(files("rules").joinpath("medicines.yaml").read_text(encoding="utf-8"))
    return SafetyClasses(
        duplicates=frozenset(data["duplicates"]),
        allergy_classes=frozenset(data["allergy_classes"]),
        critical=frozenset(data["critical"]),
        dangerous_in_excess=frozenset(data["dangerous_in_excess"]),
        self_chosen=frozenset(data["self_chosen"]),
        not_for_long=frozenset(data["not_for_long"]),
        bare_at_most=float(data["bare_at_most"]),
        kidney_disease=tuple(data["kidney_disease"]),
        liver_disease=tuple(data["liver_disease"]),
        alcohol=tuple(data["alcohol"]),
        child_below=float(data["child_below"]),
    )


def uses_of(statements: Iterable[AnyStatement]) -> tuple[Use, ...]:
    """List the patient's medicines, sorted by drug: what is denied, feared, long past or somebody else's does not count."""
    found = (
        Use(drug=s.drug, status=s.status, statement=s.id, dose=s.dose)
        for s in statements
        if isinstance(s, MedicationUse)
        and s.subject is Subject.PATIENT
        and s.presence is Presence.PRESENT
        and s.timing not in (Timing.FEARED, Timing.PAST)
    )
    return tuple(sorted(found, key=lambda u: (u.drug, u.status, u.statement)))


def supposed_by(statements: Iterable[AnyStatement]) -> dict[str, str]:
    """Return the diseases that people say they have without anybody having confirmed them, each with its statement."""
    return {
        s.concept: s.id
        for s in statements
        if isinstance(s, History)
        and s.subject is Subject.PATIENT
        and s.presence is Presence.POSSIBLE
        and s.timing in (Timing.CURRENT, Timing.RECURRENT)
    }


def settled(uses: Iterable[Use]) -> tuple[Use, ...]:
    """Leave out, once a doctor knows of it, the thought of what was stopped, and what was taken once and is avoided since."""
    told = tuple(uses)
    over = {u.drug: _AFTER_THAT[u.status] for u in told if u.status in _AFTER_THAT}
    return tuple(u for u in told if u.status is not over.get(u.drug))


def kinds(drug: str, ontology: Ontology) -> frozenset[str]:
    """Return a drug with all classes it belongs to."""
    return ontology.drug_classes_of(drug) | {drug}


def excess(use: Use, drug: Drug, age: float | None, weight_kg: float | None) -> Excess | None:
    """Return by how much a dose is above its daily or single limit; None when it is within, or not known."""
    if use.dose is None:
        return None
    limits = _limits(use, drug, age, weight_kg)
    daily_limit, single_limit = _greatest(limits, _daily_limit, weight_kg), _greatest(limits, _single_limit, weight_kg)
    for amount, limit in ((_daily_mg(use.dose, drug), daily_limit), (_single_mg(use.dose, drug), single_limit or daily_limit)):
        if amount is not None and limit is not None and amount > limit[0]:
            return Excess(amount=amount, limit=limit[0], evidence=limit[1])
    return None


def too_soon(use: Use, drug: Drug, age: float | None, weight_kg: float | None) -> Excess | None:
    """Return by how much two takings are closer than they may be, in hours: every 2 hours, or every day what is for once a week."""
    if use.dose is None:
        return None
    said = use.dose.interval_hours or (_HOURS_IN_DAY / use.dose.times_per_day if use.dose.times_per_day else None)
    stated = [(d.interval_min_hours, d.evidence) for d in _limits(use, drug, age, weight_kg) if d.interval_min_hours]
    if said is None or not stated:
        return None
    least = min(stated, key=_amount)
    return Excess(amount=said, limit=least[0], evidence=least[1]) if said < least[0] else None


def too_long(use: Use, drug: Drug, age: float | None, weight_kg: float | None) -> Excess | None:
    """Return by how many days a medicine has been taken longer than it may be without a doctor."""
    stated = [(d.max_days, d.evidence) for d in _limits(use, drug, age, weight_kg) if d.context == "OverTheCounter" and d.max_days]
    if use.dose is None or use.dose.days is None or not stated:
        return None
    most = max(stated, key=_amount)
    return Excess(amount=use.dose.days, limit=most[0], evidence=most[1]) if use.dose.days > most[0] else None


def _greatest(
    limits: Iterable[DoseLimit], of: Callable[[DoseLimit, float | None], float | None], weight_kg: float | None
) -> tuple[float, Evidence] | None:
    """Return the greatest of several limits that hold, with what says so."""
    found = [(amount, one.evidence) for one in limits if (amount := of(one, weight_kg))]
    return max(found, key=_amount, default=None)


def _amount(limit: tuple[float, Evidence]) -> float:
    return limit[0]


def _limits(use: Use, drug: Drug, age: float | None, weight_kg: float | None) -> tuple[DoseLimit, ...]:
    """Choose the limits for an age: those of the leaflet for what people take by themselves, else the most that a doctor may order."""
    over_counter = tuple(d for d in drug.doses if d.context == "OverTheCounter")
    stated = over_counter if over_counter and use.new else drug.doses
    if age is None:
        light = tuple(d for d in stated if d.below_kg is not None and weight_kg is not None and weight_kg < d.below_kg)
        return light or tuple(d for d in stated if d.below_kg is None)
    holding = tuple(d for d in stated if d.ages is None or d.ages.contains(age))
    nearest, _ = nearest_age(stated, age)
    return holding or ((nearest,) if nearest is not None else ())


def _single_limit(limit: DoseLimit, weight_kg: float | None) -> float | None:
    return _least(limit.single_max_mg, limit.per_kg_single_max_mg, weight_kg)


def _daily_limit(limit: DoseLimit, weight_kg: float | None) -> float | None:
    return _least(limit.max_daily_mg, limit.per_kg_daily_max_mg, weight_kg)


def _least(fixed: float | None, per_kg: float | None, weight_kg: float | None) -> float | None:
    """Return the smaller of a fixed limit and one by weight, of those that are known."""
    by_weight = None if per_kg is None or weight_kg is None else per_kg * weight_kg
    return min((one for one in (fixed, by_weight) if one is not None), default=None)


def _single_mg(dose: Dose, drug: Drug) -> float | None:
    return None if dose.value is None else _in_mg(dose.value, dose.unit, drug)


def _daily_mg(dose: Dose, drug: Drug) -> float | None:
    if dose.total_per_day is not None:
        return _in_mg(dose.total_per_day, dose.unit, drug)
    single = _single_mg(dose, drug)
    return None if single is None or dose.times_per_day is None else single * dose.times_per_day


def _may_be_mg(value: float, drug: Drug) -> bool:
    """Say whether a strength whose unit nobody said can be mg: no less than the smallest tablet, and not a thousand times a dose."""
    least = min((d.single_min_mg for d in drug.doses if d.single_min_mg), default=None)
    most = max((d.single_max_mg for d in drug.doses if d.single_max_mg), default=None)
    return least is not None and most is not None and least <= value <= most * safety_classes().bare_at_most


def _in_mg(value: float, unit: str | None, drug: Drug) -> float | None:
    """Convert to mg. A tablet counts as the smallest single dose stated, so that a warning never rests on a guess upwards."""
    if unit is None:
        return value if _may_be_mg(value, drug) else None
    if unit == _TABLET:
        smallest = min((d.single_min_mg for d in drug.doses if d.single_min_mg), default=None)
        return None if smallest is None else value * smallest
    factor = _TO_MG.get(unit or "") or dict(drug.contents).get(unit or "")
    return None if factor is None else value * factor
