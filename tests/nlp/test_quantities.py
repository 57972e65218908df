"""Measured values and durations in the ways in which people write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.record import Circumstance, Finding, Observation
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
    "text",
    [
        "6月10号起床有点咳嗽",
        "6月底开始咳嗽",
        "5月22胃口不好，咳嗽",
        "12月27日打针，当晚咳嗽",
        "21日凌晨咳嗽",
        "10.17感冒咳嗽",
        "咳嗽，2月18出生",
    ],
)
def test_a_date_is_no_length(read: Read, text: str) -> None:
    """A date of the calendar tells neither how long something has lasted nor an age."""
    statements = read(text).statements
    assert all(each.duration is None or each.duration.days_max <= 1 for each in statements if isinstance(each, Finding))
    assert not any(isinstance(each, Circumstance) and each.name == "age" for each in statements)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("我儿子今天54天，咳嗽", 0.148),
        ("宝宝今天第55天，咳嗽", 0.151),
        ("新生儿现在一个月加五天，咳嗽", 0.097),
        ("新生儿18天被传染，咳嗽", 0.049),
        ("小明，7个月27天，6月1号咳嗽", 0.657),
        ("我女儿今天五个月了，咳嗽", 0.417),
        ("女儿36个月不到，咳嗽", 3.0),
        ("我的宝宝十一个半月，咳嗽一个礼拜", 0.958),
    ],
)
def test_ages_of_small_children(read: Read, text: str, years: float) -> None:
    """Days, months and days, and words like "now" between child and number are an age, and the cough has another length."""
    reading = read(text)
    assert [each.value for each in reading.statements if isinstance(each, Circumstance) and each.name == "age"] == [years]
    cough = next(each for each in reading.statements if isinstance(each, Finding))
    assert cough.duration is None or cough.duration.days_max <= 7


@pytest.mark.parametrize(
    "text", ["从25℃房间抱出来后咳嗽", "室温29度左右，咳嗽", "35度多高温，咳嗽", "空调开26度，咳嗽", "水温38度，洗完咳嗽"]
)
def test_degrees_of_a_room_are_no_fever(read: Read, text: str) -> None:
    """What a thermometer on the wall or in the bath shows is not the body's temperature."""
    assert not any(isinstance(each, Observation) for each in read(text).statements)


@pytest.mark.parametrize(
    ("text", "days"),
    [("咳嗽3日了", 3), ("孩子已经咳嗽2个月了", 60.9), ("孩子发烧5日，住院3日", 5), ("咳嗽2个月", 60.9)],
)
def test_a_count_of_days_stays_a_length(read: Read, text: str, days: float) -> None:
    """What counts days or months of an illness is neither a date nor an age."""
    duration = next(each.duration for each in read(text).statements if isinstance(each, Finding))
    assert duration is not None and duration.days_max == pytest.approx(days, abs=0.1)


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
