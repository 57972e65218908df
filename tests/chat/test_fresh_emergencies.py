"""Emergencies told indirectly are called so, and their harmless twins are not."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.emergencies.yaml").read_text(encoding="utf-8"))
FLOORS, CASES = DOCUMENT["floors"], DOCUMENT["cases"]


@pytest.fixture(scope="module")
def wrong(knowledge):
    """Return the ids of what was judged wrongly, by whether it is an emergency."""
    found = {True: [], False: []}
    for case in CASES:
        started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
        triage = consult(single_message(case["text"], started=started), knowledge).inference.triage
        called = triage is not None and triage.level.rank >= TriageLevel.EMERGENCY.rank
        if called is not case["emergency"]:
            found[case["emergency"]].append(case["id"])
    return found


def right(wrong, *, emergency):
    """Return the share of a kind that was judged rightly."""
    return 1 - len(wrong[emergency]) / sum(case["emergency"] is emergency for case in CASES)


def test_each_message_is_told_once():
    """No message is counted twice, and both languages have their share."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES)
    assert {c["lang"] for c in CASES} == {"en", "zh"}


def test_indirect_emergencies_are_caught(wrong):
    """An emergency is called one though nobody names the disease."""
    assert right(wrong, emergency=True) >= FLOORS["caught"], wrong[True]


def test_harmless_twins_are_left_in_peace(wrong):
    """What only sounds like an emergency is none."""
    assert right(wrong, emergency=False) >= FLOORS["twins_calm"], wrong[False]
