"""People whose day does not begin in the morning, such as night workers: their clock is turned before planning, and turned back after.

Plans are made for days with sleep at night. Somebody who gets up at 15:00 gets such a day, seven hours later.
"""

from __future__ import annotations

from dataclasses import replace

from kg.care import CarePlan, PlanItem
from optimizer.profile import FreeTime, Medicine, PlanProfile, PlanWish, WishName
from optimizer.settings import MINUTES_PER_DAY, Settings, Window, clock_of, minutes_of

_CLOCKS = frozenset({WishName.WAKE, WishName.BEDTIME, WishName.BREAKFAST, WishName.LUNCH, WishName.DINNER})
_WEEK = 7


def turn_of(profile: PlanProfile, figures: Settings) -> int:
    """Return by how many minutes the person's day is later than the usual one: the least that suits the wished hours of sleep."""
    wished = {wish.name: minutes_of(wish.value) for wish in profile.wishes_of(WishName.WAKE, WishName.BEDTIME)}
    windows = {WishName.WAKE: figures.wake, WishName.BEDTIME: figures.bed}
    turns = range(-MINUTES_PER_DAY // 2, MINUTES_PER_DAY // 2, figures.slot)
    fitting = [by for by in turns if all(_within((clock - by) % MINUTES_PER_DAY, windows[name]) for name, clock in wished.items())]
    return min(fitting, key=lambda by: (abs(by), -by), default=0)


def _within(clock: int, window: Window) -> bool:
    return window.earliest <= clock <= window.latest


def turned(profile: PlanProfile, by: int) -> PlanProfile:
    """Return the profile on the turned clock."""
    return replace(
        profile,
        medicines=tuple(_turned_medicine(medicine, by) for medicine in profile.medicines),
        wishes=tuple(_turned_wish(wish, by) for wish in profile.wishes),
        free=tuple(part for free in profile.free for part in _turned_free(free, by)),
        turn=by,
    )


def _turned_medicine(medicine: Medicine, by: int) -> Medicine:
    return replace(medicine, clock=tuple(sorted((clock - by) % MINUTES_PER_DAY for clock in medicine.clock)))


def _turned_wish(wish: PlanWish, by: int) -> PlanWish:
    """Turn a wished clock time; results keep naming it as it was said."""
    if wish.name not in _CLOCKS:
        return wish
    return replace(wish, value=clock_of((minutes_of(wish.value) - by) % MINUTES_PER_DAY), said=wish.value)


def _turned_free(free: FreeTime, by: int) -> tuple[FreeTime, ...]:
    """Cut free time where the turned day ends; what lies before its beginning belongs to the day before."""
    parts = []
    for day in (-1, 0, 1):
        start, end = (max(0, min(MINUTES_PER_DAY, clock - by - day * MINUTES_PER_DAY)) for clock in (free.start, free.end))
        if start < end:
            parts.append(FreeTime(start=start, end=end, weekday=None if free.weekday is None else (free.weekday + day) % _WEEK))
    return tuple(parts)


def turned_back(plan: CarePlan, by: int) -> CarePlan:
    """Return the plan on the real clock. The week is a circle: what runs over its end stands at its beginning."""
    items = tuple(sorted((_item_back(item, by) for item in plan.items), key=lambda item: (item.day, item.start, item.kind, item.code)))
    return replace(plan, items=items)


def _item_back(item: PlanItem, by: int) -> PlanItem:
    days, start = divmod(item.start + by, MINUTES_PER_DAY)
    return replace(item, day=(item.day + days) % _WEEK, start=start)
