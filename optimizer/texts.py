"""The wording of constraints, reasons and alerts, from texts.yaml, with its blanks filled in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from ontologies.plain_yaml import read_yaml
from ontologies.text import Text

Filling = Text | str | int | float


@lru_cache(maxsize=1)
def _sections() -> Mapping[str, Mapping[str, Text]]:
    raw = read_yaml(files("optimizer").joinpath("texts.yaml").read_text(encoding="utf-8"))
    return {section: {name: Text(en=said["en"], zh=said["zh"]) for name, said in entries.items()} for section, entries in raw.items()}


def text(section: str, name: str, **blanks: Filling) -> Text:
    """Return a wording with its blanks filled. A missing wording is a bug and raises KeyError."""
    wording = _sections()[section][name]
    return Text(
        en=wording.en.format(**{key: _said(value, "en") for key, value in blanks.items()}),
        zh=wording.zh.format(**{key: _said(value, "zh") for key, value in blanks.items()}),
    )


def _said(value: Filling, language: str) -> str:
    if isinstance(value, Text):
        return str(getattr(value, language))
    return f"{value:g}" if isinstance(value, float) else str(value)


def constraint_text(name: str, **blanks: Filling) -> Text:
    """Word a constraint by its name up to the first colon."""
    return text("constraints", name.partition(":")[0], **blanks)


def word(name: str) -> Text:
    """Return a single word; one that nobody wrote down stands for itself."""
    return _sections()["words"].get(name, Text(en=name, zh=name))


def joined(words: list[Text]) -> Text:
    """Join words into a list."""
    return Text(en=", ".join(w.en for w in words), zh=_sections()["words"]["list-separator"].zh.join(w.zh for w in words))
