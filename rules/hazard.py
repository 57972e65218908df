"""A hazard: one reason against a medicine for one person, and the person against whom medicines are checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.reasoning import TriageLevel
from kg.record import MedicineRole, Patient
from ontologies.evidence import Evidence
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.atom import Atom, CircumstanceAtom, FindingAtom, FindingState, HistoryAtom, MedicineAtom
from rules.grounding import FactBase
from rules.medicines import Use
from rules.truth import Truth
from rules.wording import plainly

CHECKED = CircumstanceAtom(name="medicine-use-checked", value=True)
IN_THE_BODY = MedicineRole.USING.statuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One reason against a medicine: which rule, on which premises, in which words, on what evidence."""

    rule: str  # drug_safety.<kind>
    drug: str
    subject: str  # what it collides with, without spaces
    forbids: bool  # else: check first
    premises: tuple[Atom, ...]
    text: Text
    evidence: Evidence | None
    level: TriageLevel | None = None  # how soon to be seen for it

    @property
    def slug(self) -> str:
        """Return the name under which it is concluded."""
        return f"{self.rule.removeprefix('drug_safety.')}:{self.drug}:{self.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What medicines are checked against."""

    patient: Patient
    facts: FactBase
    uses: tuple[Use, ...]
    supposed: Mapping[str, str] = field(default_factory=dict)  # a disease that people name themselves -> the statement

    @property
    def ontology(self) -> Ontology:
        """Return the knowledge behind the facts."""
        return self.facts.ontology

    def label(self, identifier: str) -> Text:
        """Return the label of a concept, or its name where nobody described it."""
        return self.ontology.label(identifier) if self.ontology.holds(identifier) else plainly(identifier.partition(":")[2])

    @property
    def checked(self) -> bool:
        """Say whether a doctor, nurse or pharmacist who knows of it agreed: then what asks only for that is answered."""
        return self.facts.readings.judge(CHECKED)[0] is Truth.TRUE

    def known(self, concept: str) -> Atom | None:
        """Return the premise by which a condition or finding is known to be so: now, or in the history."""
        options: tuple[Atom, ...] = (FindingAtom(state=FindingState.PRESENT, of=concept), HistoryAtom(of=concept))
        found = next((a for a in options if self.facts.holds(a.fact)), None)
        return supposes(concept) if found is None and concept in self.supposed else found


def supposes(concept: str) -> CircumstanceAtom:
    """Return the premise that people name a disease of theirs that nobody confirmed: reason enough to be careful."""
    return CircumstanceAtom(name=f"says-to-have-{concept}", value=True)


def used(use: Use) -> MedicineAtom:
    """Return the premise that a medicine is used."""
    return MedicineAtom(status=use.status, of=use.drug)


def hazard(use: Use, name: tuple[str, str], text: Text, premises: Iterable[Atom], evidence: Evidence | None, *, forbids: bool) -> Hazard:
    """Return a hazard of a kind that collides with a subject, on the use and what else it rests on."""
    kind, subject = name
    return Hazard(
        rule=f"drug_safety.{kind}",
        drug=use.drug,
        subject=subject,
        forbids=forbids,
        premises=(used(use), *premises),
        text=text,
        evidence=evidence,
    )
