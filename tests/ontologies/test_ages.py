"""Ages and durations as they are written."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.ages import overlap, parse_ages
from ontologies.durations import parse_hours


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("65+", 65, math.inf),
        ("5-9", 5, 10),
        ("0-4", 0, 5),
        ("0-2 months", 0, 0.25),
        ("3 months - 11 years", 0.25, 12),
        ("6-23 months", 0.5, 2),
        ("18–64", 18, 65),
        ("3 months+", 0.25, math.inf),
    ],
)
def test_ages_are_inclusive(text, low, high):
    """The last year or month that is named belongs to the range."""
    found = parse_ages(text)
    assert (low, high) == (pytest.approx(found.min_years), pytest.approx(found.max_years))


@pytest.mark.parametrize("text", ["", "old", "-5", "9-5", "5", "5-", "5 - 9 moons", "65+ years old"])
def test_what_is_no_range_is_none(text):
    """Nothing is guessed."""
    assert parse_ages(text) is None


@given(low=st.integers(0, 99), width=st.integers(0, 20))
def test_a_range_holds_its_own_ends(low, width):
    """Every written range contains both years that are written."""
    found = parse_ages(f"{low}-{low + width}")
    assert found.contains(low)
    assert found.contains(low + width + 0.99)
    assert not found.contains(low + width + 1)


def test_neighbours_do_not_overlap():
    """5-9 and 10-14 share no age, 5-10 and 10-14 do."""
    assert not overlap(parse_ages("5-9"), parse_ages("10-14"))
    assert overlap(parse_ages("5-10"), parse_ages("10-14"))


@pytest.mark.parametrize(("text", "hours"), [("PT4H", 4), ("P3D", 72), ("P1DT12H", 36), ("PT30M", 0.5), ("P2W", 336), ("P1Y", 8766)])
def test_durations(text, hours):
    """A duration of XML Schema becomes hours."""
    assert hours == pytest.approx(parse_hours(text))


@pytest.mark.parametrize("text", ["", "P", "PT", "4H", "P4H", "soon", "P-3D"])
def test_what_is_no_duration_is_none(text):
    """Nothing is guessed."""
    assert parse_hours(text) is None
