"""Triage of mild illness in both languages: most stays at home, nobody who should be seen is sent home, nobody is frightened."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.selfcare.yaml").read_text(encoding="utf-8"))
FLOORS, CASES = DOCUMENT["floors"], DOCUMENT["cases"]


@pytest.fixture(scope="module")
def ranks(knowledge):
    """Return how urgent each message was judged, by what it wants; -1 where nothing was concluded."""
    found = {"self_care": [], "clinician": []}
    for case in CASES:
        started = Started(at="", age=case["age"], sex=case["sex"])
        triage = consult(single_message(case["text"], started=started), knowledge).inference.triage
        found[case["want"]].append(-1 if triage is None else triage.level.rank)
    return found


def share(ranks, holds):
    """Return the share of ranks for which something holds."""
    return sum(map(holds, ranks)) / len(ranks)


def test_mild_illness_stays_at_home(ranks):
    """What guidelines leave to self-care is left to it."""
    assert share(ranks["self_care"], lambda r: r == TriageLevel.SELF_CARE.rank) >= FLOORS["self_care_kept"]


def test_who_should_be_seen_is_not_sent_home(ranks):
    """What a clinician should see within days is not left to self-care, nor without an answer."""
    assert share(ranks["clinician"], lambda r: r >= TriageLevel.CONSULTATION.rank) >= FLOORS["clinician_not_below"]


def test_no_ambulance_is_sent_to_mild_illness(ranks):
    """None of these messages is an emergency for an ambulance."""
    assert TriageLevel.EMERGENCY_AMBULANCE.rank not in ranks["self_care"]
