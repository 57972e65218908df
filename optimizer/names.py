"""Names of concepts for people, also of those that the knowledge does not hold."""

from __future__ import annotations

from ontologies.errors import UnknownConceptError
from ontologies.ontology import Ontology
from ontologies.text import Text


def name_of(code: str, knowledge: Ontology) -> Text:
    """Return the label of a concept; an unknown one goes by the words of its code."""
    try:
        return knowledge.label(code)
    except UnknownConceptError:
        slug = code.rpartition(":")[2].replace("-", " ")
        return Text(en=slug, zh=slug)
