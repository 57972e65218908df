"""Everyday complaints told in parts, and signs that all is well."""

import pytest

from kg.record import Finding, Presence
from nlp.reading import DialogueState


def findings(reader, text):
    """Return the findings of a text by their presence."""
    read = reader.read(text, turn=0, language=None, state=DialogueState()).statements
    return {(s.concept, s.presence) for s in read if isinstance(s, Finding)}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("I haven't been for a poo for four days", "f:constipation"),
        ("Cramps low in my tummy on the first day of my period", "f:painful-periods"),
        ("切菜切到左手食指", "f:wound"),
        ("躺下要翻来覆去一个小时才睡着", "f:insomnia"),
    ],
)
def test_a_complaint_told_in_parts_is_read(text, finding, knowledge):
    """The parts of an everyday complaint make its finding."""
    assert (finding, Presence.PRESENT) in findings(knowledge.reader, text)


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("I twisted my ankle but walked home on it", "f:unable-to-bear-weight"),
        ("孩子喘气平稳", "f:breathlessness"),
        ("耳朵不响听力正常", "f:hearing-loss"),
    ],
)
def test_what_is_well_is_denied(text, finding, knowledge):
    """A sign that all is well denies its finding, whatever is denied beside it."""
    assert (finding, Presence.ABSENT) in findings(knowledge.reader, text)


def test_a_denied_sign_of_health_is_trouble(knowledge):
    """What cannot be done any more is no sign that all is well."""
    assert ("f:unable-to-bear-weight", Presence.ABSENT) not in findings(knowledge.reader, "I twisted my ankle and can't walk on it")


def test_a_bit_of_an_itch_is_an_itch(knowledge):
    """The Chinese "have a bit" affirms."""
    assert not any(presence is Presence.ABSENT for _, presence in findings(knowledge.reader, "腿上有小疙瘩，有点痒"))


def test_a_length_is_no_age(knowledge):
    """ "Nearly a year" and "only two days" are no ages."""
    for text in ("月经不来快一年了", "感冒才两天"):
        read = knowledge.reader.read(text, turn=0, language=None, state=DialogueState()).statements
        assert not any(getattr(s, "name", "") == "age" for s in read)
