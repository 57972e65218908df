"""Sites and functions with what is said of them, read against the whole knowledge base."""

from __future__ import annotations

import pytest

from kg.record import Finding, Presence
from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.text import Language


def _findings(reader: Reader, text: str) -> dict[str, str]:
    reading = reader.read(text, turn=0, language=Language.EN, state=DialogueState())
    return {each.concept: each.presence.value for each in reading.statements if isinstance(each, Finding)}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("trouble going to the bathroom", "f:constipation"),
        ("I'm having problems with my vision", "f:vision-blurred"),
        ("difficulty maintaining my balance", "f:unsteadiness"),
        ("it's hard for me to focus", "f:poor-concentration"),
        ("I've lost my ability to taste and smell", "f:loss-of-smell"),
        ("my nails have become brittle", "f:nail-changes"),
        ("the veins on my calves have become very prominent", "f:varicose-veins-visible"),
        ("my skin has become yellow", "f:jaundice"),
        ("my pee is black", "f:dark-urine"),
        ("my neck is really tense", "f:neck-stiffness"),
        ("my period is two weeks late", "f:missed-period"),
        ("glands in my neck are up", "f:swollen-lymph-nodes"),
        ("my breathing isn't normal", "f:breathlessness"),
        ("she hasn't been feeding well", "f:child-feeding-poorly"),
        ("my hunger has doubled", "f:excessive-hunger"),
        ("grazes on my shin take ages to heal", "f:slow-healing"),
        ("my sex drive has disappeared", "f:low-libido"),
        ("the veins in my legs are itchy", "f:varicose-veins-visible"),
        ("my pulse is chaotic", "f:palpitations-irregular"),
        ("my ankles are puffy", "f:leg-swelling"),
        ("a lack of balance", "f:unsteadiness"),
    ],
)
def test_function_and_trouble_make_a_finding(whole: Reader, text: str, concept: str) -> None:
    """What a body function is troubled by is read as the finding, and a denied "normal" as well."""
    found = _findings(whole, text)
    assert any(each in {concept, "f:swollen-neck-glands"} and presence == "present" for each, presence in found.items()), found


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("My breathing is fine", "f:breathlessness"),
        ("she is eating normally", "f:loss-of-appetite"),
        ("temperature is normal", "f:fever"),
        ("no fever, normal appetite", "f:loss-of-appetite"),
        ("no injury no fever pee's normal", "f:dysuria"),
        ("Normal power and sensation", "f:numbness"),
        ("No urinary symptoms", "f:urinary-frequency"),
        ("No changes in weight", "f:weight-gain"),
        ("I think my hearing is ok", "f:hearing-loss"),
    ],
)
def test_a_normal_function_denies_its_finding(whole: Reader, text: str, concept: str) -> None:
    """That all is well with a function denies the finding, whatever else is denied beside it."""
    assert _findings(whole, text).get(concept) == Presence.ABSENT.value


@pytest.mark.parametrize(
    "text", ["well my breathing is terrible", "usually my breathing is fine but", "my breathing was fine until last night"]
)
def test_what_was_fine_is_no_denial(whole: Reader, text: str) -> None:
    """A word of well-being that says nothing of now denies nothing."""
    assert _findings(whole, text).get("f:breathlessness") != Presence.ABSENT.value


def test_pain_and_skin_do_not_join(whole: Reader) -> None:
    """What "and" parts is not one finding: joint pain and a skin rash are no painful rash."""
    found = _findings(whole, "I have severe joint pain and skin rashes")
    assert found == {"f:joint-pain": "present", "f:rash": "present"}


def test_a_composed_finding_takes_the_place_of_its_part(whole: Reader) -> None:
    """An ache in the lower back is back pain, not aching muscles as well."""
    assert set(_findings(whole, "dull ache in my lower back")) == {"f:back-pain-low"}


@pytest.mark.parametrize(
    "text",
    ["No sleep disturbance.", "No voice changes", "No bowel movement changes", "No urinary symptoms, symptoms are not related to food"],
)
def test_a_denied_trouble_is_no_finding(whole: Reader, text: str) -> None:
    """A form that begins with "no" is a denial when a word for trouble follows it."""
    assert set(_findings(whole, text).values()) == {"absent"}


def test_sudden_onset_belongs_to_what_follows_it(whole: Reader) -> None:
    """The onset of the diarrhoea is not that of the belly pain named later."""
    assert "f:abdominal-pain-abrupt-onset" not in _findings(whole, "Sudden-onset diarrhoea with vomiting and abdominal cramps")


@pytest.mark.parametrize(("text", "concept"), [("CREST syndrome or MS", "c:multiple-sclerosis"), ("I have MS", "c:multiple-sclerosis")])
def test_abbreviations_need_their_capitals(whole: Reader, text: str, concept: str) -> None:
    """MS is a disease; ms, ten, aids and pad are not."""
    reading = whole.read(text, turn=0, language=Language.EN, state=DialogueState())
    assert concept in {getattr(each, "concept", None) for each in reading.statements}
    for plain in ("ten times a day", "she has hearing aids", "a pad every hour", "mi head"):
        told = whole.read(plain, turn=0, language=Language.EN, state=DialogueState()).statements
        assert not {getattr(each, "concept", "") for each in told} & {
            "c:stevens-johnson",
            "c:hiv-acute",
            "c:peripheral-artery-disease",
            "c:myocardial-infarction",
        }


@pytest.mark.parametrize(
    ("text", "read", "unread"),
    [
        ("The sores on my face are swollen", "f:skin-inflamed", "f:swelling-of-face"),
        ("I have red spots on my legs that are hot", "f:skin-inflamed", "f:leg-redness-warmth"),
        ("The bumps on my arm are sore", "f:rash-painful", "f:arm-pain"),
    ],
)
def test_what_is_said_of_spots_is_not_said_of_the_place(whole: Reader, text: str, read: str, unread: str) -> None:
    """A face with swollen sores is no swollen face."""
    found = _findings(whole, text)
    assert read in found and unread not in found, found


def test_a_site_without_spots_keeps_what_is_said_of_it(whole: Reader) -> None:
    """A swollen face is one, whatever else is said before."""
    assert "f:swelling-of-face" in _findings(whole, "I have a rash. My face is swollen")
