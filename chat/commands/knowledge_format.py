"""`iatros knowledge format`: lay out the Turtle files canonically."""

from __future__ import annotations

import argparse
import sys

from chat.knowledge import HOUSE
from ontologies.errors import OntologyError
from ontologies.format import format_files


def run(options: argparse.Namespace) -> int:
    """Rewrite what is not canonical; with --check only name it. A file that does not parse stops nothing else."""
    try:
        changed = format_files(HOUSE / "ontologies", write=not options.check)
    except OntologyError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{path}\n" for path in changed)
    return 1 if options.check and changed else 0
