"""The knowledge as the rest of the house reads it: immutable mappings, closures of the hierarchies, indexes of the claims.

The closures are computed once, when it is made; every look-up afterwards is one dictionary access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ontologies.concepts import (
    Claim,
    Condition,
    Drug,
    DrugClass,
    FindingConcept,
    Quantity,
    Source,
    SurfaceForm,
    TestConcept,
    Treatment,
)
from ontologies.errors import UnknownConceptError
from ontologies.living import Activity, Dish, LifestyleTarget
from ontologies.text import Text

_ENZYME_CLASSES = {"Inhibitor": "inhibitor", "Inducer": "inducer", "Substrate": "substrate"}
_CONCEPTS = (
    "findings",
    "conditions",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """Everything that is known, by compact identifier. The mappings are read-only; the indexes follow from them."""

    findings: Mapping[str, FindingConcept] = field(default_factory=dict)
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    drugs: Mapping[str, Drug] = field(default_factory=dict)
    drug_classes: Mapping[str, DrugClass] = field(default_factory=dict)
    tests: Mapping[str, TestConcept] = field(default_factory=dict)
    treatments: Mapping[str, Treatment] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    activities: Mapping[str, Activity] = field(default_factory=dict)
    dishes: Mapping[str, Dish] = field(default_factory=dict)
    targets: Mapping[str, LifestyleTarget] = field(default_factory=dict)
    _ancestors: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _descendants: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _class_ancestors: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _classes_of: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    _claims_on: Mapping[str, tuple[Claim, ...]] = field(init=False, repr=False, compare=False)
    _claims_by_id: Mapping[str, Claim] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in _CONCEPTS:
            self._fix(name, MappingProxyType(dict(getattr(self, name))))
        claims = [claim for condition in self.conditions.values() for claim in condition.claims]
        self._fix("_ancestors", _ancestors_of_findings(self.findings))
        self._fix("_descendants", _inverted(self._ancestors))
        self._fix("_class_ancestors", {identifier: frozenset(_above(identifier, self.drug_classes)) for identifier in self.drug_classes})
        self._fix("_classes_of", {drug.id: _classes_of(drug, self._class_ancestors) for drug in self.drugs.values()})
        self._fix("_claims_on", _grouped((claim.finding, claim) for claim in claims))
        self._fix("_claims_by_id", {claim.id: claim for claim in claims})
        self._fix("_children", _grouped((c.broader, c.id) for c in self.conditions.values() if c.broader))

    def _fix(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def ancestors(self, finding: str) -> tuple[str, ...]:
        """Return what a finding refines, nearest first; nothing for a base or an unknown finding."""
        return self._ancestors.get(finding, ())

    def descendants(self, finding: str) -> tuple[str, ...]:
        """Return every refinement of a finding, at any depth, sorted."""
        return self._descendants.get(finding, ())

    def base(self, finding: str) -> str:
        """Return the base that a refinement belongs to; a base is its own."""
        above = self._ancestors.get(finding)
        return above[-1] if above else finding

    def drug_classes_of(self, drug: str) -> frozenset[str]:
        """Return all classes of a drug (or all classes above a class), those of its enzyme roles included."""
        if drug in self._class_ancestors:
            return self._class_ancestors[drug] | {drug}
        return self._classes_of.get(drug, frozenset())

    def drugs_in(self, drug_class: str) -> tuple[str, ...]:
        """Return the drugs that belong to a class at any depth."""
        return tuple(drug for drug, classes in self._classes_of.items() if drug_class in classes)

    def claims_of(self, condition: str) -> tuple[Claim, ...]:
        """Return the claims of a condition in the order written."""
        return self.conditions[condition].claims if condition in self.conditions else ()

    def claims_on(self, finding: str) -> tuple[Claim, ...]:
        """Return what every condition claims about exactly this finding."""
        return self._claims_on.get(finding, ())

    def claim(self, identifier: str) -> Claim | None:
        """Return a claim by its stable name."""
        return self._claims_by_id.get(identifier)

    def children(self, condition: str) -> tuple[str, ...]:
        """Return the conditions whose probability sums into this one."""
        return self._children.get(condition, ())

    def holds(self, identifier: str) -> bool:
        """Say whether a concept is known."""
        return any(identifier in concepts for concepts in self._labelled())

    def label(self, identifier: str) -> Text:
        """Return the preferred label of any concept. Raises UnknownConceptError."""
        concept = self._concept(identifier)
        label: Text = concept.label
        return label

    def forms(self, identifier: str) -> tuple[SurfaceForm, ...]:
        """Return every surface form of any concept. Raises UnknownConceptError."""
        forms: tuple[SurfaceForm, ...] = getattr(self._concept(identifier), "forms", ())
        return forms

    def _concept(self, identifier: str) -> Any:
        for concepts in self._labelled():
            if identifier in concepts:
                return concepts[identifier]
        raise UnknownConceptError(identifier)

    def _labelled(self) -> Iterator[Mapping[str, Any]]:
        yield self.findings
        yield self.conditions
        yield self.drugs
        yield self.drug_classes
        yield self.tests
        yield self.treatments
        yield self.quantities
        yield self.activities
        yield self.dishes
        yield self.targets


def _ancestors_of_findings(findings: Mapping[str, FindingConcept]) -> dict[str, tuple[str, ...]]:
    """Follow `broader` upwards; a circle ends where it began (the loader reports it)."""
    ancestors: dict[str, tuple[str, ...]] = {}
    for finding in findings.values():
        path: list[str] = []
        above = finding.broader
        while above is not None and above in findings and above not in path and above != finding.id:
            path.append(above)
            above = findings[above].broader
        ancestors[finding.id] = tuple(path)
    return ancestors


def _inverted(ancestors: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    below: dict[str, set[str]] = {}
    for finding, above in ancestors.items():
        for one in above:
            below.setdefault(one, set()).add(finding)
    return {finding: tuple(sorted(under)) for finding, under in below.items()}


def _above(identifier: str, classes: Mapping[str, DrugClass]) -> set[str]:
    seen: set[str] = set()
    waiting = list(classes[identifier].broader)
    while waiting:
        one = waiting.pop()
        if one not in seen and one != identifier:
            seen.add(one)
            waiting.extend(classes[one].broader if one in classes else ())
    return seen


def _classes_of(drug: Drug, above: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Close the classes of a drug upwards; an enzyme role puts it into the class of that role, such as dc:cyp3a4-inhibitor."""
    roles = (f"dc:{enzyme.lower()}-{_ENZYME_CLASSES.get(role, role.lower())}" for role, enzyme in drug.enzymes)
    direct = {*drug.classes, *(role for role in roles if role in above)}
    return frozenset(direct.union(*(above.get(one, frozenset()) for one in direct)))


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    groups: dict[Any, list[Any]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in groups.items()}
