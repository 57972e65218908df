"""Conclusions that Python draws between the engine's stages, as numbered derivations like those of the rules."""

from __future__ import annotations

from collections.abc import Iterable

from kg.reasoning import Citation
from rules.grounding import FactBase, Step


class Ledger:
    """Collects steps on top of a fact base; their names are final, because a fact base numbers in the order given."""

    def __init__(self, facts: FactBase) -> None:
        """Start behind the derivations that the facts already have."""
        self._facts = facts
        self._steps: list[Step] = []
        self._names: dict[Step, str] = {}

    def add(self, conclusion: str, *, rule: str, version: int, premises: Iterable[str], citations: tuple[Citation, ...] = ()) -> str:
        """Record a step and return its name; an equal step keeps the name it has."""
        step = Step(conclusion=conclusion, rule=rule, version=version, premises=tuple(premises), citations=citations)
        if step not in self._names:
            self._names[step] = f"d{len(self._facts.derivations) + len(self._steps)}"
            self._steps.append(step)
        return self._names[step]

    def facts(self) -> FactBase:
        """Return the facts with everything recorded."""
        return self._facts.derived(self._steps)


def statements_behind(facts: FactBase, identifiers: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that some facts rest on, at any depth, first mentioned first."""
    premises = {d.id: d.premises for d in facts.derivations}
    found: dict[str, None] = {}
    waiting = list(identifiers)[::-1]
    while waiting:
        one = waiting.pop()
        if one in premises:
            waiting.extend(reversed(premises[one]))
        else:
            found[one] = None
    return tuple(found)


def concluded_findings(facts: FactBase, predicate: str) -> dict[str, tuple[str, ...]]:
    """Return the findings that rules concluded as `present` or `absent`, with the statements behind them."""
    found: dict[str, tuple[str, ...]] = {}
    for derivation in facts.derivations:
        said, _, finding = derivation.conclusion.partition(" ")
        if said == predicate and finding.startswith("f:"):
            found.setdefault(finding, statements_behind(facts, (derivation.id,)))
    return found
