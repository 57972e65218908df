"""Every fault of the whole knowledge: ontology, rules, and what the two need of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from chat.knowledge import HOUSE
from kg.issues import Issue
from ontologies.check import check
from ontologies.rule_use import RuleUse
from rules.library import load_rules
from rules.rule import RuleBase


def all_faults(house: Path = HOUSE, today: date | None = None) -> list[Issue]:
    """Return all faults, by file and line. `today` decides which reviews are overdue."""
    base, rule_issues = load_rules(house / "rules" / "library")
    use = rule_use(base)
    return [*rule_issues, *check(house / "ontologies", use=use, today=today or datetime.now(UTC).date())]


def rule_use(base: RuleBase) -> RuleUse:
    """Collect the ids of the rules and what they name of the ontology."""
    named = frozenset(word for entry in (*base.rules, *base.scores) for word in _names(entry))
    return RuleUse(
        ids=frozenset(entry.id for entry in (*base.rules, *base.scores)),
        findings=frozenset(n for n in named if n.startswith("f:")),
        sources=frozenset(n.split("#")[0] for n in named if n.startswith("s:")),
    )


def _names(part: object) -> Iterator[str]:
    """Walk a rule and yield every compact IRI in it."""
    if isinstance(part, str):
        if part[:2] in ("f:", "s:"):
            yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _names(getattr(part, field.name))
    elif isinstance(part, tuple | frozenset | list):
        for item in part:
            yield from _names(item)
    elif isinstance(part, dict):
        yield from _names(list(part.values()))
