"""Reads schema.ttl: which properties are declared, and which probabilities a band may name."""

from __future__ import annotations

from pathlib import Path

from ontologies.evidence import Band
from ontologies.fields import FieldReader
from ontologies.knowledge_files import SCHEMA, package_root
from ontologies.turtle import Graph, read_graph


def read_schema(root: Path) -> Graph:
    """Read the schema under `root`, or the package's own where there is none."""
    home = root if (root / SCHEMA).exists() else package_root()
    return read_graph(home, (home / SCHEMA,))


def declared_properties(schema: Graph) -> frozenset[str]:
    """Return the compact names of all properties."""
    return frozenset(node.id for node in schema.of_type("rdf:Property"))


def band_bounds(schema: Graph) -> dict[Band, tuple[float, float]]:
    """Return the probabilities that each band may name."""
    fields = FieldReader(schema)
    bounds: dict[Band, tuple[float, float]] = {}
    for node in schema.of_type("v:Band"):
        low, high = fields.number(node, "v:bandFrom"), fields.number(node, "v:bandTo")
        if low is not None and high is not None:
            bounds[Band(node.id.removeprefix("v:"))] = (low, high)
    return bounds
