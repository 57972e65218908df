"""Which activities and dishes a person may have at all, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass

from ontologies.living import Activity, Dish
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.needs import Needs
from optimizer.settings import Settings

_ENDINGS = "sy"  # of plurals: strawberry, strawberries
_SHORT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something is not for this person: the name of the safety constraint, and what it names."""

    constraint: str
    code: str


def activity_refusals(activity: Activity, needs: Needs) -> tuple[Refusal, ...]:
    """Return what forbids an activity. What it does not state to suit counts as unsuitable."""
    against = sorted(needs.limitations - activity.suits) + sorted(needs.history & activity.not_with)
    found = [Refusal(constraint="activity.suitable", code=code) for code in against]
    if needs.met_ceiling is not None and activity.met > needs.met_ceiling:
        found.append(Refusal(constraint="activity.exertion", code=needs.met_target or ""))
    return tuple(found)


def dish_refusals(dish: Dish, needs: Needs, figures: Settings) -> tuple[Refusal, ...]:
    """Return what forbids a dish: an allergy, or a way of eating."""
    found = [Refusal(constraint="food.allergy", code=thing) for thing in sorted(needs.forbidden) if holds(dish, thing)]
    for name in needs.diets:
        diet = figures.diets[name]
        apart = any(pair <= dish.contains for pair in diet.apart)
        if not diet.forbids.isdisjoint(dish.contains) or apart or (diet.needs_tag and diet.needs_tag not in dish.tags):
            found.append(Refusal(constraint="food.diet", code=name))
    return tuple(found)


def holds(dish: Dish, thing: str) -> bool:
    """Say whether a dish holds what somebody is allergic to: as stated of its foods, or by its name or a food's name."""
    return thing in dish.contains or named_in(thing, dish)


def named_in(thing: str, dish: Dish) -> bool:
    """Say whether a dish or one of its foods is named after a thing; one letter too many in the name does no harm.

    "x:strawberry" is in "STRAWBERRIES,RAW", "x:kiwi" in "plain yogurt with kiwi".
    """
    stem = thing.partition(":")[2].replace("-", " ").casefold()
    stem = stem[:-1] if len(stem) > _SHORT and stem[-1] in _ENDINGS else stem
    names = (dish.label.en, dish.label.zh, *(portion.food.name for portion in dish.portions))
    return bool(stem) and any(stem in name.casefold() for name in names)


def suitable_activities(knowledge: Ontology, needs: Needs) -> tuple[Activity, ...]:
    """Return the activities that nothing forbids, in the order of their codes."""
    return tuple(a for _, a in sorted(knowledge.activities.items()) if not activity_refusals(a, needs))


def suitable_dishes(knowledge: Ontology, needs: Needs, figures: Settings) -> tuple[Dish, ...]:
    """Return the dishes that nothing forbids, in the order of their codes."""
    return tuple(d for _, d in sorted(knowledge.dishes.items()) if not dish_refusals(d, needs, figures))


def matches(value: str, code: str, label: Text, *marks: str) -> bool:
    """Say whether a wish's value means this thing: its code, its name or a word of it in either language, or one of its marks.

    >>> matches("swimming", "a:x", Text(en="leisurely swimming", zh="休闲游泳"))
    True
    """
    said = value.casefold().strip()
    if said in (code, *(mark.casefold() for mark in marks)):
        return True
    return bool(said) and (f" {said} " in f" {label.en.casefold()} " or said in label.zh)
