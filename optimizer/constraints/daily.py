"""Constraints on the daily rhythm: sleep, meals and habits. Times are slots of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kg.care import Tier
from optimizer.needs import Limit
from optimizer.profile import PlanWish, WishName
from optimizer.settings import MINUTES_PER_DAY, Settings, Window, minutes_of
from optimizer.stage import Priority, Stage
from optimizer.texts import constraint_text

MEALS = ("breakfast", "lunch", "dinner")


@dataclass(slots=True)
class DayVars:
    """The moments of the day that are decided: slots from midnight."""

    wake: Any
    bed: Any
    meals: dict[str, Any]
    doses: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    measures: dict[str, tuple[Any, ...]] = field(default_factory=dict)


def new_day(stage: Stage, figures: Settings) -> DayVars:
    """Make the variables of the day within their widest windows, which a wish can collide with."""
    rule = stage.rule("day.hours", Tier.SAFETY, constraint_text("day.hours"))
    return DayVars(
        wake=_moment(stage, "wake", figures.wake, figures, rule),
        bed=_moment(stage, "bed", figures.bed, figures, rule),
        meals={meal: _moment(stage, meal, figures.meals[meal], figures, rule) for meal in MEALS},
    )


def _moment(stage: Stage, name: str, window: Window, figures: Settings, rule: str) -> Any:
    earliest, latest = -(-window.earliest // figures.slot), window.latest // figures.slot
    if not stage.explaining:
        return stage.number(name, earliest, latest)
    moment = stage.number(name, 0, slots_per_day(figures))
    stage.require(rule, stage.model.add(moment >= earliest))
    stage.require(rule, stage.model.add(moment <= latest))
    return moment


def slots_per_day(figures: Settings) -> int:
    """Return how many slots a day has."""
    return MINUTES_PER_DAY // figures.slot


def add_sleep_floor(stage: Stage, day: DayVars, figures: Settings) -> None:
    """Never plan less sleep than the floor, nor more than the ceiling."""
    rule = stage.rule("sleep.floor", Tier.SAFETY, constraint_text("sleep.floor"))
    length = slots_per_day(figures) - day.bed + day.wake
    stage.require(rule, stage.model.add(length * figures.slot >= figures.day["sleep_floor_minutes"]))
    stage.require(rule, stage.model.add(length * figures.slot <= figures.day["sleep_ceiling_minutes"]))


def add_sleep_target(stage: Stage, day: DayVars, limits: tuple[Limit, ...], figures: Settings) -> None:
    """Aim at the hours of sleep that the targets name."""
    for limit in limits:
        low, high = limit.at_least or 0.0, limit.at_most or 24.0
        rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
        length = slots_per_day(figures) - day.bed + day.wake
        most = slots_per_day(figures)
        weight = figures.weights["sleep_short"]
        short = stage.shortfall(f"{limit.name} short", length, round(low * 60) // figures.slot, 1, most)
        over = stage.excess(f"{limit.name} over", length, round(high * 60) // figures.slot, 1, most)
        stage.cost(rule, Priority.CLINICAL, weight * (short + over), 2 * weight * most)


def add_meal_spacing(stage: Stage, day: DayVars, figures: Settings) -> None:
    """Keep meals apart, after waking and well before bed."""
    rule = stage.rule("meals.spacing", Tier.SAFETY, constraint_text("meals.spacing"))
    gap = figures.day["meal_gap_minutes"]
    stage.require(rule, stage.model.add((day.meals["lunch"] - day.meals["breakfast"]) * figures.slot >= gap))
    stage.require(rule, stage.model.add((day.meals["dinner"] - day.meals["lunch"]) * figures.slot >= gap))
    stage.require(rule, stage.model.add(day.meals["breakfast"] >= day.wake))
    stage.require(rule, stage.model.add((day.bed - day.meals["dinner"]) * figures.slot >= figures.day["dinner_to_bed_minutes"]))


def add_habits(stage: Stage, day: DayVars, figures: Settings) -> None:
    """Stay close to the usual times."""
    rule = stage.rule("day.habits", Tier.TASTE, constraint_text("day.habits"))
    usual = {"wake": (day.wake, figures.wake), "bed": (day.bed, figures.bed)}
    usual |= {meal: (day.meals[meal], figures.meals[meal]) for meal in MEALS}
    for name, (moment, window) in usual.items():
        most = slots_per_day(figures)
        stage.cost(rule, Priority.TASTE, stage.distance(f"{name} habit", moment, window.preferred // figures.slot, most), most)


_MOMENT_WISHES = {WishName.WAKE: "wake", WishName.BEDTIME: "bed"}


def add_time_wishes(stage: Stage, day: DayVars, wishes: tuple[PlanWish, ...], figures: Settings) -> None:
    """Hold the wished times of getting up, of meals and of going to bed."""
    for wish in wishes:
        moment = getattr(day, _MOMENT_WISHES[wish.name]) if wish.name in _MOMENT_WISHES else day.meals.get(wish.name)
        if moment is None:
            continue
        rule = stage.rule(f"wish.{wish.id}", Tier.WISH, constraint_text(f"wish.{wish.name}", value=wish.shown))
        stage.require(rule, stage.model.add(moment == minutes_of(wish.value) // figures.slot))
