"""What patients read is plain: Flesch-Kincaid grade 7 at most without names of illnesses and medicines; Chinese sentences of 25 characters."""

import re
from importlib.resources import files

import pytest

from chat.consultation import consult, single_message
from chat.log import Started
from chat.web.result import result_of
from ontologies.plain_yaml import read_yaml
from ontologies.text import Language, Text
from rules.rule import Stage
from rules.wording import texts

MESSAGES = {
    Language.EN: (
        "I have had a runny nose and a sore throat since yesterday, no fever. 25 year old woman",
        "Crushing chest pain for an hour, down my left arm, sweating. 58, male, I smoke",
        "It burns when I pee and I go all the time. I'm 30, female",
        "I have pain in the lower right of my belly and I threw up. 19, male",
        "My knees have hurt for years, worse on stairs. I'm 70, female, I take warfarin and ibuprofen",
        "I feel sad all day and do not sleep. 40, male",
    ),
    Language.ZH: (
        "昨天开始流鼻涕、嗓子痒，没有发烧。25岁女性",
        "胸口压榨样疼痛一个小时了，疼到左胳膊，还出冷汗。58岁男性",
        "小便疼，老想上厕所。30岁女性",
        "右下腹痛，吐了一次。19岁男性",
    ),
}


def syllables(word):
    """Count vowel groups; a silent e at the end is none."""
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1))


def grade(text):
    """Return the Flesch-Kincaid grade (Kincaid and others, 1975)."""
    sentences = [s for s in re.split(r"[.!?:;\n]+", text) if re.search("[a-z]", s, re.I)]
    words = re.findall(r"[a-z']+", text.lower())
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def told(message, knowledge, language):
    """Return what explains the answer to a patient, names of illnesses and medicines left out."""
    consultation = consult(single_message(message, started=Started(at="", language=language)), knowledge)
    shown = result_of(consultation, knowledge)
    parts = [shown.title, shown.advice, *shown.reasons, *(q.reason.render(language) for q in consultation.questions)]
    text = "\n".join(parts)
    names = {t for c in knowledge.ontology.conditions.values() for t in (c.label.render(language),)}
    names |= {t for d in knowledge.ontology.drugs.values() for t in (d.label.render(language),)}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(name)}\b" if language is Language.EN else re.escape(name), "it", text, flags=re.IGNORECASE)
    return text


@pytest.mark.parametrize("message", MESSAGES[Language.EN])
def test_english_explanations_are_plain(knowledge, message):
    """Urgency, its reasons, and why a question is asked."""
    text = told(message, knowledge, Language.EN)
    assert grade(text) <= 7, text


@pytest.mark.parametrize("message", MESSAGES[Language.ZH])
def test_chinese_explanations_are_short(knowledge, message):
    """No sentence over 25 characters."""
    text = told(message, knowledge, Language.ZH)
    long = [s for s in re.split(r"[。！？；\n]", text) if len(s) > 25]
    assert long == []


def kinds(knowledge):
    """Return every text that can come into an explanation for patients, by kind."""
    ontology, rules = knowledge.ontology, knowledge.rules.rules
    fixed = read_yaml(files("chat").joinpath("texts.yaml").read_text(encoding="utf-8"))
    pages = {key: Text(**said) for key, said in fixed.items() if not key.startswith(("doctor.", "monograph.", "fact.", "error."))}
    return {
        "reasons, questions and advice with blanks": dict(texts()),
        "warning signs": {r.id: r.title for r in rules if r.stage is Stage.RED_FLAGS},
        "what to do about warning signs": {r.id: r.advice for r in rules if r.advice},
        "what rules say": {r.id: r.text for r in rules if r.text},
        "questions": {f.id: f.question for f in ontology.findings.values() if f.question},
        "pages": pages,
    }


@pytest.fixture(scope="module")
def names(knowledge):
    """Match the names of illnesses and medicines, the longest first: nobody can make those simpler."""
    concepts = (*knowledge.ontology.conditions.values(), *knowledge.ontology.drugs.values())
    found = {c.label.en for c in concepts} | {f.text for c in concepts for f in c.forms if f.language is Language.EN and len(f.text) > 3}
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(found, key=len, reverse=True)))})\b", re.IGNORECASE)


def test_every_kind_of_english_text_is_plain(knowledge, names):
    """All reachable texts of a kind, read one after the other; a blank and a name stand for one short word."""
    grades = {
        kind: grade("\n".join(names.sub("it", re.sub(r"\{\w+\}", "it", said.en)) for said in reached.values()))
        for kind, reached in kinds(knowledge).items()
    }
    assert {kind: value for kind, value in grades.items() if value > 7} == {}


def test_every_chinese_sentence_is_short(knowledge):
    """Each sentence of all reachable texts has 25 characters at most, its blanks left out."""
    told = [(key, said.zh) for reached in kinds(knowledge).values() for key, said in reached.items()]
    sentences = [(key, s) for key, zh in told for s in re.split(r"[。！？?；\n]", re.sub(r"\{\w+\}", "", zh))]
    assert [(key, s) for key, s in sentences if len(s) > 25] == []


def test_the_measure_tells_plain_from_hard():
    """A children's sentence is below grade 3, an official one far above 7."""
    assert grade("The cat sat on the mat. It was warm.") < 3
    assert grade("Gastroenterological investigation is recommended notwithstanding symptomatic amelioration.") > 12
