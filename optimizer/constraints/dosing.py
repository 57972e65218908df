"""Constraints on medicines and home measurements within the day. Times are slots of the day."""

from __future__ import annotations

from typing import Any

from kg.care import Tier
from ontologies.text import Text
from optimizer.constraints.daily import MEALS, DayVars, slots_per_day
from optimizer.doses import DosePlan
from optimizer.settings import Separation, Settings, minutes_of
from optimizer.stage import Priority, Stage
from optimizer.texts import constraint_text, word


def new_doses(stage: Stage, day: DayVars, doses: tuple[DosePlan, ...], figures: Settings) -> None:
    """Make the variables of all doses, in order through the waking day (or the whole day when there are too many)."""
    last = slots_per_day(figures) - 1
    for dose in doses:
        day.doses[dose.drug] = tuple(stage.number(f"{dose.drug} {n}", 0, last) for n in range(dose.times))


def add_prescribed_times(stage: Stage, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    """Keep the times that were prescribed."""
    if len(dose.clock) != dose.times:
        return
    rule = stage.rule(f"dose.clock:{dose.drug}", Tier.SAFETY, constraint_text("dose.clock", drug=dose.label))
    for moment, minutes in zip(day.doses[dose.drug], dose.clock, strict=True):
        stage.require(rule, stage.model.add(moment == minutes // figures.slot))


def add_waking_doses(stage: Stage, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    """Take medicines while awake, unless their interval does not allow it or their times were prescribed."""
    if dose.clock or (dose.times - 1) * dose.interval > _shortest_waking_day(figures):
        return
    for moment in day.doses[dose.drug]:
        stage.model.add(moment >= day.wake)
        stage.model.add(moment <= day.bed)


def _shortest_waking_day(figures: Settings) -> int:
    return figures.bed.earliest - figures.wake.latest


def add_dose_spacing(stage: Stage, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    """Keep the least interval between two takings, over midnight as well."""
    if dose.times < 2:
        return
    rule = stage.rule(f"dose.spacing:{dose.drug}", Tier.SAFETY, constraint_text("dose.spacing", drug=dose.label, hours=dose.interval / 60))
    least = -(-dose.interval // figures.slot)
    for gap in gaps(day.doses[dose.drug], figures):
        stage.require(rule, stage.model.add(gap >= least))


def gaps(moments: tuple[Any, ...], figures: Settings) -> tuple[Any, ...]:
    """Return the gaps between successive takings; the last one goes over midnight."""
    following = (*moments[1:], moments[0] + slots_per_day(figures))
    return tuple(later - earlier for earlier, later in zip(moments, following, strict=True))


def add_even_spread(stage: Stage, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    """Spread takings evenly as far as sleep allows."""
    if dose.times < 2 or dose.clock:
        return
    rule = stage.rule(f"dose.even:{dose.drug}", Tier.CLINICAL, constraint_text("dose.even", drug=dose.label))
    ideal = slots_per_day(figures) // dose.times
    for n, gap in enumerate(gaps(day.doses[dose.drug], figures)):
        short = stage.shortfall(f"{dose.drug} gap {n}", gap, ideal, 1, ideal)
        stage.cost(rule, Priority.CLINICAL, short, ideal)


def add_food_rule(stage: Stage, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    """Take each dose with or before a meal, in the morning, in the evening or at bedtime, as the medicine asks."""
    if dose.clock or dose.timing == "Any":
        return
    rule = stage.rule(f"dose.food:{dose.drug}", Tier.SAFETY, constraint_text("dose.food", drug=dose.label, rule=word(dose.timing)))
    moments = day.doses[dose.drug]
    if dose.timing in ("WithMeals", "BeforeMeals"):
        lead = figures.doses["before_meal_minutes"] // figures.slot if dose.timing == "BeforeMeals" else 0
        _tie_to_meals(stage, rule, day, moments, lead)
    else:
        _tie_to_hour(stage, rule, day, dose, figures)


def _tie_to_meals(stage: Stage, rule: str, day: DayVars, moments: tuple[Any, ...], lead: int) -> None:
    """Tie as many takings as there are meals, each to its own meal; the earliest meals are preferred."""
    for n, moment in enumerate(moments[: len(MEALS)]):
        chosen = [stage.flag(f"{rule} {n} {meal}") for meal in MEALS]
        stage.require(rule, stage.model.add(sum(chosen) == 1))
        for meal, flag in zip(MEALS, chosen, strict=True):
            stage.require(rule, stage.model.add(moment == day.meals[meal] - lead), flag)
        stage.cost(rule, Priority.TASTE, sum(place * flag for place, flag in enumerate(chosen)), len(MEALS) - 1)


def _tie_to_hour(stage: Stage, rule: str, day: DayVars, dose: DosePlan, figures: Settings) -> None:
    moments, timing = day.doses[dose.drug], dose.timing
    if timing == "Morning":
        stage.require(rule, stage.model.add((moments[0] - day.wake) * figures.slot <= figures.doses["morning_within_minutes"]))
        stage.require(rule, stage.model.add(moments[0] >= day.wake))
    if timing == "Evening":
        stage.require(rule, stage.model.add(moments[-1] * figures.slot >= minutes_of(figures.doses["evening_from"])))
    if timing == "Bedtime":
        stage.require(rule, stage.model.add((day.bed - moments[-1]) * figures.slot <= figures.doses["bedtime_within_minutes"]))


def add_separation(stage: Stage, day: DayVars, pair: tuple[DosePlan, DosePlan], separation: Separation, figures: Settings) -> None:
    """Keep two medicines apart of which one binds the other, over midnight as well."""
    one, other = pair
    name = f"dose.apart:{one.drug}+{other.drug}"
    words = constraint_text("dose.apart", drug=one.label, other=other.label, hours=separation.minutes / 60)
    rule = stage.rule(name, Tier.SAFETY, words)
    least, whole = -(-separation.minutes // figures.slot), slots_per_day(figures)
    for n, first in enumerate(day.doses[one.drug]):
        for m, second in enumerate(day.doses[other.drug]):
            before = stage.flag(f"{name} {n} {m}")
            stage.require(rule, stage.model.add(second - first >= least), before)
            stage.require(rule, stage.model.add(first + whole - second >= least), before)
            stage.require(rule, stage.model.add(first - second >= least), before.negated())
            stage.require(rule, stage.model.add(second + whole - first >= least), before.negated())


def separations_of(doses: tuple[DosePlan, ...], figures: Settings) -> tuple[tuple[tuple[DosePlan, DosePlan], Separation], ...]:
    """Find the pairs of medicines that have to be kept apart."""
    return tuple(
        ((one, other), separation)
        for separation in figures.separations
        for one in doses
        for other in doses
        if one.drug != other.drug and _belongs(one, separation.one) and _belongs(other, separation.other)
    )


def _belongs(dose: DosePlan, codes: tuple[str, ...]) -> bool:
    return dose.drug in codes or not dose.classes.isdisjoint(codes)


def add_fasting_spacing(stage: Stage, day: DayVars, dose: DosePlan, resume: int, figures: Settings) -> None:
    """Keep the interval also when breakfast (and the dose with it) is delayed to `resume` (minutes) by a fasting test."""
    if dose.times < 2 or dose.timing != "WithMeals" or dose.clock:
        return
    rule = stage.rule(f"dose.fasting:{dose.drug}", Tier.SAFETY, constraint_text("dose.fasting", drug=dose.label))
    earliest = -(-(resume + dose.interval) // figures.slot)
    stage.require(rule, stage.model.add(day.doses[dose.drug][1] >= earliest))


def add_measurement(stage: Stage, day: DayVars, quantity: str, label: Text, moment: str) -> None:
    """Measure at the proper moment: on waking, before breakfast, or between supper and bed."""
    rule = stage.rule(f"measure.moment:{quantity}", Tier.SAFETY, constraint_text("measure.moment", quantity=label))
    morning = stage.number(f"{quantity} morning", 0, 96)
    evening = stage.number(f"{quantity} evening", 0, 96)
    if moment == "after-waking":
        stage.require(rule, stage.model.add(morning == day.wake))
    stage.require(rule, stage.model.add(morning >= day.wake))
    stage.require(rule, stage.model.add(morning <= day.meals["breakfast"]))
    stage.require(rule, stage.model.add(evening > day.meals["dinner"]))
    stage.require(rule, stage.model.add(evening <= day.bed))
    chosen = {"evening": (evening,), "morning-and-evening": (morning, evening)}
    day.measures[quantity] = chosen.get(moment, (morning,))


def add_few_moments(stage: Stage, day: DayVars, figures: Settings) -> None:
    """Prefer doses and measurements at moments that the day has anyway."""
    rule = stage.rule("day.moments", Tier.BURDEN, constraint_text("day.moments"))
    anchors = [day.wake, *day.meals.values(), day.bed]
    for name, moments in (*day.doses.items(), *day.measures.items()):
        for n, moment in enumerate(moments):
            at = [stage.flag(f"{name} {n} at {k}") for k in range(len(anchors))]
            for flag, anchor in zip(at, anchors, strict=True):
                stage.model.add(moment == anchor).only_enforce_if(flag)
            alone = stage.flag(f"{name} {n} alone")
            stage.model.add_bool_or(*at, alone)
            stage.cost(rule, Priority.BURDEN, alone, 1)
