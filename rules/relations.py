"""The relations over which `for:` may range, by name: from one concept to others in the knowledge.

A relation is a function of the ontology and a concept. Its result is in the order of the knowledge and says, where there is a
claim behind it, which; so that a proof can cite it. To add one, write the function and enter it in `RELATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.reasoning import Citation
from ontologies.evidence import Evidence
from ontologies.ontology import Ontology


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A concept that is reached, and the claim that says so."""

    concept: str
    citation: Citation | None = None


Relation = Callable[[Ontology, str], Iterator[Related]]


def cited(evidence: Evidence) -> Citation:
    """Turn the evidence of a claim into a citation."""
    return Citation(source=evidence.source, locator=evidence.locator, grade=evidence.grade)


def treated_by(ontology: Ontology, condition: str) -> Iterator[Related]:
    """Yield the treatment options of a condition."""
    found = ontology.conditions.get(condition)
    for option in found.treatments if found is not None else ():
        yield Related(concept=option.option, citation=cited(option.evidence))


def investigated_by(ontology: Ontology, condition: str) -> Iterator[Related]:
    """Yield the tests of a condition in their sequence."""
    found = ontology.conditions.get(condition)
    for test in sorted(found.investigations if found is not None else (), key=lambda i: i.sequence):
        if test.test is not None:
            yield Related(concept=test.test, citation=cited(test.evidence))


def interacts_with(ontology: Ontology, drug: str) -> Iterator[Related]:
    """Yield the drugs and classes that a drug interacts with."""
    found = ontology.drugs.get(drug)
    for interaction in found.interactions if found is not None else ():
        for other in interaction.with_:
            yield Related(concept=other, citation=cited(interaction.evidence))


def contraindicated_in(ontology: Ontology, drug: str) -> Iterator[Related]:
    """Yield the conditions and findings in which a drug must not be taken."""
    found = ontology.drugs.get(drug)
    for advice in found.contraindications if found is not None else ():
        for condition in advice.conditions:
            yield Related(concept=condition, citation=cited(advice.evidence))


RELATIONS: dict[str, Relation] = {
    "v:treatedBy": treated_by,
    "v:investigatedBy": investigated_by,
    "v:interactsWith": interacts_with,
    "v:contraindicatedIn": contraindicated_in,
}
