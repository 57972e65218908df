"""Spelling: nine in ten misspelt words are understood, and right words are left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlp.reader import Reader
from nlp.reading import DialogueState, Reading
from ontologies.text import Language

_REPAIRED, _TOUCHED = 0.90, 0.01


@pytest.fixture(scope="module")
def words() -> Any:
    """Return the lists of misspelt and of right words."""
    return yaml.safe_load((Path(__file__).parent / "spelling.yaml").read_text(encoding="utf-8"))


def _reading(whole: Reader, text: str) -> Reading:
    return whole.read(text, turn=0, language=Language.EN, state=DialogueState())


def _said(reading: Reading) -> set[str]:
    return {str(getattr(each, "concept", getattr(each, "drug", ""))) for each in reading.statements}


def test_misspelt_words_are_understood(whole: Reader, words: Any) -> None:
    """A misspelt word is repaired and shown, or is a form of its own."""
    missed = []
    for wrong, right in words["misspelt"].items():
        reading = _reading(whole, f"i have {wrong} today")
        meant = _said(_reading(whole, f"i have {right} today"))
        if not (any(each.read == right for each in reading.repairs) or (meant and _said(reading) == meant)):
            missed.append(wrong)
    assert len(words["misspelt"]) >= 150
    assert 1 - len(missed) / len(words["misspelt"]) >= _REPAIRED, missed


def test_right_words_are_left_alone(whole: Reader, words: Any) -> None:
    """Everyday words, names and brands are not turned into diseases."""
    touched = [each for each in words["correct"] if _reading(whole, f"the {each} was there").repairs]
    assert len(words["correct"]) >= 500
    assert len(touched) / len(words["correct"]) <= _TOUCHED, touched
