"""How often a condition is the new reason for a consultation, for one person: rates by age and sex, times risk ratios."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.record import Patient, PregnancyState, Sex
from ontologies.concepts import Condition, Presentation, Risk
from ontologies.evidence import AgeRange
from rules.calibration import DifferentialConstants, Exposure

_PREGNANT = frozenset({PregnancyState.CONFIRMED})
_AFTER_BIRTH = frozenset({PregnancyState.POSTPARTUM, PregnancyState.BREASTFEEDING})


SEXED = frozenset({"HasUterus", "HasTestes", "CanBePregnant", "Pregnant", "Postpartum"})
"""Whom alone a condition happens to, where that depends on the sex."""

STATES: Mapping[str, tuple[str, ...]] = {
    "Pregnant": ("f:pregnancy", "f:possible-pregnancy"),
    "Postpartum": ("f:postpartum", "f:recent-childbirth"),
}
"""The findings that tell of a state of life which moves the rate: there they count, and not as findings as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFactor:
    """One multiplier of the rate that applies here, with the statements behind it."""

    factor: str
    multiplier: float
    statements: tuple[str, ...]
    present: bool


def base_rate(condition: Condition, age: float | None, sex: str | None, constants: DifferentialConstants) -> float:
    """Return new presentations per 1,000 consultations for an age and sex; unknown ones are averaged over who consults."""
    if not condition.presentations:
        return constants.rate_missing
    if sex is None:
        shares = ((Sex.FEMALE.value, constants.female_share), (Sex.MALE.value, 1 - constants.female_share))
        return sum(share * base_rate(condition, age, one, constants) for one, share in shares)
    stated = tuple(p for p in condition.presentations if p.sex in (None, sex))
    if age is not None:
        return max(_at(stated, age), constants.rate_floor)
    mean = sum(share * _over(stated, ages) for ages, share in constants.consultations_by_age)
    return max(mean / sum(share for _, share in constants.consultations_by_age), constants.rate_floor)


def _at(stated: Sequence[Presentation], age: float) -> float:
    """Return the rate at an age. One that is not covered means practically never."""
    holding = [p for p in stated if p.ages is not None and p.ages.contains(age)]
    general = [p for p in stated if p.ages is None]
    return sum(p.per_1000 for p in holding or general)


def _over(stated: Sequence[Presentation], ages: AgeRange) -> float:
    """Average the rate over a range of ages, every stated range weighted by its overlap."""
    total = sum(p.per_1000 for p in stated if p.ages is None) if all(p.ages is None for p in stated) else 0.0
    width = ages.max_years - ages.min_years
    for presentation in stated:
        if presentation.ages is not None:
            overlap = min(presentation.ages.max_years, ages.max_years) - max(presentation.ages.min_years, ages.min_years)
            total += presentation.per_1000 * max(overlap, 0.0) / width
    return total


def risk_factors(
    condition: Condition, exposed: Mapping[str, tuple[str, ...]], denied: Mapping[str, tuple[str, ...]]
) -> tuple[RiskFactor, ...]:
    """List the risk ratios that apply: RR/(1+e(RR−1)) when exposed, 1/(1+e(RR−1)) when denied, nothing when unknown."""
    found: list[RiskFactor] = []
    for risk in condition.risks:
        if risk.factor in exposed:
            found.append(_factor(risk, exposed[risk.factor], present=True))
        elif risk.factor in denied:
            found.append(_factor(risk, denied[risk.factor], present=False))
    return tuple(found)


def _factor(risk: Risk, statements: tuple[str, ...], *, present: bool) -> RiskFactor:
    average = 1 + risk.exposure_prevalence * (risk.ratio - 1)
    multiplier = (risk.ratio if present else 1.0) / average
    return RiskFactor(factor=risk.factor, multiplier=multiplier, statements=statements, present=present)


def capped_log(factors: Sequence[RiskFactor], cap: float) -> float:
    """Return the log of the product of the multipliers, held within the cap on both sides."""
    total = math.fsum(math.log(max(f.multiplier, 1e-12)) for f in factors)
    return max(-math.log(cap), min(math.log(cap), total))


def state_log(only_if: str, patient: Patient, constants: DifferentialConstants) -> float | None:
    """Return what pregnancy, anatomy and stage of life add to the log rate; None when they exclude a condition."""
    match only_if:
        case "HasUterus":
            return None if patient.has_uterus is False else 0.0
        case "HasTestes":
            return None if patient.has_testes is False else 0.0
        case "CanBePregnant":
            return None if patient.has_uterus is False or not _fertile(patient, constants) else 0.0
        case "Pregnant":
            return _pregnant(patient, constants)
        case "Postpartum":
            return _postpartum(patient, constants)
        case "Infant":
            return None if patient.age is not None and patient.age >= constants.infant_below else 0.0
        case "Child":
            return None if patient.age is not None and patient.age >= constants.child_below else 0.0
        case "Adult":
            return None if patient.age is not None and patient.age < constants.child_below else 0.0
    return 0.0


def _fertile(patient: Patient, constants: DifferentialConstants) -> bool:
    return patient.age is None or constants.fertile_ages.contains(patient.age)


def _pregnant(patient: Patient, constants: DifferentialConstants) -> float | None:
    if patient.has_uterus is False or not _fertile(patient, constants):
        return None
    confirmed = _log_exposed(constants.pregnancy, constants.risk_cap)
    if patient.pregnancy in _PREGNANT:
        return confirmed
    if patient.pregnancy is PregnancyState.POSSIBLE:
        return confirmed * constants.pregnancy_possible_share
    return _log_unexposed(constants.pregnancy, constants.risk_cap) if patient.pregnancy is not None else 0.0


def _postpartum(patient: Patient, constants: DifferentialConstants) -> float | None:
    if patient.has_uterus is False or not _fertile(patient, constants):
        return None
    if patient.pregnancy in _AFTER_BIRTH or patient.postpartum_days is not None:
        return _log_exposed(constants.postpartum, constants.risk_cap)
    return _log_unexposed(constants.postpartum, constants.risk_cap) if patient.pregnancy is not None else 0.0


def _log_exposed(state: Exposure, cap: float) -> float:
    return min(math.log(state.ratio / (1 + state.prevalence * (state.ratio - 1))), math.log(cap))


def _log_unexposed(state: Exposure, cap: float) -> float:
    return max(-math.log(1 + state.prevalence * (state.ratio - 1)), -math.log(cap))
