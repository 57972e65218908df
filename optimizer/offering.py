"""Which dishes the menu's model gets: with all of them its proof takes too long, so the fittest of each meal, others each week."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from ontologies.living import NUTRIENTS, Dish
from ontologies.ontology import Ontology
from optimizer.constraints.food import ENERGY, SLOTS, dishes_meant
from optimizer.needs import Limit, Needs
from optimizer.profile import PlanProfile, WishName
from optimizer.settings import Settings
from optimizer.suitability import matches, suitable_dishes

_DAYS = 7


def permitted(profile: PlanProfile, needs: Needs, knowledge: Ontology, figures: Settings) -> tuple[Dish, ...]:
    """Return every suitable dish, and what was wished although it does not suit, so that the clash can be told."""
    wished = [d for w in profile.wishes_of(WishName.INCLUDE) for d in dishes_meant(w, tuple(knowledge.dishes.values()))]
    chosen = {dish.id: dish for dish in (*suitable_dishes(knowledge, needs, figures), *wished)}
    return tuple(chosen[code] for code in sorted(chosen))


def offered(
    dishes: tuple[Dish, ...], profile: PlanProfile, needs: Needs, figures: Settings, kept: Collection[str] = ()
) -> tuple[Dish, ...]:
    """Choose from the permitted dishes, for each meal, the liked and then the fittest; what was wished or eaten before (`kept`) always.

    Among the equally fit those that take less work come first, and then whose turn it is in this week.
    """
    turn = date.fromisoformat(profile.start_date).toordinal() // _DAYS * figures.menu["turn"]
    places = {dish.id: (n - turn) % len(dishes) for n, dish in enumerate(dishes)}
    ranked = sorted(dishes, key=lambda dish: (misfit(dish, needs, figures), _work(dish, figures), places[dish.id]))
    liked = [dish for dish in ranked if _liked(dish, profile)]
    include = profile.wishes_of(WishName.INCLUDE)
    chosen = {dish.id for dish in dishes if dish.id in kept} | {dish.id for wish in include for dish in dishes_meant(wish, dishes)}
    for slot in SLOTS:
        most = figures.menu["offered"][slot]
        first = [dish for dish in liked if slot in dish.slots][: round(most * figures.menu["liked_share"])]
        rest = [dish for dish in ranked if slot in dish.slots and dish not in first]
        chosen |= {dish.id for dish in (*first, *rest[: most - len(first)])}
    return tuple(dish for dish in dishes if dish.id in chosen)


def misfit(dish: Dish, needs: Needs, figures: Settings) -> int:
    """Count in coarse steps how far a dish is from the person's aims, given its share of the day's energy; firm limits count double."""
    share = float(getattr(dish.nutrients, ENERGY)) * needs.portion / needs.energy
    far = sum((2 if limit.hard else 1) * _miss(dish, limit, share, needs.portion) for limit in needs.limits if limit.measure in NUTRIENTS)
    return round(far / float(figures.menu["misfit_step"]))


def _miss(dish: Dish, limit: Limit, share: float, portion: float) -> float:
    """Return by what part of the dish's fair share it misses a limit, at most the whole of it."""
    part = 1.0 if limit.per == "meal" else share
    held = getattr(dish.nutrients, limit.measure) * portion
    over = 0.0 if not limit.at_most or not part else held / (limit.at_most * part) - 1
    short = 0.0 if not limit.at_least or not part else 1 - held / (limit.at_least * part)
    return min(1.0, max(0.0, over, short))


def _work(dish: Dish, figures: Settings) -> int:
    return int(dish.prep_minutes // figures.menu["prep_step_minutes"])


def _liked(dish: Dish, profile: PlanProfile) -> bool:
    marks = (dish.cuisine, *dish.contains, *dish.tags)
    return any(matches(wish.value, dish.id, dish.label, *marks) for wish in profile.wishes_of(WishName.LIKE, WishName.CUISINE))
