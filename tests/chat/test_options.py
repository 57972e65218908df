"""Tests and treatments as told: what a result changes, what it costs, why an option is rejected, and no dose of a prescription medicine."""

from __future__ import annotations

import re

import pytest

from chat.consultation import consult, single_message
from chat.knowledge import Knowledge
from chat.log import Started
from kg.reasoning import Recommendation, RecommendationKind
from ontologies.text import Text
from rules.wording import texts

DOSE = re.compile(r"\d\s*(?:mg|mcg|µg|g|ml|mL|units?|毫克|微克|克|毫升|单位)(?!\w|\s*/)")
MESSAGES = (
    "Crushing chest pain for an hour, down my left arm, sweating. 58, male, I smoke",
    "It burns when I pee and I go all the time. I'm 30, female, allergic to nitrofurantoin",
    "Lower back ache since I lifted a box. I'm 61, male, I take warfarin and have kidney disease",
    "runny nose and a sore throat since yesterday, no fever. 25 year old woman, 20 weeks pregnant",
    "My knees have hurt for years, worse on stairs. I'm 70, female, I take warfarin and ibuprofen",
    "I feel sad all day and do not sleep. 40, male",
    "sore throat, fever, white spots on my tonsils, no cough, 20 male. I am allergic to penicillin.",
    "右下腹痛，吐了一次。19岁男性",
    "小便疼，老想上厕所。30岁女性，青霉素过敏",
)


@pytest.fixture(scope="module")
def told(knowledge: Knowledge) -> list[Recommendation]:
    """Return everything that is recommended for the messages."""
    return [r for text in MESSAGES for r in consult(single_message(text, started=Started(at="")), knowledge).inference.recommendations]


def test_a_test_says_what_its_result_changes_and_what_it_costs(told: list[Recommendation]) -> None:
    """The last line is cost, burden and place; for a disease in question at least one result is explained."""
    tests = [r for r in told if r.kind is RecommendationKind.TEST and r.code.startswith("t:")]
    burden = texts()["recommend.test.burden"].en.split("{")[0]
    assert tests
    assert [r.code for r in tests if not r.reasons[-1].en.startswith(burden)] == []
    assert [(r.code, r.for_condition) for r in tests if r.for_condition and len(r.reasons) < 2] == []


def test_a_rejected_option_says_why_and_stands_behind_the_others(told: list[Recommendation], knowledge: Knowledge) -> None:
    """Nothing is rejected without a reason, and what is rejected comes after what is not."""
    rejected = [r for r in told if r.rejected]
    assert "tr:penicillin-course" in {r.code for r in rejected}
    assert [r.code for r in rejected if not r.against] == []
    for text in MESSAGES:
        options = [
            r.rejected
            for r in consult(single_message(text, started=Started(at="")), knowledge).inference.recommendations
            if r.kind is RecommendationKind.TREATMENT
        ]
        assert options == sorted(options)


def reachable(knowledge: Knowledge) -> dict[str, Text]:
    """Return every text of advice for patients: what to do, what to watch for, options at home, warnings of rules."""
    ontology = knowledge.ontology
    conditions = ontology.conditions.values()
    found = {f"{c.id} self-care {n}": a.text for c in conditions for n, a in enumerate(c.self_care)}
    found |= {f"{c.id} follow-up {n}": a.text for c in conditions for n, a in enumerate(c.follow_up)}
    found |= {t.id: t.text for t in ontology.treatments.values() if t.text is not None}
    found |= {
        f"{r.id} {name}": said for r in knowledge.rules.rules for name, said in (("text", r.text), ("advice", r.advice)) if said is not None
    }
    return found


def test_no_patient_reads_a_dose_of_a_prescription_medicine(knowledge: Knowledge, told: list[Recommendation]) -> None:
    """A dose may stand beside what is sold over the counter, never beside a medicine that a doctor must prescribe."""
    drugs = [d for d in knowledge.ontology.drugs.values() if not d.over_the_counter]
    names = {f.text.lower() for d in drugs for f in d.forms if len(f.text) > 3} | {d.label.en.lower() for d in drugs}
    every = reachable(knowledge) | {f"{r.code} {n}": t for r in told for n, t in enumerate((r.text, *r.reasons, *r.against))}
    dosed = {key: said for key, said in every.items() if DOSE.search(said.en) or DOSE.search(said.zh)}
    named = {key: said.en for key, said in dosed.items() if set(re.findall(r"[a-z-]+", said.en.lower())) & names}
    assert dosed  # the measure finds the aspirin of a heart attack
    assert named == {}
