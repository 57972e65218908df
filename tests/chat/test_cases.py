"""Reading lines of case files, good and bad."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.cases import BadLine, Case, read_case, vignette_text


def test_a_line_becomes_a_case():
    """Text, age, sex and language are taken over."""
    case = read_case('{"id": 7, "text": "cough", "age": 3, "sex": "female", "lang": "en"}')
    assert isinstance(case, Case)
    assert (case.identifier, case.turns, case.age, case.sex) == (7, (("cough", None),), 3.0, "female")


def test_turns_keep_what_was_asked():
    """Each turn may answer a question."""
    case = read_case('{"id": 1, "turns": [{"text": "cough"}, {"text": "no", "asked": "f:fever"}]}')
    assert isinstance(case, Case)
    assert [m.asked for m in case.log("GB").messages()] == [None, "f:fever"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "no JSON"),
        ("[]", "no object"),
        ('{"id": 1}', "'text' is missing"),
        ('{"id": 1, "text": 5}', "'text' is missing"),
        ('{"id": 1, "turns": []}', "at least one turn"),
        ('{"id": 1, "turns": [{"asked": "f:x"}]}', "Each turn"),
        ('{"id": 1, "turns": [{"text": "x", "asked": 3}]}', "'asked'"),
        ('{"id": 1, "text": "x", "age": 200}', "'age'"),
        ('{"id": 1, "text": "x", "age": true}', "'age'"),
        ('{"id": 1, "text": "x", "age": NaN}', "'age'"),
        ('{"id": 1, "text": "x", "sex": "f"}', "'sex'"),
        ('{"id": 1, "text": "x", "lang": "fr"}', "'lang'"),
    ],
)
def test_a_bad_line_says_why(line, reason):
    """Each fault has its own message and the line's id, where there is one."""
    bad = read_case(line)
    assert isinstance(bad, BadLine)
    assert reason in bad.message
    assert bad.solution


@given(st.text())
def test_no_line_raises(line):
    """Anything at all is a case or a bad line."""
    assert isinstance(read_case(line), Case | BadLine)


def test_a_vignette_leaves_out_empty_parts():
    """A dash means nothing was said."""
    body = {
        "demographics": "50 year old Male",
        "chief": "Cough",
        "presentation": "He coughs.",
        "absent": "No fever.",
        "history": "-",
        "family": "Asthma.",
    }
    assert vignette_text(body) == "50 year old Male. Cough. He coughs. No fever. Family history: Asthma."
