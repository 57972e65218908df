"""The whole examination of the knowledge: loading, shapes, lints. `iatros knowledge check` prints what comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ontologies.issues import Issue, Level
from ontologies.knowledge_files import package_root
from ontologies.lint_backing import lint_drugs, lint_grades, lint_properties, lint_sources
from ontologies.lint_conditions import lint_conditions
from ontologies.lint_names import lint_names
from ontologies.loader import in_order, load_all
from ontologies.rule_use import RuleUse
from ontologies.schema_reader import band_bounds, declared_properties, read_schema
from ontologies.shapes_check import check_shapes


def check(root: Path | None = None, *, use: RuleUse | None = None, today: date | None = None) -> list[Issue]:
    """Return every fault of the knowledge under `root`, by file and line. `use` says what the rules need, `today` what is overdue."""
    top = root or package_root()
    needs = use or RuleUse()
    loaded = load_all(top)
    schema = read_schema(top)
    found = [
        *loaded.issues,
        *schema.issues,
        *check_shapes(loaded.graph, top),
        *lint_properties(loaded.graph, declared_properties(schema)),
        *lint_grades(loaded.graph),
        *lint_sources(loaded.graph, loaded.ontology, needs.sources),
        *lint_names(loaded.ontology),
        *lint_conditions(loaded.ontology, band_bounds(schema), needs, today),
        *lint_drugs(loaded.ontology),
    ]
    return list(in_order(found))


def fails(issues: list[Issue]) -> bool:
    """Say whether an examination with these issues has failed: any error does, warnings do not."""
    return any(issue.level is Level.ERROR for issue in issues)
