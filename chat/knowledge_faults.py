"""Every fault of the whole knowledge: ontology, rules, what the two need of each other, and forms that the reader cannot tell apart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from chat.knowledge import HOUSE
from kg.issues import Issue
from nlp.clashes import lint_clashes
from ontologies.check import check
from ontologies.loader import load as load_ontology
from rules.library import load_rules
from rules.lint import lint, use_of


def all_faults(house: Path = HOUSE, today: date | None = None) -> list[Issue]:
    """Return all faults, by file and line. `today` decides which reviews are overdue."""
    base, rule_issues = load_rules(house / "rules" / "library")
    ontology, _ = load_ontology(house / "ontologies")  # its issues come with `check`
    day = today or datetime.now(UTC).date()
    return [*rule_issues, *lint(base, ontology), *lint_clashes(ontology), *check(house / "ontologies", use=use_of(base), today=day)]
