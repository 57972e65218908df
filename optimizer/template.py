"""The first stage: one day's rhythm (sleep, meals, doses, measurements) that the week then repeats."""

from __future__ import annotations

from dataclasses import dataclass

from ontologies.ontology import Ontology
from optimizer.constraints.daily import (
    DayVars,
    add_habits,
    add_meal_spacing,
    add_sleep_floor,
    add_sleep_target,
    add_time_wishes,
    new_day,
)
from optimizer.constraints.dosing import (
    add_dose_spacing,
    add_even_spread,
    add_fasting_spacing,
    add_few_moments,
    add_food_rule,
    add_measurement,
    add_prescribed_times,
    add_separation,
    add_waking_doses,
    new_doses,
    separations_of,
)
from optimizer.constraints.stability import add_kept_times
from optimizer.names import name_of
from optimizer.needs import Needs
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings, minutes_of
from optimizer.stage import Solved, Stage

TIME_WISHES = (WishName.WAKE, WishName.BEDTIME, WishName.BREAKFAST, WishName.LUNCH, WishName.DINNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """The rhythm of every day, in minutes of the day."""

    wake: int
    bed: int
    meals: dict[str, int]
    doses: dict[str, tuple[int, ...]]
    measures: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateModel:
    """The stage with its variables."""

    stage: Stage
    day: DayVars


def build_template(
    profile: PlanProfile,
    needs: Needs,
    knowledge: Ontology,
    figures: Settings,
    *,
    wishes: tuple[PlanWish, ...],
    explaining: bool = False,
    old: Template | None = None,
) -> TemplateModel:
    """Build the model of the day."""
    stage = Stage("template", explaining)
    day = new_day(stage, figures)
    add_sleep_floor(stage, day, figures)
    add_meal_spacing(stage, day, figures)
    new_doses(stage, day, needs.doses, figures)
    _add_doses(stage, day, profile, needs, figures)
    for quantity, _days, moment, _target in needs.measurements:
        add_measurement(stage, day, quantity, name_of(quantity, knowledge), moment)
    add_time_wishes(stage, day, wishes, figures)
    if not explaining:
        add_sleep_target(stage, day, needs.limits_on("sleep-hours"), figures)
        add_few_moments(stage, day, figures)
        add_habits(stage, day, figures)
        if old is not None:
            add_kept_times(stage, day, old, figures)
    return TemplateModel(stage=stage, day=day)


def _add_doses(stage: Stage, day: DayVars, profile: PlanProfile, needs: Needs, figures: Settings) -> None:
    resume = fasting_resume(profile, figures)
    for dose in needs.doses:
        add_prescribed_times(stage, day, dose, figures)
        add_waking_doses(stage, day, dose, figures)
        add_dose_spacing(stage, day, dose, figures)
        add_food_rule(stage, day, dose, figures)
        if resume is not None:
            add_fasting_spacing(stage, day, dose, resume, figures)
        if not stage.explaining:
            add_even_spread(stage, day, dose, figures)
    for pair, separation in separations_of(needs.doses, figures):
        add_separation(stage, day, pair, separation, figures)


def fasting_resume(profile: PlanProfile, figures: Settings) -> int | None:
    """Return when one may eat on the day of the longest fasting test (minutes); None when there is none."""
    lengths = [visit.minutes for visit in profile.visits if visit.fasting]
    if not lengths:
        return None
    return minutes_of(figures.visits["fasting_latest"]) + max(lengths) + int(figures.visits["fasting_to_meal_minutes"])


def read_template(built: TemplateModel, solved: Solved, figures: Settings) -> Template:
    """Read the rhythm from a solution."""
    if solved.value is None:
        raise ValueError("A template is read from a solution only.")
    value, slot, day = solved.value, figures.slot, built.day
    return Template(
        wake=value(day.wake) * slot,
        bed=value(day.bed) * slot,
        meals={meal: value(moment) * slot for meal, moment in day.meals.items()},
        doses={drug: tuple(value(m) * slot for m in moments) for drug, moments in day.doses.items()},
        measures={quantity: tuple(value(m) * slot for m in moments) for quantity, moments in day.measures.items()},
    )
