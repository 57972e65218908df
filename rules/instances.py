"""Rules with variables become instances: `for:` ranges over the graph from a bound start, before anything is compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.reasoning import Citation
from rules.fact import arguments_of, predicate_of
from rules.grounding import FactBase
from rules.relations import RELATIONS
from rules.rule import Range, Rule

Binding = tuple[dict[str, str], tuple[Citation, ...]]


def bindings(rules: Iterable[Rule], facts: FactBase) -> Iterator[tuple[Rule, Binding]]:
    """Yield each rule with variables once for every binding of them."""
    starts = _starts(facts)
    return ((rule, binding) for rule in rules for binding in _bindings_of(rule, facts, starts))


def _starts(facts: FactBase) -> dict[str, tuple[str, ...]]:
    """List what was said or concluded by predicate; what is only implied by a hierarchy is no start."""
    starts: dict[str, list[str]] = {}
    for known in sorted(facts.direct):
        arguments = arguments_of(known)
        if len(arguments) == 1:
            starts.setdefault(predicate_of(known), []).append(arguments[0])
    return {predicate: tuple(concepts) for predicate, concepts in starts.items()}


def _bindings_of(rule: Rule, facts: FactBase, starts: dict[str, tuple[str, ...]]) -> list[Binding]:
    found: list[Binding] = [({}, ())]
    for one in rule.ranges:
        found = [extended for binding in found for extended in _extend(binding, one, facts, starts)]
    return found


def _extend(binding: Binding, over: Range, facts: FactBase, starts: dict[str, tuple[str, ...]]) -> Iterator[Binding]:
    values, citations = binding
    if over.predicate is not None:
        for concept in starts.get(over.predicate, ()):
            yield {**values, over.variable: concept}, citations
        return
    relation = RELATIONS.get(over.relation or "")
    for related in relation(facts.ontology, values[over.subject or ""]) if relation is not None else ():
        cited = () if related.citation is None else (related.citation,)
        yield {**values, over.variable: related.concept}, citations + cited
