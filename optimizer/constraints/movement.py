"""Constraints on the week of activities. Lengths are units of ten minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kg.care import Tier
from ontologies.living import Activity
from ontologies.text import Text
from optimizer.needs import Limit, Needs
from optimizer.profile import PlanWish
from optimizer.settings import Settings
from optimizer.stage import Expr, Priority, Stage
from optimizer.suitability import activity_refusals, matches
from optimizer.texts import constraint_text, word

COST_POINTS = {"free": 0, "low": 1, "medium": 2, "high": 4}
KIND_OF = {"strength-days": "Strength", "balance-days": "Balance", "relaxation-days": "Relaxation", "flexibility-days": "Flexibility"}


@dataclass(slots=True)
class WeekVars:
    """Whether, and for how many units, each activity is done on each day."""

    activities: tuple[Activity, ...]
    used: dict[tuple[str, int], Any] = field(default_factory=dict)
    units: dict[tuple[str, int], Any] = field(default_factory=dict)
    visits: dict[tuple[int, int], Any] = field(default_factory=dict)  # (number of the visit, day)
    totals: list[Any] = field(default_factory=list)  # units of a day
    moderate: list[Any] = field(default_factory=list)  # units of a day that count as moderate; vigorous ones count more
    days: int = 7

    def day_units(self, day: int) -> Any:
        """Return the units of all activities of a day."""
        return self.totals[day]

    def days_with(self, stage: Stage, kind: str | None) -> list[Any]:
        """Return, for each day, a flag that is only true when an activity of the kind (or any) is done."""
        flags = []
        for day in range(self.days):
            flag = stage.flag(f"{kind or 'any'} on {day}")
            chosen = [self.used[a.id, day] for a in self.activities if kind is None or kind in a.kinds]
            stage.model.add_bool_or(*chosen, flag.negated())
            flags.append(flag)
        return flags


def new_week(stage: Stage, activities: tuple[Activity, ...], figures: Settings) -> WeekVars:
    """Make the variables: each activity on each day, not at all or between its shortest and its longest session."""
    week = WeekVars(activities=activities, days=figures.days)
    for activity in activities:
        low, high = -(-activity.minutes_min // figures.unit), activity.minutes_max // figures.unit
        for day in range(week.days):
            used = week.used[activity.id, day] = stage.flag(f"{activity.id} {day}")
            units = week.units[activity.id, day] = stage.number(f"{activity.id} {day} units", 0, high)
            stage.model.add(units >= low).only_enforce_if(used)
            stage.model.add(units == 0).only_enforce_if(used.negated())
    for day in range(week.days):
        _add_totals(stage, week, day, figures)
    return week


def _add_totals(stage: Stage, week: WeekVars, day: int, figures: Settings) -> None:
    """Make the day's sums variables of their own: bounds on them then travel at once (proofs took minutes without)."""
    most = figures.movement["minutes_a_day"] // figures.unit
    factor = max((counting(activity, figures) for activity in week.activities), default=0)
    total, moderate = stage.number(f"units {day}", 0, most), stage.number(f"moderate {day}", 0, factor * most)
    stage.model.add(total == sum(week.units[a.id, day] for a in week.activities))
    stage.model.add(moderate == sum(counting(a, figures) * week.units[a.id, day] for a in week.activities))
    stage.model.add(moderate <= factor * total)
    week.totals.append(total)
    week.moderate.append(moderate)


def add_suitability(stage: Stage, week: WeekVars, needs: Needs, labels: dict[str, Text]) -> None:
    """Never plan what does not suit the person or is too much effort."""
    for activity in week.activities:
        for refusal in activity_refusals(activity, needs):
            why = labels.get(refusal.code) or word(refusal.code)
            name = f"{refusal.constraint}:{activity.id}/{refusal.code}"
            rule = stage.rule(name, Tier.SAFETY, constraint_text(name, activity=activity.label, why=why))
            for day in range(week.days):
                stage.require(rule, stage.model.add(week.used[activity.id, day] == 0))


def add_withheld(stage: Stage, week: WeekVars) -> None:
    """Plan no exertion at all until somebody has seen the person."""
    rule = stage.rule("activity.withheld", Tier.SAFETY, constraint_text("activity.withheld"))
    for used in week.used.values():
        stage.require(rule, stage.model.add(used == 0))


def add_free_time(stage: Stage, week: WeekVars, capacity: tuple[int, ...], longest: tuple[int, ...]) -> None:
    """Fit each day's activity into its free hours, and each session into the longest free stretch."""
    rule = stage.rule("activity.time", Tier.SAFETY, constraint_text("activity.time"))
    for day in range(week.days):
        stage.require(rule, stage.model.add(week.day_units(day) <= capacity[day]))
        for activity in week.activities:
            stage.require(rule, stage.model.add(week.units[activity.id, day] <= longest[day]))


def add_sessions(stage: Stage, week: WeekVars, figures: Settings) -> None:
    """Keep to a sensible number of sessions a day, minutes a day, and days for one activity."""
    most = figures.movement["sessions_a_day"]
    rule = stage.rule("activity.session", Tier.SAFETY, constraint_text("activity.session", sessions=most))
    for day in range(week.days):
        stage.require(rule, stage.model.add(sum(week.used[a.id, day] for a in week.activities) <= most))
    for activity in week.activities:
        done = sum(week.used[activity.id, day] for day in range(week.days))
        stage.require(rule, stage.model.add(done <= figures.movement["days_per_activity"]))


