"""What the page says of how the words were read."""

import pytest

from chat.consultation import consult, single_message
from chat.log import Started
from chat.web.reading_remarks import reading_remarks


def remarks(text, knowledge, **form):
    """Return the remarks on one message."""
    return reading_remarks(consult(single_message(text, started=Started(at="", region="GB", **form)), knowledge))


def test_a_repair_is_shown(knowledge):
    """A word that was repaired is shown as written and as read."""
    assert any("diarhoeaa" in r and "diarrhoea" in r for r in remarks("I have diarhoeaa since yesterday", knowledge))


@pytest.mark.parametrize(
    ("text", "words"), [("I have a fever. The flibber jabs my wonkle.", "flibber"), ("发烧了。隔壁老王的账本不见了。", "账本")]
)
def test_what_was_not_understood_is_quoted(text, words, knowledge):
    """Clauses in which nothing was recognised are quoted."""
    assert any(words in r for r in remarks(text, knowledge))


def test_a_conflict_with_the_form_is_told_in_the_language_of_the_message(knowledge):
    """The text wins over the form, and the person is told so."""
    assert any("30" in r and "50" in r and "form" in r for r in remarks("I am 30 and have a cough", knowledge, age=50.0))
    assert any("30" in r and "50" in r and "表格" in r for r in remarks("我30岁，咳嗽", knowledge, age=50.0))


def test_nothing_to_remark(knowledge):
    """A plain message that was read whole needs no remark."""
    assert remarks("I have a cough and a fever", knowledge) == ()
