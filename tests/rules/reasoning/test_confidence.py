"""Told probabilities keep the order of the shares, leave room for what is not listed, and sum to one with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calibration import ConfidenceConstants, load_calibration
from rules.confidence import confidence

KNOWN = load_calibration().confidence
lists = st.lists(st.floats(0.005, 0.999), min_size=1, max_size=10).map(
    lambda raw: sorted((p / max(sum(raw) / 0.999, 1.0) for p in raw), reverse=True)
)


@given(shares=lists)
def test_the_order_stays_and_all_sums_to_one(shares: list[float]) -> None:
    """Whatever the shares, nothing overtakes, and what is left over is never nothing."""
    told = confidence(shares, KNOWN)
    assert list(told.listed) == sorted(told.listed, reverse=True)
    assert sum(told.listed) + told.unlisted == pytest.approx(1.0, abs=1e-5)
    assert told.unlisted >= KNOWN.never - 1e-5


def test_a_list_that_explains_little_is_told_as_little() -> None:
    """A single faint possibility does not become a likely one."""
    assert confidence([0.01], KNOWN).listed[0] < 0.1
    assert confidence([], KNOWN).unlisted == 1.0


def test_what_is_not_listed_shares_what_is_left() -> None:
    """Half of the tail is half of what is left for it."""
    told = confidence([0.5, 0.3], KNOWN)
    assert told.of_unlisted(0.1) == pytest.approx(told.unlisted / 2, abs=1e-5)


def test_without_constants_shares_are_told_as_they_are() -> None:
    """Nothing sharpened, nothing withheld: the neutral constants change nothing."""
    assert confidence([0.5, 0.3], ConfidenceConstants(never=0.0, tail=1.0, sharpness=1.0)).listed == (0.5, 0.3)
