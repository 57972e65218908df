"""Typed access to the fields of a node. Whatever is wrong becomes an issue with its line, and the reader goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode

from ontologies.ages import parse_ages
from ontologies.durations import parse_hours
from ontologies.evidence import AgeRange
from ontologies.issues import Issue, Level
from ontologies.namespaces import compact
from ontologies.text import Text
from ontologies.turtle import Graph, Node, Term

BOTH = ("en", "zh")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class FieldReader:
    """Reads fields of a graph's nodes into plain values and collects the complaints."""

    graph: Graph
    issues: list[Issue] = field(default_factory=list)
    _compact: dict[str, str] = field(default_factory=dict)

    def fault(self, node: Node, message: str, solution: str) -> None:
        """Note an error at a node."""
        self.issues.append(Issue(level=Level.ERROR, message=message, solution=solution, where=node.where))

    def doubt(self, node: Node, message: str, solution: str) -> None:
        """Note a warning at a node."""
        self.issues.append(Issue(level=Level.WARNING, message=message, solution=solution, where=node.where))

    def nodes(self, node: Node, predicate: str) -> tuple[Node, ...]:
        """Return the bracketed (or referred-to) nodes of a field."""
        found = []
        for term in node.fields.get(predicate, ()):
            inner = self._node(term)
            if inner is not None:
                found.append(inner)
            else:
                self.fault(node, f"{predicate} of {node.id} needs a node in brackets.", f"Write {predicate} [ … ].")
        return tuple(found)

    def _node(self, term: Term) -> Node | None:
        if type(term) is BlankNode:
            return self.graph.blank.get("_:" + term.value)
        return None

    def iris(self, node: Node, predicate: str) -> tuple[str, ...]:
        """Return every IRI of a field, compact, in the order written."""
        values = node.fields.get(predicate)
        if values is None:
            return ()
        found = []
        for term in values:
            if type(term) is NamedNode:
                found.append(self.compacted(term.value))
            elif type(term) is Literal:
                self.fault(
                    node,
                    f'{predicate} holds the text "{term.value}" where a concept belongs.',
                    "Write an identifier such as f:cough, without quotes.",
                )
        return tuple(found)

    def iri(self, node: Node, predicate: str) -> str | None:
        """Return the one IRI of a field."""
        found = self.iris(node, predicate)
        if len(found) > 1:
            self.fault(node, f"{predicate} may stand once, but holds {', '.join(found)}.", "Keep one.")
        return found[0] if found else None

    def compacted(self, iri: str) -> str:
        """Shorten an IRI, remembering it."""
        short = self._compact.get(iri)
        if short is None:
            short = self._compact[iri] = compact(iri)
        return short

    def individual(self, node: Node, predicate: str) -> str | None:
        """Return the local name of the one `v:` individual of a field: `v:Emergency` gives `Emergency`."""
        name = self.iri(node, predicate)
        return None if name is None else name.removeprefix("v:")

    def individuals(self, node: Node, predicate: str) -> tuple[str, ...]:
        """Return the local names of all `v:` individuals of a field."""
        return tuple(name.removeprefix("v:") for name in self.iris(node, predicate))

    def literals(self, node: Node, predicate: str) -> tuple[str, ...]:
        """Return every literal of a field as text."""
        values = node.fields.get(predicate)
        if values is None:
            return ()
        return tuple(term.value for term in values if type(term) is Literal)

    def literal(self, node: Node, predicate: str) -> str | None:
        """Return the first literal of a field (an address may be an IRI) as text."""
        values = node.fields.get(predicate)
        if values is None:
            return None
        return next((term.value for term in values if type(term) in (Literal, NamedNode)), None)  # type: ignore[union-attr]  # its type was compared

    def number(self, node: Node, predicate: str) -> float | None:
        """Return the number of a field."""
        text = self.literal(node, predicate)
        if text is None:
            return None
        try:
            return float(text)
        except ValueError:
            self.fault(node, f'{predicate} must be a number, not "{text}".', "Write digits with a decimal point, without quotes.")
            return None

    def probability(self, node: Node, predicate: str) -> float | None:
        """Return a number between 0 and 1."""
        value = self.number(node, predicate)
        if value is None or 0.0 <= value <= 1.0:
            return value
        self.fault(node, f"{predicate} must lie between 0 and 1, but is {value:g}.", "Write a share, not a percentage.")
        return None

    def truth(self, node: Node, predicate: str) -> bool:
        """Return a boolean; a field that is not there is false."""
        text = self.literal(node, predicate)
        if text is None:
            return False
        if text not in _TRUTH:
            self.fault(node, f'{predicate} must be true or false, not "{text}".', "Write true or false, without quotes.")
        return _TRUTH.get(text, False)

    def text(self, node: Node, predicate: str) -> Text | None:
        """Return a text in both languages; a missing one is a fault and is filled from the other."""
        values = node.fields.get(predicate)
        if values is None:
            return None
        said: dict[str, str] = {}
        for term in values:
            if type(term) is not Literal or term.language not in BOTH:
                self.fault(node, f"{predicate} of {node_name(node)} has a text without a language (en or zh).", 'Write "…"@en and "…"@zh.')
            elif term.language in said:
                self.fault(node, f"{predicate} of {node_name(node)} has two texts in @{term.language}.", "Keep one for each language.")
            else:
                said[term.language] = term.value
        return self._both(node, predicate, said)

    def _both(self, node: Node, predicate: str, said: dict[str, str]) -> Text | None:
        if not said:
            return None
        for language in BOTH:
            if not said.get(language, "").strip():
                self.fault(node, f"{predicate} of {node_name(node)} has no text in @{language}.", f'Add "…"@{language}.')
        one = next(iter(said.values()))
        return Text(en=said.get("en", one), zh=said.get("zh", one))

    def ages(self, node: Node, predicate: str = "v:ages") -> AgeRange | None:
        """Return a range of ages."""
        text = self.literal(node, predicate)
        if text is None:
            return None
        parsed = parse_ages(text)
        if parsed is None:
            self.fault(node, f'{predicate} "{text}" is no range of ages.', 'Write "65+", "5-9", "0-2 months" or "3 months - 11 years".')
        return parsed

    def hours(self, node: Node, predicate: str) -> float | None:
        """Return a duration in hours."""
        text = self.literal(node, predicate)
        if text is None:
            return None
        parsed = parse_hours(text)
        if parsed is None:
            self.fault(node, f'{predicate} "{text}" is no duration.', 'Write "PT4H"^^xsd:duration or "P3D"^^xsd:duration.')
        return parsed

    def choice(self, node: Node, predicate: str, choices: dict[str, str], default: str) -> str:
        """Return the value that stands for an individual; one that is none of `choices` is a fault."""
        name = self.individual(node, predicate)
        if name is None:
            return default
        if name not in choices:
            self.fault(node, f"{predicate} v:{name} is not known.", f"Use one of {', '.join('v:' + choice for choice in choices)}.")
        return choices.get(name, default)


def node_name(node: Node) -> str:
    """Name a node in a message."""
    return "this entry" if node.id.startswith("_:") else node.id
