"""Constraints of re-planning: keep what need not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kg.care import Tier
from optimizer.constraints.daily import DayVars, slots_per_day
from optimizer.settings import Settings
from optimizer.stage import Priority, Stage
from optimizer.texts import constraint_text

if TYPE_CHECKING:
    from optimizer.template import Template


def _rule(stage: Stage) -> str:
    return stage.rule("replan.stable", Tier.BURDEN, constraint_text("replan.stable"))


def add_kept_times(stage: Stage, day: DayVars, old: Template, figures: Settings) -> None:
    """Count the moments of the day that move."""
    pairs = [(day.wake, old.wake), (day.bed, old.bed), *((day.meals[m], old.meals[m]) for m in day.meals if m in old.meals)]
    for name, moments in (*day.doses.items(), *day.measures.items()):
        kept = old.doses.get(name) or old.measures.get(name) or ()
        if len(kept) == len(moments):
            pairs += list(zip(moments, kept, strict=True))
    rule = _rule(stage)
    for n, (moment, before) in enumerate(pairs):
        moved = stage.flag(f"moved {n}")
        stage.model.add(moment == before // figures.slot).only_enforce_if(moved.negated())
        stage.cost(rule, Priority.STABILITY, moved, 1)
        stage.model.add_hint(moment, min(before // figures.slot, slots_per_day(figures)))


def add_kept_numbers(stage: Stage, numbers: Mapping[Any, tuple[Any, int]], old: Mapping[Any, int]) -> None:
    """Count what is planned a different number of times (or minutes) than before. `numbers` gives each variable with its largest value."""
    rule = _rule(stage)
    for key, (number, most) in numbers.items():
        before = min(old.get(key, 0), most)
        stage.cost(rule, Priority.STABILITY, stage.distance(f"change {key}", number, before, most), most)
        stage.model.add_hint(number, before)


def add_kept_dishes(stage: Stage, placed: Mapping[tuple[str, str, int], Any], old: Mapping[tuple[int, str], str]) -> None:
    """Count the dishes that stand elsewhere than before."""
    rule = _rule(stage)
    for (code, slot, day), flag in placed.items():
        stays = old.get((day, slot)) == code
        stage.model.add_hint(flag, int(stays))
        if not stays:
            stage.cost(rule, Priority.STABILITY, flag, 1)
