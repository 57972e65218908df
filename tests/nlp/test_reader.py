"""The reader as a whole: people, ages, medicines, life, dialogue, refusal of what is too long, and its promises."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.issues import Level
from kg.record import Allergy, Answer, AnyStatement, Circumstance, Finding, MedicationUse, Observation, Presence, Subject, Wish
from nlp.complaints import complaint
from nlp.reader import MAX_CHARACTERS, Reader
from nlp.reading import Act, DialogueState, Reading
from nlp.resources import data
from ontologies.text import Language

from .conftest import Read, labels


def _facts(reading: Reading) -> dict[str, object]:
    return {each.name: each.value for each in reading.statements if isinstance(each, Circumstance)}


def _medicines(reading: Reading) -> dict[str, str]:
    return {each.drug: each.status.value for each in reading.statements if isinstance(each, MedicationUse)}


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("I'm a 58 year old man with a cough", 58, "male"),
        ("25 year old woman, sore throat", 25, "female"),
        ("I'm 30, female. Fever.", 30, "female"),
        ("58M chest pain", 58, "male"),
        ("34F with a rash", 34, "female"),
        ("F25 cough", 25, "female"),
        ("My 3yo girl has a fever", 3, "female"),
        ("my 7 month old is coughing", 7 / 12, None),
        ("7 month old, rash", 7 / 12, None),
        ("Asking for mum, 84. She is dizzy", 84, "female"),
        ("she is 90 and dizzy", 90, "female"),
        ("aged 45, cough", 45, None),
        ("im 14 and dizzy", 14, None),
        ("孩子七个月，发烧", 7 / 12, None),
        ("宝宝一岁三个月，咳嗽", 1.25, None),
        ("男，30岁，咳嗽", 30, "male"),
        ("我62了，头晕", 62, None),
        ("女孩20天，呕吐", 20 / 365.25, "female"),
        ("我女儿28个月，发烧", 28 / 12, "female"),
        ("儿子三岁半，发烧", 3.5, "male"),
    ],
)
def test_age_and_sex(read: Read, text: str, age: float, sex: str | None) -> None:
    """Ages and sexes are read in all the ways in which people give them."""
    facts = _facts(read(text))
    assert facts.get("sex") == sex
    assert facts["age"] == pytest.approx(age, rel=0.02)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("My dad has a headache", "adult"),
        ("My gran has a headache", "elder"),
        ("my wife, 34, has a headache", None),
        ("I have a headache", None),
        ("My daughter coughs", "child"),
        ("我老公头疼", "adult"),
    ],
)
def test_a_grown_up_is_told_by_what_they_are_called(read: Read, text: str, stage: str | None) -> None:
    """A parent or a spouse is a grown-up where nobody told the age."""
    assert _facts(read(text)).get("life-stage") == stage


def test_impossible_age_is_asked(read: Read) -> None:
    """An age that nobody reaches is an issue, not a fact."""
    reading = read("I am 430 years old and I cough")
    assert "age" not in _facts(reading)
    assert any("age" in issue.message.lower() for issue in reading.issues)


def test_age_of_a_relative_is_not_the_patients(read: Read) -> None:
    """The age of a child that is only mentioned is not taken for the writer's."""
    assert "age" not in _facts(read("I have a cough and I feel dizzy, my son is 3 years old"))


@pytest.mark.parametrize(
    ("text", "drug", "status"),
    [
        ("I take metformin", "d:metformin", "taking"),
        ("I stopped warfarin two weeks ago", "d:warfarin", "stopped"),
        ("I took three 500 mg Tylenol tablets at once", "d:paracetamol", "took"),
        ("I missed my warfarin yesterday", "d:warfarin", "missed"),
        ("Can I take ibuprofen?", "d:ibuprofen", "considering"),
        ("I was prescribed amoxicillin", "d:amoxicillin", "prescribed"),
        ("I no longer take aspirin", "d:aspirin", "stopped"),
        ("上周停了阿司匹林", "d:aspirin", "stopped"),
        ("能吃布洛芬吗？", "d:ibuprofen", "considering"),
        ("每天吃氨氯地平", "d:amlodipine", "taking"),
        ("忘了吃华法林", "d:warfarin", "missed"),
        ("I swallowed eight loperamide capsules", "d:loperamide", "took"),
    ],
)
def test_medicine_status(read: Read, text: str, drug: str, status: str) -> None:
    """What is done with a medicine is read from the words around it."""
    assert _medicines(read(text)).get(drug) == status


