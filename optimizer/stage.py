"""One stage of the plan: a CP-SAT model whose constraints have names, and whose aims are ordered by tier.

In explaining mode every named constraint hangs on an assumption literal, so that the solver can say which ones clash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from ortools.sat.python import cp_model

from kg.care import Bound, Proof, StageResult, Tier
from ontologies.text import Text
from optimizer.errors import RangeError
from optimizer.settings import settings

Expr = Any  # a linear expression of the solver
LARGEST_WEIGHTED_SUM = 2**52  # the solver works in 64 bits; beyond this the order of tiers could be lost


class Priority(IntEnum):
    """The order of aims, strongest first. Stability is what re-planning adds."""

    CLINICAL = 0
    STABILITY = 1
    BURDEN = 2
    TASTE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A penalty: a linear expression between 0 and `upper`, and the constraint that it belongs to."""

    name: str
    priority: Priority
    expr: Expr
    upper: int


@dataclass(slots=True)
class Stage:
    """A model being built. `explaining` turns every named constraint into one that can be switched off."""

    name: str
    explaining: bool = False
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    bounds: dict[str, Bound] = field(default_factory=dict)
    guards: dict[str, Any] = field(default_factory=dict)
    costs: list[Cost] = field(default_factory=list)

    def rule(self, name: str, tier: Tier, text: Text, source: str | None = None) -> str:
        """Declare a constraint by name; in explaining mode it gets its literal."""
        if name not in self.bounds:
            self.bounds[name] = Bound(name=name, tier=tier, text=text, source=source)
            if self.explaining and tier in (Tier.SAFETY, Tier.WISH):
                self.guards[name] = self.model.new_bool_var(f"hold {name}")
        return name

    def require(self, rule: str, constraint: Any, *literals: Any) -> None:
        """Attach a constraint of the model to a declared rule, and to further enforcing literals."""
        enforcing = [*literals, self.guards[rule]] if rule in self.guards else list(literals)
        if enforcing:
            constraint.only_enforce_if(*enforcing)

    def cost(self, rule: str, priority: Priority, expr: Expr, upper: int) -> None:
        """Add a penalty of a declared rule."""
        if upper > 0:
            self.costs.append(Cost(name=rule, priority=priority, expr=expr, upper=upper))

    def number(self, name: str, low: int, high: int) -> Any:
        """Make an integer variable."""
        return self.model.new_int_var(low, high, name)

    def flag(self, name: str) -> Any:
        """Make a yes-or-no variable."""
        return self.model.new_bool_var(name)

    def shortfall(self, name: str, total: Expr, aim: int, step: int, most: int) -> Any:
        """Count, in steps, how far `total` stays below `aim`."""
        short = self.number(name, 0, most)
        self.model.add(total + step * short >= aim)
        return short

    def excess(self, name: str, total: Expr, aim: int, step: int, most: int) -> Any:
        """Count, in steps, how far `total` goes above `aim`."""
        over = self.number(name, 0, most)
        self.model.add(total - step * over <= aim)
        return over

    def distance(self, name: str, value: Expr, aim: int, most: int) -> Any:
        """Return |value - aim|."""
        away = self.number(name, 0, most)
        self.model.add(value - aim <= away)
        self.model.add(aim - value <= away)
        return away


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What the solver found for a stage. `value` is None when there is no solution."""

    proof: Proof
    objective: int
    bound: int
    value: Callable[[Any], int] | None
    settled: bool = True  # False: the limit was reached without an answer

    def result(self, stage: str) -> StageResult:
        """Return what the certificate says."""
        return StageResult(stage=stage, proof=self.proof, objective=self.objective, bound=self.bound)


def weights_of(costs: list[Cost]) -> dict[Priority, int]:
    """Weigh the tiers so that one unit of a stronger tier outweighs everything below it, and assert that the sum stays in range."""
    weights: dict[Priority, int] = {}
    below = 0
    for priority in sorted(Priority, reverse=True):
        weights[priority] = below + 1
        below += (below + 1) * sum(cost.upper for cost in costs if cost.priority is priority)
    if below >= LARGEST_WEIGHTED_SUM:
        raise RangeError(f"The tiers span {below}, more than the solver keeps apart. Use coarser units.")
    return weights


def objective_of(costs: list[Cost]) -> Expr:
    """Return the one sum whose minimum is the lexicographic minimum."""
    weights = weights_of(costs)
    return sum(weights[cost.priority] * cost.expr for cost in costs)


def new_solver(seed: int | None = None) -> cp_model.CpSolver:
    """Return a solver that gives the same answer each time."""
    figures = settings().solver
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = figures["seed"] if seed is None else seed
    solver.parameters.max_deterministic_time = figures["deterministic_limit"]
    return solver


def solve(stage: Stage) -> Solved:
    """Minimise the costs of a stage. An INFEASIBLE is asked again with another seed before it is believed."""
    if stage.costs:
        stage.model.minimize(objective_of(stage.costs))
    solved = _solve_once(stage, None)
    if solved.proof is Proof.INFEASIBLE and solved.settled:
        return _solve_once(stage, settings().solver["second_seed"])
    return solved


def _solve_once(stage: Stage, seed: int | None) -> Solved:
    solver = new_solver(seed)
    solver.parameters.linearization_level = settings().solver["linearization"][stage.name]
    status = solver.solve(stage.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(proof=Proof.INFEASIBLE, objective=0, bound=0, value=None, settled=status == cp_model.INFEASIBLE)
    costs = bool(stage.costs)
    return Solved(
        proof=Proof.OPTIMAL if status == cp_model.OPTIMAL else Proof.FEASIBLE,
        objective=round(solver.objective_value) if costs else 0,
        bound=round(solver.best_objective_bound) if costs else 0,
        value=lambda expr: int(solver.value(expr)),
    )


def priced_bounds(stage: Stage, solved: Solved) -> tuple[Bound, ...]:
    """Return the declared constraints with what each cost in this solution."""
    if solved.value is None:
        return ()
    paid: dict[str, int] = {}
    for cost in stage.costs:
        paid[cost.name] = paid.get(cost.name, 0) + solved.value(cost.expr)
    return tuple(Bound(name=b.name, tier=b.tier, text=b.text, source=b.source, penalty=paid.get(b.name, 0)) for b in stage.bounds.values())
