"""Each constraint on the week means what its name says: compared with every assignment of a small week."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kg.record import Circumstances, Patient
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.constraints.activity_wishes import add_activity_wishes
from optimizer.constraints.movement import (
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
from optimizer.constraints.visits import add_due_days, add_opening_days, add_soon, add_together, add_visits_a_day, new_visits, open_days
from optimizer.needs import Limit, needs_of
from optimizer.profile import PlanProfile, PlanWish, Visit
from optimizer.settings import Settings
from optimizer.stage import Stage, solve

Agrees = Callable[..., list[dict[str, int]]]

WALK, CHAIR = "a:walking-moderate", "a:chair-exercises"
MakeProfile = Callable[..., PlanProfile]


@pytest.fixture
def short(figures: Settings) -> Settings:
    """Return the figures with a week of two days."""
    return replace(figures, days=2, movement={**figures.movement, "minutes_a_day": 30})


@pytest.fixture
def small(knowledge: Ontology, short: Settings) -> tuple[Stage, WeekVars]:
    stage = Stage("week")
    return stage, new_week(stage, (knowledge.activities[CHAIR], knowledge.activities[WALK]), short)


def limit(measure: str, low: float | None = None, high: float | None = None) -> Limit:
    label = Text(en="x", zh="x")
    return Limit(target="l:x", label=label, source=None, measure=measure, per="week", at_least=low, at_most=high, hard=False)


def units(week: WeekVars) -> dict[str, Any]:
    return {f"{code}/{day}": variable for (code, day), variable in week.units.items()}


def small_domains(week: WeekVars) -> dict[str, range]:
    return {name: range(4) for name in units(week)}


def test_sessions_have_their_length(agrees: Agrees, small: tuple[Stage, WeekVars]) -> None:
    """A session is not at all or within its lengths, and a day holds at most half an hour here."""
    stage, week = small

    def meaning(v: dict[str, int]) -> bool:
        return all(v[f"{CHAIR}/{d}"] + v[f"{WALK}/{d}"] <= 3 for d in range(2))

    assert agrees(stage, units(week), small_domains(week), meaning) == []


def test_free_time(agrees: Agrees, small: tuple[Stage, WeekVars]) -> None:
    """A day's activity fits its capacity, a session the longest stretch."""
    stage, week = small
    add_free_time(stage, week, (3, 1), (2, 1))

    def meaning(v: dict[str, int]) -> bool:
        first, second = (v[f"{CHAIR}/0"], v[f"{WALK}/0"]), (v[f"{CHAIR}/1"], v[f"{WALK}/1"])
        return sum(first) <= 3 and max(first) <= 2 and sum(second) <= 1

    assert agrees(stage, units(week), small_domains(week), meaning) == []


def test_one_session_a_day(agrees: Agrees, small: tuple[Stage, WeekVars], short: Settings) -> None:
    """With one session a day and one day for each activity, no two share a day."""
    stage, week = small
    strict = replace(short, movement={**short.movement, "sessions_a_day": 1, "days_per_activity": 1})
    add_sessions(stage, week, strict)

    def meaning(v: dict[str, int]) -> bool:
        days = all(not (v[f"{CHAIR}/{d}"] and v[f"{WALK}/{d}"]) for d in range(2))
        once = all(not (v[f"{a}/0"] and v[f"{a}/1"]) for a in (CHAIR, WALK))
        return days and once and all(v[f"{CHAIR}/{d}"] + v[f"{WALK}/{d}"] <= 3 for d in range(2))

    assert agrees(stage, units(week), small_domains(week), meaning) == []


def test_withheld(agrees: Agrees, small: tuple[Stage, WeekVars]) -> None:
    """Until seen nothing at all is done."""
    stage, week = small
    add_withheld(stage, week)
    assert agrees(stage, units(week), small_domains(week), lambda v: not any(v.values())) == []


def test_suitability(
    agrees: Agrees, small: tuple[Stage, WeekVars], make_profile: MakeProfile, person: Patient, knowledge: Ontology
) -> None:
    """In a wheelchair the walk is never planned; the chair exercises may be."""
    stage, week = small
    profile = make_profile(person=replace(person, circumstances=Circumstances(mobility=("wheelchair",))))
    add_suitability(stage, week, needs_of(profile, knowledge), {})

    def meaning(v: dict[str, int]) -> bool:
        return not v[f"{WALK}/0"] and not v[f"{WALK}/1"]

    assert agrees(stage, units(week), small_domains(week), meaning) == []


@pytest.mark.parametrize(
    ("aim", "done", "price"),
    [
        (limit("moderate-minutes", 40), {WALK: (3, 1)}, 0),
        (limit("moderate-minutes", 40), {WALK: (2, 0)}, 4),
        (limit("moderate-minutes", 40), {CHAIR: (3, 3)}, 8),
        (limit("moderate-minutes", None, 20), {WALK: (3, 0)}, 1),
        (limit("strength-days", 2), {CHAIR: (1, 1)}, 0),
        (limit("strength-days", 2), {CHAIR: (1, 0)}, 3),
        (limit("active-days", 2), {WALK: (1, 0)}, 3),
        (limit("rest-days-in-a-row", None, 1), {}, 3),
        (limit("rest-days-in-a-row", None, 1), {WALK: (1, 0)}, 0),
    ],
)
def test_targets_price_their_shortfall(
    small: tuple[Stage, WeekVars], short: Settings, aim: Limit, done: dict[str, tuple[int, int]], price: int
) -> None:
    """Each aim costs exactly what is missing or too much, weighted."""
    stage, week = small
    add_activity_target(stage, week, aim, short)
    for (code, day), variable in week.units.items():
        stage.model.add(variable == done.get(code, (0, 0))[day])
    assert solve(stage).objective == price


