"""Turtle files as plain nodes that remember their line. pyoxigraph parses; nothing else in the house reads Turtle on the hot path.

The grammar: https://www.w3.org/TR/turtle/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ontologies.issues import Issue, Level
from ontologies.knowledge_files import shown
from ontologies.line_index import LineIndex
from ontologies.namespaces import compact

Term = NamedNode | BlankNode | Literal | Triple
RDF_TYPE = "rdf:type"


@dataclass(slots=True)
class Node:
    """One subject with its fields by compact predicate. It is filled while a file is read and not changed afterwards."""

    id: str
    where: str
    fields: dict[str, list[Term]] = field(default_factory=dict)

    def types(self) -> frozenset[str]:
        """Return the classes of the node, compact."""
        return frozenset(compact(term.value) for term in self.fields.get(RDF_TYPE, ()) if isinstance(term, NamedNode))


@dataclass(slots=True)
class Graph:
    """All nodes of all files: named ones by compact IRI, blank ones by the parser's name."""

    named: dict[str, Node] = field(default_factory=dict)
    blank: dict[str, Node] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    _by_type: dict[str, list[Node]] = field(default_factory=dict)

    def of_type(self, *types: str) -> tuple[Node, ...]:
        """Return the named nodes of any of these classes, in reading order."""
        if not self._by_type:
            for node in self.named.values():
                for one in node.types():
                    self._by_type.setdefault(one, []).append(node)
        return tuple(node for one in types for node in self._by_type.get(one, ()))


def read_graph(root: Path, paths: tuple[Path, ...]) -> Graph:
    """Read all files into one graph. A file that cannot be parsed becomes an issue with its line; the others still load."""
    graph = Graph()
    compacted: dict[str, str] = {}
    for path in paths:
        _read_file(graph, path, shown(path, root), compacted)
    return graph


def _read_file(graph: Graph, path: Path, name: str, compacted: dict[str, str]) -> None:
    try:
        source = path.read_bytes()
        triples = list(parse(source, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        graph.issues.append(_unparsable(name, error))
        return
    except OSError as error:
        graph.issues.append(
            Issue(
                level=Level.ERROR,
                message=f"The file cannot be read: {error.strerror}.",
                solution="Check that it exists and may be read.",
                where=name,
            )
        )
        return
    _add(graph, name, LineIndex(source), _group(triples, compacted))


def _unparsable(name: str, error: SyntaxError) -> Issue:
    return Issue(
        level=Level.ERROR,
        message=f"This is no valid Turtle, so the whole file was left out: {error.msg}.",
        solution="Look at this line and the one before: a missing ';' or '.', a ',' before ']', a prefix not declared, an open quote.",
        where=f"{name}:{error.lineno or 1}",
    )


Grouped = dict[str, dict[str, list[Term]]]


def _group(triples: list[Quad], compacted: dict[str, str]) -> Grouped:
    """Gather triples by subject; blank nodes keep the order in which the parser met them."""
    grouped: Grouped = {}
    for subject, predicate, value, _graph in triples:
        iri = predicate.value
        name = compacted.get(iri)
        if name is None:
            name = compacted[iri] = compact(iri)
        key = subject.value if type(subject) is NamedNode else "_:" + subject.value
        fields = grouped.get(key)
        if fields is None:
            fields = grouped[key] = {}
        values = fields.get(name)
        if values is None:
            fields[name] = [value]
        else:
            values.append(value)
    return grouped


def _add(graph: Graph, name: str, lines: LineIndex, grouped: Grouped) -> None:
    blanks = [key for key in grouped if key.startswith("_:")]
    known = lines.brackets if len(lines.brackets) == len(blanks) else ()
    for position, key in enumerate(blanks):
        where = f"{name}:{known[position]}" if known else name
        graph.blank[key] = Node(key, where, grouped[key])
    for iri, fields in grouped.items():
        if not iri.startswith("_:"):
            _add_named(graph, name, lines, compact(iri), fields)


def _add_named(graph: Graph, name: str, lines: LineIndex, identifier: str, fields: dict[str, list[Term]]) -> None:
    at = lines.subjects.get(identifier, [])
    node = Node(identifier, f"{name}:{at[0]}" if at else name, fields)
    if len(at) > 1:
        graph.issues.append(_repeated(identifier, f"{name}:{at[1]}", node.where))
    earlier = graph.named.get(identifier)
    if earlier is None:
        graph.named[identifier] = node
    elif RDF_TYPE in fields and RDF_TYPE in earlier.fields:
        graph.issues.append(_repeated(identifier, node.where, earlier.where))
    else:
        _merge(earlier, node)


def _repeated(identifier: str, where: str, first: str) -> Issue:
    return Issue(
        level=Level.ERROR,
        message=f"{identifier} is described twice (first at {first}), so that one of the two would be lost.",
        solution="Join the two descriptions in one place.",
        where=where,
    )


def _merge(earlier: Node, later: Node) -> None:
    """Add what a second file says about a concept that another file declares."""
    for predicate, values in later.fields.items():
        earlier.fields.setdefault(predicate, []).extend(values)
    if RDF_TYPE in later.fields:
        earlier.where = later.where
