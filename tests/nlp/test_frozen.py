"""Frozen sentences: their first score is kept in the files, and what was learnt since is not lost. `frozen.en.yaml`, of another form, is read by `test_english.py`."""

from __future__ import annotations

import pytest

from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.loader import load

from .frozen_score import frozen, score

LEAST = {
    "frozen.zh": {"labels": 0.90, "spans": 0.86, "details": 0.85},
    "frozen2.en": {"labels": 0.87, "spans": 0.93, "details": 0.82},
    "frozen2.zh": {"labels": 0.92, "spans": 0.95, "details": 0.91},
    "frozen3.en": {"labels": 0.70, "spans": 0.83, "details": 0.74},
    "frozen3.zh": {"labels": 0.82, "spans": 0.88, "details": 0.78},
}
MOST = {
    "frozen2.en": {"missed": 6, "alarms": 0},
    "frozen2.zh": {"missed": 0, "alarms": 0},
    "frozen3.en": {"missed": 1, "alarms": 0},
    "frozen3.zh": {"missed": 2, "alarms": 0},
}
NAMES = pytest.mark.parametrize("name", LEAST)


@pytest.fixture(scope="module")
def real():
    """Return the reader of the whole knowledge, and its hierarchy."""
    ontology, _ = load()
    return Reader(ontology), ontology


@NAMES
def test_frozen_sentences_are_many_and_told_once(name):
    """The sentences of a set are many, and none stands twice."""
    corpus = frozen(name)
    texts = [text for text, _ in corpus["sentences"] + corpus.get("red_flags", [])]
    assert len(texts) == len(set(texts)) >= 40


@NAMES
def test_frozen_score_is_kept(name, real):
    """Labels, spans and details stay at least as good as they were."""
    corpus = frozen(name)
    found = _scored(corpus["sentences"] + corpus.get("red_flags", []), real)
    rates = found.rates()
    assert all(rates[what] >= least for what, least in LEAST[name].items()), "\n".join([str(rates), *found.wrong])


@pytest.mark.parametrize("name", MOST)
def test_red_flags_are_not_missed_nor_raised(name, real):
    """No more asserted red flags are missed, and no more that are denied, past, another's or only thought of alarm, than is known."""
    found = _scored(frozen(name)["red_flags"], real)
    assert len(found.missed) <= MOST[name]["missed"], "\n".join(found.missed)
    assert len(found.alarms) <= MOST[name]["alarms"], "\n".join(found.alarms)


def _scored(rows, real):
    """Read rows with the reader of the whole knowledge."""
    reader, ontology = real
    return score(rows, lambda text: reader.read(text, turn=0, language=None, state=DialogueState()), ontology.ancestors)
