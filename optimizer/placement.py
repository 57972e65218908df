"""The third stage: the time of day of each activity and visit. Days are independent of each other, so each is solved alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from kg.care import Proof, StageResult, Tier
from optimizer.hours import Stretch, without
from optimizer.profile import PlanProfile, Visit
from optimizer.settings import MINUTES_PER_DAY, Settings, minutes_of
from optimizer.stage import Priority, Solved, Stage, solve
from optimizer.template import Template
from optimizer.texts import constraint_text
from optimizer.week import Week

Key = tuple[str, int]  # an activity's code or "visit", and the day or the visit's number


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlacement:
    """The start of each activity and visit of one day (minutes), with what the solver showed."""

    starts: Mapping[Key, int]
    solved: Solved


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What has to be placed on one day, and where it may go."""

    sessions: Mapping[Key, int]
    visits: Mapping[Key, Visit]
    stretches: tuple[Stretch, ...]
    turn: int = 0


def day_of(profile: PlanProfile, week: Week, day: int, stretches: tuple[Stretch, ...]) -> Day:
    """Gather a day's activities and visits."""
    return Day(
        sessions={(code, on): minutes for (code, on), minutes in week.sessions.items() if on == day},
        visits={("visit", n): profile.visits[n] for n, on in week.visits.items() if on == day},
        stretches=stretches,
        turn=profile.turn,
    )


def place_day(day: Day, template: Template, figures: Settings, old: Mapping[Key, int]) -> DayPlacement:
    """Find times on one day: activities in its stretches, visits in service hours, nothing at once."""
    stage = Stage("placement")
    starts: dict[Key, Any] = {}
    spans: list[Any] = []
    travel = figures.visits["travel_minutes"]
    for key, minutes in day.sessions.items():
        start = starts[key] = _start(stage, str(key), within(day.stretches, minutes), figures)
        spans.append(stage.model.new_interval_var(start, minutes, start + minutes, f"span {key}"))
    for key, visit in day.visits.items():
        start = starts[key] = _start(stage, str(key), within(visit_stretches(visit, template, figures, day.turn), visit.minutes), figures)
        after = room_after(visit, template, figures, day.turn)
        end = start + visit.minutes + after
        spans.append(stage.model.new_interval_var(start - travel, travel + visit.minutes + after, end, f"span {key}"))
    stage.rule("place.order", Tier.SAFETY, constraint_text("place.order"))
    stage.rule("place.meals", Tier.SAFETY, constraint_text("place.meals"))
    stage.model.add_no_overlap(spans)
    _add_habits(stage, starts, old, figures)
    solved = solve(stage)
    if solved.value is None:
        return DayPlacement(starts={}, solved=solved)
    return DayPlacement(starts={key: solved.value(start) for key, start in starts.items()}, solved=solved)


def _start(stage: Stage, name: str, ranges: tuple[Stretch, ...], figures: Settings) -> Any:
    """Make a start on the grid within ranges of possible starts; no range makes the day impossible."""
    grid = [minute for low, high in ranges for minute in range(-(-low // figures.slot) * figures.slot, high + 1, figures.slot)]
    if not grid:
        stage.model.add_bool_or()
        grid = [0]
    return stage.model.new_int_var_from_domain(cp_model.Domain.from_values(grid), name)


def within(stretches: tuple[Stretch, ...], minutes: int) -> tuple[Stretch, ...]:
    """Return the ranges in which something of a length can start.

    >>> within(((0, 100), (200, 210)), 30)
    ((0, 70),)
    """
    return tuple((start, end - minutes) for start, end in stretches if end - start >= minutes)


def visit_stretches(visit: Visit, template: Template, figures: Settings, turn: int = 0) -> tuple[Stretch, ...]:
    """Return the hours in which a visit can be had: open, awake, not during meals; a fasting test early and before breakfast.

    A visit that is longer than the time between two meals takes the place of one, which is then had afterwards.
    """
    travel = figures.visits["travel_minutes"]
    opening = max(minutes_of(figures.visits["weekday_from"]) - turn, template.wake + travel)
    closing = min(minutes_of(figures.visits["weekday_to"]) - turn, template.bed - travel)
    if visit.fasting:
        return ((opening, min(closing, minutes_of(figures.visits["fasting_latest"]) + visit.minutes)),)
    stretches: tuple[Stretch, ...] = ((opening, closing),)
    for meal, start in template.meals.items():
        block = (start - travel, start + figures.meals[meal].minutes + travel)
        stretches = tuple(left for stretch in stretches for left in without(stretch, block))
    return stretches if within(stretches, visit.minutes) else ((opening, closing),)


def room_after(visit: Visit, template: Template, figures: Settings, turn: int) -> int:
    """Return the minutes to keep free after a visit: for the way, and for the meal that it may put off."""
    travel = int(figures.visits["travel_minutes"])
    displaces = len(visit_stretches(visit, template, figures, turn)) == 1 and not visit.fasting
    return travel + (max(meal.minutes for meal in figures.meals.values()) if displaces else 0)


def put_off(visit: Visit, start: int, template: Template, figures: Settings) -> dict[str, int]:
    """Return the meals that fall into a visit, with the time after it at which they can be had (minutes)."""
    end = start + visit.minutes
    after = end + int(figures.visits["travel_minutes"])
    return {meal: after for meal, begins in template.meals.items() if begins < end and start < begins + figures.meals[meal].minutes}


def _add_habits(stage: Stage, starts: Mapping[Key, Any], old: Mapping[Key, int], figures: Settings) -> None:
    """Prefer the old time, else the usual one."""
    rule = stage.rule("place.habits", Tier.TASTE, constraint_text("place.habits"))
    for key, start in starts.items():
        usual = minutes_of(figures.visits["preferred"] if key[0] == "visit" else figures.movement["preferred"])
        away = stage.distance(f"away {key}", start, old.get(key, usual), MINUTES_PER_DAY)
        stage.cost(rule, Priority.STABILITY if key in old else Priority.TASTE, away, MINUTES_PER_DAY)


def placement_result(days: tuple[DayPlacement, ...]) -> StageResult:
    """Sum up the days: optimal only when every day is."""
    optimal = all(day.solved.proof is Proof.OPTIMAL for day in days)
    return StageResult(
        stage="placement",
        proof=Proof.OPTIMAL if optimal else Proof.FEASIBLE,
        objective=sum(day.solved.objective for day in days),
        bound=sum(day.solved.bound for day in days),
    )
