"""The decisions of the stages as entries of the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from kg.care import ItemKind, PlanItem
from ontologies.living import Dish
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.doses import DosePlan
from optimizer.menu import Days
from optimizer.names import name_of
from optimizer.needs import Needs
from optimizer.profile import PlanProfile
from optimizer.settings import MINUTES_PER_DAY, Settings, settings
from optimizer.template import Template
from optimizer.texts import joined, text, word
from optimizer.week import Week, visit_labels


def day_items(
    needs: Needs, knowledge: Ontology, template: Template, late: Mapping[tuple[int, str], int], figures: Settings
) -> list[PlanItem]:
    """Return sleep, doses and measurements of every day. `late` says when a meal begins that a visit puts off."""
    items = []
    for day in range(figures.days):
        items.append(_sleep(template, day))
        for dose in needs.doses:
            items += _doses(dose, template, day, {meal: start for (on, meal), start in late.items() if on == day}, figures)
    return items + _measurements(needs, knowledge, template, figures)


def _sleep(template: Template, day: int) -> PlanItem:
    return PlanItem(
        kind=ItemKind.SLEEP,
        code="sleep",
        label=word("sleep"),
        day=day,
        start=template.bed,
        minutes=MINUTES_PER_DAY - template.bed + template.wake,
        reason=text("reasons", "sleep"),
        constraint="sleep.floor",
    )


def _doses(dose: DosePlan, template: Template, day: int, late: Mapping[str, int], figures: Settings) -> list[PlanItem]:
    """Place a day's takings; one that goes with a meal waits for it where a visit puts the meal off."""
    usual = template.doses[dose.drug]
    starts = [_with_meal(dose, start, template, late) for start in usual]
    if any(later - earlier < dose.interval for earlier, later in pairwise(starts)):
        starts = list(usual)  # the spacing of doses comes before the meal
    reason = text("reasons", "dose") if dose.timing == "Any" else text("reasons", "dose-food", rule=word(dose.timing))
    return [
        PlanItem(
            kind=ItemKind.DOSE,
            code=dose.drug,
            label=dose.label,
            day=day,
            start=start,
            minutes=figures.doses["minutes"],
            reason=reason,
            constraint=f"dose.spacing:{dose.drug}" if dose.times > 1 else None,
            amount=dose.amount,
        )
        for start in starts
    ]


def _with_meal(dose: DosePlan, start: int, template: Template, late: Mapping[str, int]) -> int:
    """Return when a taking is due that is tied to a meal."""
    tied = dose.timing == "WithMeals" and not dose.clock
    return next((late[meal] for meal, begins in template.meals.items() if tied and begins == start and meal in late), start)


def _measurements(needs: Needs, knowledge: Ontology, template: Template, figures: Settings) -> list[PlanItem]:
    return [
        PlanItem(
            kind=ItemKind.MEASUREMENT,
            code=quantity,
            label=name_of(quantity, knowledge),
            day=day,
            start=start,
            minutes=figures.measurements["minutes"],
            reason=text("reasons", "measurement"),
            constraint=f"target:{target}" if target else None,
        )
        for quantity, days_per_week, _moment, target in needs.measurements
        for day in spaced_days(days_per_week, figures.days)
        for start in template.measures[quantity]
    ]


def spaced_days(times: int, days: int) -> tuple[int, ...]:
    """Spread so many days evenly over the week.

    >>> spaced_days(2, 7)
    (0, 3)
    """
    return tuple(n * days // times for n in range(min(times, days)))


def week_items(profile: PlanProfile, knowledge: Ontology, week: Week, starts: Mapping[tuple[str, int], int]) -> list[PlanItem]:
    """Return the activities and visits."""
    items = [_activity(knowledge, code, day, minutes, starts[code, day]) for (code, day), minutes in week.sessions.items()]
    labels = visit_labels(profile, knowledge)
    return items + [_visit(profile, n, day, labels[n], starts["visit", n]) for n, day in sorted(week.visits.items())]


def _activity(knowledge: Ontology, code: str, day: int, minutes: int, start: int) -> PlanItem:
    activity = knowledge.activities[code]
    return PlanItem(
        kind=ItemKind.ACTIVITY,
        code=code,
        label=activity.label,
        day=day,
        start=start,
        minutes=minutes,
        reason=text("reasons", "activity", kind=joined([word(kind) for kind in activity.kinds])),
        constraint="activity.time",
    )


def _visit(profile: PlanProfile, number: int, day: int, label: Text, start: int) -> PlanItem:
    visit = profile.visits[number]
    reason = "visit-fasting" if visit.fasting else "visit"
    return PlanItem(
        kind=visit.kind,
        code=visit.code,
        label=label,
        day=day,
        start=start,
        minutes=visit.minutes,
        reason=text("reasons", reason, day=visit.latest_day + 1),
        constraint=f"visit.due:{visit.code}/{number}",
    )


def menu_items(days: Days, knowledge: Ontology, template: Template, starts: Mapping[tuple[int, str], int], needs: Needs) -> list[PlanItem]:
    """Return the meals, each at the time of its slot, or at the time that `starts` names for a day and slot."""
    items = []
    for (day, slot), code in sorted(days.items()):
        start, minutes = meal_time(slot, template)
        begins = starts.get((day, slot), start)
        items.append(_meal(knowledge.dishes[code], slot, needs.portion, day=day, start=begins, minutes=minutes))
    return items


def _meal(dish: Dish, slot: str, portion: float, *, day: int, start: int, minutes: int) -> PlanItem:
    served = {name: round(getattr(dish.nutrients, name) * portion) for name in ("kcal", "protein_g", "sodium_mg")}
    return PlanItem(
        kind=ItemKind.MEAL,
        code=dish.id,
        label=dish.label,
        day=day,
        start=start,
        minutes=minutes,
        reason=text("reasons", "meal", kcal=served["kcal"], protein=served["protein_g"], sodium=served["sodium_mg"]),
        constraint=f"meal:{slot}",
        amount=f"× {portion:g}",
    )


def snack_starts(
    template: Template, planned: list[PlanItem], late: Mapping[tuple[int, str], int], figures: Settings
) -> dict[tuple[int, str], int]:
    """Return when the snack is had on each day: at its time, later after a late meal, or as soon as what is planned then is over."""
    starts = {}
    usual, minutes = meal_time("snack", template)
    after = figures.day["snack"]["after"]
    lasting = frozenset({ItemKind.ACTIVITY, ItemKind.TEST, ItemKind.APPOINTMENT})
    for day in range(figures.days):
        start = usual + late.get((day, after), template.meals[after]) - template.meals[after]
        for item in sorted((i for i in planned if i.day == day and i.kind in lasting), key=lambda i: i.start):
            if item.start < start + minutes and start < item.start + item.minutes:
                start = item.start + item.minutes
        starts[day, "snack"] = start
    return starts


def meal_time(slot: str, template: Template) -> tuple[int, int]:
    """Return when a slot of the menu begins and how long it lasts (minutes)."""
    figures = settings()
    if slot in template.meals:
        return template.meals[slot], figures.meals[slot].minutes
    snack = figures.day["snack"]
    return template.meals[snack["after"]] + snack["minutes_later"], snack["minutes"]
