"""A concluded fact in the words of a doctor's language: "considered c:influenza" becomes "to be considered: influenza"."""

from __future__ import annotations

import re

from chat.wording import keys, text
from ontologies.ontology import Ontology
from ontologies.text import Language

_CONCEPT = re.compile(r"\b[a-z]{1,2}:[a-z0-9][a-z0-9.-]*")


def in_words(fact: str, ontology: Ontology, language: Language) -> str:
    """Word a canonical fact: its kind, urgency and concepts; what has no word stays as it is."""
    kind, _, rest = fact.partition(" ")
    said = _CONCEPT.sub(lambda match: _named(match.group(), ontology, language), rest)
    level = f"level.{rest}"
    if level in keys():
        said = text(level).render(language)
    key = f"fact.{kind}"
    return text(key, thing=said).render(language) if key in keys() and rest else f"{kind} {said}".strip()


def _named(code: str, ontology: Ontology, language: Language) -> str:
    return ontology.label(code).render(language) if ontology.holds(code) else code
