"""`iatros knowledge show c:…`: one condition as a readable page with all claims, grades and sources."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from chat.knowledge import own_knowledge
from chat.monograph import Monograph, Row, monograph
from ontologies.text import Language

_NAME, _FIGURE = 44, 26  # columns


def run(options: argparse.Namespace) -> int:
    """Print the page as text or as data."""
    page = monograph(options.condition, own_knowledge(), Language(options.lang))
    body = json.dumps(asdict(page), ensure_ascii=False, indent=1) if options.json else "\n".join(_lines(page))
    sys.stdout.write(body + "\n")
    return 0


def _lines(page: Monograph) -> Iterator[str]:
    yield f"{page.label} ({page.id})"
    yield "=" * len(page.label)
    if page.definition:
        yield page.definition
    yield from (f"[{language}] {names}" for language, names in page.names)
    yield from (f"{title}: {value}" for title, value in page.facts)
    for section in page.sections:
        yield f"\n{section.title}\n{'-' * len(section.title)}"
        yield from (_line(row) for row in section.rows)
    yield "\n" + ", ".join(f"{grade} {count}" for grade, count in page.grades)
    yield from (f"{s.id}  {s.citation} {s.address or ''} {s.access or ''} {s.looked_up or ''}".rstrip() for s in page.sources)
    yield page.where


def _line(row: Row) -> str:
    place = " ".join(part for part in (row.source, row.locator, f'"{row.printed}"' if row.printed else "") if part)
    return f"  {row.name:<{_NAME}} {row.figure:<{_FIGURE}} {row.grade:<8} {place} {row.note}".rstrip()
