"""The patient graph in RDF: one named graph a turn, each statement derived from its span of the text.

Spans are Web Annotation text positions (https://www.w3.org/TR/annotation-model/#text-position-selector), provenance is
PROV-O (https://www.w3.org/TR/prov-o/).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import fields

from rdflib import Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import PROV, RDF, XSD

from kg.record import AnyStatement, Attribute, Dose, Duration, Span
from ontologies.namespaces import PREFIXES, expand

OA = Namespace("http://www.w3.org/ns/oa#")
V = Namespace(PREFIXES["v"])
_STRUCTURAL = frozenset({"id", "span", "text", "attributes", "duration", "dose"})
_CURIES = frozenset({"concept", "drug", "to"})


class PatientGraph:
    """What one encounter said, as RDF. Build it from statements; export it as Turtle, TriG or JSON-LD."""

    def __init__(self, encounter: str) -> None:
        """Start an empty graph for the encounter with this identifier."""
        self._base = f"urn:iatros:encounter:{encounter}:"
        self._dataset = Dataset()
        self._dataset.bind("v", V)
        self._dataset.bind("oa", OA)
        self._dataset.bind("prov", PROV)

    def add(self, statements: Iterable[AnyStatement]) -> PatientGraph:
        """Record statements, each in the named graph of its turn."""
        for statement in statements:
            self._add(statement)
        return self

    def statements(self) -> tuple[str, ...]:
        """List the ids of all statements, in order."""
        found = {str(s).rsplit(":", 1)[-1] for s, _, _, _ in self._dataset.quads((None, RDF.type, V.Statement, None))}
        return tuple(sorted(found, key=lambda i: (len(i), i)))

    def turtle(self) -> str:
        """Export as Turtle (https://www.w3.org/TR/turtle/), all turns in one graph; each span still names its turn."""
        return str(self._merged().serialize(format="turtle"))

    def trig(self) -> str:
        """Export as TriG, Turtle with named graphs (https://www.w3.org/TR/trig/)."""
        return self._serialize("trig")

    def json_ld(self) -> str:
        """Export as JSON-LD 1.1."""
        return self._serialize("json-ld")

    def _merged(self) -> Graph:
        merged = Graph()
        for prefix, namespace in self._dataset.namespaces():
            merged.bind(prefix, namespace)
        for subject, predicate, value, _ in self._dataset.quads():
            merged.add((subject, predicate, value))
        return merged

    def _serialize(self, form: str) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7.6 calls its own deprecated Dataset.contexts here
            return str(self._dataset.serialize(format=form))

    def _add(self, statement: AnyStatement) -> None:
        turn = statement.span.turn if statement.span else 0
        graph = self._dataset.graph(URIRef(f"{self._base}turn:{turn}"))
        node = URIRef(self._base + statement.id)
        graph.add((node, RDF.type, V.Statement))
        graph.add((node, RDF.type, V[type(statement).__name__ + "Statement"]))
        graph.add((node, OA.exact, Literal(statement.text)))
        if statement.span is not None:
            self._add_span(graph, node, statement.span)
        for field in fields(statement):
            value = getattr(statement, field.name)
            if field.name not in _STRUCTURAL and value is not None:
                graph.add((node, V[field.name], _term(field.name, value)))
        self._add_details(graph, node, statement)

    def _add_span(self, graph: Graph, node: URIRef, span: Span) -> None:
        selector = URIRef(f"{node}:span")
        graph.add((node, PROV.wasDerivedFrom, selector))
        graph.add((selector, RDF.type, OA.TextPositionSelector))
        graph.add((selector, OA.start, Literal(span.start)))
        graph.add((selector, OA.end, Literal(span.end)))
        graph.add((selector, PROV.hadPrimarySource, URIRef(f"{self._base}turn:{span.turn}")))

    def _add_details(self, graph: Graph, node: URIRef, statement: AnyStatement) -> None:
        attributes: tuple[Attribute, ...] = getattr(statement, "attributes", ())
        for attribute in attributes:
            graph.add((node, V["attribute-" + attribute.name], Literal(attribute.value)))
        duration: Duration | None = getattr(statement, "duration", None)
        if duration is not None:
            graph.add((node, V.daysMin, Literal(duration.days_min, datatype=XSD.double)))
            graph.add((node, V.daysMax, Literal(duration.days_max, datatype=XSD.double)))
        dose: Dose | None = getattr(statement, "dose", None)
        if dose is not None:
            graph.add((node, V.dose, Literal(dose.said)))


def _term(name: str, value: object) -> URIRef | Literal:
    """Write a concept as its IRI and everything else as a literal."""
    if name in _CURIES and isinstance(value, str) and value.split(":", 1)[0] in PREFIXES:
        return URIRef(expand(value))
    return Literal(str(value)) if isinstance(value, str) else Literal(value)