@pytest.mark.parametrize(
    ("text", "value", "unit", "per_day"),
    [
        ("I take ibuprofen 400mg three times a day", 400, "mg", 3),
        ("I took three 500 mg Tylenol tablets at once", 1500, "mg", None),
        ("metformin 1 g twice daily", 1, "g", 2),
        ("two tablets of paracetamol every 6 hours", 2, "{tablet}", 4),
        ("I swallowed eight loperamide capsules", 8, "{tablet}", None),
        ("每天早上一片氨氯地平5毫克", 5, "mg", 1),
    ],
)
def test_dose(read: Read, text: str, value: float, unit: str, per_day: float | None) -> None:
    """Strength, count and schedule make a dose."""
    dose = next(each.dose for each in read(text).statements if isinstance(each, MedicationUse))
    assert dose is not None
    assert (dose.value, dose.unit, dose.times_per_day) == (value, unit, per_day)


@pytest.mark.parametrize(
    ("text", "to", "presence", "reaction"),
    [
        ("I'm allergic to penicillin, it gave me a rash", "dc:penicillin", "present", "rash"),
        ("not allergic to aspirin", "d:aspirin", "absent", None),
        ("I have a peanut allergy", "x:peanut", "present", None),
        ("我对青霉素过敏", "dc:penicillin", "present", None),
        ("no known allergies", "x:any", "absent", None),
        ("no cough, 20 male, allergic to penicillin", "dc:penicillin", "present", None),
        ("I have no cough and am allergic to penicillin", "dc:penicillin", "present", None),
        ("no cough, allergic to penicillin, no rash", "dc:penicillin", "present", None),
        ("no history of asthma or allergy to penicillin", "dc:penicillin", "absent", None),
        ("no cough, not allergic to penicillin", "dc:penicillin", "absent", None),
        ("no cough, allergic to peanuts", "x:peanut", "present", None),
        ("not allergic to peanuts", "x:peanut", "absent", None),
        ("no asthma or peanut allergy", "x:peanut", "absent", None),
    ],
)
def test_allergies(read: Read, text: str, to: str, presence: str, reaction: str | None) -> None:
    """Allergies to medicines and things are read with their reaction, or denied."""
    found = [each for each in read(text).statements if isinstance(each, Allergy)]
    assert [(each.to, each.presence.value, each.reaction) for each in found] == [(to, presence, reaction)]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("I smoke 20 a day", "cigarettes-per-day", 20.0),
        ("I smoke", "smoking", True),
        ("I don't smoke", "smoking", False),
        ("Past history: Smoker. Obesity.", "smoking", True),
        ("ex-smoker", "smoking", False),
        ("I live alone", "living-alone", True),
        ("不抽烟", "smoking", False),
        ("每天抽烟一包", "cigarettes-per-day", 20.0),
        ("I drink 14 units of alcohol a week", "alcohol-units-per-week", 14.0),
        ("I don't drink alcohol", "alcohol-units-per-week", 0.0),
        ("I'm 20 weeks pregnant", "pregnancy-weeks", 20.0),
        ("I'm pregnant", "pregnancy", "confirmed"),
        ("not pregnant", "pregnancy", "denied"),
        ("might be pregnant", "pregnancy", "possible"),
        ("she gave birth 9 days ago", "postpartum-days", 9.0),
        ("产后五周", "postpartum-days", 35.0),
        ("怀孕33周", "pregnancy-weeks", 33.0),
        ("I'm a vegetarian", "diet", "vegetarian"),
        ("I use a wheelchair", "mobility", "wheelchair"),
        ("I'm on benefits and can't afford much", "income", "low"),
        ("独居", "living-alone", True),
    ],
)
def test_circumstances(read: Read, text: str, name: str, value: object) -> None:
    """Habits, pregnancy, home, money and mobility become circumstances of the agreed names."""
    assert _facts(read(text)).get(name) == value


def test_wishes(read: Read) -> None:
    """Likes, dislikes, minutes and goals become wishes for the plan."""
    text = "I like swimming and hate running, no more than 30 minutes a day. I want to lose weight."
    wishes = {(each.name, each.value) for each in read(text).statements if isinstance(each, Wish)}
    assert {("like", "swimming"), ("dislike", "running"), ("max-minutes", "30"), ("goal", "lose-weight")} <= wishes


