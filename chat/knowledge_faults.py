"""Every fault of the whole knowledge: ontology, rules, what the two need of each other, and forms that the reader cannot tell apart."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from chat.knowledge import HOUSE
from kg.issues import Issue
from nlp.clashes import lint_clashes
from ontologies.check import check
from ontologies.loader import load as load_ontology
from rules.library import base_of, read_library
from rules.lint import lint, lint_references, use_of
from rules.rule import RuleBase


def all_faults(house: Path = HOUSE, today: date | None = None) -> list[Issue]:
    """Return all faults, by file and line. `today` decides which reviews are overdue."""
    library = read_library(house / "rules" / "library")
    base, rule_issues = base_of(library)
    faulty = RuleBase(rules=tuple(library.faulty), scores=base.scores)
    written = RuleBase(rules=base.rules + faulty.rules, scores=base.scores)  # in use, sound or not
    ontology, _ = load_ontology(house / "ontologies")  # its issues come with `check`
    day = today or datetime.now(UTC).date()
    of_rules = [*rule_issues, *lint(base, ontology), *lint_references(faulty, ontology)]
    return [*of_rules, *lint_clashes(ontology), *check(house / "ontologies", use=use_of(written), today=day)]
