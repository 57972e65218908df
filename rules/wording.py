"""The sentences of this package in both languages: data in texts/*.yaml, filled with labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from ontologies.plain_yaml import read_yaml
from ontologies.text import Text

_SLOT = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=1)
def texts() -> Mapping[str, Text]:
    """Read every text of this package, by its key."""
    found: dict[str, Text] = {}
    folder = files("rules").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            entries = read_yaml(file.read_text(encoding="utf-8"))
            found.update({key: Text(en=entry["en"], zh=entry["zh"]) for key, entry in entries.items()})
    return found


def say(key: str, **slots: Text) -> Text:
    """Return a text with its slots filled in each language. Raises KeyError for an unknown key or an unfilled slot."""
    english, chinese = _parts(key)
    return Text(
        en=_capital("".join(slots[part].en if at % 2 else part for at, part in enumerate(english))),
        zh="".join(slots[part].zh if at % 2 else part for at, part in enumerate(chinese)),
    )


@lru_cache(maxsize=1024)
def _parts(key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a text into words and names of slots, in turn."""
    template = texts()[key]
    return tuple(_SLOT.split(template.en)), tuple(_SLOT.split(template.zh))


def plainly(value: str | float) -> Text:
    """Return a number or a name as the same text in both languages."""
    word = f"{value:g}" if isinstance(value, float) else value
    return Text(en=word, zh=word)


def listed(items: tuple[Text, ...]) -> Text:
    """Join labels into an enumeration."""
    return Text(en=", ".join(i.en for i in items), zh="\u3001".join(i.zh for i in items))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
