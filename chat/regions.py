"""Whom to call where: emergency, advice, poison and crisis numbers by region."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ontologies.plain_yaml import read_yaml
from ontologies.text import Text

DEFAULT_REGION = "GB"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """One region's public services."""

    code: str
    name: Text
    ambulance: str
    advice_line: str | None
    poison: str
    crisis: str


def load_regions(folder: Path) -> dict[str, Region]:
    """Read regions.yaml from a folder."""
    body = read_yaml((folder / "regions.yaml").read_text(encoding="utf-8"))
    return {code: _region(code, entry) for code, entry in body.items()}


def _region(code: str, entry: dict[str, dict[str, str] | str]) -> Region:
    name, rest = entry["name"], {k: v for k, v in entry.items() if k != "name"}
    return Region(code=code, name=Text(**name), **rest)  # type: ignore[arg-type]  # the file's shape is tested
