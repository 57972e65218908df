"""`iatros knowledge test`: run the cases of every rule and score."""

from __future__ import annotations

import argparse
import sys

from chat.knowledge import HOUSE, own_knowledge
from kg.issues import Level
from rules.testing import run_tests


def run(_options: argparse.Namespace) -> int:
    """Print every failing case and every gap in the tests; exit 1 on any."""
    knowledge = own_knowledge()
    report = run_tests(HOUSE / "rules", knowledge.rules, knowledge.ontology)
    for issue in report.issues:
        sys.stdout.write(f"{issue}\n")
    sys.stdout.write(f"{report.cases} cases of {report.rules} rules, {report.failures} failed.\n")
    return 1 if any(i.level is Level.ERROR for i in report.issues) else 0
