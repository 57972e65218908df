"""Conflicts are minimal, sacrifices fewest, and an honest model without a clash is left alone."""

from __future__ import annotations

from collections.abc import Callable

from kg.care import Tier
from ontologies.text import Text
from optimizer.explain import settle
from optimizer.profile import PlanWish
from optimizer.stage import Stage

MakeWish = Callable[[str, str], PlanWish]
LABEL = Text(en="x", zh="x")


def at_most(limit: int) -> Callable[[tuple[PlanWish, ...]], Stage]:
    """Build a model of one number that safety keeps at or below a limit and each wish wants to be its value."""

    def build(wishes: tuple[PlanWish, ...]) -> Stage:
        stage = Stage("week", explaining=True)
        number = stage.number("n", 0, 100)
        safe = stage.rule("safety", Tier.SAFETY, LABEL)
        stage.require(safe, stage.model.add(number <= limit))
        idle = stage.rule("idle", Tier.SAFETY, LABEL)
        stage.require(idle, stage.model.add(number >= 0))
        for wish in wishes:
            stage.require(stage.rule(f"wish.{wish.id}", Tier.WISH, LABEL), stage.model.add(number == int(wish.value)))
        return stage

    return build


def test_no_clash_no_sacrifice(wish: MakeWish) -> None:
    """Wishes that can be met are kept."""
    wishes = (wish("min-minutes", "5"),)
    settlement = settle(at_most(10), wishes)
    assert settlement.kept == wishes
    assert settlement.conflict == ()


def test_clash_with_safety_names_both_and_nothing_else(wish: MakeWish) -> None:
    """The minimal conflict holds the wish and what forbids it, not the bystanders."""
    settlement = settle(at_most(10), (wish("min-minutes", "50"),))
    assert set(settlement.conflict) == {"safety", "wish.min-minutes:50"}
    assert settlement.sacrifices[0].because == ("safety",)
    assert settlement.kept == ()
    assert settlement.possible


def test_fewest_wishes_are_given_up(wish: MakeWish) -> None:
    """Two wishes for the same number outweigh one for another."""
    wishes = (wish("min-minutes", "3"), wish("max-minutes", "7"), wish("max-prep", "7"))
    settlement = settle(at_most(10), wishes)
    assert settlement.kept == wishes[1:]
    assert [s.wish for s in settlement.sacrifices] == ["min-minutes:3"]


def test_safety_that_clashes_with_itself_is_told_as_such(wish: MakeWish) -> None:
    """Without any way to be safe there is no plan, whatever is given up."""
    settlement = settle(at_most(-1), (wish("min-minutes", "5"),))
    assert not settlement.possible
    assert "safety" in settlement.conflict