@pytest.mark.parametrize(
    ("text", "asked", "presence", "answer"),
    [
        ("no", "f:cough", "absent", "given"),
        ("Yes", "f:cough", "present", "given"),
        ("nope", "f:cough", "absent", "given"),
        ("a little", "f:cough", "present", "given"),
        ("maybe", "f:cough", "possible", "given"),
        ("don't know", "f:cough", "unknown", "dont_know"),
        ("I'm not sure", "f:cough", "unknown", "dont_know"),
        ("I'd rather not say", "f:cough", "unknown", "refused"),
        ("没有", "f:cough", "absent", "given"),
        ("有一点", "f:cough", "present", "given"),
        ("不知道", "f:cough", "unknown", "dont_know"),
        ("不想说", "f:cough", "unknown", "refused"),
        ("Yes, for three days", "f:cough", "present", "given"),
    ],
)
def test_bare_answers(read: Read, text: str, asked: str, presence: str, answer: str) -> None:
    """A bare answer is about the question just asked."""
    first = read(text, asked).statements[0]
    assert isinstance(first, Finding)
    assert (first.concept, first.presence.value, first.answer.value) == (asked, presence, answer)
    assert Act.ANSWER in read(text, asked).acts


def test_no_before_a_finding_is_no_answer(read: Read) -> None:
    """ "No fever" denies the fever and leaves the question about the cough open."""
    assert labels(read("No fever", "f:cough")) == {"f:fever": "absent"}


def test_answer_with_more(read: Read) -> None:
    """An answer may be followed by news."""
    assert labels(read("No, but I have a fever", "f:cough")) == {"f:cough": "absent", "f:fever": "present"}


def test_answered_duration(read: Read) -> None:
    """Asked how long, a bare time is the duration."""
    first = read("两天了", "duration f:cough").statements[0]
    assert isinstance(first, Finding)
    assert first.duration is not None
    assert (first.concept, first.duration.days_min) == ("f:cough", 2)


def test_answered_value(read: Read) -> None:
    """Asked for a value, a bare number is the value."""
    first = read("38.5", "q:temperature").statements[0]
    assert isinstance(first, Observation)
    assert (first.quantity, first.value, first.unit) == ("temperature", 38.5, "Cel")


@pytest.mark.parametrize(
    ("text", "asked", "value"),
    [("34", "age", 34), ("no", "pregnancy", "denied"), ("male", "sex", "male"), ("yes", "pregnancy", "confirmed")],
)
def test_answered_person(read: Read, text: str, asked: str, value: object) -> None:
    """Age, sex and pregnancy are answered in a word."""
    assert _facts(read(text, asked)).get(asked) == value


def test_refused_person(read: Read) -> None:
    """A refusal is kept as such."""
    (only,) = read("prefer not to say", "pregnancy").statements
    assert only.answer is Answer.REFUSED


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("hello", Act.GREETING),
        ("thank you", Act.THANKS),
        ("why do you ask?", Act.QUESTION),
        ("delete my data", Act.REQUEST),
        ("I'm terrified, please help", Act.DISTRESS),
        ("sorry, I meant the left knee", Act.CORRECTION),
        ("tell me a joke", Act.OFF_TOPIC),
        ("你好", Act.GREETING),
        ("谢谢", Act.THANKS),
        ("I want to talk to a doctor", Act.REQUEST),
    ],
)
def test_acts(read: Read, text: str, act: Act) -> None:
    """What a message does in the conversation is named."""
    assert act in read(text).acts


@pytest.mark.parametrize(
    ("text", "medical"),
    [
        ("what's the weather like?", False),
        ("hello", False),
        ("I have a cough", True),
        ("my wombat is painful", True),
        ("tell me a joke", False),
    ],
)
def test_medical_content(read: Read, text: str, medical: bool) -> None:
    """A message without medical content says so."""
    assert read(text).medical is medical


def test_misspelling_is_repaired_and_shown(read: Read) -> None:
    """A repair is visible, and the span quotes what was written."""
    reading = read("I have diarhea")
    assert [(repair.written, repair.read) for repair in reading.repairs] == [("diarhea", "diarrhoea")]
    assert reading.statements[0].text == "diarhea"


def test_too_long_is_refused(read: Read) -> None:
    """Over the limit nothing is read and the issue says why."""
    reading = read("cough " * 1000)
    assert reading.statements == ()
    assert "4,000" in reading.issues[0].message


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "🤒🤒",
        "\x00\x01",
        "<script>alert(1)</script>",
        "'; DROP TABLE x; --",
        "مرحبا",
        "\u202ecough",
        "?" * 500,
        "1/2/3/4",
        "38,5,6.7",
    ],
)
def test_odd_input_does_not_crash(read: Read, text: str) -> None:
    """Odd input is read as nothing much."""
    assert isinstance(read(text), Reading)


