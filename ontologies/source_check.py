"""Checks that every source that a claim cites is described."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from pyoxigraph import NamedNode

from ontologies.concepts import Source
from ontologies.issues import Issue, Level
from ontologies.namespaces import compact
from ontologies.turtle import Graph


def check_sources(graph: Graph, sources: Mapping[str, Source]) -> list[Issue]:
    """Report each citation of a source that nobody described."""
    issues = []
    for node in chain(graph.named.values(), graph.blank.values()):
        for term in node.fields.get("dct:source", ()):
            identifier = compact(term.value) if isinstance(term, NamedNode) else str(term)
            if identifier not in sources:
                issues.append(_unknown(identifier, node.where))
    return issues


def _unknown(identifier: str, where: str) -> Issue:
    return Issue(
        level=Level.ERROR,
        message=f"The source {identifier} is not described, so that nobody can look the claim up.",
        solution="Add it to ontologies/sources with what was really read, or grade the claim v:Expert.",
        where=where,
    )
