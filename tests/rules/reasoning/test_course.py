"""A finding that has lasted far longer than a condition does speaks against it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.record import Duration, Timing
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
    """Up to twice the usual ten days nothing is charged; months are, but never more than the cap."""
    assert cost(lasting(clinic, index, "cough", 20), "c:cold") == 0
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