def test_offsets_survive_emoji(read: Read) -> None:
    """Spans count code points of the original text."""
    text = "🤒🤒 I’ve got a FEVER 🤒"
    (fever,) = [each for each in read(text).statements if isinstance(each, Finding)]
    assert fever.span is not None
    assert text[fever.span.start : fever.span.end] == "FEVER" == fever.text


def test_ids_continue(reader: Reader) -> None:
    """Statement ids go on from where the encounter stands."""
    reading = reader.read("cough and fever", turn=3, language=None, state=DialogueState(first_id=7))
    assert [each.id for each in reading.statements] == ["s7", "s8"]
    assert {each.span.turn for each in reading.statements if each.span} == {3}


def test_negation_of_given_words(reader: Reader) -> None:
    """The presence of given words can be asked for."""
    text = "the lungs are clear, no wheezes or rales."
    assert reader.presence_of(text, text.index("rales"), text.index("rales") + 5) is Presence.ABSENT
    assert reader.presence_of(text, 4, 9) is Presence.PRESENT


def test_language_is_kept(reader: Reader) -> None:
    """A given language is not guessed again; mixed messages are read clause by clause."""
    reading = reader.read("我有 fever, no cough", turn=0, language=Language.ZH, state=DialogueState())
    assert reading.language is Language.ZH
    assert labels(reading) == {"f:fever": "present", "f:cough": "absent"}


_WORDS = [
    "no",
    "not",
    "never",
    "cough",
    "fever",
    "my",
    "father",
    "had",
    "if",
    "but",
    "and",
    ",",
    ".",
    "?",
    "38.5",
    "3",
    "days",
    "mg",
    "ibuprofen",
    "没有",
    "咳嗽",
    "，",
    "发烧",
    "我爸",
    "三",
    "天",
    "/",
    "kg",
    "old",
    "year",
    "'s",
    "🤒",
]


@given(words=st.lists(st.sampled_from(_WORDS), max_size=30))
def test_spans_quote_the_text(reader: Reader, words: list[str]) -> None:
    """Every statement quotes exactly the words of its span."""
    text = " ".join(words)
    for each in reader.read(text, turn=0, language=None, state=DialogueState()).statements:
        assert each.span is not None
        assert text[each.span.start : each.span.end] == each.text


@given(text=st.text(max_size=200))
def test_any_text_is_read(reader: Reader, text: str) -> None:
    """No text crashes the reader."""
    assert isinstance(reader.read(text, turn=0, language=None, state=DialogueState(asked="f:cough")), Reading)


def _said(statements: tuple[AnyStatement, ...]) -> list[tuple[str, str, str]]:
    return sorted((each.kind, str(getattr(each, "concept", "")), each.presence.value) for each in statements)


@given(
    parts=st.lists(
        st.sampled_from(["I have a cough", "no fever", "I feel dizzy", "my back hurts", "not vomiting", "I can't sleep"]),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    change=st.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace(".", " !"), lambda text: text.replace("'", "’")]),
)
def test_case_and_punctuation_do_not_matter(reader: Reader, parts: list[str], change: Callable[[str], str]) -> None:
    """Case, apostrophes and end marks change nothing that is read."""
    text = ". ".join(parts) + "."
    changed = change(text)
    state = DialogueState()
    assert _said(reader.read(text, turn=0, language=None, state=state).statements) == _said(
        reader.read(changed, turn=0, language=None, state=state).statements
    )


@given(
    relation=st.sampled_from(["father", "mother", "brother", "sister", "cousin", "uncle"]),
    what=st.sampled_from(["asthma", "a stroke", "a heart attack", "diabetes"]),
)
def test_a_relatives_disease_is_never_the_patients(reader: Reader, relation: str, what: str) -> None:
    """What a relative had is theirs."""
    reading = reader.read(f"My {relation} had {what}. I have a cough.", turn=0, language=None, state=DialogueState())
    assert {each.subject for each in reading.statements if each.kind == "history"} == {Subject.RELATIVE}


def _seconds(reader: Reader, text: str) -> float:
    """Measure the processor's time of the quickest of three readings."""

    def once() -> float:
        start = time.process_time()
        reader.read(text, turn=0, language=None, state=DialogueState())
        return time.process_time() - start

    return min(once() for _ in range(3))


