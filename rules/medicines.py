"""What the person takes, took or thinks of taking, and how much of it a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kg.record import AnyStatement, Dose, MedicationStatus, MedicationUse, Presence, Subject, Timing
from ontologies.concepts import DoseLimit, Drug
from ontologies.evidence import Evidence
from ontologies.ontology import Ontology
from ontologies.plain_yaml import read_yaml
from rules.claims import nearest_age

NEW = frozenset({MedicationStatus.CONSIDERING, MedicationStatus.TOOK, MedicationStatus.PRESCRIBED})
USED = NEW | {MedicationStatus.TAKING}
LEFT_OUT = frozenset({MedicationStatus.MISSED, MedicationStatus.STOPPED})
_TO_MG = {"mg": 1.0, "g": 1000.0, "ug": 0.001, "mcg": 0.001}
_TABLET = "{tablet}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyClasses:
    """Classes of medicines that matter to safety; rules/medicines.yaml explains each."""

    duplicates: frozenset[str]
    allergy_classes: frozenset[str]
    critical: frozenset[str]
    kidney_disease: tuple[str, ...]
    liver_disease: tuple[str, ...]
    alcohol: tuple[str, ...]


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
        kidney_disease=tuple(data["kidney_disease"]),
        liver_disease=tuple(data["liver_disease"]),
        alcohol=tuple(data["alcohol"]),
    )


def uses_of(statements: Iterable[AnyStatement]) -> tuple[Use, ...]:
    """List the patient's medicines, sorted by drug: what is denied, feared or somebody else's does not count."""
    found = (
        Use(drug=s.drug, status=s.status, statement=s.id, dose=s.dose)
        for s in statements
        if isinstance(s, MedicationUse)
        and s.subject is Subject.PATIENT
        and s.presence is Presence.PRESENT
        and s.timing is not Timing.FEARED
    )
    return tuple(sorted(found, key=lambda u: (u.drug, u.status, u.statement)))


def kinds(drug: str, ontology: Ontology) -> frozenset[str]:
    """Return a drug with all classes it belongs to."""
    return ontology.drug_classes_of(drug) | {drug}


def excess(use: Use, drug: Drug, age: float | None, weight_kg: float | None) -> Excess | None:
    """Return by how much a dose is above its daily or single limit; None when it is within, or not known."""
    if use.dose is None:
        return None
    limits = _limits(use, drug, age, weight_kg)
    single, daily = _single_mg(use.dose, drug), _daily_mg(use.dose, drug)
    daily_limit = max(
        ((_daily_limit(one, weight_kg), one.evidence) for one in limits if _daily_limit(one, weight_kg)), key=_amount, default=None
    )
    single_limit = max(
        ((_single_limit(one, weight_kg), one.evidence) for one in limits if _single_limit(one, weight_kg)), key=_amount, default=None
    )
    for amount, limit in ((daily, daily_limit), (single, single_limit or daily_limit)):
        if amount is not None and limit is not None and limit[0] is not None and amount > limit[0]:
            return Excess(amount=amount, limit=limit[0], evidence=limit[1])
    return None


def _amount(limit: tuple[float | None, Evidence]) -> float:
    return limit[0] or 0.0


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


def _in_mg(value: float, unit: str | None, drug: Drug) -> float | None:
    """Convert to mg. A tablet counts as the smallest single dose stated, so that a warning never rests on a guess upwards."""
    if unit == _TABLET:
        smallest = min((d.single_min_mg for d in drug.doses if d.single_min_mg), default=None)
        return None if smallest is None else value * smallest
    factor = _TO_MG.get(unit or "")
    return None if factor is None else value * factor
