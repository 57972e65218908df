"""What speaks against how a medicine is taken: too much, too soon, left out, or although it was to be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg.reasoning import TriageLevel
from kg.record import MedicationStatus
from ontologies.concepts import Drug
from ontologies.text import Text
from rules.atom import CircumstanceAtom
from rules.hazard import IN_THE_BODY, Hazard, Person, hazard, used
from rules.medicines import Excess, Use, excess, kinds, safety_classes, too_long, too_soon
from rules.wording import plainly, say


def missed(use: Use, person: Person) -> Iterator[Hazard]:
    """A medicine that does harm within days when it is left out, unless a doctor agreed."""
    if not person.checked and kinds(use.drug, person.ontology) & safety_classes().critical:
        yield hazard(use, ("missed", use.status), say("drug_safety.missed", drug=person.label(use.drug)), (), None, forbids=True)


def advised_against(use: Use, person: Person) -> Iterator[Hazard]:
    """A medicine that was taken although its class was to be avoided."""
    if use.status is MedicationStatus.TOOK:
        for other in person.uses:
            if other.status is MedicationStatus.DECLINED and other.drug in kinds(use.drug, person.ontology) - {use.drug}:
                text = say("drug_safety.advised_against", drug=person.label(use.drug), other=person.label(other.drug))
                yield hazard(use, ("advised", other.drug), text, (used(other),), None, forbids=True)


def above_limit(use: Use) -> CircumstanceAtom:
    """Return the premise that a dose is above its limit."""
    return CircumstanceAtom(name=f"above-limit-of-{use.drug}", value=True)


def exceeding(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """More than a single or daily limit, or sooner again than it may be."""
    age, weight = person.patient.age, person.patient.weight_kg
    found, soon = excess(use, drug, age, weight), too_soon(use, drug, age, weight)
    if found is not None:
        above = hazard(use, ("dose", "limit"), _too_much(drug, found), (above_limit(use),), found.evidence, forbids=True)
        yield replace(above, level=_excess_level(use, person))
    elif soon is not None:
        yield _soon(use, drug, soon)


def lasting(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Taken day after day for longer than it may be without a doctor, and no doctor knows."""
    meant = drug.over_the_counter and not person.checked and kinds(use.drug, person.ontology) & safety_classes().not_for_long
    found = too_long(use, drug, person.patient.age, person.patient.weight_kg) if meant and use.status in IN_THE_BODY else None
    if found is not None:
        text = say("drug_safety.lasting", drug=drug.label, said=plainly(f"{found.amount:.0f}"), limit=plainly(f"{found.limit:.0f}"))
        yield hazard(use, ("dose", "lasting"), text, (above_limit(use),), found.evidence, forbids=False)


def _too_much(drug: Drug, found: Excess) -> Text:
    """Name the limit of what people buy themselves; of a prescription medicine no dose is told."""
    if drug.over_the_counter:
        return say("drug_safety.dose", drug=drug.label, said=_mg(found.amount), limit=_mg(found.limit))
    return say("drug_safety.dose.prescribed", drug=drug.label, said=_mg(found.amount))


def _soon(use: Use, drug: Drug, found: Excess) -> Hazard:
    """Write that two takings are too close together."""
    text = say("drug_safety.interval", drug=drug.label, said=plainly(f"{found.amount:g}"), limit=plainly(f"{found.limit:g}"))
    return hazard(use, ("dose", "interval"), text, (above_limit(use),), found.evidence, forbids=True)


def _excess_level(use: Use, person: Person) -> TriageLevel | None:
    """Return how soon an overdose must be seen: now, where the medicine is dangerous in excess or a child took it."""
    child = person.patient.age is not None and person.patient.age < safety_classes().child_below
    dangerous = bool(kinds(use.drug, person.ontology) & safety_classes().dangerous_in_excess)
    return TriageLevel.EMERGENCY if use.status in IN_THE_BODY and (child or dangerous) else None


def _mg(amount: float) -> Text:
    return plainly(f"{amount:g} mg")
