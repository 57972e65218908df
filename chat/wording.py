"""The fixed sentences of the house in both languages, read once from texts.yaml."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from ontologies.plain_yaml import read_yaml
from ontologies.text import Text


@lru_cache(maxsize=1)
def _sentences() -> dict[str, dict[str, str]]:
    body = read_yaml(files("chat").joinpath("texts.yaml").read_text(encoding="utf-8"))
    return dict(body)


def text(key: str, /, **parts: Text | str) -> Text:
    """Return the sentence with this key, its {parts} filled in per language. Raises KeyError for an unknown key.

    >>> text("answer.yes").en
    'Yes'
    """
    sentence = _sentences()[key]
    english = {name: part.en if isinstance(part, Text) else part for name, part in parts.items()}
    chinese = {name: part.zh if isinstance(part, Text) else part for name, part in parts.items()}
    return Text(en=sentence["en"].format(**english), zh=sentence["zh"].format(**chinese))


def keys() -> tuple[str, ...]:
    """List all keys, so that a test can see that each has both languages."""
    return tuple(_sentences())
