"""Every kind of question takes every kind of answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.answer import answer
from chat.asking import asked_together, together
from chat.consultation import consult
from chat.knowledge import own_knowledge
from chat.log import Log, Message, Started
from kg.reasoning import Question
from kg.record import Answer, Circumstance, Finding, History, MedicationUse, Observation, Presence
from ontologies.text import Text

MOST = 20
OPENINGS = (
    "I have a headache and feel sick",
    "crampy tummy pain since yesterday, I am 34, female",
    "short of breath, 71 year old man",
    "my 8 month old has a fever",
    "我头晕，68岁，女",
    "I feel low and cannot sleep",
    "my leg is swollen",
    "red itchy rash on my arm",
)
REPLIES = (
    "yes",
    "no",
    "don't know",
    "I'd rather not say",
    "maybe",
    "two days",
    "38.5",
    "quite severe",
    "female",
    "45",
    "不知道",
    "没有",
    "有",
    "🙂",
    "banana",
)
EXAMPLES = settings.default.max_examples // 4  # each is a whole interview


def _after(opening: str, asked: str, reply: str):
    return consult(
        Log(encounter="e", events=(Started(at="", region="GB"), Message(at="", text=opening), Message(at="", text=reply, asked=asked))),
        own_knowledge(),
    )


@settings(max_examples=EXAMPLES)
@given(opening=st.sampled_from(OPENINGS), replies=st.lists(st.sampled_from(REPLIES), min_size=1, max_size=6))
def test_an_interview_takes_any_answer(opening, replies):
    """Whatever is answered, the interview goes on: no crash, no question that was answered comes again, twenty at most."""
    knowledge = own_knowledge()
    log = Log(encounter="e", events=(Started(at="", region="GB"), Message(at="", text=opening)))
    done: set[str] = set()
    for reply in replies:
        consultation = consult(log, knowledge)
        answer(consultation, knowledge)
        if not consultation.questions:
            break
        asked = consultation.questions[0].finding
        assert asked not in done
        log = log.append(Message(at="", text=reply, asked=asked))
        if reply in {"don't know", "I'd rather not say", "不知道"}:
            done.add(asked)
    assert len(log.messages()) <= MOST + 1


@pytest.mark.parametrize(
    ("asked", "kind", "presence"),
    [
        ("history c:heart-failure", History, Presence.PRESENT),
        ("taking d:warfarin", MedicationUse, Presence.PRESENT),
        ("f:neck-stiffness", Finding, Presence.PRESENT),
    ],
)
def test_a_yes_states_what_was_asked(asked, kind, presence):
    """A "yes" is a diagnosis, a medicine or a finding, as the question was."""
    made = [s for s in _after(OPENINGS[0], asked, "yes").statements if s.rule == "dialogue.reply"]
    assert [(type(s), s.presence) for s in made] == [(kind, presence)]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Yes. No. Don't know.", ["present", "absent", "unknown"]),
        ("是。不是。不知道。", ["present", "absent", "unknown"]),
        ("No", ["absent"] * 3),
        ("none of these", ["absent"] * 3),
        ("I'd rather not say", ["unknown"] * 3),
        ("yes", []),  # which of them? they are asked again
        ("Yes. No.", []),
    ],
)
def test_several_questions_are_answered_in_a_row(reply, expected):
    """Each answer belongs to its question; a bare "no" answers all, a bare "yes" none."""
    consultation = _after("my leg is swollen", "f:nausea f:photophobia f:neck-stiffness", reply)
    made = [s for s in consultation.statements if s.rule == "dialogue.reply"]
    assert [s.presence.value for s in made] == expected
    assert [s.concept for s in made] == ["f:nausea", "f:photophobia", "f:neck-stiffness"][: len(made)]


def test_what_belongs_together_is_asked_at_once():
    """The questions of one group stand together, each once; a question about the person stands alone."""
    consultation = consult(
        Log(encounter="e", events=(Started(at="", age=40, sex="male"), Message(at="", text="I have had belly pain since yesterday"))),
        own_knowledge(),
    )
    asked = together(consultation.questions)
    assert len(asked) > 1
    assert len({q.group for q in asked}) == 1
    assert asked_together(asked) == " ".join(q.finding for q in asked)
    alone = Question(finding="age", text=Text(en="", zh=""), reason=Text(en="", zh=""), gain=1.0, group="person")
    assert together((alone, replace(alone, finding="sex"))) == (alone,)
    assert together(()) == ()


def test_a_value_that_was_not_measured_is_not_asked_again():
    """Who has no thermometer is not asked for the temperature twice."""
    consultation = _after("my 8 month old has a fever", "q:temperature", "no")
    made = [s for s in consultation.statements if s.rule == "dialogue.reply"]
    assert [(type(s), s.answer) for s in made] == [(Circumstance, Answer.DONT_KNOW)]
    assert "q:temperature" not in {q.finding for q in consultation.questions}


def test_a_bare_number_is_the_value_that_was_asked():
    """ "38.5" after the question for the temperature is a temperature."""
    made = [s for s in _after("my 8 month old has a fever", "q:temperature", "38.5").statements if isinstance(s, Observation)]
    assert [(s.quantity, s.value) for s in made] == [("temperature", 38.5)]


def test_how_bad_is_linked_to_its_finding():
    """ "quite severe" after the question how bad the headache is makes the headache severe."""
    headache = next(
        s
        for s in _after(OPENINGS[0], "attribute f:headache severity", "it is severe").statements
        if isinstance(s, Finding) and s.concept == "f:headache"
    )
    assert [(a.name, a.value) for a in headache.attributes] == [("severity", "severe")]


def test_an_impossible_age_is_asked_again():
    """Nobody is 250: the answer is no age, and an issue says so."""
    consultation = _after(OPENINGS[0], "age", "250")
    assert consultation.patient.age is None
    assert any("250" in i.message for i in consultation.issues)


@pytest.mark.parametrize("asked", ["f:no-such-thing", "f:nausea f:no-such-thing", "history c:no-such-thing", "nonsense", "score x", ""])
def test_a_question_that_nobody_asked_is_an_issue(asked):
    """An unknown question does no harm: the message is read by itself and the sender is told."""
    consultation = _after(OPENINGS[0], asked, "yes")
    assert any("no question of this program" in i.message for i in consultation.issues)
    answer(consultation, own_knowledge())
