"""Firm wishes for the week of activities: kept, or given up with a reason."""

from __future__ import annotations

from kg.care import Tier
from ontologies.living import Activity
from optimizer.constraints.movement import WeekVars, moderate_units
from optimizer.profile import WEEKDAYS, PlanProfile, PlanWish, WishName
from optimizer.settings import Settings
from optimizer.stage import Stage
from optimizer.suitability import matches
from optimizer.texts import constraint_text, word


def wished_for(wish: PlanWish, activities: tuple[Activity, ...]) -> tuple[Activity, ...]:
    """Return the activities that a wish means."""
    return tuple(a for a in activities if matches(wish.value, a.id, a.label))


def _rule(stage: Stage, wish: PlanWish, said: object = None) -> str:
    value = said if said is not None else wish.value
    return stage.rule(f"wish.{wish.id}", Tier.WISH, constraint_text(f"wish.{wish.name}", value=value))  # type: ignore[arg-type]  # the text takes whatever prints


def add_included(stage: Stage, week: WeekVars, wish: PlanWish) -> None:
    """Do the wished activity on at least one day."""
    meant = wished_for(wish, week.activities)
    if meant:
        rule = _rule(stage, wish, meant[0].label)
        stage.require(rule, stage.model.add(sum(week.used[a.id, d] for a in meant for d in range(week.days)) >= 1))


def add_only(stage: Stage, week: WeekVars, wishes: tuple[PlanWish, ...]) -> None:
    """Do nothing but the wished activities."""
    meant = {a.id for wish in wishes for a in wished_for(wish, week.activities)}
    for wish in wishes:
        rule = _rule(stage, wish)
        for (code, _day), used in week.used.items():
            if code not in meant:
                stage.require(rule, stage.model.add(used == 0))


def add_avoided(stage: Stage, week: WeekVars, wish: PlanWish) -> None:
    """Leave out an activity."""
    meant = wished_for(wish, week.activities)
    if meant:
        rule = _rule(stage, wish, meant[0].label)
        for activity in meant:
            for day in range(week.days):
                stage.require(rule, stage.model.add(week.used[activity.id, day] == 0))


def add_least_minutes(stage: Stage, week: WeekVars, wish: PlanWish, figures: Settings) -> None:
    """Do at least so many minutes of moderate activity a week."""
    stage.require(_rule(stage, wish), stage.model.add(moderate_units(week) * figures.unit >= int(wish.value)))


def add_most_minutes(stage: Stage, week: WeekVars, wish: PlanWish, figures: Settings) -> None:
    """Do at most so many minutes of activity a day."""
    rule = _rule(stage, wish)
    for day in range(week.days):
        stage.require(rule, stage.model.add(week.day_units(day) * figures.unit <= int(wish.value)))


def add_rest_day(stage: Stage, week: WeekVars, wish: PlanWish, profile: PlanProfile) -> None:
    """Do nothing on a weekday."""
    rule = _rule(stage, wish, word(wish.value))
    for day in range(week.days):
        if profile.weekday(day) == WEEKDAYS.index(wish.value):
            stage.require(rule, stage.model.add(week.day_units(day) == 0))


def add_activity_wishes(stage: Stage, week: WeekVars, wishes: tuple[PlanWish, ...], profile: PlanProfile, figures: Settings) -> None:
    """Add every firm wish that concerns activities."""
    add_only(stage, week, tuple(wish for wish in wishes if wish.name is WishName.ONLY))
    for wish in wishes:
        if wish.name is WishName.INCLUDE:
            add_included(stage, week, wish)
        elif wish.name is WishName.AVOID:
            add_avoided(stage, week, wish)
        elif wish.name is WishName.MIN_MINUTES:
            add_least_minutes(stage, week, wish, figures)
        elif wish.name is WishName.MAX_MINUTES:
            add_most_minutes(stage, week, wish, figures)
        elif wish.name is WishName.REST_DAY:
            add_rest_day(stage, week, wish, profile)
