"""`iatros knowledge test`: run the cases of every rule and score."""

from __future__ import annotations

import argparse
import sys

from chat.knowledge import own_knowledge
from kg.issues import Level
from rules.testing import run_tests


def run(_options: argparse.Namespace) -> int:
    """Print every failing case and every gap in the tests; exit 1 on any error."""
    knowledge = own_knowledge()
    report = run_tests(knowledge.rules, knowledge.ontology)
    sys.stdout.writelines(f"{issue}\n" for issue in report.issues)
    sys.stdout.write(
        f"{len(report.results)} cases of {len(report.cases_of)} rules and scores, {len(report.results) - report.passed} failed.\n"
    )
    return 1 if any(i.level is Level.ERROR for i in report.issues) else 0
