"""Rates by age and sex, risks with their exposure, states of life."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kg.record import PregnancyState, Sex
from rules.calibration import Calibration
from rules.rates import base_rate, capped_log, risk_factors, state_log


def test_the_rate_of_the_age_and_sex_counts(clinic: Any, calibration: Calibration) -> None:
    """Each age group and sex has its own rate; an age that nobody covers means practically never."""
    condition = clinic.condition(
        "x", presentations=(clinic.rate(2.0, (0, 18)), clinic.rate(6.0, (18, 65), "male"), clinic.rate(4.0, (18, 65), "female"))
    )
    constants = calibration.differential
    assert base_rate(condition, 17.9, "male", constants) == 2.0
    assert base_rate(condition, 18.0, "male", constants) == 6.0
    assert base_rate(condition, 64.0, "female", constants) == 4.0
    assert base_rate(condition, 65.0, "female", constants) == constants.rate_floor


def test_an_unknown_sex_is_averaged(clinic: Any, calibration: Calibration) -> None:
    """Without a sex the rate lies between both, weighted by who consults."""
    condition = clinic.condition("x", presentations=(clinic.rate(6.0, None, "male"), clinic.rate(4.0, None, "female")))
    share = calibration.differential.female_share
    assert base_rate(condition, 30.0, None, calibration.differential) == pytest.approx(4.0 * share + 6.0 * (1 - share))


def test_an_unknown_age_is_averaged(clinic: Any, calibration: Calibration) -> None:
    """Without an age the rate is weighted by the ages of people who consult."""
    old_only = clinic.condition("x", presentations=(clinic.rate(10.0, (65, 120)),))
    everybody = clinic.condition("y", 10.0)
    rate = base_rate(old_only, None, "male", calibration.differential)
    assert 1.0 < rate < 5.0
    assert base_rate(everybody, None, "male", calibration.differential) == pytest.approx(10.0)


def test_a_condition_without_a_rate_stays_possible(clinic: Any, calibration: Calibration) -> None:
    """Knowledge that lacks a rate neither hides nor favours a condition."""
    assert base_rate(clinic.condition("x", presentations=()), 30.0, None, calibration.differential) == calibration.differential.rate_missing


def test_exposure_counts_against_its_prevalence(clinic: Any) -> None:
    """RR/(1+e(RR-1)) when exposed, 1/(1+e(RR-1)) when denied, nothing when unknown."""
    condition = clinic.condition("x", risks=(clinic.risk("f:smoker", 3.0, 0.25),))
    exposed = risk_factors(condition, {"f:smoker": ("s1",)}, {})
    denied = risk_factors(condition, {}, {"f:smoker": ("s2",)})
    assert exposed[0].multiplier == pytest.approx(3.0 / 1.5)
    assert denied[0].multiplier == pytest.approx(1 / 1.5)
    assert not risk_factors(condition, {}, {})
    assert 0.25 * exposed[0].multiplier + 0.75 * denied[0].multiplier == pytest.approx(1.0)


def test_risks_are_capped(clinic: Any, calibration: Calibration) -> None:
    """Many risks together never multiply the rate by more than the cap."""
    condition = clinic.condition("x", risks=tuple(clinic.risk(f"f:r{i}", 10.0, 0.01) for i in range(5)))
    factors = risk_factors(condition, {f"f:r{i}": ("s",) for i in range(5)}, {})
    assert capped_log(factors, calibration.differential.risk_cap) == pytest.approx(math.log(20))


@pytest.mark.parametrize(
    ("only_if", "person", "possible"),
    [
        ("HasUterus", {"sex": Sex.MALE}, False),
        ("HasUterus", {"sex": None}, True),
        ("HasTestes", {"sex": Sex.FEMALE}, False),
        ("HasTestes", {"sex": Sex.MALE}, True),
        ("CanBePregnant", {"sex": Sex.FEMALE, "age": 70.0}, False),
        ("CanBePregnant", {"sex": Sex.FEMALE, "age": 30.0}, True),
        ("Pregnant", {"sex": Sex.MALE}, False),
        ("Postpartum", {"sex": Sex.MALE}, False),
        ("Infant", {"age": 1.0}, False),
        ("Infant", {"age": 0.9}, True),
        ("Child", {"age": 18.0}, False),
        ("Child", {"age": None}, True),
        ("Adult", {"age": 17.9}, False),
        ("Adult", {"age": 18.0}, True),
        (None, {}, True),
    ],
)
def test_anatomy_and_age_exclude(
    only_if: str | None, person: dict[str, Any], possible: bool, clinic: Any, calibration: Calibration
) -> None:
    """What anatomy or stage of life makes impossible is excluded; what is unknown stays possible."""
    condition = clinic.condition("x", only_if=only_if)
    assert (state_log(condition.only_if, clinic.person(**person), calibration.differential) is not None) == possible


def test_pregnancy_moves_the_rate(clinic: Any, calibration: Calibration) -> None:
    """A confirmed pregnancy raises conditions of pregnancy, a denied one lowers them, a possible one lies between."""
    for only_if in ("Pregnant", "Postpartum"):
        condition = clinic.condition("x", only_if=only_if)
        logs = {
            state: state_log(condition.only_if, clinic.person(30.0, Sex.FEMALE, pregnancy=state), calibration.differential)
            for state in (None, PregnancyState.DENIED, PregnancyState.POSSIBLE, PregnancyState.CONFIRMED, PregnancyState.POSTPARTUM)
        }
        assert logs[None] == 0
        assert logs[PregnancyState.DENIED] < 0 < max(logs[PregnancyState.CONFIRMED], logs[PregnancyState.POSTPARTUM])
    pregnant = clinic.condition("x", only_if="Pregnant")
    possible = state_log(pregnant.only_if, clinic.person(30.0, Sex.FEMALE, pregnancy=PregnancyState.POSSIBLE), calibration.differential)
    assert 0 < possible < math.log(20)
