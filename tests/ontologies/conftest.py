"""A small house of knowledge that each test writes into a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ontologies.issues import Issue
from ontologies.loader import load
from ontologies.namespaces import PREFIXES
from ontologies.ontology import Ontology

Write = Callable[..., Path]
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a Turtle file with all prefixes in front."""

    def into(name: str, body: str, *, head: str = HEAD) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + body, encoding="utf-8")
        return path

    return into


@pytest.fixture
def loaded(write: Write, tmp_path: Path) -> Callable[..., tuple[Ontology, tuple[Issue, ...]]]:
    """Return a function that writes one file and loads the folder."""

    def of(*bodies: str) -> tuple[Ontology, tuple[Issue, ...]]:
        for index, body in enumerate(bodies):
            write(f"part{index}.ttl", body)
        return load(tmp_path)

    return of
