"""Constraints on the week's dishes. Nutrients are whole numbers of coarse units, rounded to the safe side for firm limits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from kg.care import Tier
from ontologies.living import NUTRIENTS, Dish
from optimizer.needs import Limit, Needs
from optimizer.profile import PlanWish, WishName
from optimizer.settings import Settings
from optimizer.stage import Expr, Priority, Stage
from optimizer.suitability import dish_refusals, matches
from optimizer.texts import constraint_text, word

MAIN_SLOTS = ("breakfast", "lunch", "dinner")
SLOTS = (*MAIN_SLOTS, "snack")
ENERGY = "kcal"


@dataclass(slots=True)
class MenuVars:
    """How often each dish is eaten in each slot during the week."""

    dishes: tuple[Dish, ...]
    portion: float
    counts: dict[tuple[str, str], Any] = field(default_factory=dict)

    def times(self, dish: Dish) -> Expr:
        """Return how often a dish is eaten at all."""
        return sum(count for (code, _slot), count in self.counts.items() if code == dish.id)

    def week_total(self, nutrient: str, figures: Settings, *, up: bool) -> Expr:
        """Return a nutrient's sum over the week in coarse units."""
        return sum(contents(dish, nutrient, self.portion, figures, up=up) * self.times(dish) for dish in self.dishes)


def contents(dish: Dish, nutrient: str, portion: float, figures: Settings, *, up: bool) -> int:
    """Return what a serving holds, in coarse units, rounded up (for upper limits) or down."""
    units: float = getattr(dish.nutrients, nutrient) * portion / figures.menu["units"][nutrient]
    return math.ceil(units) if up else math.floor(units)


def new_menu(stage: Stage, dishes: tuple[Dish, ...], needs: Needs, figures: Settings) -> MenuVars:
    """Make the variables."""
    menu = MenuVars(dishes=dishes, portion=needs.portion)
    for dish in dishes:
        for slot in dish.slots:
            menu.counts[dish.id, slot] = stage.number(f"{dish.id} {slot}", 0, figures.menu["repeats"])
    return menu


def add_meals(stage: Stage, menu: MenuVars, figures: Settings) -> None:
    """Serve breakfast, lunch and dinner every day, and at most one snack."""
    rule = stage.rule("food.slots", Tier.SAFETY, constraint_text("food.slots"))
    for slot in SLOTS:
        served = sum(count for (_code, at), count in menu.counts.items() if at == slot)
        if slot in MAIN_SLOTS:
            stage.require(rule, stage.model.add(served == figures.days))
        else:
            stage.require(rule, stage.model.add(served <= figures.menu["snacks_max"]))


def add_repeats(stage: Stage, menu: MenuVars, figures: Settings) -> None:
    """Serve no dish too often."""
    most = figures.menu["repeats"]
    rule = stage.rule("food.repeats", Tier.BURDEN, constraint_text("food.repeats", times=most))
    for dish in menu.dishes:
        stage.require(rule, stage.model.add(menu.times(dish) <= most))


def add_permitted(stage: Stage, menu: MenuVars, needs: Needs, figures: Settings) -> None:
    """Never serve what an allergy or a way of eating forbids."""
    for dish in menu.dishes:
        for refusal in dish_refusals(dish, needs, figures):
            name = f"{refusal.constraint}:{refusal.code}"
            said = word(refusal.code.removeprefix("x:"))
            rule = stage.rule(name, Tier.SAFETY, constraint_text(name, thing=said, diet=said))
            stage.require(rule, stage.model.add(menu.times(dish) == 0))


def add_energy(stage: Stage, menu: MenuVars, needs: Needs, figures: Settings) -> None:
    """Aim near the need for energy; never far from it over the week."""
    unit, share, hard = figures.menu["units"][ENERGY], figures.energy["aim_share"], figures.energy["hard_share"]
    week = needs.energy * figures.days / unit
    total = menu.week_total(ENERGY, figures, up=False)
    firm = stage.rule("food.energy-bounds", Tier.SAFETY, constraint_text("food.energy-bounds"))
    stage.require(firm, stage.model.add(total >= math.ceil(week * (1 - hard))))
    stage.require(firm, stage.model.add(total <= math.floor(week * (1 + hard))))
    if not stage.explaining:
        rule = stage.rule("food.energy", Tier.CLINICAL, constraint_text("food.energy", kcal=round(needs.energy)))
        step = max(1, round(week * figures.menu["step_share"]))
        short = stage.shortfall("energy short", total, math.floor(week * (1 - share)), step, _steps(figures))
        over = stage.excess("energy over", total, math.ceil(week * (1 + share)), step, _steps(figures))
        stage.cost(rule, Priority.CLINICAL, short + over, 2 * _steps(figures))


def _steps(figures: Settings) -> int:
    return round(1 / float(figures.menu["step_share"]))


def add_hard_nutrient(stage: Stage, menu: MenuVars, limit: Limit, figures: Settings) -> None:
    """Keep a firm limit on a nutrient over the week; the days keep it too (see the spreading)."""
    rule = stage.rule(limit.name, Tier.SAFETY, constraint_text("target", target=limit.label), limit.source)
    if limit.at_most is not None:
        most = firm_units(limit.at_most, limit.measure, figures)
        stage.require(rule, stage.model.add(menu.week_total(limit.measure, figures, up=True) <= most * figures.days))
    if limit.at_least is not None:
        least = math.ceil(limit.at_least / figures.menu["units"][limit.measure])
        stage.require(rule, stage.model.add(menu.week_total(limit.measure, figures, up=False) >= least * figures.days))


