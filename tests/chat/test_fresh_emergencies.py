"""Emergencies told indirectly are called so, and their harmless twins are not."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started
from kg.reasoning import TriageLevel

FILES = {"fresh.emergencies.yaml": {"en", "zh"}, "fresh.indirect.yaml": {"en"}}  # with the languages that each holds
DOCUMENTS = {name: yaml.safe_load((Path(__file__).parent / name).read_text(encoding="utf-8")) for name in FILES}


@pytest.fixture(scope="module", params=sorted(FILES))
def document(request):
    """Return one file of cases with its floors."""
    return DOCUMENTS[request.param]


@pytest.fixture(scope="module")
def wrong(document, knowledge):
    """Return the ids of what was judged wrongly, by whether it is an emergency."""
    found = {True: [], False: []}
    for case in document["cases"]:
        started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
        triage = consult(single_message(case["text"], started=started), knowledge).inference.triage
        called = triage is not None and triage.level.rank >= TriageLevel.EMERGENCY.rank
        if called is not case["emergency"]:
            found[case["emergency"]].append(case["id"])
    return found


def right(document, wrong, *, emergency):
    """Return the share of a kind that was judged rightly."""
    return 1 - len(wrong[emergency]) / sum(case["emergency"] is emergency for case in document["cases"])


@pytest.mark.parametrize("name", sorted(FILES))
def test_each_message_is_told_once(name):
    """No message is counted twice, and each language of the file has its share."""
    cases = DOCUMENTS[name]["cases"]
    assert len({c["id"] for c in cases}) == len({c["text"] for c in cases}) == len(cases)
    assert {c["lang"] for c in cases} == FILES[name]


def test_indirect_emergencies_are_caught(document, wrong):
    """An emergency is called one though nobody names the disease."""
    assert right(document, wrong, emergency=True) >= document["floors"]["caught"], wrong[True]


def test_harmless_twins_are_left_in_peace(document, wrong):
    """What only sounds like an emergency is none."""
    assert right(document, wrong, emergency=False) >= document["floors"]["twins_calm"], wrong[False]
