"""Chinese typed on a phone: emergencies are caught, nobody is sent home wrongly, ordinary complaints may stay at home, the right names come up."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.zh-phone.yaml").read_text(encoding="utf-8"))
FLOORS, CASES = DOCUMENT["floors"], DOCUMENT["cases"]
WANTED = ("emergency", "clinician", "self_care")


@pytest.fixture(scope="module")
def told(knowledge):
    """Return how urgent each message was judged (-1 where nothing was concluded) and its first three conditions, by id."""
    found = {}
    for case in CASES:
        started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
        inference = consult(single_message(case["text"], started=started), knowledge).inference
        rank = -1 if inference.triage is None else inference.triage.level.rank
        found[case["id"]] = rank, {h.condition for h in inference.hypotheses[:3]}
    return found


def failing(told, want, holds):
    """Return the ids of a class for which a test of the rank does not hold, and their share of it."""
    cases = [case["id"] for case in CASES if case["want"] == want]
    wrong = [name for name in cases if not holds(told[name][0])]
    return wrong, len(wrong) / len(cases)


def test_each_message_is_told_once():
    """No message is counted twice, and each class has its share."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES)
    assert min(sum(c["want"] == wanted for c in CASES) for wanted in WANTED) >= 20


def test_emergencies_are_caught(told):
    """Hardly an emergency is judged less, however it is put."""
    wrong, share = failing(told, "emergency", lambda rank: rank >= TriageLevel.EMERGENCY.rank)
    assert 1 - share >= FLOORS["emergency"], wrong


def test_who_should_be_seen_is_not_sent_home(told):
    """What a clinician should see is not left to self-care, nor without an answer."""
    wrong, share = failing(told, "clinician", lambda rank: rank >= TriageLevel.CONSULTATION.rank)
    assert 1 - share >= FLOORS["clinician_not_below"], wrong


def test_ordinary_complaints_may_stay_at_home(told):
    """Most of what passes by itself is not sent to a doctor."""
    wrong, share = failing(told, "self_care", lambda rank: rank == TriageLevel.SELF_CARE.rank)
    assert 1 - share >= FLOORS["self_care_kept"], wrong


def test_the_expected_condition_is_mostly_among_the_first_three(told):
    """The name a doctor would think of comes up."""
    named = [case for case in CASES if "expect" in case]
    wrong = [case["id"] for case in named if not told[case["id"]][1] & set(case["expect"])]
    assert 1 - len(wrong) / len(named) >= FLOORS["expected_in_first_three"], wrong
