"""Triage on fresh messages in both languages: emergencies are caught, nobody is sent home wrongly, ordinary complaints may stay at home."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.triage.yaml").read_text(encoding="utf-8"))
FLOORS, CASES = DOCUMENT["floors"], DOCUMENT["cases"]
WANTED = ("emergency", "clinician", "self_care")


@pytest.fixture(scope="module")
def ranks(knowledge):
    """Return how urgent each message was judged, by what it wants; -1 where nothing was concluded."""
    found = {wanted: [] for wanted in WANTED}
    for case in CASES:
        started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
        triage = consult(single_message(case["text"], started=started), knowledge).inference.triage
        found[case["want"]].append(-1 if triage is None else triage.level.rank)
    return found


def share(ranks, holds):
    """Return the share of ranks for which something holds."""
    return sum(map(holds, ranks)) / len(ranks)


def test_each_message_is_told_once():
    """No message is counted twice, and each class has its share."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES) >= 150
    assert min(sum(c["want"] == wanted for c in CASES) for wanted in WANTED) >= 40


def test_emergencies_are_caught(ranks):
    """Hardly an emergency is judged less, however it is put."""
    assert share(ranks["emergency"], lambda r: r >= TriageLevel.EMERGENCY.rank) >= FLOORS["emergency"]


def test_who_should_be_seen_is_not_sent_home(ranks):
    """What a clinician should see within days is not left to self-care, nor without an answer."""
    assert share(ranks["clinician"], lambda r: r >= TriageLevel.CONSULTATION.rank) >= FLOORS["clinician_not_below"]


def test_ordinary_complaints_may_stay_at_home(ranks):
    """Most of what passes by itself is not sent to a doctor."""
    assert share(ranks["self_care"], lambda r: r == TriageLevel.SELF_CARE.rank) >= FLOORS["self_care_kept"]


@pytest.mark.parametrize(
    "text", ["My partner strangled me last night, my throat's sore", "My husband put his hands round my neck and I blacked out"]
)
def test_what_somebody_did_to_me_is_mine(text, knowledge):
    """The doer is named, and the harm is the writer's."""
    triage = consult(single_message(text, started=Started(at="", age=30, sex="female")), knowledge).inference.triage
    assert triage.level.rank >= TriageLevel.EMERGENCY.rank
