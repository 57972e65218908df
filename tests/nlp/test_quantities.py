"""Measured values and durations in the ways in which people write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.record import Finding, Observation
from nlp.numbers import Number, numbers_of, parse_digits
from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.text import Language

from .conftest import Read

_PHRASES = yaml.safe_load((Path(__file__).parent / "quantities.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "want"), _PHRASES, ids=[text for text, _ in _PHRASES])
def test_values(read: Read, text: str, want: Any) -> None:
    """A value is read in its canonical unit, asked about, or left alone; never guessed."""
    reading = read(text)
    found = {each.quantity: each.value for each in reading.statements if isinstance(each, Observation)}
    if want == "ask":
        assert found == {}
        assert reading.issues
    else:
        assert found == pytest.approx(want, abs=0.02)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("cough for 3 days", 3, 3),
        ("a cough for a week", 7, 7),
        ("cough for two weeks", 14, 14),
        ("cough for a couple of days", 2, 3),
        ("cough for a few weeks", 14, 35),
        ("cough for 2-3 days", 2, 3),
        ("cough for 2 to 3 weeks", 14, 21),
        ("cough since yesterday", 0.5, 2),
        ("cough since this morning", 0.1, 0.9),
        ("3-day history of cough", 3, 3),
        ("cough, started 2 days ago", 2, 2),
        ("I have a cough. It started 2 days ago.", 2, 2),
        ("cough for an hour", 1 / 24, 1 / 24),
        ("cough for half an hour", 0.5 / 24, 0.5 / 24),
        ("咳嗽两天了", 2, 2),
        ("咳嗽三个多月", 3 * 30.4375, 4 * 30.4375),
        ("咳嗽半年", 182.6, 182.7),
        ("咳嗽一周", 7, 7),
        ("咳嗽十几天", 11, 19),
        ("从昨天开始咳嗽", 0.5, 2),
        ("咳嗽两三天", 2, 3),
        ("咳嗽了一个半小时", 1.4 / 24, 1.6 / 24),
    ],
)
def test_durations(read: Read, text: str, low: float, high: float) -> None:
    """How long a finding has lasted is an interval in days."""
    duration = next(each.duration for each in read(text).statements if isinstance(each, Finding))
    assert duration is not None
    assert low - 0.01 <= duration.days_min <= duration.days_max <= high + 0.01


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("twenty five", 25, 25),
        ("one hundred and two", 102, 102),
        ("a few", 2, 5),
        ("两三", 2, 3),
        ("一百四", 140, 140),
        ("二十", 20, 20),
        ("一百零五", 105, 105),
        ("半", 0.5, 0.5),
    ],
)
def test_number_words(words: str, low: float, high: float) -> None:
    """Numbers in words are read in both languages."""
    tokens = words.split() if words.isascii() else list(words)
    starts = [sum(len(each) + 1 for each in tokens[:index]) for index in range(len(tokens))]
    ends = [start + len(each) for start, each in zip(starts, tokens, strict=True)]
    assert numbers_of(tokens, " ".join(tokens), starts, ends) == [Number(0, len(tokens), low, high)]


@pytest.mark.parametrize("word", ["一", "hundred ", "1", "万"])
@pytest.mark.parametrize("unit", ["", " days", " years old", " mg", " kg", "度", "天"])
def test_a_number_of_thousands_of_digits_is_no_accident(read: Read, word: str, unit: str) -> None:
    """A run of number words that no number can hold is read without fault."""
    assert read(word * (3900 // len(word)) + unit).language is not None


@pytest.mark.parametrize(("digits", "value"), [("38.5", 38.5), ("38,5", 38.5), ("1,500", 1500), ("1.234.5", 1.2345)])
def test_digits(digits: str, value: float) -> None:
    """A comma is decimal unless it groups thousands."""
    assert parse_digits(digits) == value


_ORDINARY = (
    "the weather was lovely on holiday and my neighbour organised a barbecue with homemade lemonade for everyone "
    "theyre wasnt alot Alison Smith Birmingham whatsapp google"
)


def test_ordinary_words_are_left_alone(read: Read) -> None:
    """Words that are no medical slip are never touched."""
    assert read(_ORDINARY).repairs == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("diarhea", "f:diarrhoea"),
        ("vomitting", "f:vomiting"),
        ("hedache", "f:headache"),
        ("palpatations", "f:palpitations"),
        ("dizzyness", "f:dizziness"),
        ("feaver", "f:fever"),
        ("insomina", "f:insomnia"),
        ("exausted", "f:fatigue"),
    ],
)
def test_misspellings(read: Read, written: str, meant: str) -> None:
    """Frequent slips are read as what was meant, and shown."""
    reading = read(f"I have {written}")
    assert [each.concept for each in reading.statements if isinstance(each, Finding)] == [meant]
    assert [repair.written for repair in reading.repairs] == [written]


def _read_values(whole: Reader, text: str) -> tuple[dict[str, float], bool]:
    """Return the values of an English phrase, and whether it was asked about."""
    reading = whole.read(text, turn=0, language=Language.EN, state=DialogueState())
    return {each.quantity: each.value for each in reading.statements if isinstance(each, Observation)}, bool(reading.issues)


def test_english_values_of_the_whole_knowledge_base(whole: Reader) -> None:
    """Nearly all phrases are read to the digit, and none is read as another value or unit."""
    rows = yaml.safe_load((Path(__file__).parent / "quantities.en.yaml").read_text(encoding="utf-8"))
    missed, false = [], []
    for text, want in rows:
        found, asked = _read_values(whole, text)
        if want == "ask":
            (missed if not found else false).extend([] if not found and asked else [text])
        elif found != pytest.approx(want, rel=0.002, abs=0.02):
            (missed if found.items() <= dict(want).items() else false).append(f"{text!r}: {found}")
    assert false == []
    assert len(missed) / len(rows) <= 0.03, missed


def test_phrases_are_many() -> None:
    """A hundred and twenty phrases and more."""
    more = yaml.safe_load((Path(__file__).parent / "quantities.en.yaml").read_text(encoding="utf-8"))
    assert len(_PHRASES) + len(more) >= 120
