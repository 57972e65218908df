"""A scripted patient answers from the case, and does not know the rest."""

import pytest

from chat.consultation import consult, single_message
from chat.log import Started
from chat.scripted_patient import ScriptedPatient

CASE = "34 year old woman, 20 weeks pregnant. Right lower abdominal pain for two days, temperature 38.4, no diarrhoea. I have asthma and take salbutamol."


@pytest.fixture(scope="module")
def patient(knowledge):
    """Return the patient of the case."""
    return ScriptedPatient.of(consult(single_message(CASE, started=Started(at="", region="GB")), knowledge))


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("f:abdominal-pain-right-lower", "Yes"),
        ("f:abdominal-pain", "Yes"),
        ("f:diarrhoea", "No"),
        ("f:diarrhoea-watery", "No"),
        ("f:headache", "Don't know"),
        ("f:abdominal-pain f:diarrhoea f:headache", "Yes. No. Don't know."),
        ("q:temperature", "38.4"),
        ("duration f:abdominal-pain-right-lower", "two days"),
        ("history c:asthma", "Yes"),
        ("taking d:salbutamol", "Yes"),
        ("history c:diabetes", "Don't know"),
        ("pregnancy", "Yes"),
        ("sex", "Don't know"),
        ("no such question", "Don't know"),
    ],
)
def test_it_answers_from_the_case(question, reply, patient, knowledge):
    """What is written is answered, with its bases and refinements; beyond it the patient does not know."""
    assert patient.reply(question, knowledge.ontology) == reply
