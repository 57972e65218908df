"""What a plan must respect, worked out from a profile and the knowledge: doses, limits, suitability, forbidden foods, alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.reasoning import TriageLevel
from kg.record import Patient, PregnancyState, Sex
from ontologies.living import LifestyleTarget, TargetLimit, TargetMeasurement
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.doses import DosePlan, dose_plans
from optimizer.profile import PlanProfile
from optimizer.settings import Settings, settings
from optimizer.texts import text


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A target's figure for this person, in absolute terms, and the target that asks for it."""

    target: str
    label: Text
    source: str | None
    measure: str
    per: str
    at_least: float | None
    at_most: float | None
    hard: bool

    @property
    def name(self) -> str:
        """Name the constraint that it becomes."""
        return f"target:{self.target}/{self.measure}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """The person's needs, ready for the stages."""

    doses: tuple[DosePlan, ...]
    limits: tuple[Limit, ...]
    measurements: tuple[tuple[str, int, str, str | None], ...]  # quantity, days a week, moment, target
    limitations: frozenset[str]
    history: frozenset[str]  # conditions, with what they are a kind of
    met_ceiling: float | None
    met_target: str | None
    forbidden: frozenset[str]  # things in food that an allergy forbids
    diets: tuple[str, ...]
    energy: float
    portion: float
    exertion: bool  # False: nothing is planned until seen
    menu: bool
    alerts: tuple[Text, ...]

    def limits_on(self, measure: str) -> tuple[Limit, ...]:
        """Return the limits on one measure."""
        return tuple(limit for limit in self.limits if limit.measure == measure)


def needs_of(profile: PlanProfile, knowledge: Ontology) -> Needs:
    """Work out what the plan must respect. Unknown targets are told, never guessed."""
    figures = settings()
    diets = tuple(diet for diet in profile.person.circumstances.diet if diet in figures.diets)
    targets = _targets(profile, knowledge, diets, figures)
    doses, dose_alerts = dose_plans(profile, knowledge, figures)
    energy = _energy(profile.person, targets, figures)
    limits = _limits(targets, profile.person, energy, figures)
    ceiling, ceiling_target = _met_ceiling(limits)
    exertion, exertion_alerts = _exertion(profile, figures)
    menu, menu_alerts = _menu(profile, figures)
    return Needs(
        doses=doses,
        limits=tuple(limit for limit in limits if limit.measure != "met"),
        measurements=_measurements(profile, targets),
        limitations=_limitations(profile, figures),
        history=frozenset(profile.history).union(*(knowledge.ancestors(code) for code in profile.history if knowledge.holds(code))),
        met_ceiling=ceiling,
        met_target=ceiling_target,
        forbidden=_forbidden(profile.allergies, figures),
        diets=diets,
        energy=energy,
        portion=_portion(energy, figures),
        exertion=exertion,
        menu=menu,
        alerts=(*dose_alerts, *_unknown(profile, knowledge), *exertion_alerts, *menu_alerts),
    )


def _targets(profile: PlanProfile, knowledge: Ontology, diets: tuple[str, ...], figures: Settings) -> tuple[LifestyleTarget, ...]:
    asked = [*profile.targets, *(target for diet in diets if (target := figures.diets[diet].target))]
    return tuple(knowledge.targets[code] for code in dict.fromkeys(asked) if code in knowledge.targets)


def _unknown(profile: PlanProfile, knowledge: Ontology) -> tuple[Text, ...]:
    return tuple(text("alerts", "unknown-target", code=code) for code in profile.targets if code not in knowledge.targets)


def _limits(targets: tuple[LifestyleTarget, ...], person: Patient, energy: float, figures: Settings) -> tuple[Limit, ...]:
    found = (_limit(target, limit, person, energy, figures) for target in targets for limit in target.limits)
    return _without_conflicts(tuple(limit for limit in found if limit is not None))


