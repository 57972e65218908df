"""What must hold whatever is said, tried on the real knowledge: order, monotony, whose finding it is, the same bytes in any process."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.consultation import consult, single_message
from chat.knowledge import own_knowledge
from chat.log import Started
from kg.patient import patient_of
from kg.record import Finding, Presence, Span
from rules.atom import FindingAtom
from rules.grounding import ground
from rules.guard import guard
from rules.inference import BEFORE, infer, weigh
from rules.rule import Stage

KNOWLEDGE = own_knowledge()
SIGNS = sorted({a.of for r in KNOWLEDGE.rules.rules if r.stage is Stage.RED_FLAGS for a in r.premises if isinstance(a, FindingAtom)})
FINDINGS = sorted(f for f, concept in KNOWLEDGE.ontology.findings.items() if concept.backgrounds)
CLAIMED = sorted({(c.id, claim.finding) for c in KNOWLEDGE.ontology.conditions.values() for claim in c.claims})
WAYS = (Presence.PRESENT, Presence.ABSENT, Presence.POSSIBLE)
PEOPLE = st.tuples(st.sampled_from([0.5, 7.0, 25.0, 48.0, 81.0]), st.sampled_from(["female", "male"]))
SAID = st.dictionaries(st.sampled_from(SIGNS) | st.sampled_from(FINDINGS), st.sampled_from(WAYS), max_size=7)
BASES = {
    "en": (
        "I have a runny nose and a scratchy throat since yesterday, no fever. 25 year old woman.",
        "I only have itchy eyes and sneezing every spring. I'm 30, female.",
        "I have had a cough for two weeks. I'm 40, male.",
    ),
    "zh": ("我从昨天开始流鼻涕、嗓子有点痒，没有发烧。25岁，女。", "我每年春天眼睛痒、打喷嚏。30岁，女。", "我咳嗽两周了。40岁，男。"),
}
THEIRS = {
    "en": (
        "{base} My {who} has {what}.",
        "My {who} has {what}. {base}",
        "{base} My {who} had {what} last year.",
        "My {who} had {what} once. {base}",
    ),
    "zh": ("{base}我{who}有{what}。", "我{who}有{what}。{base}", "{base}我{who}去年有过{what}。", "我{who}以前有过{what}。{base}"),
}
RELATIVES = {
    "en": ("father", "mother", "brother", "sister", "uncle", "grandmother", "wife", "husband", "cousin", "boss", "friend"),
    "zh": ("爸爸", "妈妈", "弟弟", "姐姐", "叔叔", "奶奶", "爱人", "同事", "朋友"),
}


def told(said):
    """State each finding as said, at a place of its own."""
    return tuple(
        Finding(id=f"s{n}", span=Span(turn=0, start=n, end=n + 1), text=name, concept=name, presence=presence)
        for n, (name, presence) in enumerate(sorted(said.items()))
    )


def person(statements, who):
    """Return the patient of the statements, of this age and sex."""
    started = Started(at="", age=who[0], sex=who[1])
    return patient_of((*consult_form(started), *statements), "GB")


def consult_form(started):
    """Return what the form says, as statements."""
    return consult(single_message("", started=started), KNOWLEDGE).statements


def known_before_the_guard(statements, who):
    """Return the facts that the guard sees: values, syndromes and scores are concluded already."""
    facts = ground(statements, person(statements, who), KNOWLEDGE.ontology)
    for stage in BEFORE:
        facts = KNOWLEDGE.engine.run(KNOWLEDGE.rules, facts, stage).facts
    return facts


def guarded(said, who):
    """Return the rank of the level that the red flags call for."""
    level = guard(KNOWLEDGE.rules, known_before_the_guard(told(said), who), KNOWLEDGE.engine).level
    return -1 if level is None else level.rank


@given(said=SAID, sign=st.sampled_from(SIGNS), who=PEOPLE)
def test_an_added_red_flag_never_lowers_the_guard_and_a_denied_one_never_raises_it(said, sign, who):
    """On the real red flags, whatever else was said of whomever."""
    without = {name: way for name, way in said.items() if name != sign}
    silent = guarded(without, who)
    assert guarded({**without, sign: Presence.PRESENT}, who) >= silent
    assert guarded({**without, sign: Presence.ABSENT}, who) <= silent


@given(said=SAID, claim=st.sampled_from(CLAIMED), who=PEOPLE)
def test_what_speaks_for_a_condition_never_lowers_its_danger_and_its_denial_never_raises_it(said, claim, who):
    """For every condition and every finding that it lists as more frequent than in others."""
    condition, finding = claim

    def danger(of):
        statements = told(of)
        patient = person(statements, who)
        facts = ground(statements, patient, KNOWLEDGE.ontology)
        ranking = weigh(statements, patient, facts, KNOWLEDGE.calibration)[1]
        row, column = ranking.likelihood.row[condition], ranking.likelihood.column[finding]
        speaks = ranking.table.chance[row, column] >= ranking.table.background[column]
        return float(ranking.danger[row]), bool(speaks)

    without = {name: way for name, way in said.items() if name != finding}
    silent, speaks = danger(without)
    if speaks:
        assert danger({**without, finding: Presence.PRESENT})[0] >= silent
        assert danger({**without, finding: Presence.ABSENT})[0] <= silent


@given(said=SAID, who=PEOPLE, order=st.randoms(use_true_random=False))
def test_the_order_of_facts_is_irrelevant(said, who, order):
    """The same statements in any order give the same conclusions with the same proofs."""
    statements = told(said)
    shuffled = list(statements)
    order.shuffle(shuffled)
    answers = [
        infer(each, person(statements, who), KNOWLEDGE.rules, KNOWLEDGE.ontology, KNOWLEDGE.calibration, KNOWLEDGE.engine)[0]
        for each in (statements, shuffled)
    ]
    assert answers[0] == answers[1]


def _names_nobody(sign):
    """Leave out what names a person in its label ("fussy child"): it would bring in a third one."""
    label = KNOWLEDGE.ontology.label(sign)
    return not re.search("孩子|宝宝|婴|儿|child|baby|infant", f"{label.zh} {label.en}")


@st.composite
def with_a_relative(draw):
    """Draw a message of a patient and the same with somebody else's red flag in it."""
    language = draw(st.sampled_from(["en", "zh"]))
    label = KNOWLEDGE.ontology.label(draw(st.sampled_from(SIGNS).filter(_names_nobody)))
    base = draw(st.sampled_from(BASES[language]))
    theirs = draw(st.sampled_from(THEIRS[language]))
    return base, theirs.format(base=base, who=draw(st.sampled_from(RELATIVES[language])), what=getattr(label, language))


