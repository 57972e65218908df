"""The reader's issues, worded in the language of the message (nlp/issues.yaml)."""

from __future__ import annotations

from kg.issues import Issue, Level
from nlp.resources import data
from ontologies.text import Language


def complaint(key: str, level: Level, where: str, language: Language, **said: str) -> Issue:
    """Return an issue with its words filled in.

    >>> complaint("age", Level.WARNING, "0-8", Language.EN, said="300 years").message
    'An age of "300 years" cannot be right.'
    """
    words = data("issues.yaml")[key][language.value]
    return Issue(level=level, message=words["message"].format(**said), solution=words["solution"], where=where)
