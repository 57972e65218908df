"""The fourth stage: whole dishes. First how often each in the week, then on which day; reaching the first bound proves the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.care import Proof, StageResult
from ontologies.living import NUTRIENTS, Dish
from optimizer.constraints.food import (
    ENERGY,
    SLOTS,
    MenuVars,
    add_energy,
    add_food_burden,
    add_food_taste,
    add_food_wishes,
    add_meals,
    add_menu_targets,
    add_permitted,
    add_repeats,
    contents,
    firm_units,
    new_menu,
)
from optimizer.constraints.stability import add_kept_dishes, add_kept_numbers
from optimizer.needs import Needs
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings
from optimizer.stage import Solved, Stage, solve

MENU_WISHES = (WishName.INCLUDE, WishName.AVOID, WishName.MAX_PREP)
Counts = Mapping[tuple[str, str], int]  # dish and slot
Days = Mapping[tuple[int, str], str]  # day and slot: the dish


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuModel:
    """The stage with its variables."""

    stage: Stage
    menu: MenuVars


def build_menu(
    profile: PlanProfile,
    needs: Needs,
    dishes: tuple[Dish, ...],
    figures: Settings,
    *,
    wishes: tuple[PlanWish, ...],
    explaining: bool = False,
    old: Days | None = None,
) -> MenuModel:
    """Build the model of the week's counts of these dishes."""
    stage = Stage("menu", explaining)
    menu = new_menu(stage, dishes, needs, figures)
    add_meals(stage, menu, figures)
    add_repeats(stage, menu, figures)
    add_permitted(stage, menu, needs, figures)
    add_energy(stage, menu, needs, figures)
    add_menu_targets(stage, menu, needs, figures)
    add_food_wishes(stage, menu, wishes, figures)
    if not explaining:
        add_food_burden(stage, menu, low_income=profile.person.circumstances.income == "low", figures=figures)
        add_food_taste(stage, menu, profile.wishes_of(WishName.LIKE, WishName.DISLIKE, WishName.CUISINE), figures)
        if old is not None:
            most = figures.menu["repeats"]
            add_kept_numbers(stage, {key: (count, most) for key, count in menu.counts.items()}, counts_of(old))
    return MenuModel(stage=stage, menu=menu)


def counts_of(days: Days) -> Counts:
    """Count how often each dish is eaten in each slot."""
    counts: dict[tuple[str, str], int] = {}
    for (_day, slot), dish in days.items():
        counts[dish, slot] = counts.get((dish, slot), 0) + 1
    return counts


def read_counts(built: MenuModel, solved: Solved) -> Counts:
    """Read the counts from a solution."""
    if solved.value is None:
        raise ValueError("Counts are read from a solution only.")
    return {key: times for key, count in built.menu.counts.items() if (times := solved.value(count))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The dishes by day and slot, and whether the counts (and with them the optimum) were kept."""

    days: Days
    solved: Solved
    kept: bool


def spread(built: MenuModel, counts: Counts, needs: Needs, figures: Settings, *, old: Days | None = None) -> Spread | None:
    """Give each day its dishes. First with the counts fixed and even energy, then without the latter, then with free counts."""
    for even in (True, False):
        found = _spread_once(Stage("menu"), built, needs, figures, counts=counts, old=old, even=even)
        if found is not None:
            return found
    return _spread_once(built.stage, built, needs, figures, counts=None, old=old, even=False)


def _spread_once(
    stage: Stage, built: MenuModel, needs: Needs, figures: Settings, *, counts: Counts | None, old: Days | None, even: bool
) -> Spread | None:
    keys = tuple(built.menu.counts) if counts is None else tuple(counts)
    placed = {(code, slot, day): stage.flag(f"{code} {slot} {day}") for code, slot in keys for day in range(figures.days)}
    dishes = {dish.id: dish for dish in built.menu.dishes}
    for code, slot in keys:
        total = sum(placed[code, slot, day] for day in range(figures.days))
        stage.model.add(total == (built.menu.counts[code, slot] if counts is None else counts[code, slot]))
    _one_dish_a_slot(stage, placed, figures)
    _not_twice(stage, placed, figures)
    for day in range(figures.days):
        _limits_of_day(stage, _Day(placed, dishes, day, needs.portion, figures), needs, even=even)
    if old is not None:
        add_kept_dishes(stage, placed, old)
    solved = solve(stage)
    if solved.value is None:
        return None
    days = {(day, slot): code for (code, slot, day), flag in placed.items() if solved.value(flag)}
    return Spread(days=days, solved=solved, kept=counts is not None)


Placed = Mapping[tuple[str, str, int], Any]


def _one_dish_a_slot(stage: Stage, placed: Placed, figures: Settings) -> None:
    for day in range(figures.days):
        for slot in SLOTS:
            stage.model.add(sum(flag for (_c, at, on), flag in placed.items() if at == slot and on == day) <= 1)


def _not_twice(stage: Stage, placed: Placed, figures: Settings) -> None:
    """Serve no dish twice on one day."""
    for code in {code for code, _slot, _day in placed}:
        for day in range(figures.days):
            same = [flag for (c, _slot, on), flag in placed.items() if c == code and on == day]
            if len(same) > 1:
                stage.model.add(sum(same) <= 1)


@dataclass(frozen=True, slots=True)
class _Day:
    """One day's flags, for sums."""

    placed: Placed
    dishes: Mapping[str, Dish]
    day: int
    portion: float
    figures: Settings

    def total(self, nutrient: str, *, up: bool) -> Any:
        """Return what the day holds of a nutrient in coarse units."""
        flags = [(code, flag) for (code, _slot, on), flag in self.placed.items() if on == self.day]
        return sum(contents(self.dishes[code], nutrient, self.portion, self.figures, up=up) * flag for code, flag in flags)


def _limits_of_day(stage: Stage, day: _Day, needs: Needs, *, even: bool) -> None:
    """Hold every firm limit on the day itself, and if `even` its energy near the need."""
    figures = day.figures
    for limit in needs.limits:
        if limit.hard and limit.measure in NUTRIENTS and limit.at_most is not None:
            stage.model.add(day.total(limit.measure, up=True) <= firm_units(limit.at_most, limit.measure, figures))
    if even:
        aim, share = needs.energy / figures.menu["units"][ENERGY], figures.energy["day_share"]
        stage.model.add(day.total(ENERGY, up=False) >= round(aim * (1 - share)))
        stage.model.add(day.total(ENERGY, up=False) <= round(aim * (1 + share)))


def menu_result(counts: Solved, found: Spread) -> StageResult:
    """Return what the certificate says of the whole stage: with the counts kept, their optimum is the whole's."""
    if found.kept:
        return counts.result("menu")
    reached = found.solved.objective <= counts.bound
    proof = Proof.OPTIMAL if reached else found.solved.proof
    return StageResult(stage="menu", proof=proof, objective=found.solved.objective, bound=max(counts.bound, found.solved.bound))
