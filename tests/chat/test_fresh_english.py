"""Fresh English messages: no emergency is sent home, ordinary complaints are not driven to hospital, the right names come up."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.en.yaml").read_text(encoding="utf-8"))
CASES, SHARES = DOCUMENT["cases"], DOCUMENT["shares"]


@pytest.fixture(scope="module")
def told(knowledge):
    """Return level and first three conditions of each message, by its id."""
    return {case["id"]: outcome(case, knowledge) for case in CASES}


def outcome(case, knowledge):
    """Answer one message."""
    started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
    inference = consult(single_message(case["text"], started=started), knowledge).inference
    return inference.triage and inference.triage.level, [h.condition for h in inference.hypotheses[:3]]


def rank(name):
    """Return how urgent a level is."""
    return TriageLevel(name).rank


def test_ids_and_texts_are_told_once():
    """No message is counted twice."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES)


def emergencies():
    """Return the emergencies; one that is known to be missed must fail until it is caught."""
    for case in CASES:
        if case["at_least"] == "emergency":
            missed = [pytest.mark.xfail(strict=False, reason=case["open"])] if "open" in case else []
            yield pytest.param(case, id=case["id"], marks=missed)


@pytest.mark.parametrize("case", list(emergencies()))
def test_no_emergency_is_judged_less(case, told):
    """Odd words do not hide an emergency."""
    level, _ = told[case["id"]]
    assert level is not None and level.rank >= rank("emergency")


def test_ordinary_complaints_are_rarely_driven_to_the_doctor(told):
    """What a careful doctor would leave at home is at most a consultation."""
    mild = [told[c["id"]][0] for c in CASES if c["at_least"] == "self_care" and c["at_most"] == "consultation"]
    kept = [level for level in mild if level is not None and level.rank <= rank("consultation")]
    assert len(kept) / len(mild) >= SHARES["self_care_not_above_consultation"]


def test_the_expected_condition_is_mostly_among_the_first_three(told):
    """The name a doctor would think of comes up."""
    named = [c for c in CASES if "expect" in c]
    found = [c for c in named if set(c["expect"]) & set(told[c["id"]][1])]
    assert len(found) / len(named) >= SHARES["expected_in_first_three"]
