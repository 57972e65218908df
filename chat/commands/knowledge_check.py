"""`iatros knowledge check`: every fault of the knowledge at once."""

from __future__ import annotations

import argparse
import sys

from chat.knowledge_faults import all_faults
from kg.issues import Level


def run(_options: argparse.Namespace) -> int:
    """Print all faults, errors last so that they are seen; exit 1 on any error."""
    issues = sorted(all_faults(), key=lambda i: (i.level is Level.ERROR, i.where))
    for issue in issues:
        sys.stdout.write(f"{issue}\n")
    errors = sum(i.level is Level.ERROR for i in issues)
    sys.stdout.write(f"{errors} errors, {len(issues) - errors} warnings and remarks.\n")
    return 1 if errors else 0