def moderate_units(week: WeekVars) -> Expr:
    """Return the units of the week that count as moderate aerobic activity."""
    return sum(week.moderate)


def counting(activity: Activity, figures: Settings) -> int:
    """Return how often a minute of an activity counts towards the weekly aim."""
    if "Aerobic" not in activity.kinds or activity.met < figures.movement["moderate_met"]:
        return 0
    return int(figures.movement["vigorous_counts"]) if activity.met >= figures.movement["vigorous_met"] else 1


def add_activity_target(stage: Stage, week: WeekVars, limit: Limit, figures: Settings) -> None:
    """Aim at one figure of a lifestyle target; a hard one is kept."""
    if limit.measure == "moderate-minutes":
        add_moderate_minutes(stage, week, limit, figures)
    elif limit.measure == "active-days" or limit.measure in KIND_OF:
        add_days_with(stage, week, limit, figures)
    elif limit.measure == "rest-days-in-a-row":
        add_rest_gaps(stage, week, limit, figures)
    elif limit.measure == "session-minutes":
        add_session_length(stage, week, limit, figures)


def add_moderate_minutes(stage: Stage, week: WeekVars, limit: Limit, figures: Settings) -> None:
    """Aim at so many minutes of moderate activity a week."""
    rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
    total, weight = moderate_units(week), figures.weights["minutes_short"]
    if limit.at_least is not None:
        aim = -(-round(limit.at_least) // figures.unit)
        stage.cost(rule, Priority.CLINICAL, weight * stage.shortfall(f"{limit.name} short", total, aim, 1, aim), weight * aim)
    if limit.at_most is not None:
        most = week.days * figures.movement["minutes_a_day"] * figures.movement["vigorous_counts"] // figures.unit
        over = stage.excess(f"{limit.name} over", total, round(limit.at_most) // figures.unit, 1, most)
        stage.cost(rule, Priority.CLINICAL, over, most)


def add_days_with(stage: Stage, week: WeekVars, limit: Limit, figures: Settings) -> None:
    """Aim at so many days with an activity of a kind."""
    rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
    aim = min(round(limit.at_least or 0), week.days)
    done = sum(week.days_with(stage, KIND_OF.get(limit.measure)))
    weight = figures.weights["days_short"]
    stage.cost(rule, Priority.CLINICAL, weight * stage.shortfall(f"{limit.name} short", done, aim, 1, aim), weight * aim)


def add_rest_gaps(stage: Stage, week: WeekVars, limit: Limit, figures: Settings) -> None:
    """Aim at no more than so many days in a row without activity."""
    rule = stage.rule(limit.name, Tier.CLINICAL, constraint_text("target", target=limit.label), limit.source)
    span, weight = round(limit.at_most or 0) + 1, figures.weights["rest_gap"]
    active = week.days_with(stage, None)
    for first in range(week.days - span + 1):
        gap = stage.flag(f"{limit.name} gap {first}")
        stage.model.add_bool_or(*active[first : first + span], gap)
        stage.cost(rule, Priority.CLINICAL, weight * gap, weight)


def add_session_length(stage: Stage, week: WeekVars, limit: Limit, figures: Settings) -> None:
    """Keep sessions no longer than the target says."""
    rule = stage.rule(limit.name, Tier.SAFETY, constraint_text("target", target=limit.label), limit.source)
    most = round(limit.at_most or 0) // figures.unit
    for units in week.units.values():
        stage.require(rule, stage.model.add(units <= most))


def add_activity_burden(stage: Stage, week: WeekVars, *, low_income: bool, figures: Settings) -> None:
    """Prefer few different activities, evenly spread days, few sessions and little money."""
    rule = stage.rule("activity.burden", Tier.BURDEN, constraint_text("activity.burden"))
    most = figures.movement["minutes_a_day"] // figures.unit
    peak = stage.number("longest day", 0, most)
    for day in range(week.days):
        stage.model.add(week.day_units(day) <= peak)
    stage.model.add(sum(week.day_units(day) for day in range(week.days)) <= week.days * peak)  # implied; tightens the bound
    stage.cost(rule, Priority.BURDEN, peak, most)
    factor = 2 if low_income else 1
    for activity in week.activities:
        done = stage.flag(f"{activity.id} at all")
        for day in range(week.days):
            stage.model.add_implication(week.used[activity.id, day], done)
        price = 1 + factor * COST_POINTS[activity.cost] + len(activity.equipment)
        stage.cost(rule, Priority.BURDEN, price * done, price)
    sessions = list(week.used.values())
    stage.cost(rule, Priority.BURDEN, sum(sessions), len(sessions))


def add_activity_taste(stage: Stage, week: WeekVars, likes: tuple[PlanWish, ...], dislikes: tuple[PlanWish, ...]) -> None:
    """Prefer what is liked; sessions of what is disliked cost most."""
    rule = stage.rule("activity.taste", Tier.TASTE, constraint_text("activity.taste"))
    for activity in week.activities:
        price = 1 - int(_named(activity, likes)) + 2 * int(_named(activity, dislikes))
        if price > 0:
            done = [week.used[activity.id, day] for day in range(week.days)]
            stage.cost(rule, Priority.TASTE, price * sum(done), price * len(done))


def _named(activity: Activity, wishes: tuple[PlanWish, ...]) -> bool:
    marks = (*activity.places, *activity.companies)
    return any(matches(wish.value, activity.id, activity.label, *marks) for wish in wishes)
