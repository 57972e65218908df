"""The stretches of a day in which one may be active, given its rhythm."""

from __future__ import annotations

from optimizer.profile import PlanProfile
from optimizer.settings import MINUTES_PER_DAY, Settings
from optimizer.template import Template

Stretch = tuple[int, int]


def free_hours(profile: PlanProfile, day: int, figures: Settings) -> tuple[Stretch, ...]:
    """Return the hours that the person has free on a day of the plan; the usual ones when nothing was said."""
    if not profile.free:
        return figures.free
    weekday = profile.weekday(day)
    return tuple((free.start, free.end) for free in profile.free if free.weekday in (None, weekday))


def active_stretches(profile: PlanProfile, day: int, template: Template, figures: Settings) -> tuple[Stretch, ...]:
    """Return the free hours without meals and the time after them, early morning and the time before bed."""
    blocked = [(0, template.wake + figures.movement["not_before_wake_minutes"])]
    blocked.append((template.bed - figures.movement["before_bed_minutes"], 2 * MINUTES_PER_DAY))
    for meal, start in template.meals.items():
        blocked.append((start, start + figures.meals[meal].minutes + figures.movement["after_meal_minutes"]))
    stretches = free_hours(profile, day, figures)
    for block in blocked:
        stretches = tuple(left for stretch in stretches for left in without(stretch, block))
    return tuple(s for s in sorted(set(stretches)) if s[1] - s[0] >= figures.unit)


def without(stretch: Stretch, block: Stretch) -> tuple[Stretch, ...]:
    """Cut a block out of a stretch.

    >>> without((0, 100), (20, 50))
    ((0, 20), (50, 100))
    """
    start, end = stretch
    parts = ((start, min(end, block[0])), (max(start, block[1]), end))
    return tuple(part for part in parts if part[1] > part[0])


def capacity_of(stretches: tuple[Stretch, ...], figures: Settings) -> tuple[int, int]:
    """Return how many units fit in all stretches together, and into the longest."""
    units = [(end - start) // figures.unit for start, end in stretches]
    return sum(units), max(units, default=0)
