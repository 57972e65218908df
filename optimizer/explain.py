"""Why wishes cannot all be met, and the fewest to give up.

A stage is built again with an assumption literal on every safety constraint and every wish, without an objective
(assumptions and objectives do not go together), and the solver names a set of assumptions that clash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from kg.care import Sacrifice, Tier
from optimizer.profile import PlanWish
from optimizer.settings import settings
from optimizer.stage import Stage, new_solver

Build = Callable[[tuple[PlanWish, ...]], Stage]  # builds the explaining model with these wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Which wishes are kept, which are given up and why, and the minimal clash."""

    kept: tuple[PlanWish, ...]
    sacrifices: tuple[Sacrifice, ...] = ()
    conflict: tuple[str, ...] = ()
    minimal: bool = True
    possible: bool = True  # False: the safety constraints clash among themselves


@dataclass(slots=True)
class _Checks:
    """How many solves are left for making conflicts minimal."""

    left: int


def settle(build: Build, wishes: tuple[PlanWish, ...]) -> Settlement:
    """Find the minimal clash and the fewest wishes to give up."""
    checks = _Checks(settings().solver["conflict_checks"])
    stage = build(wishes)
    conflict = clash(stage, tuple(stage.guards), checks)
    if conflict is None:
        return Settlement(kept=wishes)
    kept = _most_wishes(build, wishes)
    if kept is None:
        return Settlement(kept=(), conflict=conflict, minimal=checks.left > 0, possible=False)
    sacrifices = tuple(_sacrifice(stage, wish, kept, checks) for wish in wishes if wish not in kept)
    return Settlement(kept=kept, sacrifices=sacrifices, conflict=conflict, minimal=checks.left > 0)


def clash(stage: Stage, names: tuple[str, ...], checks: _Checks) -> tuple[str, ...] | None:
    """Return a minimal set of the named constraints that cannot hold together; None when they can."""
    core = _core(stage, names)
    if core is None:
        return None
    for name in core:
        if checks.left <= 0:
            break
        checks.left -= 1
        smaller = _core(stage, tuple(n for n in core if n != name))
        if smaller is not None:
            core = tuple(n for n in core if n in smaller)
    return core


def _core(stage: Stage, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return constraints among `names` that clash (checked with a second seed), in the order given; None when all can hold."""
    first = _assume(stage, names, settings().solver["seed"])
    if first is None:
        return None
    return _assume(stage, first, settings().solver["second_seed"]) if first else first


def _assume(stage: Stage, names: tuple[str, ...], seed: int) -> tuple[str, ...] | None:
    literals = {stage.guards[name].index: name for name in names}
    stage.model.clear_assumptions()
    stage.model.add_assumptions([stage.guards[name] for name in names])
    solver = new_solver(seed)
    status = solver.solve(stage.model)
    if status != cp_model.INFEASIBLE:
        return None
    found = {literals[index] for index in solver.sufficient_assumptions_for_infeasibility() if index in literals}
    return tuple(name for name in names if name in found)


def _most_wishes(build: Build, wishes: tuple[PlanWish, ...]) -> tuple[PlanWish, ...] | None:
    """Return the most wishes that can be kept with all safety; None when safety alone cannot be. Earlier wishes weigh more on ties."""
    stage = build(wishes)
    for name, guard in stage.guards.items():
        if stage.bounds[name].tier is Tier.SAFETY:
            stage.model.add(guard == 1)
    held = {wish: stage.guards.get(f"wish.{wish.id}") for wish in wishes}
    first_wins = len(wishes)  # one wish more always outweighs the order of wishes
    worth = [(first_wins * len(wishes) + first_wins - n) * guard for n, guard in enumerate(held.values()) if guard is not None]
    stage.model.maximize(sum(worth))
    solver = new_solver()
    if solver.solve(stage.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return tuple(wish for wish, guard in held.items() if guard is None or solver.value(guard))


def _sacrifice(stage: Stage, wish: PlanWish, kept: tuple[PlanWish, ...], checks: _Checks) -> Sacrifice:
    """Name what one wish collides with, given what is kept."""
    own = f"wish.{wish.id}"
    others = {f"wish.{k.id}" for k in kept}
    names = tuple(n for n in stage.guards if n == own or n in others or stage.bounds[n].tier is Tier.SAFETY)
    because = clash(stage, names, checks) or ()
    return Sacrifice(wish=wish.id, text=stage.bounds[own].text, because=tuple(name for name in because if name != own))
