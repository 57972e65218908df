"""The person as the planner sees them: what they take, should aim at, must attend, and wish."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kg.care import ItemKind
from kg.reasoning import TriageLevel
from kg.record import Patient
from ontologies.text import Text


class WishName(StrEnum):
    """What can be wished. The first group is firm: kept, or given up with a reason. The second only tips the scales."""

    INCLUDE = "include"  # an activity or dish at least once
    ONLY = "only"  # no other activity
    AVOID = "avoid"  # an activity, a dish, or something in food (x:…), never
    MIN_MINUTES = "min-minutes"  # of moderate activity a week, at least
    MAX_MINUTES = "max-minutes"  # of activity a day, at most
    REST_DAY = "rest-day"  # a weekday without activity: "monday" …
    WAKE = "wake"  # a clock time
    BEDTIME = "bedtime"
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"
    MAX_PREP = "max-prep"  # minutes of cooking a day, at most
    LIKE = "like"
    DISLIKE = "dislike"
    CUISINE = "cuisine"


SOFT_WISHES = frozenset({WishName.LIKE, WishName.DISLIKE, WishName.CUISINE})
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWish:
    """One wish for the plan."""

    name: WishName
    value: str
    said: str | None = None  # as the person said it, where `value` is on a turned clock

    @property
    def shown(self) -> str:
        """Return the value as the person said it."""
        return self.said or self.value

    @property
    def id(self) -> str:
        """Name the wish in results."""
        return f"{self.name}:{self.shown}"

    @property
    def firm(self) -> bool:
        """Say whether the plan must keep it or give it up openly."""
        return self.name not in SOFT_WISHES


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine that the person already takes, as prescribed. What nobody said stays None."""

    drug: str
    amount: float | None = None  # one taking, in `unit`
    unit: str | None = None  # mg, g, ug …
    times_per_day: int | None = None
    clock: tuple[int, ...] = ()  # prescribed times, minutes of the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A test or an appointment that has to take place."""

    code: str  # "t:full-blood-count", "specialty:Cardiology" …
    kind: ItemKind = ItemKind.APPOINTMENT
    label: Text | None = None
    minutes: int = 30
    earliest_day: int = 0
    latest_day: int = 6
    fasting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeMeasurement:
    """Something to measure at home besides what the targets ask."""

    quantity: str
    days_per_week: int = 7
    moment: str = "morning"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """Hours in which the person can be active. `weekday` 0 is Monday; None means every day."""

    start: int
    end: int
    weekday: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProfile:
    """Everything that a plan depends on besides the ontology."""

    start_date: str
    person: Patient = field(default_factory=Patient)
    history: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    targets: tuple[str, ...] = ()
    visits: tuple[Visit, ...] = ()
    measurements: tuple[HomeMeasurement, ...] = ()
    wishes: tuple[PlanWish, ...] = ()
    free: tuple[FreeTime, ...] = ()
    triage: TriageLevel | None = None
    turn: int = 0  # minutes by which the person's clock is turned (rhythm.py)

    def weekday(self, day: int) -> int:
        """Return the weekday (0 = Monday) of a day of the plan."""
        return (date.fromisoformat(self.start_date).weekday() + day) % 7

    def wishes_of(self, *names: WishName) -> tuple[PlanWish, ...]:
        """Return the wishes of these names, in the order given."""
        return tuple(wish for wish in self.wishes if wish.name in names)
