"""Each constraint on the menu means what its name says; HiGHS agrees on the optimum of the weekly counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ortools.linear_solver import pywraplp

from kg.record import Circumstances, Patient
from ontologies.living import Dish, Nutrients
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.constraints.food import (
    MenuVars,
    add_cooking_limit,
    add_energy,
    add_food_burden,
    add_food_taste,
    add_food_wishes,
    add_hard_nutrient,
    add_meal_limit,
    add_meals,
    add_nutrient_target,
    add_permitted,
    add_repeats,
    contents,
    new_menu,
)
from optimizer.menu import build_menu
from optimizer.needs import Limit, Needs, needs_of
from optimizer.offering import offered, permitted
from optimizer.profile import PlanProfile, PlanWish
from optimizer.settings import Settings
from optimizer.stage import Stage, objective_of, solve

Agrees = Callable[..., list[dict[str, int]]]
MakeProfile = Callable[..., PlanProfile]
MakeWish = Callable[[str, str], PlanWish]
RICE, TOFU = "m:kung-pao-chicken", "m:mapo-tofu"


@pytest.fixture
def two_days(figures: Settings) -> Settings:
    return replace(figures, days=2, menu={**figures.menu, "repeats": 2})


@pytest.fixture
def needs(make_profile: MakeProfile, knowledge: Ontology) -> Needs:
    return replace(needs_of(make_profile(), knowledge), portion=1.0)


@pytest.fixture
def small(knowledge: Ontology, needs: Needs, two_days: Settings) -> tuple[Stage, MenuVars]:
    stage = Stage("menu")
    dishes = tuple(replace(knowledge.dishes[code], slots=("dinner",)) for code in (RICE, TOFU))
    return stage, new_menu(stage, dishes, needs, two_days)


def counts(menu: MenuVars) -> dict[str, Any]:
    return {code: variable for (code, _slot), variable in menu.counts.items()}


UNBOUNDED = 2**60  # CP-SAT writes "no bound" as the ends of 64 bits
DOMAINS = {RICE: range(3), TOFU: range(3)}


def limit(measure: str, low: float | None = None, high: float | None = None, per: str = "day") -> Limit:
    label = Text(en="x", zh="x")
    return Limit(target="l:x", label=label, source=None, measure=measure, per=per, at_least=low, at_most=high, hard=True)


def test_one_dinner_a_day(agrees: Agrees, small: tuple[Stage, MenuVars], two_days: Settings) -> None:
    """Two days have two dinners; with no breakfast on offer the week cannot be."""
    stage, menu = small
    add_repeats(stage, menu, replace(two_days, menu={**two_days.menu, "repeats": 1}))
    assert agrees(stage, counts(menu), DOMAINS, lambda v: v[RICE] <= 1 and v[TOFU] <= 1) == []
    add_meals(stage, menu, two_days)
    assert solve(stage).value is None


def test_permitted(agrees: Agrees, small: tuple[Stage, MenuVars], needs: Needs, two_days: Settings) -> None:
    """With an allergy to peanuts the dish with peanuts is never served."""
    stage, menu = small
    add_permitted(stage, menu, replace(needs, forbidden=frozenset({"x:peanut"})), two_days)
    assert agrees(stage, counts(menu), DOMAINS, lambda v: v[RICE] == 0) == []


def test_hard_nutrient_is_rounded_to_the_safe_side(
    agrees: Agrees, small: tuple[Stage, MenuVars], knowledge: Ontology, two_days: Settings
) -> None:
    """What the model admits never exceeds the limit in truth."""
    stage, menu = small
    add_hard_nutrient(stage, menu, limit("sodium_mg", high=700), two_days)
    salt = {code: knowledge.dishes[code].nutrients.sodium_mg for code in DOMAINS}
    wrong = agrees(stage, counts(menu), DOMAINS, lambda v: sum(salt[c] * n for c, n in v.items()) <= 1400)
    assert all(sum(salt[c] * n for c, n in v.items()) <= 1400 for v in wrong)


def test_energy_bounds(agrees: Agrees, small: tuple[Stage, MenuVars], needs: Needs, knowledge: Ontology, two_days: Settings) -> None:
    """A menu far below or above the need is refused."""
    stage, menu = small
    add_energy(stage, menu, replace(needs, energy=600.0), two_days)
    kcal = {code: knowledge.dishes[code].nutrients.kcal for code in DOMAINS}
    assert agrees(stage, counts(menu), DOMAINS, lambda v: 900 <= sum(kcal[c] * n for c, n in v.items()) <= 1500) == []


def test_nutrient_target_prices_the_shortfall(small: tuple[Stage, MenuVars], two_days: Settings) -> None:
    """An aim that is met costs nothing; one that is missed altogether costs every gram here."""
    for fixed, price in ((2, 0), (0, 40)):
        stage = Stage("menu")
        menu = new_menu(stage, small[1].dishes, _needs(), two_days)
        add_nutrient_target(stage, menu, limit("protein_g", low=20), two_days)
        for variable in menu.counts.values():
            stage.model.add(variable == fixed)
        assert solve(stage).objective == price


def _needs() -> Any:
    class PortionOnly:
        portion = 1.0

    return PortionOnly()


def test_meal_limit_charges_heavy_dishes(small: tuple[Stage, MenuVars], two_days: Settings) -> None:
    """Each serving above the limit for a meal costs one."""
    stage, menu = small
    add_meal_limit(stage, menu, limit("carbohydrate_g", high=70, per="meal"), two_days)
    for variable in menu.counts.values():
        stage.model.add(variable == 1)
    heavy = sum(dish.nutrients.carbohydrate_g > 70 for dish in menu.dishes)
    assert solve(stage).objective == heavy


def test_comfort_alone_serves_nothing(small: tuple[Stage, MenuVars], two_days: Settings) -> None:
    """Burden and taste are least with an empty menu."""
    stage, menu = small
    add_food_burden(stage, menu, low_income=True, figures=two_days)
    add_food_taste(stage, menu, (), two_days)
    assert solve(stage).objective == 0


@pytest.mark.parametrize(
    ("name", "value", "meaning"),
    [
        ("include", TOFU, lambda v: v[TOFU] >= 1),
        ("avoid", TOFU, lambda v: v[TOFU] == 0),
        ("avoid", "x:pork", lambda v: v[TOFU] == 0),
        ("max-prep", "25", lambda v: v[RICE] + v[TOFU] <= 2),
    ],
)
def test_food_wishes(
    *,
    agrees: Agrees,
    small: tuple[Stage, MenuVars],
    two_days: Settings,
    wish: MakeWish,
    name: str,
    value: str,
    meaning: Callable[..., bool],
) -> None:
    """Each firm wish holds exactly when it is met (both dishes take 25 minutes)."""
    stage, menu = small
    add_food_wishes(stage, menu, (wish(name, value),), two_days)
    assert agrees(stage, counts(menu), DOMAINS, meaning) == []


def test_cooking_limit_is_on_average(agrees: Agrees, small: tuple[Stage, MenuVars], two_days: Settings, wish: MakeWish) -> None:
    """Half the time on one day may be made up on the other."""
    stage, menu = small
    add_cooking_limit(stage, menu, wish("max-prep", "13"), two_days)
    assert agrees(stage, counts(menu), DOMAINS, lambda v: v[RICE] + v[TOFU] <= 1) == []


def test_contents_round_away_from_danger(knowledge: Ontology, figures: Settings) -> None:
    """Rounded up for upper limits, down for lower ones, never by more than a unit."""
    dish: Dish = replace(knowledge.dishes[TOFU], nutrients=Nutrients(sodium_mg=101.0))
    assert contents(dish, "sodium_mg", 1.0, figures, up=True) == 6
    assert contents(dish, "sodium_mg", 1.0, figures, up=False) == 5


@pytest.mark.parametrize("diet", [(), ("vegan",)])
def test_highs_agrees_on_the_counts(
    make_profile: MakeProfile, knowledge: Ontology, person: Patient, figures: Settings, diet: tuple[str, ...]
) -> None:
    """Another solver, given the same linear model, finds the same clinical and burden cost."""
    profile = make_profile(person=replace(person, circumstances=Circumstances(diet=diet)))
    needs = needs_of(profile, knowledge)
    dishes = offered(permitted(profile, needs, knowledge, figures), profile, needs, figures)
    built = build_menu(profile, needs, dishes, figures, wishes=())
    built.stage.costs = [cost for cost in built.stage.costs if cost.priority <= 2]
    ours = solve(built.stage)
    assert _highs(built.stage) == ours.objective


def _highs(stage: Stage) -> int:
    """Solve a purely linear stage with HiGHS."""
    stage.model.minimize(objective_of(stage.costs))
    proto = stage.model.proto
    solver = pywraplp.Solver.CreateSolver("HIGHS") or pywraplp.Solver.CreateSolver("SCIP")
    variables = [solver.IntVar(v.domain[0], v.domain[len(v.domain) - 1], f"v{n}") for n, v in enumerate(proto.variables)]
    for constraint in proto.constraints:
        linear = constraint.linear
        low, high = linear.domain[0], linear.domain[len(linear.domain) - 1]
        row = solver.Constraint(low if low > -UNBOUNDED else -solver.infinity(), high if high < UNBOUNDED else solver.infinity())
        for index, factor in zip(linear.vars, linear.coeffs, strict=True):
            row.SetCoefficient(variables[index], factor)
    objective = solver.Objective()
    for index, factor in zip(proto.objective.vars, proto.objective.coeffs, strict=True):
        objective.SetCoefficient(variables[index], factor)
    objective.SetMinimization()
    assert solver.Solve() == pywraplp.Solver.OPTIMAL
    return round(objective.Value() + proto.objective.offset)
