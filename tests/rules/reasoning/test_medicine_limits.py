"""Limits of doses by weight, and rows that hold only for a form, a region or another class than the medicine's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg.record import Circumstances, Dose, MedicationStatus, Patient, PregnancyState
from rules.grounding import ground
from rules.hazard import Person
from rules.hazards import hazards_of
from rules.medicines import Use, excess

CONSIDERING = MedicationStatus.CONSIDERING


@pytest.fixture(scope="module")
def syrup(clinic: Any) -> Any:
    return clinic.drug(
        "syrup",
        over_the_counter=True,
        doses=(
            clinic.dose_limit(context="OverTheCounter", ages=clinic.ages((12, 120)), single_max_mg=1000.0),
            clinic.dose_limit(context="OverTheCounter", ages=clinic.ages((0, 12)), per_kg_single_max_mg=15.0, below_kg=43.0),
        ),
    )


@pytest.mark.parametrize(
    ("mg", "age", "weight", "above"),
    [
        (650, None, 18.0, True),  # a light person whose age nobody said
        (270, None, 18.0, False),  # at the limit
        (1000, None, 43.0, False),  # not lighter than the bound: a grown-up
        (1000, None, None, False),
        (1001, None, None, True),
        (300, 4.0, 18.0, True),
        (300, 4.0, None, False),  # no weight, no limit
        (1000, 30.0, 40.0, False),  # the age decides
    ],
)
def test_limits_by_weight(mg: float, age: float | None, weight: float | None, above: bool, syrup: Any) -> None:
    """The weight stands for the age of a child; from the bound on, or without a weight, the limit of grown-ups holds."""
    use = Use(drug="d:syrup", status=CONSIDERING, statement="m", dose=Dose(value=mg, unit="mg"))
    assert (excess(use, syrup, age, weight) is not None) == above


def _kinds(clinic: Any, drug: Any, patient: Patient, *others: Use) -> set[str]:
    ontology = clinic.ontology(drug, clinic.drug_class("maoi"))
    use = Use(drug=drug.id, status=CONSIDERING, statement="m")
    person = Person(patient=patient, facts=ground((), patient, ontology), uses=(use, *others))
    return {h.rule.removeprefix("drug_safety.") for h in hazards_of(use, person)}


def test_a_limit_of_one_form_says_nothing_of_the_drug(clinic: Any) -> None:
    """A tablet for grown-ups does not forbid the syrup of a child."""
    form = clinic.safety("Contraindicated", below_years=12.0, circumstance="AdultTablet")
    assert "age" not in _kinds(clinic, clinic.drug("a", age_limits=(form,)), Patient(age=2.0))
    assert "age" in _kinds(clinic, clinic.drug("a", age_limits=(replace(form, circumstance=None),)), Patient(age=2.0))


@pytest.mark.parametrize(("region", "warned"), [("GB", False), ("CN", True)])
def test_advice_holds_in_its_region(region: str, warned: bool, clinic: Any) -> None:
    """Where authorities differ, the row of the person's region counts."""
    row = clinic.safety("Avoid")
    there = replace(row, evidence=replace(row.evidence, region=("CN",)))
    mother = Patient(age=30.0, pregnancy=PregnancyState.BREASTFEEDING, circumstances=Circumstances(region=region))
    assert ("breastfeeding" in _kinds(clinic, clinic.drug("b", breastfeeding=(there,)), mother)) == warned


def test_a_medicine_does_not_collide_with_the_name_of_its_class(clinic: Any) -> None:
    """Whoever names the medicine and its class takes one thing, not two."""
    drug = clinic.drug("m", "maoi", interactions=(clinic.interaction("dc:maoi"),))
    named = Use(drug="dc:maoi", status=MedicationStatus.TAKING, statement="n")
    assert "interaction" not in _kinds(clinic, drug, Patient(age=40.0), named)
