"""The lexicon: inflections, small words, and medicines inside the words of a finding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.record import Allergy, Finding, MedicationUse
from nlp.lexicon import key_of, stem
from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.concepts import FindingConcept, FormKind, SurfaceForm
from ontologies.ontology import Ontology
from ontologies.text import Language, Text

from .conftest import Read, small_ontology


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vomiting", "vomits"),
        ("aches", "aching"),
        ("throbbing", "throbs"),
        ("swollen", "swelling"),
        ("diarrhea", "diarrhoea"),
        ("nappies", "nappy"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str) -> None:
    """Inflections and spellings of one word meet."""
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("hives", "hiv"), ("stomach", "stomachs' lining"), ("pass", "pas")])
def test_other_words_do_not(one: str, other: str) -> None:
    """Words that only look alike keep apart."""
    assert stem(one) != stem(other)


def test_form_keeps_what_would_be_too_little() -> None:
    """A form of small words and one other keeps them: "the runs" is not "run"."""
    assert key_of(["the", "runs"]) == ("the", "run")
    assert key_of(["my", "chest", "hurts"]) == ("chest", "hurt")


@pytest.mark.parametrize("text", ["my chest really hurts", "chest has been hurting", "My chest hurts", "the chest hurt"])
def test_word_variants(read: Read, text: str) -> None:
    """Small words and inflections inside a form do not matter."""
    assert [each.concept for each in read(text).statements if isinstance(each, Finding)] == ["f:chest-pain"]


def _with_form(form: str) -> Ontology:
    house = small_ontology()
    label = Text(en=form, zh="其他")
    forms = (SurfaceForm(text=form, language=Language.EN, kind=FormKind.ALTERNATIVE),)
    return replace(house, findings={**house.findings, "f:other": FindingConcept(id="f:other", label=label, forms=forms)})


def test_a_small_word_is_skipped_though_its_stem_differs() -> None:
    """Words like "have" and "very" may stand inside a form: what is skipped is compared as the text is, by stems."""
    reader = Reader(_with_form("nails developed dents"))
    for text in ("my nails have developed dents", "my nails developed very terrible dents"):
        statements = reader.read(text, turn=0, language=None, state=DialogueState()).statements
        assert [each.concept for each in statements if isinstance(each, Finding)] == ["f:other"]


def test_missed_medicine_is_not_lost_in_a_finding() -> None:
    """A finding whose words name a medicine leaves the medicine standing."""
    reading = Reader(_with_form("missed my warfarin")).read("I missed my warfarin", turn=0, language=None, state=DialogueState())
    assert [(each.drug, each.status) for each in reading.statements if isinstance(each, MedicationUse)] == [("d:warfarin", "missed")]


def test_allergy_is_not_lost_in_a_finding() -> None:
    """A finding whose words name an allergy leaves the allergy standing."""
    reading = Reader(_with_form("allergic to penicillin")).read("I am allergic to penicillin", turn=0, language=None, state=DialogueState())
    assert [each.to for each in reading.statements if isinstance(each, Allergy)] == ["dc:penicillin"]
