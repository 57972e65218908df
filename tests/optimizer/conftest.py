"""What the planner's tests share: the knowledge, the figures, and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from ortools.sat.python import cp_model

from kg.record import Circumstances, Patient, Sex
from ontologies.loader import load
from ontologies.ontology import Ontology
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.settings import Settings, settings
from optimizer.stage import Stage

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
        return replace(usual, **changes)  # type: ignore[arg-type]  # a test changes what it likes

    return make


@pytest.fixture
def wish() -> Callable[[str, str], PlanWish]:
    return lambda name, value: PlanWish(name=WishName(name), value=value)


@pytest.fixture
def coarse(figures: Settings) -> Settings:
    """Return the figures with a day of six slots of four hours, small enough to try every assignment."""
    return replace(figures, slot=240)


Meaning = Callable[[dict[str, int]], bool]
Agrees = Callable[[Stage, Mapping[str, Any], Mapping[str, range], Meaning], list[dict[str, int]]]


def admits(stage: Stage, values: Mapping[Any, int]) -> bool:
    """Say whether the model has a solution with these variables fixed."""
    model = stage.model.clone()
    for variable, value in values.items():
        model.add(model.get_int_var_from_proto_index(variable.index) == value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    return solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE)


def differences(stage: Stage, variables: Mapping[str, Any], domains: Mapping[str, range], meaning: Meaning) -> list[dict[str, int]]:
    """Return every assignment on which the model and the meaning differ."""
    wrong = []
    for values in product(*(domains[name] for name in variables)):
        named = dict(zip(variables, values, strict=True))
        if admits(stage, {variables[name]: value for name, value in named.items()}) != meaning(named):
            wrong.append(named)
    return wrong


@pytest.fixture
def agrees() -> Agrees:
    """Return the comparison of a model with its plain meaning over every assignment of a small instance."""
    return differences
