"""What the planner's tests share: the knowledge, the figures, and people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.record import Circumstances, Patient, Sex
from ontologies.loader import load
from ontologies.ontology import Ontology
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings, settings

MakeProfile = Callable[..., PlanProfile]


@pytest.fixture(scope="session")
def knowledge() -> Ontology:
    return load()[0]


@pytest.fixture(scope="session")
def figures() -> Settings:
    return settings()


@pytest.fixture(scope="session")
def person() -> Patient:
    return Patient(age=52, sex=Sex.FEMALE, weight_kg=70, height_cm=165, circumstances=Circumstances())


@pytest.fixture(scope="session")
def make_profile(person: Patient) -> MakeProfile:
    """Return a factory of profiles: an adult with the general targets, changed as asked."""
    usual = PlanProfile(start_date="2026-11-23", person=person, targets=("l:activity-adults", "l:healthy-diet", "l:sleep-adults"))

    def make(**changes: object) -> PlanProfile:
        return replace(usual, **changes)  # type: ignore[arg-type]

    return make


@pytest.fixture
def wish() -> Callable[[str, str], PlanWish]:
    return lambda name, value: PlanWish(name=WishName(name), value=value)
