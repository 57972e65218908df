"""Frozen sentences: their first score is kept in the file, and what was learnt since is not lost."""

from __future__ import annotations

import pytest

from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.loader import load

from .frozen_score import frozen, score

LEAST = {"zh": {"labels": 0.88, "spans": 0.86, "details": 0.55}}
LANGUAGES = pytest.mark.parametrize("language", LEAST)


@pytest.fixture(scope="module")
def real():
    """Return the reader of the whole knowledge, and its hierarchy."""
    ontology, _ = load()
    return Reader(ontology), ontology


@LANGUAGES
def test_frozen_sentences_are_many_and_told_once(language):
    """A hundred and more sentences, none twice."""
    texts = [text for text, _ in frozen(f"frozen.{language}")["sentences"]]
    assert len(texts) == len(set(texts)) >= 100


@LANGUAGES
def test_frozen_score_is_kept(language, real):
    """Labels, spans and details stay at least as good as they were."""
    reader, ontology = real
    found = score(
        frozen(f"frozen.{language}")["sentences"], lambda text: reader.read(text, turn=0, language=None, state=DialogueState()), ontology.ancestors
    )
    rates = found.rates()
    assert all(rates[name] >= least for name, least in LEAST[language].items()), "\n".join([str(rates), *found.wrong])
