"""Everyday complaints in both languages: the condition that a doctor would think of is named first, or among the first three."""

from pathlib import Path

import pytest
import yaml

from chat.consultation import consult, single_message
from chat.log import Started

DOCUMENT = yaml.safe_load((Path(__file__).parent / "fresh.lay.yaml").read_text(encoding="utf-8"))
CASES, FLOORS = DOCUMENT["cases"], DOCUMENT["floors"]


@pytest.fixture(scope="module")
def ranks(knowledge):
    """Return at which place an expected condition came, by language; far behind where it did not."""
    found = {language: [] for language in FLOORS}
    for case in CASES:
        started = Started(at="", **{k: case[k] for k in ("age", "sex") if k in case})
        hypotheses = consult(single_message(case["text"], started=started), knowledge).inference.hypotheses
        places = [place for place, each in enumerate(hypotheses, 1) if each.condition in case["expect"]]
        found[case["lang"]].append(min(places, default=99))
    return found


def test_each_complaint_is_told_once(knowledge):
    """No complaint is counted twice, and every expected condition is one that we know."""
    assert len({c["id"] for c in CASES}) == len({c["text"] for c in CASES}) == len(CASES) >= 120
    assert {name for c in CASES for name in c["expect"]} <= set(knowledge.ontology.conditions)


@pytest.mark.parametrize("language", FLOORS)
def test_the_expected_condition_comes_first_or_nearly(language, ranks):
    """Most of what people come with is named first, hardly anything is missing among the first three."""
    places = ranks[language]
    assert sum(place == 1 for place in places) / len(places) >= FLOORS[language]["first"]
    assert sum(place <= 3 for place in places) / len(places) >= FLOORS[language]["third"]
