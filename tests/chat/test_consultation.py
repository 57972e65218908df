"""The spine: what a person writes, and what they are told."""

import json
from importlib.resources import files

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource

from chat.answer import answer
from chat.consultation import consult, plan, single_message
from chat.log import Corrected, Log, Message, Replied, Started
from kg.care import ItemKind
from kg.corrections import CorrectionAction
from kg.reasoning import TriageLevel

HEART_ATTACK = "I've had crushing chest pain for an hour, it goes down my left arm and I'm sweating. I'm a 58 year old man and I smoke."
COLD = "I don't have any chest pain, just a runny nose and a scratchy throat since yesterday, no fever. 25 year old woman"
HAY_FEVER = "My father had a heart attack. I only have itchy eyes and sneezing every spring. I'm 30, female."
HEART_ATTACK_ZH = "我胸口压着疼一个小时了，疼到左胳膊，一身冷汗。我58岁，男，抽烟。"
COLD_ZH = "我没有胸痛，就是从昨天开始流鼻涕、嗓子有点痒，没有发烧。25岁，女。"


def ask(text, knowledge, **started):
    """Answer one message."""
    return consult(single_message(text, started=Started(at="", **started)), knowledge)


def level_of(consultation):
    """Return the level told."""
    return consultation.inference.triage.level if consultation.inference.triage else None


def leader(consultation):
    """Return the first hypothesis."""
    return consultation.inference.hypotheses[0].condition


@pytest.mark.parametrize("text", [HEART_ATTACK, HEART_ATTACK_ZH])
def test_a_heart_attack_is_an_ambulance_with_its_words(text, knowledge):
    """The guard's derivation leads to the spans of the words."""
    consultation = ask(text, knowledge)
    assert level_of(consultation) is TriageLevel.EMERGENCY_AMBULANCE
    assert leader(consultation) == "c:myocardial-infarction"
    body = answer(consultation, knowledge)
    steps = {d["id"]: d for d in body["derivations"]}
    leaves, stack = set(), [body["triage"]["derivation"]]
    while stack:
        for premise in steps[stack.pop()]["premises"]:
            stack.append(premise) if premise in steps else leaves.add(premise)
    spans = [s["span"] for s in body["statements"] if s["id"] in leaves and s["span"]]
    assert spans
    for statement in body["statements"]:
        if statement["span"]:
            assert text[slice(*statement["span"])] == statement["text"]


@pytest.mark.parametrize(
    "text",
    [
        "chest pain going down left arm with sweating since one hour. 58 male",
        "my chest aches and the ache goes down into my arm, I'm clammy, man of 58",
        "bad chest pain an hour. left arm. sweaty. im 58 male smoker",
        "胸骨后压榨样痛1h，伴左上肢放射痛、出汗，男，58岁",
        "胸口一直闷疼，疼到左边胳膊，身上都是汗，我58，男",
    ],
)
def test_a_heart_attack_in_short_or_clinical_words(text, knowledge):
    """Where the pain goes is no second pain, in notes as in sentences."""
    assert level_of(ask(text, knowledge)) is TriageLevel.EMERGENCY_AMBULANCE


@pytest.mark.parametrize(
    ("text", "made", "unmade"),
    [
        ("runny nose and itchy throat", "f:sore-throat-scratchy", "f:itchy-nose"),
        ("chest pain going down my left arm", "f:chest-pain-radiating-to-arm", "f:muscle-pain"),
        ("my nose is runny and itchy", "f:itchy-nose", "f:sore-throat-scratchy"),
        ("pain going down my right arm", "f:muscle-pain", "f:chest-pain-radiating-to-arm"),
    ],
)
def test_a_feeling_belongs_to_its_own_site(text, made, unmade, knowledge):
    """Neither the site before an "and" nor the one that pain goes to takes what another site feels; alone each takes it."""
    found = {s.concept for s in ask(text, knowledge).statements if s.kind == "finding"}
    assert made in found
    assert unmade not in found


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("I cough, no fever. 25, female", 25, "female"),
        ("I cough (58, m, smoker)", 58, "male"),
        ("I cough. 58 years, male", 58, "male"),
        ("I cough. woman 25", 25, "female"),
        ("I cough. I'm female and 25.", 25, "female"),
        ("I cough, man of 58", 58, "male"),
        ("I cough. 58/M", 58, "male"),
        ("我咳嗽，没有发烧。25，女", 25, "female"),
        ("我咳嗽，男58", 58, "male"),
        ("I have had a cough for 25 days, female", None, "female"),
        ("my blood pressure is 140, female", None, "female"),
        ("the pain is 7, male", None, "male"),
        ("I have coughed for 3 years, male", None, "male"),
        ("I took 25, woman", None, None),
    ],
)
def test_age_and_sex_at_the_end_of_a_message(text, age, sex, knowledge):
    """A clause of a number beside one of a sex is who the patient is; a number that measures something is not."""
    patient = ask(text, knowledge).patient
    assert (patient.age, patient.sex.value if patient.sex else None) == (age, sex)


