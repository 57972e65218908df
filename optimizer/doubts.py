"""What a profile names and the knowledge does not hold: told, because a plan that cannot heed it must not look as if it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.issues import Issue, Level
from kg.record import PregnancyState, Sex
from ontologies.ontology import Ontology
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings, settings
from optimizer.suitability import matches, named_in

_OF_ACTIVITIES = frozenset({WishName.ONLY, WishName.INCLUDE, WishName.AVOID})


def doubts_of(profile: PlanProfile, knowledge: Ontology) -> tuple[Issue, ...]:
    """List a warning for every name that means nothing to the planner."""
    figures = settings()
    return (
        *_circumstances(profile, knowledge, figures),
        *_history(profile, knowledge),
        *_allergies(profile, knowledge, figures),
        *_measurements(profile, knowledge),
        *(doubt for wish in profile.wishes if (doubt := _wish(wish, knowledge, figures)) is not None),
    )


def _circumstances(profile: PlanProfile, knowledge: Ontology, figures: Settings) -> Iterator[Issue]:
    person = profile.person
    for diet in person.circumstances.diet:
        if diet not in figures.diets:
            yield _warning("$.person.diet", f'The diet "{diet}" is not known, so the menu does not follow it.', _one_of(figures.diets))
    limits = sorted({limit for activity in knowledge.activities.values() for limit in activity.suits})
    for key, said in (("mobility", person.circumstances.mobility), ("disability", person.circumstances.disability)):
        for limit in said:
            if limit not in limits:
                yield _warning(f"$.person.{key}", f'"{limit}" is not known, so no activity counts as suitable.', _one_of(limits))
    if person.sex is Sex.MALE and person.pregnancy in (PregnancyState.CONFIRMED, PregnancyState.POSSIBLE):
        yield _warning("$.person.pregnancy", "The profile says male and pregnant; the plan heeds the pregnancy.", "Correct one of them.")


def _history(profile: PlanProfile, knowledge: Ontology) -> Iterator[Issue]:
    for code in profile.history:
        if not knowledge.holds(code):
            yield _warning("$.history", f"{code} is not known, so the plan cannot heed it.", "Use an identifier such as c:hypertension.")


def _allergies(profile: PlanProfile, knowledge: Ontology, figures: Settings) -> Iterator[Issue]:
    held = {thing for dish in knowledge.dishes.values() for thing in dish.contains}
    for allergy in profile.allergies:
        known = allergy in held or allergy in figures.allergens or knowledge.holds(allergy)
        if not known and not any(named_in(allergy, dish) for dish in knowledge.dishes.values()):
            yield _warning(
                "$.allergies",
                f'No food that we know is called "{allergy}", so nothing could be kept out of the menu for it.',
                "Write foods as x:peanut, medicines as d:ibuprofen; look at each dish yourself.",
            )


def _measurements(profile: PlanProfile, knowledge: Ontology) -> Iterator[Issue]:
    for measurement in profile.measurements:
        quantity = measurement.quantity
        if quantity not in knowledge.quantities and f"q:{quantity}" not in knowledge.quantities:
            yield _warning("$.measurements", f'The quantity "{quantity}" is not known; it is planned as written.', "Check the spelling.")


def _wish(wish: PlanWish, knowledge: Ontology, figures: Settings) -> Issue | None:
    """Doubt a wish for or against something that is neither an activity nor a dish nor in any food."""
    if wish.name not in _OF_ACTIVITIES:
        return None
    names = [(a.id, a.label) for a in knowledge.activities.values()] + [(d.id, d.label) for d in knowledge.dishes.values()]
    known = any(matches(wish.value, code, label) for code, label in names)
    held = any(wish.value in dish.contains for dish in knowledge.dishes.values()) or wish.value in figures.allergens
    if known or held:
        return None
    return _warning(
        "$.wishes", f'Nothing that we plan is called "{wish.value}".', "Use the name of an activity or a dish, or x:… for a food."
    )


def _one_of(names: Iterable[str]) -> str:
    return f"Use one of {', '.join(sorted(names))}."


def _warning(where: str, message: str, solution: str) -> Issue:
    return Issue(level=Level.WARNING, message=message, solution=solution, where=where)
