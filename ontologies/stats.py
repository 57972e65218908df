"""How much the knowledge holds, and how well it is backed: numbers, a table to read, a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ontologies.concepts import Condition, Drug
from ontologies.evidence import Evidence, Grade
from ontologies.ontology import Ontology
from ontologies.text import Language

_KINDS = (
    "conditions",
    "findings",
    "drugs",
    "drug_classes",
    "tests",
    "treatments",
    "quantities",
    "activities",
    "dishes",
    "targets",
    "sources",
)


class Backed(Protocol):
    """Whatever carries evidence."""

    @property
    def evidence(self) -> Evidence:
        """What stands behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemStats:
    """The conditions of one body system and the claims on them by grade."""

    system: str
    conditions: int
    cant_miss: int
    claims: int
    grades: tuple[tuple[Grade, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts of everything."""

    kinds: tuple[tuple[str, int], ...]
    second_read: int  # sources whose claims a second reader compared with them
    forms: tuple[tuple[Language, int], ...]
    grades: tuple[tuple[Grade, int], ...]
    systems: tuple[SystemStats, ...]


def stats(ontology: Ontology) -> Stats:
    """Count concepts by kind, surface forms by language, claims by grade and body system."""
    return Stats(
        kinds=tuple((kind, len(getattr(ontology, kind))) for kind in _KINDS),
        second_read=sum(source.second_read is not None for source in ontology.sources.values()),
        forms=_forms(ontology),
        grades=_by_grade(_all_evidence(ontology)),
        systems=tuple(_system(ontology, system) for system in sorted({c.system for c in ontology.conditions.values()})),
    )


def _forms(ontology: Ontology) -> tuple[tuple[Language, int], ...]:
    identifiers = (*ontology.findings, *ontology.conditions, *ontology.drugs)
    count = Counter(form.language for identifier in identifiers for form in ontology.forms(identifier))
    return tuple((language, count[language]) for language in Language)


def _by_grade(evidence: Iterator[Evidence]) -> tuple[tuple[Grade, int], ...]:
    count = Counter(one.grade for one in evidence)
    return tuple((grade, count[grade]) for grade in Grade)


def _all_evidence(ontology: Ontology) -> Iterator[Evidence]:
    for finding in ontology.findings.values():
        yield from (background.evidence for background in finding.backgrounds)
    for condition in ontology.conditions.values():
        yield from (entry.evidence for entry in _entries(condition))
    for drug in ontology.drugs.values():
        yield from (row.evidence for row in _rows(drug))


def _entries(condition: Condition) -> tuple[Backed, ...]:
    what_it_is: list[Backed] = [*condition.claims, *condition.presentations, *condition.risks, *condition.red_flags, *condition.look_alikes]
    what_is_done: list[Backed] = [*condition.investigations, *condition.self_care, *condition.treatments, *condition.follow_up]
    return (*what_it_is, *what_is_done)


def _rows(drug: Drug) -> tuple[Backed, ...]:
    groups = (*drug.age_limits, *drug.pregnancy, *drug.breastfeeding, *drug.kidney, *drug.liver, *drug.older_adult)
    return (*drug.doses, *groups, *drug.contraindications, *drug.cautions, *drug.interactions, *drug.side_effects)


def _system(ontology: Ontology, system: str) -> SystemStats:
    conditions = [condition for condition in ontology.conditions.values() if condition.system == system]
    claims = [claim for condition in conditions for claim in condition.claims]
    return SystemStats(
        system=system,
        conditions=len(conditions),
        cant_miss=sum(condition.cant_miss for condition in conditions),
        claims=len(claims),
        grades=_by_grade(claim.evidence for claim in claims),
    )


def as_data(found: Stats) -> dict[str, object]:
    """Return the counts as plain data, for JSON."""
    return {
        "kinds": dict(found.kinds),
        "second_read": found.second_read,
        "forms": {language.value: count for language, count in found.forms},
        "grades": {grade.value: count for grade, count in found.grades},
        "systems": [
            {
                "system": one.system,
                "conditions": one.conditions,
                "cant_miss": one.cant_miss,
                "claims": one.claims,
                "grades": {grade.value: count for grade, count in one.grades},
            }
            for one in found.systems
        ],
    }


def as_table(found: Stats) -> str:
    """Return the counts as aligned text."""
    lines = [f"{kind.replace('_', ' '):<16}{count:>7}" for kind, count in found.kinds]
    lines += [f"{'  read twice':<16}{found.second_read:>7}"]
    lines += ["", *(f"{'words in ' + language.value:<16}{count:>7}" for language, count in found.forms)]
    lines += ["", *(f"{grade.value:<16}{count:>7}" for grade, count in found.grades)]
    head = "".join(f"{grade.value:>10}" for grade in Grade)
    lines += ["", f"{'system':<18}{'conditions':>11}{'must not miss':>15}{'claims':>8}{head}"]
    lines += [
        f"{one.system:<18}{one.conditions:>11}{one.cant_miss:>15}{one.claims:>8}" + "".join(f"{count:>10}" for _grade, count in one.grades)
        for one in found.systems
    ]
    return "\n".join(lines) + "\n"
