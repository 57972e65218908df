"""A finding without which a condition hardly ever goes, and of which nobody spoke, speaks against that condition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kg.record import Presence
from rules.calibration import Calibration
from rules.differential import Ranking, rank
from rules.hypotheses import base_log, factors_of
from rules.likelihood import Likelihood
from rules.plain import rank_plain
from rules.said import hear


@pytest.fixture(scope="module")
def knocks(clinic: Any, calibration: Calibration) -> Likelihood:
    """Two causes of a headache: one never without a knock, one where a knock is only common; and a scan that no patient sees."""
    findings = [
        clinic.finding("headache", 0.1),
        clinic.finding("knock", 0.02),
        clinic.finding("knock-hard", 0.01, broader="knock"),
        clinic.finding("odd-scan", 0.01, noticed_by="Laboratory"),
    ]
    shaken = clinic.condition("shaken", 5.0, {"headache": 0.5, "knock": 0.98, "odd-scan": 0.95})
    bruised = clinic.condition("bruised", 5.0, {"headache": 0.5, "knock": 0.7})
    return Likelihood(clinic.ontology(*findings, shaken, bruised), calibration.differential)


def told(clinic: Any, index: Likelihood, *said: Any) -> Ranking:
    return rank(hear([clinic.said("headache"), *said]), clinic.person(), index)


def cost(ranking: Ranking, condition: str) -> float:
    return float(ranking.unsaid.costs[ranking.likelihood.row[condition]])


def test_a_core_finding_is_missed_where_nobody_spoke_of_it(clinic: Any, knocks: Likelihood) -> None:
    """Only what hardly ever is missing costs, and only what the patient could notice."""
    ranking = told(clinic, knocks)
    assert cost(ranking, "c:shaken") == pytest.approx(-knocks.constants.unsaid.mentioned * (0.98 - 0.02))
    assert cost(ranking, "c:bruised") == 0


@pytest.mark.parametrize(
    "said",
    [
        {"finding": "knock"},
        {"finding": "knock-hard"},
        {"finding": "knock", "presence": Presence.ABSENT},
    ],
)
def test_what_was_spoken_of_is_not_missed(clinic: Any, knocks: Likelihood, said: dict[str, Any]) -> None:
    """Told, told by a refinement, or denied: then silence is no argument."""
    assert cost(told(clinic, knocks, clinic.said(said.pop("finding"), **said)), "c:shaken") == 0


def test_many_unsaid_findings_cost_no_more_than_the_cap(clinic: Any, knocks: Likelihood) -> None:
    """The bars share what is charged."""
    strict = replace(knocks.constants, unsaid=replace(knocks.constants.unsaid, cap=0.1))
    ranking = told(clinic, Likelihood(knocks.ontology, strict))
    assert cost(ranking, "c:shaken") == -0.1


def test_silence_is_a_bar(clinic: Any, knocks: Likelihood) -> None:
    """It is shown beside the others, as not known, and belongs to the sum."""
    ranking = told(clinic, knocks)
    row = knocks.row["c:shaken"]
    bars = factors_of(row, ranking)
    assert [(b.finding, b.presence, b.statements) for b in bars if b.presence is not Presence.PRESENT] == [
        ("f:knock", Presence.UNKNOWN, ())
    ]
    assert base_log(row, ranking) + sum(b.log_lr for b in bars) == pytest.approx(float(ranking.score[row]), abs=1e-5)


def test_the_plain_method_hears_no_silence(clinic: Any, knocks: Likelihood) -> None:
    """Naive Bayes stays what it is called."""
    ranking = rank_plain(hear([clinic.said("headache")]), clinic.person(), knocks)
    assert not ranking.unsaid.costs.any()
    assert ranking.unsaid.of(knocks.row["c:shaken"]) == ()
