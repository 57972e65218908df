"""`iatros knowledge format`: lay out the Turtle files canonically."""

from __future__ import annotations

import argparse
import sys

from chat.knowledge import HOUSE
from ontologies.errors import OntologyError
from ontologies.format import format_turtle


def run(options: argparse.Namespace) -> int:
    """Rewrite what is not canonical; with --check only name it. A file that does not parse is named and left alone."""
    changed = broken = 0
    for path in sorted((HOUSE / "ontologies").rglob("*.ttl")):
        before = path.read_text(encoding="utf-8")
        try:
            after = format_turtle(before)
        except OntologyError as error:
            broken += 1
            sys.stdout.write(f"{path.relative_to(HOUSE)}: left as it is: {error}\n")
            continue
        if after != before:
            changed += 1
            sys.stdout.write(f"{path.relative_to(HOUSE)}\n")
            if not options.check:
                path.write_text(after, encoding="utf-8")
    return 1 if broken or (options.check and changed) else 0