def test_session_length(agrees: Agrees, small: tuple[Stage, WeekVars], short: Settings) -> None:
    """A target's longest session binds every session."""
    stage, week = small
    add_activity_target(stage, week, limit("session-minutes", None, 10), short)
    assert agrees(stage, units(week), small_domains(week), lambda v: max(v.values()) <= 1) == []


def test_burden_and_taste_are_least_for_nothing(small: tuple[Stage, WeekVars], short: Settings) -> None:
    """Comfort alone would do nothing: only benefit makes a plan active."""
    stage, week = small
    add_activity_burden(stage, week, low_income=True, figures=short)
    add_activity_taste(stage, week, (), ())
    assert solve(stage).objective == 0


@pytest.mark.parametrize(
    ("name", "value", "meaning"),
    [
        ("include", WALK, lambda v: v[f"{WALK}/0"] or v[f"{WALK}/1"]),
        ("only", WALK, lambda v: not v[f"{CHAIR}/0"] and not v[f"{CHAIR}/1"]),
        ("avoid", WALK, lambda v: not v[f"{WALK}/0"] and not v[f"{WALK}/1"]),
        ("min-minutes", "40", lambda v: v[f"{WALK}/0"] + v[f"{WALK}/1"] >= 4),
        ("max-minutes", "20", lambda v: all(v[f"{WALK}/{d}"] + v[f"{CHAIR}/{d}"] <= 2 for d in range(2))),
        ("rest-day", "monday", lambda v: not v[f"{WALK}/0"] and not v[f"{CHAIR}/0"]),
    ],
)
def test_wishes(
    *,
    agrees: Agrees,
    small: tuple[Stage, WeekVars],
    short: Settings,
    make_profile: MakeProfile,
    wish: Callable[[str, str], PlanWish],
    name: str,
    value: str,
    meaning: Callable[[dict[str, int]], bool],
) -> None:
    """Each firm wish holds exactly when it is met (the plan starts on a Monday)."""
    stage, week = small
    add_activity_wishes(stage, week, (wish(name, value),), make_profile(), short)

    def whole(v: dict[str, int]) -> bool:
        return bool(meaning(v)) and all(v[f"{CHAIR}/{d}"] + v[f"{WALK}/{d}"] <= 3 for d in range(2))

    assert agrees(stage, units(week), small_domains(week), whole) == []


def test_counting(knowledge: Ontology, figures: Settings) -> None:
    """Moderate minutes count once, vigorous twice, light or strength alone not at all."""
    codes = (WALK, "a:running-jogging", "a:strolling", CHAIR)
    assert [counting(knowledge.activities[code], figures) for code in codes] == [1, 2, 0, 0]


def visits_week(profile: PlanProfile, days: int, figures: Settings) -> tuple[Stage, WeekVars, dict[str, Any], dict[str, range]]:
    stage = Stage("week")
    week = new_week(stage, (), replace(figures, days=days))
    new_visits(stage, week, profile)
    variables = {f"{n}/{day}": flag for (n, day), flag in week.visits.items()}
    return stage, week, variables, {name: range(2) for name in variables}


def test_due_days(agrees: Agrees, make_profile: MakeProfile, figures: Settings) -> None:
    """Each visit takes place once, within its days."""
    profile = make_profile(visits=(Visit(code="t:a", earliest_day=1, latest_day=2),))
    stage, week, variables, domains = visits_week(profile, 4, figures)
    add_due_days(stage, week, profile, (Text(en="a", zh="a"),))
    assert agrees(stage, variables, domains, lambda v: sum(v.values()) == 1 and v["0/1"] + v["0/2"] == 1) == []


def test_opening_days(agrees: Agrees, make_profile: MakeProfile, figures: Settings) -> None:
    """A plan that starts on a Friday holds no visit at the weekend, unless it is due at once."""
    profile = make_profile(start_date="2026-11-27", visits=(Visit(code="t:a", latest_day=6),))
    stage, week, variables, domains = visits_week(profile, 4, figures)
    add_opening_days(stage, week, profile, figures)
    assert agrees(stage, variables, domains, lambda v: not v["0/1"] and not v["0/2"]) == []
    assert open_days(profile, 0, figures) == frozenset(range(7))


def test_visits_a_day(agrees: Agrees, make_profile: MakeProfile, figures: Settings) -> None:
    """Two fasting tests never share a morning, and a day holds at most three visits."""
    visits = (Visit(code="t:a", fasting=True), Visit(code="t:b", fasting=True), Visit(code="t:c"), Visit(code="t:d"))
    profile = make_profile(visits=visits)
    stage, week, variables, domains = visits_week(profile, 1, figures)
    add_visits_a_day(stage, week, profile, figures)
    assert agrees(stage, variables, domains, lambda v: sum(v.values()) <= 3 and v["0/0"] + v["1/0"] <= 1) == []


def test_soon_and_together_prefer_one_early_day(make_profile: MakeProfile, figures: Settings) -> None:
    """Two visits without haste are both had on the first day."""
    profile = make_profile(visits=(Visit(code="t:a"), Visit(code="t:b")))
    stage, week, _, _ = visits_week(profile, 3, figures)
    add_due_days(stage, week, profile, (Text(en="a", zh="a"),) * 2)
    add_soon(stage, week, profile, replace(figures, days=3))
    add_together(stage, week, profile)
    solved = solve(stage)
    assert solved.value is not None
    assert [solved.value(week.visits[n, 0]) for n in range(2)] == [1, 1]
