"""A finding that has lasted far longer than a condition does speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.record import Duration, Timing
from rules.calibration import Calibration
from rules.differential import Ranking, rank
from rules.hypotheses import base_log, factors_of
from rules.likelihood import Likelihood
from rules.said import hear


def lasting(clinic: Any, index: Likelihood, finding: str, days: float, **more: Any) -> Ranking:
    said = clinic.said(finding, duration=Duration(days_min=days, days_max=days, said=""), **more)
    return rank(hear([said]), clinic.person(), index)


def cost(ranking: Ranking, condition: str) -> float:
    return float(ranking.course.costs[ranking.likelihood.row[condition]])


def test_a_long_cough_is_no_cold(clinic: Any, index: Likelihood) -> None:
    """Up to half as long again as the usual ten days nothing is charged; months are, but never more than the cap."""
    assert cost(lasting(clinic, index, "cough", 15), "c:cold") == 0
    assert -1.0 < cost(lasting(clinic, index, "cough", 40), "c:cold") < 0
    assert cost(lasting(clinic, index, "cough", 4000), "c:cold") == -index.constants.lasting.cap


def test_only_what_a_condition_lists_is_charged(clinic: Any, index: Likelihood) -> None:
    """An old rash says nothing about a cold, and a condition without a usual length is not charged."""
    assert cost(lasting(clinic, index, "rash", 900), "c:cold") == 0
    assert cost(lasting(clinic, index, "cough", 900), "c:wall-strain") == 0


def test_what_comes_and_goes_has_no_length(clinic: Any, index: Likelihood) -> None:
    """Attacks that recur over years are not one long attack."""
    assert cost(lasting(clinic, index, "cough", 900, timing=Timing.RECURRENT), "c:cold") == 0


def test_the_cost_is_a_bar(clinic: Any, index: Likelihood) -> None:
    """It is shown beside the others and belongs to the sum."""
    ranking = lasting(clinic, index, "cough", 400)
    row = index.row["c:cold"]
    bars = factors_of(row, ranking)
    assert [b.finding for b in bars].count("f:cough") == 2
    assert base_log(row, ranking) + sum(b.log_lr for b in bars) == pytest.approx(float(ranking.score[row]), abs=1e-5)


@pytest.fixture(scope="module")
def paced(clinic: Any, calibration: Calibration) -> Likelihood:
    """Two causes of a cough: one that begins over weeks, one within hours."""
    slow = clinic.condition("fibrosis", 5.0, {"cough": 0.9}, tempo="OverWeeks", chronic=True)
    fast = clinic.condition("inhaled-peanut", 5.0, {"cough": 0.9}, tempo="Sudden")
    return Likelihood(clinic.ontology(clinic.finding("cough", 0.12), clinic.finding("rash", 0.02), slow, fast), calibration.differential)


def test_what_begins_over_weeks_is_not_told_since_this_morning(clinic: Any, paced: Likelihood) -> None:
    """A cough of hours speaks against a slow disease, up to the cap, one of weeks does not; a sudden one is never too new."""
    constants = paced.constants.lasting
    assert cost(lasting(clinic, paced, "cough", constants.new_from["OverWeeks"]), "c:fibrosis") == 0
    assert -constants.new_cap < cost(lasting(clinic, paced, "cough", 1), "c:fibrosis") < 0
    assert cost(lasting(clinic, paced, "cough", 0), "c:fibrosis") == -constants.new_cap
    assert cost(lasting(clinic, paced, "cough", 0.01), "c:inhaled-peanut") == 0
    assert cost(lasting(clinic, paced, "rash", 0.01), "c:fibrosis") == 0


def test_today_counts_as_half_a_day(clinic: Any, paced: Likelihood) -> None:
    """What was told within limits is charged by their middle: "today" is not this very moment."""
    today = rank(hear([clinic.said("cough", duration=Duration(days_min=0, days_max=1, said="today"))]), clinic.person(), paced)
    assert cost(today, "c:fibrosis") == cost(lasting(clinic, paced, "cough", 0.5), "c:fibrosis")


def test_a_known_slow_disease_may_flare_up_today(clinic: Any, paced: Likelihood) -> None:
    """Who has the disease may cough since this morning."""
    said = clinic.said("cough", duration=Duration(days_min=0.2, days_max=0.2, said=""))
    ranking = rank(hear([said, clinic.history("c:fibrosis")]), clinic.person(), paced)
    assert cost(ranking, "c:fibrosis") == 0


def test_the_oldest_sign_tells_how_long_it_has_gone_on(clinic: Any, paced: Likelihood) -> None:
    """What got new today belongs to an illness of a month."""
    old = clinic.said("cough", duration=Duration(days_min=40, days_max=40, said=""))
    new = clinic.said("rash", duration=Duration(days_min=0.1, days_max=0.1, said=""))
    assert cost(rank(hear([old, new]), clinic.person(), paced), "c:fibrosis") == 0
