"""The second stage: which activities on which days and for how long, and the days of tests and appointments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ontologies.living import Activity
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.constraints.activity_wishes import add_activity_wishes, wished_for
from optimizer.constraints.movement import (
    COST_POINTS,
    KIND_OF,
    WeekVars,
    add_activity_burden,
    add_activity_target,
    add_activity_taste,
    add_free_time,
    add_sessions,
    add_suitability,
    add_withheld,
    counting,
    new_week,
)
from optimizer.constraints.stability import add_kept_numbers
from optimizer.constraints.visits import add_due_days, add_opening_days, add_soon, add_together, add_visits_a_day, new_visits
from optimizer.hours import Stretch, capacity_of
from optimizer.names import name_of
from optimizer.needs import Needs
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings
from optimizer.stage import Solved, Stage
from optimizer.suitability import matches, suitable_activities

WEEK_WISHES = (WishName.INCLUDE, WishName.ONLY, WishName.AVOID, WishName.MIN_MINUTES, WishName.MAX_MINUTES, WishName.REST_DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What is done on which day: minutes by activity and day, and the day of each visit."""

    sessions: Mapping[tuple[str, int], int]
    visits: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekModel:
    """The stage with its variables."""

    stage: Stage
    week: WeekVars


def candidates(profile: PlanProfile, needs: Needs, knowledge: Ontology, figures: Settings) -> tuple[Activity, ...]:
    """Choose what to offer: the most useful suitable activities, some of each kind that a target asks for, and all that is wished.

    Vigorous ones are offered only to those who like them. Of equally useful ones those come first that suit more people.
    """
    wished = _wished(profile, knowledge)
    if not needs.exertion:
        return wished
    gentle = [a for a in suitable_activities(knowledge, needs) if a.met < figures.movement["vigorous_met"] or _liked(a, profile)]
    ranked = sorted(gentle, key=lambda a: (-_usefulness(a, profile, needs, figures), len(a.not_with), -len(a.suits), a.id))
    chosen = ranked[: figures.movement["candidates"]]
    for measure, kind in KIND_OF.items():
        if needs.limits_on(measure):
            chosen += [a for a in ranked if kind in a.kinds][: figures.movement["candidates_of_kind"]]
    return tuple(sorted({a.id: a for a in (*chosen, *wished)}.values(), key=lambda a: a.id))


def _wished(profile: PlanProfile, knowledge: Ontology) -> tuple[Activity, ...]:
    wishes = profile.wishes_of(WishName.INCLUDE, WishName.ONLY)
    found = {a.id: a for wish in wishes for a in wished_for(wish, tuple(knowledge.activities.values()))}
    return tuple(found[code] for code in sorted(found))


def _liked(activity: Activity, profile: PlanProfile) -> int:
    return sum(matches(wish.value, activity.id, activity.label, *activity.places) for wish in profile.wishes_of(WishName.LIKE))


def _usefulness(activity: Activity, profile: PlanProfile, needs: Needs, figures: Settings) -> int:
    """Score what an activity adds to the targets and how well it is liked, less what it costs."""
    score = 4 * min(counting(activity, figures), 1) if needs.limits_on("moderate-minutes") else 0
    score += sum(3 for measure, kind in KIND_OF.items() if kind in activity.kinds and needs.limits_on(measure))
    score += 20 * _liked(activity, profile)
    score -= 20 * sum(matches(w.value, activity.id, activity.label, *activity.places) for w in profile.wishes_of(WishName.DISLIKE))
    return score - COST_POINTS[activity.cost] - len(activity.equipment)


def build_week(
    profile: PlanProfile,
    needs: Needs,
    knowledge: Ontology,
    figures: Settings,
    *,
    stretches: tuple[tuple[Stretch, ...], ...],
    wishes: tuple[PlanWish, ...],
    explaining: bool = False,
    old: Week | None = None,
) -> WeekModel:
    """Build the model of the week."""
    stage = Stage("week", explaining)
    week = new_week(stage, candidates(profile, needs, knowledge, figures), figures)
    new_visits(stage, week, profile)
    capacities = [capacity_of(of_day, figures) for of_day in stretches]
    add_suitability(stage, week, needs, _reasons(needs, knowledge))
    if not needs.exertion:
        add_withheld(stage, week)
    add_free_time(stage, week, tuple(c for c, _ in capacities), tuple(longest for _, longest in capacities))
    add_sessions(stage, week, figures)
    for limit in needs.limits_on("session-minutes"):
        add_activity_target(stage, week, limit, figures)
    add_due_days(stage, week, profile, visit_labels(profile, knowledge))
    add_opening_days(stage, week, profile, figures)
    add_visits_a_day(stage, week, profile, figures)
    add_activity_wishes(stage, week, wishes, profile, figures)
    if not explaining:
        _add_aims(stage, week, profile, needs, figures)
        if old is not None:
            _keep(stage, week, old, figures)
    return WeekModel(stage=stage, week=week)


def _reasons(needs: Needs, knowledge: Ontology) -> dict[str, Text]:
    """Name the targets and known diseases that can speak against an activity."""
    diseases = {code: knowledge.conditions[code].label for code in needs.history if code in knowledge.conditions}
    return {code: target.label for code, target in knowledge.targets.items()} | diseases


def _add_aims(stage: Stage, week: WeekVars, profile: PlanProfile, needs: Needs, figures: Settings) -> None:
    for limit in needs.limits:
        if needs.exertion and limit.measure != "session-minutes":
            add_activity_target(stage, week, limit, figures)
    add_soon(stage, week, profile, figures)
    add_activity_burden(stage, week, low_income=profile.person.circumstances.income == "low", figures=figures)
    add_together(stage, week, profile)
    add_activity_taste(stage, week, profile.wishes_of(WishName.LIKE), profile.wishes_of(WishName.DISLIKE))


def _keep(stage: Stage, week: WeekVars, old: Week, figures: Settings) -> None:
    most = figures.movement["minutes_a_day"] // figures.unit
    before = {key: minutes // figures.unit for key, minutes in old.sessions.items()}
    add_kept_numbers(stage, {key: (units, most) for key, units in week.units.items()}, before)
    add_kept_numbers(stage, {key: (held, 1) for key, held in week.visits.items()}, dict.fromkeys(old.visits.items(), 1))


def visit_labels(profile: PlanProfile, knowledge: Ontology) -> tuple[Text, ...]:
    """Return the name of each visit."""
    return tuple(visit.label or name_of(visit.code, knowledge) for visit in profile.visits)


def read_week(built: WeekModel, solved: Solved, figures: Settings) -> Week:
    """Read the week from a solution."""
    if solved.value is None:
        raise ValueError("A week is read from a solution only.")
    sessions = {key: solved.value(units) * figures.unit for key, units in built.week.units.items()}
    return Week(
        sessions={key: minutes for key, minutes in sorted(sessions.items(), key=lambda item: (item[0][1], item[0][0])) if minutes},
        visits={n: day for (n, day), held in built.week.visits.items() if solved.value(held)},
    )


def forbid_day(built: WeekModel, week: Week, day: int, figures: Settings) -> None:
    """Rule out what could not be placed on a day: the same visits with the same activities, at least as long."""
    escapes = [built.week.visits[n, day].negated() for n, on in week.visits.items() if on == day]
    for (code, on), minutes in week.sessions.items():
        if on == day:
            shorter = built.stage.flag(f"shorter {code} {day} {minutes}")
            built.stage.model.add(built.week.units[code, day] < minutes // figures.unit).only_enforce_if(shorter)
            escapes.append(shorter)
    built.stage.model.add_bool_or(*escapes)
