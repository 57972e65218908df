"""What counts as right, safe and caught."""

import pytest

from chat.scoring import Tally, alarmed, rank_of, same_diagnosis, tally_triage, triage_class, wilson


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Acute appendicitis", "appendicitis", True),
        ("Haemorrhoids", "hemorrhoids", True),
        ("Chronic Obstructive Pulmonary Disease", "chronic obstructive pulmonary disease exacerbation", True),
        ("pneumonia", "bacterial pneumonia", False),
        ("urinary tract infection", "lower urinary tract infection in pregnancy", True),
        ("", "anything", False),
        ("肺炎", "肺炎", True),
        ("Parkinson's disease", "parkinson", True),
    ],
)
def test_names_are_compared_by_their_words(one, other, same):
    """Spelling, filler words and order do not matter; a single shared word is not enough."""
    assert same_diagnosis(one, other) is same
    assert same_diagnosis(other, one) is same


def test_rank_counts_synonyms():
    """A synonym counts like a label."""
    hypotheses = [{"label": "influenza"}, {"label": "heart attack", "synonyms": ["myocardial infarction"]}]
    assert rank_of(["Myocardial Infarction"], hypotheses) == 1
    assert rank_of(["gout"], hypotheses) is None


def test_no_level_is_never_safe():
    """Without a level nobody was told anything."""
    tally = Tally()
    assert tally_triage(tally, "self-care", None) is False
    assert tally.counts["triage_safe"] == 0


@pytest.mark.parametrize(
    ("level", "expected"),
    [("emergency", "emergency"), ("consultation", "non-emergency"), ("self_care", "self-care"), (None, None), ("?", None)],
)
def test_five_levels_fold_into_three(level, expected):
    """Each level has its class; an unknown one has none."""
    assert triage_class(level) == expected


def test_a_lifestyle_hint_is_no_alarm():
    """Only a warning or urgency counts as an alarm."""
    assert alarmed({"triage": {"level": "self_care"}, "recommendations": [{"kind": "lifestyle"}]}) is False
    assert alarmed({"triage": None, "recommendations": [{"kind": "warn"}]}) is True
    assert alarmed({"triage": {"level": "consultation_24h"}}) is True
    assert alarmed(None) is False


def test_the_interval_holds_the_share():
    """Wilson's interval lies within 0 and 1 and contains the share."""
    for hits, n in ((0, 10), (5, 10), (10, 10), (0, 0)):
        low, high = wilson(hits, n)
        assert -1e-9 <= low <= (hits / n if n else 0) + 1e-9
        assert (hits / n if n else 0) - 1e-9 <= high <= 1
