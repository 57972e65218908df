"""Messages about medicines: what is dangerous is warned of, its benign twin is answered without alarm."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import RecommendationKind, TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "medicine_messages.yaml").read_text(encoding="utf-8"))
CASES = DOCUMENT["cases"]


def alarms(case, knowledge):
    """Say whether a message is answered with a warning, or sent to a doctor within a day."""
    inference = consult(single_message(case["text"], started=Started(at="")), knowledge).inference
    urgent = inference.triage is not None and inference.triage.level.rank >= TriageLevel.CONSULTATION_24H.rank
    return urgent or any(r.kind is RecommendationKind.WARN for r in inference.recommendations)


@pytest.fixture(scope="module")
def alarmed(knowledge):
    """Return the messages that raise an alarm."""
    return {case["id"] for case in CASES if alarms(case, knowledge)}


def test_messages_are_told_once():
    """No message is counted twice, and both languages and both kinds are there."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES)
    assert {(c["lang"], c["hazard"] is None) for c in CASES} == {(a, b) for a in ("en", "zh") for b in (True, False)}


def test_hazards_are_caught(alarmed):
    """What can do harm is warned of."""
    hazards = [c for c in CASES if c["hazard"] is not None]
    missed = [f"{c['id']} {c['text']}" for c in hazards if c["id"] not in alarmed]
    assert 1 - len(missed) / len(hazards) >= DOCUMENT["shares"]["caught"], "\n".join(missed)


def test_benign_twins_raise_no_alarm(alarmed):
    """What is in order is not frightened about."""
    benign = [c for c in CASES if c["hazard"] is None]
    false = [f"{c['id']} {c['text']}" for c in benign if c["id"] in alarmed]
    assert len(false) / len(benign) <= DOCUMENT["shares"]["false_alarms"], "\n".join(false)
