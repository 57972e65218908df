"""What is planned: a week of doses, measurements, appointments, movement, meals and sleep, with its certificate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontologies.text import Text


class ItemKind(StrEnum):
    """What a plan item is."""

    DOSE = "dose"
    MEASUREMENT = "measurement"
    APPOINTMENT = "appointment"
    TEST = "test"
    ACTIVITY = "activity"
    MEAL = "meal"
    SLEEP = "sleep"


class Tier(StrEnum):
    """How a constraint counts: hard ones are never relaxed, wishes may be given up."""

    SAFETY = "safety"
    CLINICAL = "clinical"
    BURDEN = "burden"
    TASTE = "taste"
    WISH = "wish"


class Proof(StrEnum):
    """What the solver showed for a stage."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One entry of the calendar. Minutes count from 00:00 of `day` (0 = the plan's first day)."""

    kind: ItemKind
    code: str  # "d:…", "q:…", "t:…", "a:…", "m:…" (dish), "sleep"
    label: Text
    day: int
    start: int
    minutes: int
    reason: Text
    constraint: str | None = None  # the name of the constraint or target that put it there
    amount: str | None = None  # "500 mg", "1 portion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A constraint that shaped the plan: its name, tier, wording, source, and what it cost."""

    name: str
    tier: Tier
    text: Text
    source: str | None
    penalty: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sacrifice:
    """A wish that had to give, and the constraints that it collides with."""

    wish: str
    text: Text
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """What one stage reached: objective value and proven bound, in that stage's integer units."""

    stage: str
    proof: Proof
    objective: int
    bound: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Optimal per stage, given the stage before; re-checked by the plan verifier."""

    stages: tuple[StageResult, ...]
    verified: bool
    violations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CarePlan:
    """Seven days. `conflict` names the minimal set of constraints when the wishes cannot all be met."""

    items: tuple[PlanItem, ...]
    bounds: tuple[Bound, ...]
    sacrifices: tuple[Sacrifice, ...]
    conflict: tuple[str, ...]
    alerts: tuple[Text, ...]  # doses above their maximum, exertion withheld until seen …
    certificate: Certificate
    start_date: str  # ISO date of day 0
