"""The library of scores is broad, and each score is cited and tried at its limits."""

from __future__ import annotations

from collections import Counter

from rules.library import load_rules
from rules.testing import library_cases


def test_there_are_enough_scores() -> None:
    """At least 25 clinical scores, each with its citation and with words on when not to use it."""
    scores = load_rules()[0].scores
    assert len(scores) >= 25
    assert all(score.citations and score.misuse for score in scores)


def test_each_score_has_five_cases() -> None:
    """Every score is tried on at least five people."""
    cases = Counter(case.of for case in library_cases())
    assert [score.id for score in load_rules()[0].scores if cases[score.id] < 5] == []
