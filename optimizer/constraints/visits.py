"""Constraints on tests and appointments within the week."""

from __future__ import annotations

from kg.care import Tier
from ontologies.text import Text
from optimizer.constraints.movement import WeekVars
from optimizer.profile import PlanProfile
from optimizer.settings import Settings
from optimizer.stage import Priority, Stage
from optimizer.texts import constraint_text

SATURDAY = 5


def new_visits(stage: Stage, week: WeekVars, profile: PlanProfile) -> None:
    """Make the variables: the day of each visit."""
    for n in range(len(profile.visits)):
        for day in range(week.days):
            week.visits[n, day] = stage.flag(f"visit {n} on {day}")


def add_due_days(stage: Stage, week: WeekVars, profile: PlanProfile, labels: tuple[Text, ...]) -> None:
    """Hold each visit exactly once, between its earliest and its latest day."""
    for n, visit in enumerate(profile.visits):
        name = f"visit.due:{visit.code}/{n}"
        rule = stage.rule(name, Tier.SAFETY, constraint_text(name, visit=labels[n], day=visit.latest_day + 1))
        allowed = [week.visits[n, day] for day in range(week.days) if visit.earliest_day <= day <= visit.latest_day]
        stage.require(rule, stage.model.add(sum(allowed) == 1))
        stage.require(rule, stage.model.add(sum(week.visits[n, day] for day in range(week.days)) == 1))


def open_days(profile: PlanProfile, latest_day: int, figures: Settings) -> frozenset[int]:
    """Return the days on which a visit can be had: weekdays, and any day for what is due at once."""
    soon = latest_day <= figures.visits["any_day_within_days"]
    return frozenset(day for day in range(figures.days) if soon or profile.weekday(day) < SATURDAY)


def add_opening_days(stage: Stage, week: WeekVars, profile: PlanProfile, figures: Settings) -> None:
    """Use days on which the service is open."""
    rule = stage.rule("visit.hours", Tier.SAFETY, constraint_text("visit.hours"))
    for n, visit in enumerate(profile.visits):
        days = open_days(profile, visit.latest_day, figures)
        for day in range(week.days):
            if day not in days:
                stage.require(rule, stage.model.add(week.visits[n, day] == 0))


def add_visits_a_day(stage: Stage, week: WeekVars, profile: PlanProfile, figures: Settings) -> None:
    """Keep to a bearable number of visits a day, and to one fasting test a morning."""
    most = figures.visits["a_day"]
    rule = stage.rule("visit.daily", Tier.SAFETY, constraint_text("visit.daily", count=most))
    fasting = [n for n, visit in enumerate(profile.visits) if visit.fasting]
    for day in range(week.days):
        stage.require(rule, stage.model.add(sum(week.visits[n, day] for n in range(len(profile.visits))) <= most))
        stage.require(rule, stage.model.add(sum(week.visits[n, day] for n in fasting) <= 1))


def add_soon(stage: Stage, week: WeekVars, profile: PlanProfile, figures: Settings) -> None:
    """Prefer early days, the more so for what is due early."""
    rule = stage.rule("visit.soon", Tier.CLINICAL, constraint_text("visit.soon"))
    weight = figures.weights["late_visit"]
    for n, visit in enumerate(profile.visits):
        urgency = weight * (2 if visit.latest_day <= 2 else 1)
        stage.cost(rule, Priority.CLINICAL, sum(urgency * day * week.visits[n, day] for day in range(week.days)), urgency * (week.days - 1))


def add_together(stage: Stage, week: WeekVars, profile: PlanProfile) -> None:
    """Prefer few days with journeys."""
    rule = stage.rule("visit.together", Tier.BURDEN, constraint_text("visit.together"))
    for day in range(week.days if profile.visits else 0):
        out = stage.flag(f"journey on {day}")
        for n in range(len(profile.visits)):
            stage.model.add_implication(week.visits[n, day], out)
        stage.cost(rule, Priority.BURDEN, 2 * out, 2)
