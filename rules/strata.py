"""In which order the rules of a stage run: what is negated or counted is complete before it is used."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from rules.atom import Atom
from rules.errors import CycleError
from rules.fact import implied
from rules.rule import Rule

_STRICT = "strict"


def strata(rules: Iterable[Rule], ontology: Ontology) -> tuple[tuple[Rule, ...], ...]:
    """Sort rules into strata. Raises CycleError when a rule rests on its own absence or counts itself."""
    graph = dependencies(rules, ontology)
    faults = cycles(graph)
    if faults:
        raise CycleError(faults[0])
    condensed = nx.condensation(graph)
    depth: dict[int, int] = {}
    for component in nx.topological_sort(condensed):
        before = (depth[b] + _weight(graph, condensed, b, component) for b in condensed.predecessors(component))
        depth[component] = max(before, default=0)
    levels: dict[int, list[Rule]] = {}
    for component, level in depth.items():
        levels.setdefault(level, []).extend(graph.nodes[name]["rule"] for name in condensed.nodes[component]["members"])
    return tuple(tuple(sorted(levels[level], key=lambda r: r.id)) for level in sorted(levels))


def _weight(graph: nx.DiGraph, condensed: nx.DiGraph, before: int, after: int) -> int:
    pairs = ((a, b) for a in condensed.nodes[before]["members"] for b in graph.successors(a) if b in condensed.nodes[after]["members"])
    return max(int(graph.edges[pair][_STRICT]) for pair in pairs)


def dependencies(rules: Iterable[Rule], ontology: Ontology) -> nx.DiGraph:
    """Draw an edge from each rule to those that use what it concludes; strict where the use negates or counts."""
    graph = nx.DiGraph()
    users: dict[str, list[tuple[str, bool]]] = {}
    entries = sorted(rules, key=lambda r: r.id)
    for rule in entries:
        graph.add_node(rule.id, rule=rule)
        for atom, strict in _uses(rule):
            users.setdefault(_pattern(atom.fact), []).append((rule.id, strict))
    for rule in entries:
        for concluded in _conclusions(rule, ontology):
            for name in (concluded, f"{concluded.partition(' ')[0]} ?"):
                for user, strict in users.get(name, ()):
                    known = graph.edges[rule.id, user][_STRICT] if graph.has_edge(rule.id, user) else False
                    graph.add_edge(rule.id, user, **{_STRICT: known or strict})
    return graph


def cycles(graph: nx.DiGraph) -> tuple[tuple[str, ...], ...]:
    """Return every circle of rules that holds a strict edge, each beginning with the rule that negates or counts."""
    found: list[tuple[str, ...]] = []
    component_of = {name: i for i, members in enumerate(nx.strongly_connected_components(graph)) for name in members}
    for source, user, strict in sorted(graph.edges(data=_STRICT)):
        if strict and component_of[source] == component_of[user]:
            found.append(tuple(nx.shortest_path(graph, user, source)))
    return tuple(found)


def cycle_issues(rules: Iterable[Rule], ontology: Ontology) -> tuple[Issue, ...]:
    """Complain about each circle at the line of the rule that negates or counts."""
    graph = dependencies(rules, ontology)
    return tuple(_cycle_issue(graph, cycle) for cycle in cycles(graph))


def _cycle_issue(graph: nx.DiGraph, cycle: tuple[str, ...]) -> Issue:
    first: Rule = graph.nodes[cycle[0]]["rule"]
    places = ", ".join(f"{name} ({graph.nodes[name]['rule'].where})" for name in cycle)
    return Issue(
        level=Level.ERROR,
        message=f"The rule {first.id} negates or counts what is only concluded with its help: {places}.",
        solution="Take the finding out of 'unless' or 'at_least', or let another rule conclude it.",
        where=first.where,
    )


def _uses(rule: Rule) -> Iterable[tuple[Atom, bool]]:
    yield from ((a, False) for a in rule.all + rule.any)
    yield from ((a, True) for a in rule.unless)
    yield from ((a, True) for a in (rule.at_least.of if rule.at_least else ()))


def _pattern(text: str) -> str:
    predicate, _, rest = text.partition(" ")
    return f"{predicate} ?" if rest.startswith("?") else text


def _conclusions(rule: Rule, ontology: Ontology) -> Iterable[str]:
    for conclusion in rule.then:
        yield conclusion.fact
        yield from implied(conclusion.fact, ontology)