@pytest.mark.parametrize("piece", ["no cough and ", "3 ", "没有咳嗽，", "my father had ", "((((", "1/", "not ", "38.5 mg "])
def test_time_grows_with_the_length_only(reader: Reader, piece: str) -> None:
    """Patterns are linear: four times the text takes about four times as long, on a slow machine as on a quick one."""
    whole = (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert _seconds(reader, whole) <= 7 * _seconds(reader, whole[: MAX_CHARACTERS // 4]) + 0.01


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("I am allergic to aspirin and was prescribed ibuprofen", {"d:ibuprofen": "prescribed"}),
        ("我对阿司匹林过敏，医生开了布洛芬", {"d:ibuprofen": "took"}),
        ("My doctor switched me from warfarin to aspirin", {"d:warfarin": "stopped", "d:aspirin": "taking"}),
        ("They had me pause warfarin while I take amoxicillin", {"d:warfarin": "stopped", "d:amoxicillin": "taking"}),
        ("I used to take metformin", {"d:metformin": "stopped"}),
    ],
)
def test_what_is_done_with_each_of_two_medicines(text: str, statuses: dict[str, str], read: Read) -> None:
    """What was said of one medicine does not spill over to the next."""
    assert _medicines(read(text)) == statuses


@pytest.mark.parametrize(
    ("text", "doses"),
    [
        (
            "I take metformin 1000 mg twice a day and amlodipine 10 mg.",
            {"d:metformin": (1000, 2, "1000 mg twice a day"), "d:amlodipine": (10, None, "10 mg")},
        ),
        ("I take amlodipine 10 mg and metformin 1000 mg twice a day", {"d:amlodipine": (10, None, "10 mg")}),
        (
            "I take 400 mg of ibuprofen and 500 mg of paracetamol",
            {"d:ibuprofen": (400, None, "400 mg"), "d:paracetamol": (500, None, "500 mg")},
        ),
        ("ibuprofen 400mg paracetamol 500mg", {"d:ibuprofen": (400, None, "400mg"), "d:paracetamol": (500, None, "500mg")}),
        ("aspirin and 500 mg paracetamol", {"d:aspirin": None, "d:paracetamol": (500, None, "500 mg")}),
        ("metformin twice a day and amlodipine", {"d:metformin": (None, 2, "twice a day"), "d:amlodipine": None}),
        (
            "each day 5 mg amlodipine and 20 mg warfarin",
            {"d:amlodipine": (5, 1, "each day 5 mg"), "d:warfarin": (20, None, "20 mg")},
        ),
        (
            "布洛芬400毫克和对乙酰氨基酚500毫克每天三次",
            {"d:ibuprofen": (400, None, "400毫克"), "d:paracetamol": (500, 3, "500毫克每天三次")},
        ),
    ],
)
def test_each_medicine_keeps_its_own_dose(text: str, doses: dict[str, tuple[float, float, str] | None], read: Read) -> None:
    """A strength and a schedule belong to one medicine; a neighbour's would look like an overdose."""
    found = {each.drug: each.dose for each in read(text).statements if isinstance(each, MedicationUse)}
    assert {drug: dose and (dose.value, dose.times_per_day, dose.said) for drug, dose in found.items() if drug in doses} == doses


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("I gave my 2 year old 100 mg ibuprofen", 100, "mg"),
        ("I gave my 2 year old three 100 mg ibuprofen tablets", 300, "mg"),
        ("I swallowed eight loperamide capsules", 8, "{tablet}"),
    ],
)
def test_an_age_is_no_count_of_tablets(text: str, value: float, unit: str, read: Read) -> None:
    """Only what counts tablets multiplies the strength."""
    doses = [each.dose for each in read(text).statements if isinstance(each, MedicationUse)]
    assert [(dose.value, dose.unit) for dose in doses if dose is not None] == [(value, unit)]


def test_a_bare_number_after_a_medicine_is_no_count(read: Read) -> None:
    """Aspirin 75 is a strength whose unit nobody said, not seventy-five tablets."""
    (use,) = (each for each in read("I take aspirin 75").statements if isinstance(each, MedicationUse))
    assert use.dose is None or use.dose.unit is None


@pytest.mark.parametrize("language", list(Language))
def test_every_complaint_is_worded_in_both_languages(language: Language) -> None:
    """What the reader asks is asked in the language of the message."""
    for key, words in data("issues.yaml").items():
        assert set(words) == {each.value for each in Language}, key
        said = {"length": "5", "most": "4", "said": "x", "names": "y"}
        assert complaint(key, Level.INFO, "text", language, **said).solution == words[language.value]["solution"]
