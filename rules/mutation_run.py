"""Runs the cases of the library against mutants of its rules: for `iatros knowledge mutate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from ontologies.ontology import Ontology
from rules.mutation import Mutant, mutants
from rules.rule import Rule, RuleBase, Stage
from rules.testing import Bench, Case, library_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A mutant and the case that noticed it; None when it survived."""

    of: Rule
    mutant: Mutant
    killed_by: str | None


def try_mutants(base: RuleBase, ontology: Ontology, stages: Iterable[Stage], root: Path | Traversable | None = None) -> Iterator[Tried]:
    """Try every mutant of the rules in use of some stages; a mutant is noticed when a case of its rule goes otherwise."""
    wanted = frozenset(stages)
    cases: dict[str, list[Case]] = {}
    for case in library_cases(root):
        cases.setdefault(case.of, []).append(case)
    bench = Bench(base, ontology)
    for rule in base.rules:
        if rule.stage in wanted and rule in base.of(rule.stage):
            own = [case for case in cases.get(rule.id, ()) if bench.problem(case) is None]
            for mutant in mutants(rule, ontology):
                yield Tried(of=rule, mutant=mutant, killed_by=_killer(mutant, own, bench, base))


def _killer(mutant: Mutant, cases: Iterable[Case], bench: Bench, base: RuleBase) -> str | None:
    """Name the first case that a mutant fails; a rule that can no longer be put in an order is noticed too."""
    if mutant.rule.stage is Stage.RED_FLAGS:
        changed = bench.with_flag(mutant.rule)
    else:
        changed = bench.with_base(replace(base, rules=tuple(mutant.rule if r.id == mutant.rule.id else r for r in base.rules)))
    return next((case.id for case in cases if changed.problem(case) is not None), None)
