"""The reader's YAML files, read through importlib.resources and cached: words are data, not code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml

from nlp.errors import ReadingDataError
from ontologies.plain_yaml import LOADER

DATA_FILES = (
    "company.yaml",
    "context.en.yaml",
    "context.zh.yaml",
    "dialogue.yaml",
    "everyday.yaml",
    "fold.yaml",
    "functions.yaml",
    "happenings.yaml",
    "issues.yaml",
    "lexicon.yaml",
    "life.yaml",
    "medicines.yaml",
    "numbers.yaml",
    "people.yaml",
    "quantities.yaml",
    "refine.yaml",
    "sites.yaml",
    "times.yaml",
    "usage.yaml",
)


class _Loader(LOADER):  # type: ignore[misc]  # the base is chosen when it runs
    """The safe loader without YAML 1.1's yes, no, on and off: here they are words."""

    yaml_implicit_resolvers = {  # noqa: RUF012 (PyYAML's own attribute)
        letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
        for letter, resolvers in LOADER.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


_READ: dict[str, Any] = {}


def data(name: str) -> Any:
    """Return the content of one of the reader's YAML files, which nobody may change."""
    if name not in _READ:
        if name not in DATA_FILES:
            raise ReadingDataError(f"{name} is no data file of the reader; known are {', '.join(DATA_FILES)}.")
        _READ[name] = yaml.load(files("nlp").joinpath(name).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (the safe loader, in C)
    return _READ[name]


def remember(contents: Mapping[str, Any]) -> None:
    """Take the contents of files that were parsed before."""
    _READ.update(contents)
