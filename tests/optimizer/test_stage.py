"""Tiers stay in order, wrong ranges are refused, and an infeasible model is asked twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.care import Proof, Tier
from ontologies.text import Text
from optimizer import stage as staging
from optimizer.errors import RangeError
from optimizer.stage import Cost, Priority, Stage, priced_bounds, solve, weights_of

_costs = st.lists(
    st.builds(lambda p, u: Cost(name="c", priority=p, expr=0, upper=u), st.sampled_from(list(Priority)), st.integers(1, 500)), max_size=12
)


@given(costs=_costs)
def test_one_unit_above_outweighs_everything_below(costs: list[Cost]) -> None:
    """The weight of a tier is more than all that the weaker tiers can ever cost."""
    weights = weights_of(costs)
    for priority in Priority:
        assert weights[priority] > sum(weights[c.priority] * c.upper for c in costs if c.priority > priority)


def test_tiers_too_wide_are_refused() -> None:
    """A range in which the order would be lost is a bug that is raised."""
    with pytest.raises(RangeError):
        weights_of([Cost(name="c", priority=p, expr=0, upper=10**6) for p in Priority])


def test_the_stronger_tier_wins() -> None:
    """A single unit of benefit beats any amount of taste."""
    stage = Stage("week")
    number = stage.number("n", 0, 10)
    rule = stage.rule("r", Tier.CLINICAL, Text(en="x", zh="x"))
    stage.cost(rule, Priority.CLINICAL, stage.shortfall("short", number, 1, 1, 1), 1)
    stage.cost(rule, Priority.TASTE, 10 * number, 100)
    solved = solve(stage)
    assert solved.value is not None
    assert solved.value(number) == 1
    assert solved.proof is Proof.OPTIMAL
    assert priced_bounds(stage, solved)[0].penalty == 10


def test_infeasible_is_asked_with_a_second_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told of an impossibility that was found only once."""
    asked: list[int | None] = []
    once = staging._solve_once

    def watched(stage: Stage, seed: int | None) -> staging.Solved:
        asked.append(seed)
        return once(stage, seed)

    monkeypatch.setattr(staging, "_solve_once", watched)
    stage = Stage("week")
    stage.model.add(stage.number("n", 0, 1) >= 2)
    assert solve(stage).value is None
    assert len(asked) == 2
    assert asked[0] != asked[1]


@given(value=st.integers(0, 20), aim=st.integers(0, 20))
def test_distance_is_the_absolute_difference(value: int, aim: int) -> None:
    """Away from the aim in either direction costs the same."""
    stage = Stage("week")
    number = stage.number("n", value, value)
    stage.cost(stage.rule("r", Tier.TASTE, Text(en="x", zh="x")), Priority.TASTE, stage.distance("d", number, aim, 20), 20)
    assert solve(stage).objective == abs(value - aim)