@given(messages=with_a_relative())
def test_a_relatives_finding_never_becomes_the_patients(messages):
    """Somebody else's red flag leaves my findings and my level alone."""

    def mine(text):
        said = consult(single_message(text, started=Started(at="")), KNOWLEDGE)
        own = {(s.concept, s.presence) for s in said.statements if s.kind == "finding" and s.subject.value == "patient"}
        return own, said.inference.triage.level if said.inference.triage else None

    assert mine(messages[1]) == mine(messages[0])


@pytest.mark.soak
def test_the_same_messages_give_the_same_bytes_in_any_process(tmp_path):
    """Two processes with different hash seeds write the same answers, word by word."""
    draw = random.Random(20261126)
    lines = []
    for number in range(settings.default.max_examples):
        language = draw.choice(["en", "zh"])
        labels = [getattr(KNOWLEDGE.ontology.label(name), language) for name in draw.sample(FINDINGS, 4)]
        text = (
            f"I have {labels[0]}, {labels[1]} and no {labels[2]}. My mother has {labels[3]}."
            if language == "en"
            else f"我{labels[0]}，{labels[1]}，没有{labels[2]}。我妈妈有{labels[3]}。"
        )
        lines.append(json.dumps({"id": number, "text": text, "age": draw.randint(1, 90), "sex": draw.choice(["female", "male"])}))
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    outputs = set()
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.jsonl"
        subprocess.run(
            [sys.executable, "-m", "chat.cli", "batch", str(source), str(target), "--workers", "1"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        outputs.add(target.read_bytes())
    assert len(outputs) == 1
    assert len(outputs.pop().splitlines()) == len(lines)
