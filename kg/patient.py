"""The person, assembled from the statements in force."""

from __future__ import annotations

from collections.abc import Iterable

from kg.record import (
    AnyStatement,
    Circumstance,
    Circumstances,
    Finding,
    History,
    Observation,
    Patient,
    PregnancyState,
    Presence,
    Sex,
    Subject,
    Timing,
)

_PREGNANCY_FINDINGS = {
    "f:pregnancy": PregnancyState.CONFIRMED,
    "f:pregnancy-test-positive": PregnancyState.CONFIRMED,
    "f:possible-pregnancy": PregnancyState.POSSIBLE,
    "f:postpartum": PregnancyState.POSTPARTUM,
    "f:recent-childbirth": PregnancyState.POSTPARTUM,
    "f:breastfeeding": PregnancyState.BREASTFEEDING,
}
_NO_UTERUS = frozenset({"f:past-hysterectomy"})


def patient_of(statements: Iterable[AnyStatement], region: str = "GB") -> Patient:
    """Collect age, sex, anatomy, pregnancy and circumstances. A later statement wins; what nobody said stays None."""
    own = tuple(s for s in statements if s.subject is Subject.PATIENT)
    facts = {s.name: s.value for s in own if isinstance(s, Circumstance) and s.presence is Presence.PRESENT}
    denied = {s.name for s in own if isinstance(s, Circumstance) and s.presence is Presence.ABSENT}
    sex = _sex(facts.get("sex"))
    pregnancy = _pregnancy(own, facts.get("pregnancy"), denied)
    return Patient(
        age=_number(facts.get("age")),
        life_stage=_word(facts.get("life-stage")),
        sex=sex or (Sex.FEMALE if pregnancy not in (None, PregnancyState.DENIED) else None),
        has_uterus=_uterus(own, sex, facts.get("anatomy-uterus"), pregnancy),
        has_testes=_flag(facts.get("anatomy-testes"), None if sex is None else sex is Sex.MALE),
        pregnancy=pregnancy,
        pregnancy_weeks=_number(facts.get("pregnancy-weeks")),
        postpartum_days=_number(facts.get("postpartum-days")),
        weight_kg=_number(facts.get("weight-kg")) or _measured(own, "weight"),
        height_cm=_number(facts.get("height-cm")) or _measured(own, "height"),
        circumstances=_circumstances(own, facts, denied, region),
    )


def _sex(value: object) -> Sex | None:
    return Sex(value) if isinstance(value, str) and value in {s.value for s in Sex} else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _flag(value: object, otherwise: bool | None) -> bool | None:
    return value if isinstance(value, bool) else otherwise


def _measured(own: tuple[AnyStatement, ...], quantity: str) -> float | None:
    observed = (s for s in own if isinstance(s, Observation) and s.presence is Presence.PRESENT)
    values = [s.value for s in observed if s.quantity.removeprefix("q:") == quantity]
    return values[-1] if values else None


def _pregnancy(own: tuple[AnyStatement, ...], said: object, denied: set[str]) -> PregnancyState | None:
    if isinstance(said, str) and said in {p.value for p in PregnancyState}:
        return PregnancyState(said)
    now = (s for s in own if isinstance(s, Finding) and s.timing in (Timing.CURRENT, Timing.RECURRENT))
    for statement in now:
        if statement.concept in _PREGNANCY_FINDINGS:
            state = _PREGNANCY_FINDINGS[statement.concept]
            if statement.presence is Presence.PRESENT:
                return state
            if statement.presence is Presence.POSSIBLE:
                return PregnancyState.POSSIBLE
            if statement.presence is Presence.ABSENT and statement.concept in ("f:pregnancy", "f:possible-pregnancy"):
                return PregnancyState.DENIED
    return PregnancyState.DENIED if "pregnancy" in denied else None


def _uterus(own: tuple[AnyStatement, ...], sex: Sex | None, said: object, pregnancy: PregnancyState | None) -> bool | None:
    removed = any(isinstance(s, History | Finding) and s.concept in _NO_UTERUS and s.presence is Presence.PRESENT for s in own)
    if removed:
        return False
    if pregnancy in (PregnancyState.CONFIRMED, PregnancyState.POSTPARTUM):
        return True
    return _flag(said, None if sex is None else sex is Sex.FEMALE)


def _circumstances(own: tuple[AnyStatement, ...], facts: dict[str, str | float | bool], denied: set[str], region: str) -> Circumstances:
    smoking = facts.get("smoking", False if "smoking" in denied else None)
    alone = facts.get("living-alone", False if "living-alone" in denied else None)
    return Circumstances(
        region=str(facts.get("region", region)),
        income=_word(facts.get("income")),
        mobility=_all(own, "mobility"),
        disability=_all(own, "disability"),
        living_alone=_flag(alone, None),
        carer=_flag(facts.get("carer"), None),
        work=_word(facts.get("work")),
        diet=_all(own, "diet"),
        smoking=_flag(smoking, None),
        cigarettes_per_day=_number(facts.get("cigarettes-per-day")),
        alcohol_units_per_week=_number(facts.get("alcohol-units-per-week")),
        transport=_word(facts.get("transport")),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _all(own: tuple[AnyStatement, ...], name: str) -> tuple[str, ...]:
    said = [str(s.value) for s in own if isinstance(s, Circumstance) and s.name == name and s.presence is Presence.PRESENT]
    return tuple(dict.fromkeys(said))
