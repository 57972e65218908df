"""Triage of everyday complaints in both languages: most may stay at home, and who should be seen is not sent home."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.everyday.yaml").read_text(encoding="utf-8"))
FLOORS, CASES = DOCUMENT["floors"], DOCUMENT["cases"]


@pytest.fixture(scope="module")
def levels(knowledge):
    """Return how each message was judged, by language and by what it wants."""
    found = {}
    for case in CASES:
        started = Started(at="", age=case["age"], sex=case["sex"])
        triage = consult(single_message(case["text"], started=started), knowledge).inference.triage
        found.setdefault((case["lang"], case["want"]), []).append(triage and triage.level)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everyday_complaints_stay_at_home(language, levels):
    """What passes by itself is left to self-care, whatever the person adds to reassure."""
    told = levels[language, "self_care"]
    assert sum(level is TriageLevel.SELF_CARE for level in told) / len(told) >= FLOORS["self_care_kept"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_should_be_seen_is_not_left_to_self_care(language, levels):
    """What a clinician should see within days is not left to self-care, nor without an answer."""
    told = levels[language, "clinician"]
    seen = [level for level in told if level is not None and level.rank >= TriageLevel.CONSULTATION.rank]
    assert len(seen) / len(told) >= FLOORS["clinician_not_below"]


def test_nobody_with_an_everyday_complaint_is_sent_an_ambulance(levels):
    """None of these messages is an emergency."""
    told = [level for (_, want), found in levels.items() for level in found if want == "self_care"]
    assert TriageLevel.EMERGENCY_AMBULANCE not in told
