"""Validates the knowledge against shapes.ttl with pySHACL (https://www.w3.org/TR/shacl/).

The data graph is a plain in-memory rdflib graph, made from the nodes already read, so that each result finds its file and line.
Never hand pySHACL an Oxigraph-backed graph: it does not come back.
"""

from __future__ import annotations

from pathlib import Path

import pyshacl
import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib.term import Node as RdfTerm

from ontologies.issues import Issue, Level
from ontologies.knowledge_files import SCHEMA, SHAPES, package_root
from ontologies.namespaces import compact, expand
from ontologies.turtle import Graph, Node, Term

_SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
_LEVELS = {_SH.Violation: Level.ERROR, _SH.Warning: Level.WARNING, _SH.Info: Level.INFO}


def check_shapes(graph: Graph, root: Path) -> list[Issue]:
    """Return every result of the validation as an issue."""
    shapes = rdflib.Graph().parse(_home(root, SHAPES), format="turtle")
    data = _as_rdflib(graph)
    data.parse(_home(root, SCHEMA), format="turtle")  # subclasses of a class are meant too
    _conforms, results, _text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False, meta_shacl=False)
    return [_issue(results, result, graph) for result in results.subjects(rdflib.RDF.type, _SH.ValidationResult)]


def _home(root: Path, name: str) -> Path:
    return root / name if (root / name).exists() else package_root() / name


def _as_rdflib(graph: Graph) -> rdflib.Graph:
    """Copy the nodes; types of literals stay, blank nodes keep the key under which their line is known."""
    data = rdflib.Graph()
    predicates: dict[str, rdflib.URIRef] = {}
    for nodes in (graph.named, graph.blank):
        for key, node in nodes.items():
            subject = rdflib.BNode(key[2:]) if key.startswith("_:") else rdflib.URIRef(_full(key))
            for name, values in node.fields.items():
                predicate = predicates.setdefault(name, rdflib.URIRef(_full(name)))
                for value in values:
                    data.add((subject, predicate, _term(value)))
    return data


def _full(name: str) -> str:
    return name if "://" in name else expand(name)


def _term(value: Term) -> RdfTerm:
    if isinstance(value, NamedNode):
        return rdflib.URIRef(value.value)
    if isinstance(value, BlankNode):
        return rdflib.BNode(value.value)
    if isinstance(value, Literal):
        if value.language:
            return rdflib.Literal(value.value, lang=value.language)
        return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))
    raise TypeError(f"Turtle holds no such term: {value!r}")


def _issue(results: rdflib.Graph, result: RdfTerm, graph: Graph) -> Issue:
    focus, severity = results.value(result, _SH.focusNode), results.value(result, _SH.resultSeverity)
    node = _node(graph, focus)
    message, _, solution = str(results.value(result, _SH.resultMessage) or "A shape is not met.").partition(". ")
    subject = f"{node.id}: " if node is not None and not node.id.startswith("_:") else ""
    return Issue(
        level=_LEVELS.get(severity, Level.ERROR) if isinstance(severity, rdflib.URIRef) else Level.ERROR,
        message=f"{subject}{message.rstrip('.')}.",
        solution=solution,
        where=node.where if node is not None else str(focus),
    )


def _node(graph: Graph, focus: RdfTerm | None) -> Node | None:
    if isinstance(focus, rdflib.BNode):
        return graph.blank.get(f"_:{focus}")
    return graph.named.get(compact(str(focus)))
