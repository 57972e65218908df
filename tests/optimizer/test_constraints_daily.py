"""Each constraint on the day means what its name says: compared with every assignment of a small day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.care import Tier
from ontologies.text import Text
from optimizer.constraints.daily import (
    DayVars,
    add_habits,
    add_meal_spacing,
    add_sleep_floor,
    add_sleep_target,
    add_time_wishes,
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
from optimizer.doses import DosePlan
from optimizer.needs import Limit
from optimizer.profile import PlanWish
from optimizer.settings import Separation, Settings
from optimizer.stage import Stage, solve
from optimizer.template import Template

Agrees = Callable[..., list[dict[str, int]]]

SLOTS = 6
LABEL = Text(en="x", zh="x")


def small_day(stage: Stage, **fixed: int) -> DayVars:
    """Return a day of six slots; what is fixed has one value."""

    def moment(name: str) -> Any:
        value = fixed.get(name)
        return stage.number(name, value or 0, SLOTS - 1 if value is None else value)

    return DayVars(wake=moment("wake"), bed=moment("bed"), meals={meal: moment(meal) for meal in ("breakfast", "lunch", "dinner")})


def dose(times: int, **changes: Any) -> DosePlan:
    usual = {"drug": "d:x", "label": LABEL, "times": times, "interval": 480, "timing": "Any", "clock": (), "amount": None}
    return DosePlan(**{**usual, "classes": frozenset(), **changes})  # type: ignore[arg-type]  # one test changes what it likes


def limit(measure: str, low: float | None = None, high: float | None = None) -> Limit:
    return Limit(target="l:x", label=LABEL, source=None, measure=measure, per="day", at_least=low, at_most=high, hard=False)


def test_sleep_floor(agrees: Agrees, coarse: Settings) -> None:
    """Sleep lasts at least six and at most ten hours."""
    stage = Stage("template")
    day = small_day(stage)
    add_sleep_floor(stage, day, coarse)
    domains = {"wake": range(SLOTS), "bed": range(SLOTS)}
    assert agrees(stage, {"wake": day.wake, "bed": day.bed}, domains, lambda v: 360 <= (SLOTS - v["bed"] + v["wake"]) * 240 <= 600) == []


def test_sleep_target_prices_the_distance(coarse: Settings) -> None:
    """Four hours of sleep against an aim of eight cost one slot, weighted."""
    stage = Stage("template")
    day = small_day(stage, wake=1, bed=5)
    add_sleep_target(stage, day, (limit("sleep-hours", 12, 12),), coarse)
    assert solve(stage).objective == coarse.weights["sleep_short"]


def test_meal_spacing(agrees: Agrees, coarse: Settings) -> None:
    """Meals come after waking, a slot apart, and supper well before bed."""
    stage = Stage("template")
    day = small_day(stage, wake=1, bed=5)
    add_meal_spacing(stage, day, coarse)
    domains = {meal: range(SLOTS) for meal in day.meals}

    def meaning(v: dict[str, int]) -> bool:
        return v["breakfast"] >= 1 and v["breakfast"] < v["lunch"] < v["dinner"] < 5

    assert agrees(stage, day.meals, domains, meaning) == []


def test_time_wishes(agrees: Agrees, coarse: Settings, wish: Callable[[str, str], PlanWish]) -> None:
    """A wished time is that time; a wish that is none is left alone."""
    stage = Stage("template")
    day = small_day(stage)
    add_time_wishes(stage, day, (wish("wake", "08:00"), wish("dinner", "16:00"), wish("rest-day", "monday")), coarse)
    variables = {"wake": day.wake, "dinner": day.meals["dinner"]}
    assert agrees(stage, variables, {n: range(SLOTS) for n in variables}, lambda v: v["wake"] == 2 and v["dinner"] == 4) == []
    assert {bound.tier for bound in stage.bounds.values()} == {Tier.WISH}


def test_habits_cost_their_distance(coarse: Settings) -> None:
    """At the usual times habits cost nothing."""
    stage = Stage("template")
    add_habits(stage, small_day(stage), coarse)
    assert solve(stage).objective == 0


@pytest.mark.parametrize("times", [1, 2, 3])
def test_dose_spacing(agrees: Agrees, coarse: Settings, times: int) -> None:
    """Takings are in order and an interval apart, over midnight as well."""
    stage = Stage("template")
    day = small_day(stage, wake=0, bed=5, breakfast=0, lunch=1, dinner=2)
    plan = dose(times)
    new_doses(stage, day, (plan,), coarse)
    add_dose_spacing(stage, day, plan, coarse)
    variables = {str(n): moment for n, moment in enumerate(day.doses["d:x"])}

    def meaning(v: dict[str, int]) -> bool:
        moments = [v[str(n)] for n in range(times)]
        gaps = [later - earlier for earlier, later in zip(moments, [*moments[1:], moments[0] + SLOTS], strict=True)]
        return times == 1 or min(gaps) * 240 >= 480

    assert agrees(stage, variables, {name: range(SLOTS) for name in variables}, meaning) == []


def test_waking_doses(agrees: Agrees, coarse: Settings) -> None:
    """A medicine once a day is taken between waking and bed."""
    stage = Stage("template")
    day = small_day(stage, wake=2, bed=4)
    plan = dose(1)
    new_doses(stage, day, (plan,), coarse)
    add_waking_doses(stage, day, plan, coarse)
    assert agrees(stage, {"t": day.doses["d:x"][0]}, {"t": range(SLOTS)}, lambda v: 2 <= v["t"] <= 4) == []


def test_prescribed_times_are_kept(agrees: Agrees, coarse: Settings) -> None:
    """What was prescribed for eight o'clock is taken at eight o'clock."""
    stage = Stage("template")
    day = small_day(stage)
    plan = dose(1, clock=(480,))
    new_doses(stage, day, (plan,), coarse)
    add_prescribed_times(stage, day, plan, coarse)
    assert agrees(stage, {"t": day.doses["d:x"][0]}, {"t": range(SLOTS)}, lambda v: v["t"] == 2) == []


def test_even_spread_prefers_equal_gaps(coarse: Settings) -> None:
    """Twice a day is best twelve hours apart, and then costs nothing."""
    stage = Stage("template")
    day = small_day(stage)
    plan = dose(2)
    new_doses(stage, day, (plan,), coarse)
    add_even_spread(stage, day, plan, coarse)
    assert solve(stage).objective == 0


@pytest.mark.parametrize(
    ("timing", "meaning"),
    [
        ("WithMeals", lambda v: v["t"] in (1, 2, 4)),
        ("Morning", lambda v: v["t"] == 1),
        ("Evening", lambda v: v["t"] == 5),
        ("Bedtime", lambda v: v["t"] == 5),
        ("Any", lambda _: True),
    ],
)
def test_food_rule(agrees: Agrees, coarse: Settings, timing: str, meaning: Callable[[dict[str, int]], bool]) -> None:
    """With meals means at a meal, morning near waking, evening from 17:00, bedtime near bed."""
    stage = Stage("template")
    day = small_day(stage, wake=1, breakfast=1, lunch=2, dinner=4, bed=5)
    plan = dose(1, timing=timing)
    new_doses(stage, day, (plan,), coarse)
    add_waking_doses(stage, day, plan, coarse)
    add_food_rule(stage, day, plan, coarse)

    def awake(v: dict[str, int]) -> bool:
        return 1 <= v["t"] <= 5 and meaning(v)

    assert agrees(stage, {"t": day.doses["d:x"][0]}, {"t": range(SLOTS)}, awake) == []


def test_before_meals_leads_by_half_an_hour(agrees: Agrees, figures: Settings) -> None:
    """On the fine grid a dose before meals stands half an hour before one of them."""
    stage = Stage("template")
    day = DayVars(wake=stage.number("w", 24, 24), bed=stage.number("b", 90, 90), meals={m: stage.number(m, n, n) for m, n in _FINE.items()})
    plan = dose(1, timing="BeforeMeals")
    new_doses(stage, day, (plan,), figures)
    add_food_rule(stage, day, plan, figures)
    assert agrees(stage, {"t": day.doses["d:x"][0]}, {"t": range(96)}, lambda v: v["t"] in (30, 48, 72)) == []


_FINE = {"breakfast": 32, "lunch": 50, "dinner": 74}


def test_separation(agrees: Agrees, coarse: Settings) -> None:
    """Two medicines that bind each other stay eight hours apart around the clock."""
    stage = Stage("template")
    day = small_day(stage)
    one, other = dose(1), dose(1, drug="d:y")
    new_doses(stage, day, (one, other), coarse)
    add_separation(stage, day, (one, other), Separation(one=("d:x",), other=("d:y",), minutes=480), coarse)
    variables = {"x": day.doses["d:x"][0], "y": day.doses["d:y"][0]}

    def meaning(v: dict[str, int]) -> bool:
        apart = abs(v["x"] - v["y"])
        return min(apart, SLOTS - apart) >= 2

    assert agrees(stage, variables, {name: range(SLOTS) for name in variables}, meaning) == []


def test_separations_are_found_by_drug_and_class(figures: Settings) -> None:
    """Levothyroxine and anything that belongs to the binding classes make a pair; others do not."""
    thyroid = dose(1, drug="d:levothyroxine")
    iron = dose(1, drug="d:iron", classes=frozenset({"dc:polyvalent-cation"}))
    other = dose(1, drug="d:z")
    assert [(a.drug, b.drug) for (a, b), _ in separations_of((thyroid, iron, other), figures)] == [("d:levothyroxine", "d:iron")]


def test_fasting_spacing(agrees: Agrees, coarse: Settings) -> None:
    """The second dose leaves its interval after a breakfast that a fasting test delays."""
    stage = Stage("template")
    day = small_day(stage)
    plan = dose(2, timing="WithMeals")
    new_doses(stage, day, (plan,), coarse)
    add_fasting_spacing(stage, day, plan, 480, coarse)
    assert agrees(stage, {"t": day.doses["d:x"][1]}, {"t": range(SLOTS)}, lambda v: v["t"] * 240 >= 960) == []


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [("after-waking", {(1,)}), ("morning", {(1,), (2,)}), ("evening", {(5,)}), ("morning-and-evening", {(1, 5), (2, 5)})],
)
def test_measurements(agrees: Agrees, coarse: Settings, moment: str, allowed: set[tuple[int, ...]]) -> None:
    """Each measurement has its moment: on waking, before breakfast, or between supper and bed."""
    stage = Stage("template")
    day = small_day(stage, wake=1, breakfast=2, lunch=3, dinner=4, bed=5)
    add_measurement(stage, day, "q:x", LABEL, moment)
    variables = {str(n): variable for n, variable in enumerate(day.measures["q:x"])}
    domains = {name: range(SLOTS) for name in variables}
    assert agrees(stage, variables, domains, lambda v: tuple(v[name] for name in variables) in allowed) == []


def test_few_moments_charge_a_lonely_dose(coarse: Settings) -> None:
    """A dose at a meal costs nothing; one at a moment of its own costs one."""
    for moment, price in ((2, 0), (3, 1)):
        stage = Stage("template")
        day = small_day(stage, wake=1, breakfast=2, lunch=4, dinner=4, bed=5)
        new_doses(stage, day, (dose(1),), coarse)
        stage.model.add(day.doses["d:x"][0] == moment)
        add_few_moments(stage, day, coarse)
        assert solve(stage).objective == price


def test_kept_times_charge_what_moves(coarse: Settings) -> None:
    """Re-planning with nothing in the way moves nothing."""
    stage = Stage("template")
    day = small_day(stage)
    old = Template(wake=240, bed=1200, meals={"breakfast": 480}, doses={}, measures={})
    add_kept_times(stage, day, old, coarse)
    solved = solve(stage)
    assert solved.objective == 0
    assert solved.value is not None
    assert (solved.value(day.wake), solved.value(day.bed), solved.value(day.meals["breakfast"])) == (1, 5, 2)
