"""Tables: what is laid out once gives the numbers that are worked out one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ontologies.concepts import Background
from ontologies.evidence import Band
from rules.calibration import Calibration
from rules.claims import choose
from rules.likelihood import Likelihood
from rules.rates import base_rate
from rules.tables import background_of

AGES = (None, 0.0, 0.4, 3.0, 17.9, 18.0, 40.0, 64.9, 65.0, 99.0)
SEXES = (None, "female", "male")


def test_rates_are_those_worked_out_one_by_one(clinic: Any, calibration: Calibration) -> None:
    """At every age and for every sex, known or not, a condition has the rate that its presentations say."""
    conditions = [
        clinic.condition("young", presentations=(clinic.rate(3.0, (0, 18), "male"), clinic.rate(1.0, (0, 18), "female"))),
        clinic.condition("old", presentations=(clinic.rate(0.5), clinic.rate(7.0, (65, 120)))),
        clinic.condition("bare", presentations=()),
    ]
    index = Likelihood(clinic.ontology(*conditions, clinic.finding("a")), calibration.differential)
    for age in AGES:
        for sex in SEXES:
            found = index.table(age, sex).log_rate
            expected = [np.log(base_rate(c, age, sex, calibration.differential)) for c in sorted(conditions, key=lambda c: c.id)]
            assert found.tolist() == pytest.approx(expected, abs=1e-12), (age, sex)


def test_a_claim_acts_at_its_ages_and_for_its_sex(clinic: Any, calibration: Calibration) -> None:
    """A pair with several claims has the chance of the one that is chosen for the person."""
    claims = (
        clinic.claim("x", "a", 0.2, ages=clinic.ages((0, 18)), population="Children"),
        clinic.claim("x", "a", 0.7, ages=clinic.ages((18, 120)), population="Adults"),
    )
    condition = replace(clinic.condition("x"), claims=claims)
    index = Likelihood(clinic.ontology(condition, clinic.finding("a")), calibration.differential)
    for age in AGES:
        chosen = choose(claims, age, None, calibration.differential.bands)
        assert chosen is not None
        assert index.table(age, None).chance[0, 0] == chosen.probability


def test_a_base_has_what_its_refinements_have(clinic: Any, calibration: Calibration) -> None:
    """Through every depth: the largest background, and the largest chance that is above it."""
    findings = [
        clinic.finding("pain", 0.05),
        clinic.finding("pain-chest", 0.08, broader="pain"),
        clinic.finding("pain-chest-sharp", 0.02, broader="pain-chest"),
    ]
    loud = clinic.condition("loud", claims={"pain-chest-sharp": 0.6})
    quiet = clinic.condition("quiet", claims={"pain-chest-sharp": 0.03, "pain": Band.BACKGROUND})
    index = Likelihood(clinic.ontology(*findings, loud, quiet), calibration.differential)
    table = index.table(40.0, "female")
    column = {f.id: index.column[f.id] for f in findings}
    assert [table.background[c] for c in column.values()] == [0.08, 0.08, 0.02]
    assert table.chance[index.row["c:loud"]].tolist() == [0.6, 0.6, 0.6]
    coincidence = calibration.differential.background_share * 0.05
    assert table.chance[index.row["c:quiet"], column["f:pain"]] == pytest.approx(coincidence)
    assert np.isnan(table.chance[index.row["c:quiet"], column["f:pain-chest"]])


def test_backgrounds_by_age(clinic: Any, calibration: Calibration) -> None:
    """A finding stated for children and for the old has, between them, the background of the nearer."""
    stated = ((0.3, (0.0, 10.0)), (0.1, (65.0, 120.0)))
    backgrounds = tuple(Background(probability=p, ages=clinic.ages(ages), evidence=clinic.rate(1.0).evidence) for p, ages in stated)
    condition = clinic.condition("x", presentations=(clinic.rate(1.0, (18, 40)),))
    finding = replace(clinic.finding("a"), backgrounds=backgrounds)
    index = Likelihood(clinic.ontology(condition, finding), calibration.differential)
    for age in AGES:
        of_group = None if age is None else max(a for a in (0.0, 10.0, 18.0, 40.0, 65.0) if a <= age)
        assert index.table(age, "male").background[0] == background_of(finding, of_group, calibration.differential)


def test_nothing_known_is_an_empty_table(clinic: Any, calibration: Calibration) -> None:
    """No condition and no finding is no fault."""
    table = Likelihood(clinic.ontology(), calibration.differential).table(None, None)
    assert table.chance.shape == (0, 0)
