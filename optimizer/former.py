"""What a former plan decided, read back from its items, so that a new one can keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.care import CarePlan, ItemKind, PlanItem
from optimizer.menu import Days
from optimizer.profile import PlanProfile
from optimizer.settings import MINUTES_PER_DAY
from optimizer.template import Template
from optimizer.week import Week


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """The decisions of the plan before; all empty for a first plan."""

    template: Template | None = None
    week: Week | None = None
    starts: Mapping[tuple[str, int], int] = field(default_factory=dict)
    days: Days | None = None


def former_of(old: CarePlan, profile: PlanProfile) -> Former:
    """Read a plan's decisions. Visits are recognised by their code."""
    by_kind = {kind: [item for item in old.items if item.kind is kind] for kind in ItemKind}
    visits = _visits([*by_kind[ItemKind.TEST], *by_kind[ItemKind.APPOINTMENT]], profile)
    sessions = {(item.code, item.day): item for item in by_kind[ItemKind.ACTIVITY]}
    return Former(
        template=_template(by_kind),
        week=Week(sessions={key: item.minutes for key, item in sessions.items()}, visits={n: item.day for n, item in visits.items()}),
        starts={**{key: item.start for key, item in sessions.items()}, **{("visit", n): item.start for n, item in visits.items()}},
        days={(item.day, (item.constraint or "").removeprefix("meal:")): item.code for item in by_kind[ItemKind.MEAL]} or None,
    )


def _visits(items: list[PlanItem], profile: PlanProfile) -> dict[int, PlanItem]:
    left = list(items)
    found: dict[int, PlanItem] = {}
    for n, visit in enumerate(profile.visits):
        same = next((item for item in left if item.code == visit.code), None)
        if same is not None:
            left.remove(same)
            found[n] = same
    return found


def _template(by_kind: Mapping[ItemKind, list[PlanItem]]) -> Template | None:
    """Take the rhythm from the day that is most usual for each thing."""
    sleep = by_kind[ItemKind.SLEEP]
    if not sleep:
        return None
    meals: dict[str, list[int]] = {}
    for item in by_kind[ItemKind.MEAL]:
        meals.setdefault((item.constraint or "").removeprefix("meal:"), []).append(item.start)
    return Template(
        wake=sleep[0].start + sleep[0].minutes - MINUTES_PER_DAY,
        bed=sleep[0].start,
        meals={meal: min(starts) for meal, starts in meals.items() if meal != "snack"},
        doses=_usual(by_kind[ItemKind.DOSE]),
        measures=_usual(by_kind[ItemKind.MEASUREMENT]),
    )


def _usual(items: list[PlanItem]) -> dict[str, tuple[int, ...]]:
    """Return the earliest set of times of each code on any day: a fasting test only ever delays."""
    by_day: dict[tuple[str, int], list[int]] = {}
    for item in items:
        by_day.setdefault((item.code, item.day), []).append(item.start)
    usual: dict[str, tuple[int, ...]] = {}
    for (code, _day), starts in by_day.items():
        times = tuple(sorted(starts))
        usual[code] = min(usual.get(code, times), times)
    return usual
