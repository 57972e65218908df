"""Which claim applies to whom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ontologies.evidence import Band
from rules.calibration import Calibration
from rules.claims import choose, probability_of
from rules.groups import group_weights
from rules.tables import background_of


def test_the_claim_of_the_age_is_used(clinic: Any, calibration: Calibration) -> None:
    """A claim for the age wins, else the one for everybody else, else the nearest, marked as extrapolated."""
    child = clinic.claim("x", "f", 0.2, population="Child", ages=clinic.ages((3, 18)))
    general = clinic.claim("x", "f", 0.6)
    bands = calibration.differential.bands
    assert choose([child, general], 5.0, None, bands).probability == 0.2
    assert choose([child, general], 40.0, None, bands).probability == 0.6
    nearest = choose([child], 40.0, None, bands)
    assert (nearest.probability, nearest.extrapolated) == (0.2, True)


def test_an_unknown_age_averages(clinic: Any, calibration: Calibration) -> None:
    """Without an age the claims are averaged."""
    claims = [clinic.claim("x", "f", 0.2, ages=clinic.ages((0, 18))), clinic.claim("x", "f", 0.6, ages=clinic.ages((18, 99)))]
    assert choose(claims, None, None, calibration.differential.bands).probability == pytest.approx(0.4)


def test_sex_chooses(clinic: Any, calibration: Calibration) -> None:
    """A claim for the other sex is not used."""
    claims = [clinic.claim("x", "f", 0.2, sex="male"), clinic.claim("x", "f", 0.6, sex="female")]
    assert choose(claims, 30.0, "female", calibration.differential.bands).probability == 0.6


def test_special_groups_are_not_everybody(clinic: Any, calibration: Calibration) -> None:
    """What was studied in pregnant people is used for others only where there is nothing else."""
    pregnant, general = clinic.claim("x", "f", 0.1, population="Pregnant"), clinic.claim("x", "f", 0.5)
    assert choose([pregnant, general], 30.0, None, calibration.differential.bands).probability == 0.5
    assert choose([pregnant], 30.0, None, calibration.differential.bands).probability == 0.1


def test_bands_and_ratios_give_probabilities(clinic: Any, calibration: Calibration) -> None:
    """A band has its number; a pair of ratios holds the sensitivity; a lone or senseless ratio says nothing."""
    bands = calibration.differential.bands
    assert probability_of(clinic.claim("x", "f", Band.FREQUENT), bands) == bands[Band.FREQUENT]
    assert probability_of(clinic.ratio("x", "f", 4.0, 0.25, "g"), bands) == pytest.approx(0.8)
    assert probability_of(clinic.ratio("x", "f", 1.0, 1.0, "g"), bands) is None
    lone = clinic.claim("x", "f", 0.1)
    assert choose([], 30.0, None, bands) is None
    assert probability_of(type(lone)(id="k", condition="c:x", finding="f:f", lr_positive=2.0, evidence=lone.evidence), bands) is None


def test_a_background_follows_the_age(clinic: Any, calibration: Calibration) -> None:
    """Backgrounds by age are used; without any the stated default stands."""
    finding = clinic.finding("f", 0.3)
    assert background_of(finding, 20.0, calibration.differential) == 0.3
    assert background_of(finding, None, calibration.differential) == 0.3
    bare = type(finding)(id="f:g", label=finding.label, forms=())
    assert background_of(bare, 20.0, calibration.differential) == calibration.differential.background


def test_correlated_findings_count_less() -> None:
    """Within a group the strongest counts whole, the next half, all later a quarter; equal ones in a stable order."""
    weights = group_weights(["a", "a", None, "a", "a"], np.array([1.0, 3.0, 0.1, 1.0, 2.0]), (1.0, 0.5, 0.25))
    assert weights.tolist() == [0.25, 1.0, 1.0, 0.25, 0.5]