def _without_conflicts(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """A hard upper limit silences an aim that lies above it (potassium in kidney disease, energy and the like)."""
    ceilings = {(limit.measure, limit.per): limit.at_most for limit in limits if limit.hard and limit.at_most is not None}
    return tuple(limit for limit in limits if limit.hard or not _above(limit, ceilings))


def _above(limit: Limit, ceilings: Mapping[tuple[str, str], float]) -> bool:
    ceiling = ceilings.get((limit.measure, limit.per))
    return ceiling is not None and limit.at_least is not None and limit.at_least > ceiling


def _limit(target: LifestyleTarget, limit: TargetLimit, person: Patient, energy: float, figures: Settings) -> Limit | None:
    factor = _factor(limit, person, energy, figures)
    if factor is None:
        return None
    return Limit(
        target=target.id,
        label=target.label,
        source=limit.evidence.source,
        measure=limit.measure,
        per=limit.per,
        at_least=None if limit.at_least is None else limit.at_least * factor,
        at_most=None if limit.at_most is None else limit.at_most * factor,
        hard=limit.hard,
    )


def _factor(limit: TargetLimit, person: Patient, energy: float, figures: Settings) -> float | None:
    """Return what turns the printed figure into an absolute one; None when the person's weight is needed and unknown."""
    if limit.basis == "per-kg":
        return person.weight_kg
    if limit.basis == "energy-percent":
        return energy / 100.0 / float(figures.energy["kcal_per_gram"][limit.measure])
    return 1.0


def _met_ceiling(limits: tuple[Limit, ...]) -> tuple[float | None, str | None]:
    ceilings = [(limit.at_most, limit.target) for limit in limits if limit.measure == "met" and limit.at_most is not None]
    return min(ceilings) if ceilings else (None, None)


def _measurements(profile: PlanProfile, targets: tuple[LifestyleTarget, ...]) -> tuple[tuple[str, int, str, str | None], ...]:
    """Collect what to measure, each quantity once, as often as anybody asks."""
    asked = [(m.quantity, m.days_per_week, m.moment, None) for m in profile.measurements]
    asked += [(m.quantity, m.days_per_week, m.moment, t.id) for t, m in _asked_by(targets)]  # type: ignore[misc]  # mypy loses the tuple type
    best: dict[str, tuple[str, int, str, str | None]] = {}
    for one in asked:
        if one[0] not in best or one[1] > best[one[0]][1]:
            best[one[0]] = one
    return tuple(best.values())


def _asked_by(targets: tuple[LifestyleTarget, ...]) -> tuple[tuple[LifestyleTarget, TargetMeasurement], ...]:
    return tuple((target, measurement) for target in targets for measurement in target.measurements)


def _limitations(profile: PlanProfile, figures: Settings) -> frozenset[str]:
    """Collect what limits the person: as said, by pregnancy, and by what a disease in the history leaves behind."""
    person = profile.person
    found = {*person.circumstances.mobility, *person.circumstances.disability}
    found |= {figures.limitations_of[code] for code in profile.history if code in figures.limitations_of}
    if person.pregnancy in (PregnancyState.CONFIRMED, PregnancyState.POSSIBLE):
        found.add("pregnancy")
    return frozenset(found)


def _forbidden(allergies: tuple[str, ...], figures: Settings) -> frozenset[str]:
    return frozenset(thing for allergy in allergies if allergy.startswith("x:") for thing in figures.allergens.get(allergy, (allergy,)))


def _energy(person: Patient, targets: tuple[LifestyleTarget, ...], figures: Settings) -> float:
    deficits = [limit.at_least or 0.0 for target in targets for limit in target.limits if limit.measure == "energy-deficit"]
    sex = "" if person.sex is None else f"_{person.sex}"
    need = _resting(person, figures)
    usual = float(figures.energy[f"default{sex}"]) if need is None else need * float(figures.energy["activity_factor"])
    return max(usual - max(deficits, default=0.0), float(figures.energy[f"floor{sex}"]))


def _resting(person: Patient, figures: Settings) -> float | None:
    if person.weight_kg is None or person.height_cm is None or person.age is None or person.sex is None:
        return None
    by = figures.energy
    offset = by["male"] if person.sex is Sex.MALE else by["female"]
    return float(by["per_kg"] * person.weight_kg + by["per_cm"] * person.height_cm + by["per_year"] * person.age + offset)


def _portion(energy: float, figures: Settings) -> float:
    wanted = energy / float(figures.energy["portion_reference_kcal"])
    factors: list[float] = figures.energy["portion_factors"]
    return min(factors, key=lambda factor: (abs(factor - wanted), factor))


def _exertion(profile: PlanProfile, figures: Settings) -> tuple[bool, tuple[Text, ...]]:
    if profile.triage is not None and profile.triage.rank >= TriageLevel.CONSULTATION_24H.rank:
        helped = (text("alerts", "emergency"),) if profile.triage.rank >= TriageLevel.EMERGENCY.rank else ()
        return False, (*helped, text("alerts", "exertion-withheld"))
    if profile.person.age is not None and profile.person.age < figures.movement["from_age"]:
        return False, (text("alerts", "no-activity-age"),)
    return True, ()


def _menu(profile: PlanProfile, figures: Settings) -> tuple[bool, tuple[Text, ...]]:
    person = profile.person
    if profile.triage is not None and profile.triage.rank >= TriageLevel.EMERGENCY.rank:
        return False, ()
    if person.age is not None and person.age < figures.menu["from_age"]:
        return False, (text("alerts", "no-menu"),)
    return True, ()