def firm_units(at_most: float, nutrient: str, figures: Settings) -> int:
    """Return a firm daily limit in coarse units, rounded to the safe side."""
    return math.floor(at_most / float(figures.menu["units"][nutrient]))


def add_nutrient_target(stage: Stage, menu: MenuVars, limit: Limit, figures: Settings) -> None:
    """Aim at a nutrient's figure on average over the week, counting misses in steps of a small share of the aim."""
    rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
    unit, steps = figures.menu["units"][limit.measure], _steps(figures)
    if limit.at_least is not None:
        aim = math.ceil(limit.at_least * figures.days / unit)
        total = menu.week_total(limit.measure, figures, up=False)
        step = max(1, -(-aim // steps))
        stage.cost(rule, Priority.CLINICAL, stage.shortfall(f"{limit.name} short", total, aim, step, steps), steps)
    if limit.at_most is not None:
        aim = math.floor(limit.at_most * figures.days / unit)
        total = menu.week_total(limit.measure, figures, up=True)
        step = max(1, round(aim / steps))
        most = 4 * steps
        stage.cost(rule, Priority.CLINICAL, stage.excess(f"{limit.name} over", total, aim, step, most), most)


def add_meal_limit(stage: Stage, menu: MenuVars, limit: Limit, figures: Settings) -> None:
    """Aim at dishes that keep a limit for each meal."""
    rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
    heavy = [d for d in menu.dishes if getattr(d.nutrients, limit.measure) * menu.portion > (limit.at_most or math.inf)]
    for dish in heavy:
        stage.cost(rule, Priority.CLINICAL, menu.times(dish), figures.menu["repeats"])


def add_menu_targets(stage: Stage, menu: MenuVars, needs: Needs, figures: Settings) -> None:
    """Add every limit that concerns nutrients."""
    for limit in needs.limits:
        if limit.measure not in NUTRIENTS:
            continue
        if limit.hard:
            add_hard_nutrient(stage, menu, limit, figures)
        elif not stage.explaining:
            (add_meal_limit if limit.per == "meal" else add_nutrient_target)(stage, menu, limit, figures)


def add_food_burden(stage: Stage, menu: MenuVars, *, low_income: bool, figures: Settings) -> None:
    """Prefer little cooking, and with little money what is cheap."""
    rule = stage.rule("food.burden", Tier.BURDEN, constraint_text("food.burden"))
    for dish in menu.dishes:
        price = dish.prep_minutes // figures.menu["prep_step_minutes"]
        price += 2 if low_income and "low-cost" not in dish.tags else 0
        stage.cost(rule, Priority.BURDEN, price * menu.times(dish), price * figures.menu["repeats"])


def add_food_taste(stage: Stage, menu: MenuVars, wishes: tuple[PlanWish, ...], figures: Settings) -> None:
    """Prefer liked dishes and cuisines, and variety."""
    rule = stage.rule("food.taste", Tier.TASTE, constraint_text("food.taste"))
    repeats = figures.menu["repeats"]
    for dish in menu.dishes:
        price = 2 + sum(change * _meant(dish, wishes, name) for name, change in _TASTE.items())
        if price > 0:
            stage.cost(rule, Priority.TASTE, price * menu.times(dish), price * repeats)
        again = stage.excess(f"{dish.id} again", menu.times(dish), 1, 1, repeats)
        stage.cost(rule, Priority.TASTE, 2 * again, 2 * repeats)


_TASTE = {WishName.LIKE: -2, WishName.DISLIKE: 3, WishName.CUISINE: -1}  # points by which a wish moves the price of a dish


def _meant(dish: Dish, wishes: tuple[PlanWish, ...], name: WishName) -> int:
    marks = (dish.cuisine, *dish.contains, *dish.tags)
    return int(any(matches(wish.value, dish.id, dish.label, *marks) for wish in wishes if wish.name is name))


def dishes_meant(wish: PlanWish, dishes: tuple[Dish, ...]) -> tuple[Dish, ...]:
    """Return the dishes that a firm wish means: by code, name, or something that they hold."""
    return tuple(dish for dish in dishes if matches(wish.value, dish.id, dish.label, *dish.contains))


def add_food_wishes(stage: Stage, menu: MenuVars, wishes: tuple[PlanWish, ...], figures: Settings) -> None:
    """Add every firm wish that concerns dishes."""
    for wish in wishes:
        if wish.name is WishName.MAX_PREP:
            add_cooking_limit(stage, menu, wish, figures)
            continue
        meant = dishes_meant(wish, menu.dishes)
        if not meant:
            continue
        said = meant[0].label if wish.value.startswith("m:") else word(wish.value.removeprefix("x:"))
        rule = stage.rule(f"wish.{wish.id}", Tier.WISH, constraint_text(f"wish.{wish.name}", value=said))
        total = sum(menu.times(dish) for dish in meant)
        stage.require(rule, stage.model.add(total >= 1) if wish.name is WishName.INCLUDE else stage.model.add(total == 0))


def add_cooking_limit(stage: Stage, menu: MenuVars, wish: PlanWish, figures: Settings) -> None:
    """Cook at most so many minutes a day on average."""
    rule = stage.rule(f"wish.{wish.id}", Tier.WISH, constraint_text("wish.max-prep", value=wish.value))
    total = sum(dish.prep_minutes * menu.times(dish) for dish in menu.dishes)
    stage.require(rule, stage.model.add(total <= int(wish.value) * figures.days))