@pytest.mark.parametrize("text", [COLD, COLD_ZH])
def test_a_cold_with_denied_chest_pain_is_self_care(text, knowledge):
    """A denied red flag raises nothing."""
    consultation = ask(text, knowledge)
    assert (level_of(consultation), leader(consultation)) == (TriageLevel.SELF_CARE, "c:common-cold")


def test_a_fathers_heart_attack_is_not_mine(knowledge):
    """A relative's disease raises no alarm."""
    consultation = ask(HAY_FEVER, knowledge)
    assert leader(consultation) == "c:allergic-rhinitis"
    assert level_of(consultation).rank < TriageLevel.CONSULTATION_24H.rank


@pytest.mark.parametrize("text", ["My mother had a sore throat for a month last year. " + COLD, "我妈妈去年嗓子疼过一个月。" + COLD_ZH])
def test_how_long_a_relative_was_ill_says_nothing_of_my_illness(text, knowledge):
    """A cold of one day stays one for self-care when somebody else's throat was sore for a month."""
    assert level_of(ask(text, knowledge)) is TriageLevel.SELF_CARE


@pytest.mark.parametrize(
    ("text", "concept", "relation", "presence"),
    [
        ("我咳嗽。我妈妈有激素替代。", "f:hormone-therapy", "mother", "present"),
        ("我咳嗽。我叔叔有胸痛。", "f:chest-pain", "uncle", "present"),
        ("I have a cough. My stepdad has chest pain.", "f:chest-pain", "father", "present"),
        ("我大姨妈来了，肚子疼", "f:abdominal-pain", None, "present"),
        ("头痛有一侧更疼", "f:headache-one-sided", None, "present"),
        ("头痛没有一侧更疼", "f:headache-one-sided", None, "absent"),
        ("我头痛。我弟弟有一侧腿肿", "f:headache-one-sided", None, None),
    ],
)
def test_whose_it_is_and_whether_it_is(text, concept, relation, presence, knowledge):
    """A person or a denial is a whole word, not a syllable of another; details of somebody else's illness are not mine."""
    found = [(s.relation, s.presence.value) for s in ask(text, knowledge).statements if s.kind == "finding" and s.concept == concept]
    assert found == ([] if presence is None else [(relation, presence)])


@pytest.mark.parametrize(
    "text", ["hello", "你好", "What's the weather like tomorrow?", "", "   ", "🙂🙂", "SELECT * FROM patients; --", "<b>hi</b>"]
)
def test_without_medical_content_there_is_no_level_and_no_disease(text, knowledge):
    """Small talk gets a friendly way on."""
    consultation = ask(text, knowledge)
    assert consultation.inference.triage is None
    assert consultation.inference.hypotheses == ()


def test_an_emergency_once_told_is_lowered_only_by_a_correction(knowledge):
    """Saying that it was nothing keeps the level; correcting the statement lowers it."""
    first = Log(encounter="e", events=(Started(at=""), Message(at="", text=HEART_ATTACK)))
    told = first.append(Replied(at="", level="emergency_ambulance", knowledge="", software=""))
    eased = told.append(Message(at="", text="Actually no, I have no chest pain."))
    assert level_of(consult(eased, knowledge)) is TriageLevel.EMERGENCY_AMBULANCE
    wrong = [s.id for s in consult(first, knowledge).statements if s.kind == "finding"]
    corrected = told.append(*(Corrected(at="", statement=s, action=CorrectionAction.REMOVE) for s in wrong))
    assert level_of(consult(corrected, knowledge)) is not TriageLevel.EMERGENCY_AMBULANCE


