"""Lints on what stands behind the knowledge: sources, graded claims, safety rows, properties that nobody declared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from pyoxigraph import NamedNode

from ontologies.concepts import Drug
from ontologies.issues import Issue, Level
from ontologies.namespaces import compact
from ontologies.ontology import Ontology
from ontologies.turtle import Graph, Node

_MUST_HAVE = ("pregnancy", "kidney", "contraindications", "interactions")
_SHOULD_HAVE = ("doses", "age_limits", "breastfeeding", "liver", "older_adult", "side_effects", "indications")
_TERM = {"doses": "dose", "age_limits": "ageLimit", "older_adult": "olderAdult", "side_effects": "sideEffect"}


def lint_grades(graph: Graph) -> Iterator[Issue]:
    """Report claims that pretend to more than they show."""
    for node in chain(graph.named.values(), graph.blank.values()):
        grade = next((compact(term.value) for term in node.fields.get("v:grade", ()) if isinstance(term, NamedNode)), "v:Expert")
        if grade == "v:Expert":
            continue
        if "dct:source" not in node.fields:
            yield _issue(
                Level.ERROR, node.where, f"This claim is graded {grade} but cites no source.", "Add dct:source s:…, or grade it v:Expert."
            )
        elif "v:locator" not in node.fields:
            yield _issue(Level.WARNING, node.where, f"This {grade} claim does not say where in the source it stands.", 'Add v:locator "…".')
        if grade == "v:Measured" and "v:printed" not in node.fields:
            yield _issue(Level.WARNING, node.where, "This v:Measured claim does not carry the figure as printed.", 'Add v:printed "…".')


def lint_sources(graph: Graph, ontology: Ontology, cited_elsewhere: frozenset[str]) -> Iterator[Issue]:
    """Report sources that nobody cites and sources that nobody could find again."""
    cited = cited_elsewhere | {
        compact(term.value)
        for node in chain(graph.named.values(), graph.blank.values())
        for term in node.fields.get("dct:source", ())
        if isinstance(term, NamedNode)
    }
    for source in ontology.sources.values():
        if source.id not in cited:
            yield _issue(Level.WARNING, source.where, f"Nobody cites {source.id}.", "Cite it where it was used, or take it out.")
        node = graph.named[source.id]
        if not any(predicate in node.fields for predicate in ("v:doi", "v:pmid", "v:setid", "v:isbn", "v:address")):
            level = Level.WARNING if source.access is None else Level.ERROR
            yield _issue(
                level,
                source.where,
                f"{source.id} has no identifier by which to find it.",
                "Add v:address, v:doi, v:pmid, v:setid or v:isbn.",
            )


def lint_drugs(ontology: Ontology) -> Iterator[Issue]:
    """Report medicines without their full safety row."""
    for drug in ontology.drugs.values():
        yield from _missing(drug, _MUST_HAVE, Level.ERROR, "cannot be checked for safety")
        yield from _missing(drug, _SHOULD_HAVE, Level.WARNING, "is not complete")
        if not drug.classes:
            message = f"{drug.id} has no class, so that no interaction of a class reaches it."
            yield _issue(Level.ERROR, drug.where, message, "Add v:class dc:….")


def _missing(drug: Drug, rows: tuple[str, ...], level: Level, so: str) -> Iterator[Issue]:
    absent = [
        _TERM.get(row, row.rstrip("s") if row in ("contraindications", "interactions", "indications") else row)
        for row in rows
        if not getattr(drug, row)
    ]
    if absent:
        terms = ", ".join("v:" + term for term in absent)
        yield _issue(
            level,
            drug.where,
            f"{drug.id} {so}: {terms} missing.",
            "Add the rows; where nothing is known say v:advice v:CheckFirst, v:Expert.",
        )


def lint_properties(graph: Graph, declared: frozenset[str]) -> Iterator[Issue]:
    """Report properties of ours that the schema does not know: nearly always a slip of the pen, and silently ignored otherwise."""
    for node in chain(graph.named.values(), graph.blank.values()):
        for predicate in node.fields:
            if predicate.startswith("v:") and predicate not in declared:
                yield _issue(
                    Level.ERROR, node.where, f"{predicate} is no property of the schema, so nobody reads it.", _near(predicate, node)
                )


def _near(predicate: str, node: Node) -> str:
    subject = "" if node.id.startswith("_:") else f" of {node.id}"
    return f"Correct {predicate}{subject}, or declare it in ontologies/schema.ttl."


def _issue(level: Level, where: str, message: str, solution: str) -> Issue:
    return Issue(level=level, message=message, solution=solution, where=where)
