"""The interactions that expert panels agreed on: 15 groups that must warn, 33 groups that must not interrupt."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import yaml

from kg.record import MedicationStatus, Patient
from ontologies.loader import load
from ontologies.ontology import Ontology
from rules.grounding import ground
from rules.hazard import Hazard, Person
from rules.hazards import hazards_of
from rules.medicines import Use

GROUPS = yaml.safe_load((Path(__file__).parent / "onc_interactions.yaml").read_text(encoding="utf-8"))
QT = "21"  # any two medicines that lengthen QT
UNKNOWN_HERE = {"2", "26", "32"}  # niacin, vitamin E and the old anticholinesterases are not in the knowledge: nothing can interrupt
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    """Return the whole knowledge."""
    return load()[0]


@pytest.fixture(scope="module")
def named(ontology: Ontology) -> dict[str, str]:
    """Return every medicine by its names in lower case."""
    names = {form.text.lower(): drug.id for drug in ontology.drugs.values() for form in drug.forms}
    return names | {drug.label.en.lower(): drug.id for drug in ontology.drugs.values()}


def pairs_of(group: dict[str, list[str]], named: dict[str, str], ontology: Ontology) -> list[Pair]:
    """Return the pairs of a group that the knowledge has."""
    if group["id"] == QT and not group["first"]:
        members = sorted(ontology.drugs_in("dc:qt-prolonging"))
        return [(one, other) for one, other in product(members, members) if one < other]
    first, second = ({named[n.lower()] for n in group[side] if n.lower() in named} for side in ("first", "second"))
    return sorted((one, other) for one, other in product(first, second) if one != other)


def against(pair: Pair, ontology: Ontology) -> Iterator[Hazard]:
    """Yield what speaks against taking the first when the second is taken, as somebody asks who tells nothing else."""
    uses = tuple(
        Use(drug=d, status=s, statement=d) for d, s in zip(pair, (MedicationStatus.CONSIDERING, MedicationStatus.TAKING), strict=True)
    )
    person = Person(patient=Patient(), facts=ground((), Patient(), ontology), uses=uses)
    yield from (h for use in uses for h in hazards_of(use, person) if h.rule in ("drug_safety.interaction", "drug_safety.duplicate"))


@pytest.mark.parametrize("group", GROUPS["high"], ids=lambda g: f"high-{g['id']}")
def test_high_priority_groups_warn(group: dict[str, list[str]], ontology: Ontology, named: dict[str, str]) -> None:
    """Every pair of the group that the knowledge has is warned of, in whichever order it is told."""
    pairs = pairs_of(group, named, ontology)
    silent = [pair for pair in pairs for told in (pair, pair[::-1]) if not any(against(told, ontology))]
    assert pairs and not silent


@pytest.mark.parametrize("group", GROUPS["non_interruptive"], ids=lambda g: f"quiet-{g['id']}")
def test_non_interruptive_groups_do_not_interrupt(group: dict[str, list[str]], ontology: Ontology, named: dict[str, str]) -> None:
    """No pair warns, not even when one of the two is new; but for two that lengthen QT (high 21 outweighs: sotalol, citalopram)."""
    pairs = [pair for pair in pairs_of(group, named, ontology) if not all(d in ontology.drugs_in("dc:qt-prolonging") for d in pair)]
    loud = [(pair, h.slug) for pair in pairs for told in (pair, pair[::-1]) for h in against(told, ontology)]
    assert not loud
    assert pairs or group["id"] in UNKNOWN_HERE