def test_contradictions_become_a_question(knowledge):
    """A denial of what was affirmed is asked about first."""
    log = Log(encounter="e", events=(Started(at=""), Message(at="", text="I have a cough"), Message(at="", text="I have no cough")))
    consultation = consult(log, knowledge)
    assert consultation.contradictions
    assert consultation.questions[0].group == "contradiction"


def test_the_text_wins_over_the_form_and_says_so(knowledge):
    """An age in the words supersedes the form's, with an issue."""
    consultation = ask("I'm 30 years old and I have a cough", knowledge, age=50.0)
    assert consultation.patient.age == 30
    assert any("form" in i.message for i in consultation.issues)


def test_a_bare_no_answers_the_question(knowledge):
    """What was asked gives "no" its meaning."""
    log = Log(
        encounter="e", events=(Started(at="", age=30.0), Message(at="", text="I have a cough"), Message(at="", text="no", asked="f:fever"))
    )
    said = {(s.concept, s.presence.value) for s in consult(log, knowledge).statements if s.kind == "finding"}
    assert ("f:fever", "absent") in said


def _validator():
    schemas = [
        json.loads(files("chat").joinpath("schemas/answer.schema.json").read_text()),
        json.loads(files("optimizer").joinpath("schemas/plan.schema.json").read_text()),
    ]
    registry = Registry()
    for name, schema in zip(("answer.schema.json", "plan.schema.json"), schemas, strict=True):
        registry = registry.with_resource(f"https://iatros.example/schemas/{name}", Resource.from_contents(schema))
    return jsonschema.Draft202012Validator(schemas[0], registry=registry)


@pytest.mark.parametrize(
    "text",
    [
        HEART_ATTACK,
        COLD,
        HAY_FEVER,
        HEART_ATTACK_ZH,
        COLD_ZH,
        "hello",
        "x" * 5000,
        "I take 8 paracetamol 500 mg a day, temp 39.5, BP 150/95, allergic to penicillin, I like swimming",
    ],
)
def test_every_answer_keeps_the_schema(text, knowledge):
    """The JSON is what the schema says."""
    _validator().validate(answer(ask(text, knowledge), knowledge))


@pytest.mark.parametrize(
    ("said", "booked"),
    [
        ("I have a runny nose and a scratchy throat since yesterday, no fever. 25 year old woman", []),
        ("My knee has been aching for months, worse on the stairs. 67 year old woman", ["appointment"]),
    ],
)
def test_a_plan_books_the_doctor_and_no_list_of_tests(knowledge, said, booked):
    """A cold needs no swab and no camera; who should see a doctor gets one appointment, in the days that the urgency says."""
    log = single_message(said, started=Started(at=""))
    week = plan(log, consult(log, knowledge), knowledge)
    visits = [item for item in week.items if item.kind in {ItemKind.APPOINTMENT, ItemKind.TEST}]
    assert [str(item.kind) for item in visits] == booked
    assert all(item.day <= 3 for item in visits)


def test_an_answer_with_a_plan_keeps_the_schema(knowledge):
    """A plan is part of the same contract, and its certificate is verified."""
    log = single_message(
        "I have high blood pressure and take amlodipine 5 mg once a day. I'm 66, female, I like swimming.",
        started=Started(at="2026-11-23T08:00:00"),
    )
    consultation = consult(log, knowledge)
    week = plan(log, consultation, knowledge)
    assert week.certificate.verified
    _validator().validate(answer(consultation, knowledge, week))


PIECES = st.lists(
    st.sampled_from(
        [
            "I have",
            "no",
            "chest pain",
            "fever",
            "cough",
            "my mother",
            "since 3 days",
            "maybe",
            "38.5",
            "BP 160/95",
            "?",
            ",",
            ".",
            "not",
            "used to have",
            "headache",
            "头痛",
            "没有",
            "发烧",
            "三天",
            "<script>",
            "\u202e",
            "\x00",
            "😀",
            "I'm 40",
            "male",
            "ibuprofen 400 mg",
        ]
    ),
    max_size=12,
).map(" ".join)


@given(PIECES)
def test_nothing_that_a_person_writes_breaks_the_consultation(knowledge, text):
    """Any mixture of words is answered; spans always quote the text."""
    body = answer(ask(text, knowledge), knowledge)
    for statement in body["statements"]:
        if statement["span"]:
            assert text[slice(*statement["span"])] == statement["text"]
