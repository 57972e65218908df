"""What a disease gains by its name, and what a person without an age is taken for."""

import pytest

from chat.consultation import consult, single_message
from chat.knowledge import own_knowledge
from chat.log import Started


@pytest.fixture(scope="module")
def answer():
    """Return a function that answers one message."""
    knowledge = own_knowledge()
    return lambda text: consult(single_message(text, started=Started(at="")), knowledge).inference


def _chance(inference, condition):
    return next((h.probability for h in inference.hypotheses if h.condition == condition), 0.0)


def test_a_doctors_name_weighs_more_than_the_patients(answer):
    """A diagnosis moves more than a supposition, and that more than the complaint alone."""
    alone, supposed, diagnosed = (
        _chance(answer(text), "c:bronchiolitis")
        for text in (
            "My baby has a cough.",
            "My baby has a cough, maybe bronchiolitis.",
            "My baby has a cough, the doctor said it was bronchiolitis.",
        )
    )
    assert alone < supposed < diagnosed


def test_a_name_is_shown_as_a_bar(answer):
    """The gain of a name is shown with the words behind it."""
    leader = answer("My baby has a cough, the doctor said it was bronchiolitis.").hypotheses[0]
    assert any(f.finding == leader.condition and f.statements for f in leader.factors)


def test_a_feared_or_denied_name_gains_nothing(answer):
    """A worry is no evidence, nor is what a doctor excluded."""
    alone = _chance(answer("My baby has a cough."), "c:bronchiolitis")
    assert _chance(answer("My baby has a cough. Could it be bronchiolitis?"), "c:bronchiolitis") <= alone * 1.05


def test_danger_does_not_count_a_name(answer):
    """Calling it a heart attack is not yet a danger."""
    level = answer("I have a cough, maybe a heart attack.").triage.level
    assert level.value not in {"emergency", "emergency_ambulance"}


def test_a_baby_without_an_age_has_no_disease_of_the_old(answer):
    """Who is called a baby is weighed as one."""
    assert "c:copd" not in {h.condition for h in answer("The baby has a cough and is wheezy.").hypotheses}
