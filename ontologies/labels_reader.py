"""Reads the names of a concept: the preferred label and every other surface form."""

from __future__ import annotations

from pyoxigraph import Literal

from ontologies.concepts import FormKind, SurfaceForm
from ontologies.fields import BOTH, FieldReader
from ontologies.text import Language, Text
from ontologies.turtle import Node

_KINDS = {
    "skos:prefLabel": FormKind.PREFERRED,
    "skos:altLabel": FormKind.ALTERNATIVE,
    "skos:hiddenLabel": FormKind.HIDDEN,
    "v:brand": FormKind.BRAND,
    "v:ambiguousLabel": FormKind.AMBIGUOUS,
}
_LANGUAGES = {"en": Language.EN, "zh": Language.ZH}
_MATCHES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")


def read_label(fields: FieldReader, node: Node) -> Text:
    """Read the preferred label; a concept without one is a fault and goes by its identifier."""
    label = fields.text(node, "skos:prefLabel")
    if label is not None:
        return label
    fields.fault(node, f"{node.id} has no name.", 'Add skos:prefLabel "…"@en , "…"@zh.')
    slug = node.id.partition(":")[2].replace("-", " ")
    return Text(en=slug, zh=slug)


def read_forms(fields: FieldReader, node: Node) -> tuple[SurfaceForm, ...]:
    """Read every way in which people write the concept, each once, preferred ones first."""
    forms: dict[tuple[str, Language], SurfaceForm] = {}
    for predicate, kind in _KINDS.items():
        for term in node.fields.get(predicate, ()):
            if type(term) is Literal and term.language in BOTH and term.value.strip():
                language = _LANGUAGES[term.language]
                forms.setdefault((term.value, language), SurfaceForm(text=term.value, language=language, kind=kind))
            elif predicate != "skos:prefLabel":
                fields.fault(node, f"{predicate} {term} of {node.id} has no language or no text.", 'Write "…"@en or "…"@zh.')
    return tuple(forms.values())


def read_matches(fields: FieldReader, node: Node) -> tuple[str, ...]:
    """Read the identifiers of other vocabularies."""
    return tuple(match for predicate in _MATCHES if predicate in node.fields for match in fields.iris(node, predicate))
