"""A small hand-made ontology, so that these tests do not move when the knowledge grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kg.record import AnyStatement, Finding, History, Presence, Subject, Timing
from nlp.reader import Reader
from nlp.reading import DialogueState, Reading
from ontologies.concepts import Condition, Drug, DrugClass, FindingConcept, FormKind, Quantity, SurfaceForm, UnitOf
from ontologies.loader import load
from ontologies.ontology import Ontology
from ontologies.text import Language, Text

FINDINGS: dict[str, tuple[str | None, str, str]] = {
    "cough": (None, "cough|coughing", "咳嗽|咳"),
    "cough-dry": ("cough", "dry cough", "干咳"),
    "fever": (None, "fever|high temperature|a temperature", "发烧|发热|烧"),
    "headache": (None, "headache|sore head|my head hurts", "头痛|头疼"),
    "headache-worst-ever": ("headache", "worst headache of my life", "一生最痛的头痛"),
    "headache-thunderclap": ("headache", "thunderclap headache", "霹雳样头痛"),
    "headache-one-sided": ("headache", "one sided headache", "偏侧头痛"),
    "chest-pain": (None, "chest pain|pain in my chest|chest hurts", "胸痛|胸口疼"),
    "chest-pain-pressure": ("chest-pain", "pressure on my chest", "胸部压榨感"),
    "chest-pain-radiating-to-arm": ("chest-pain", "chest pain spreading to the arm", "胸痛放射到手臂"),
    "nausea": (None, "nausea|feel sick|nauseous|queasy", "恶心|想吐"),
    "vomiting": (None, "vomiting|throwing up|been sick|vomited", "呕吐|吐"),
    "diarrhoea": (None, "diarrhoea|the runs|loose stools", "腹泻|拉肚子"),
    "rash": (None, "rash", "皮疹|疹子"),
    "rash-itchy": ("rash", "itchy rash", "痒疹"),
    "dizziness": (None, "dizziness|dizzy|head is dizzy", "头晕|晕"),
    "sore-throat": (None, "sore throat|scratchy throat", "喉咙痛|嗓子疼"),
    "runny-nose": (None, "runny nose|snotty nose", "流鼻涕|流涕"),
    "insomnia": (None, "can't sleep|insomnia|no sleep", "失眠|睡不着"),
    "loss-of-appetite": (None, "no appetite|loss of appetite|off my food", "没胃口|食欲不振"),
    "breathlessness": (None, "short of breath|breathless|breathlessness|can't catch my breath|trouble breathing", "气短|喘不上气|呼吸困难"),
    "palpitations": (None, "palpitations|heart racing|racing heart", "心慌|心悸"),
    "abdominal-pain": (None, "stomach ache|tummy ache|belly pain", "肚子疼|腹痛"),
    "neck-pain": (None, "neck pain", "脖子疼"),
    "shoulder-pain": (None, "shoulder pain", "肩膀疼"),
    "back-pain": (None, "back pain", "背痛"),
    "knee-pain": (None, "knee pain", "膝盖疼"),
    "ear-pain": (None, "earache|ear pain", "耳朵疼"),
    "ear-discharge": (None, "ear discharge", "耳朵流脓"),
    "leg-swelling": (None, "swollen legs|leg swelling", "腿肿"),
    "itching": (None, "itching", "皮肤痒"),
    "fainting": (None, "fainted|passed out|blacked out", "晕倒|昏倒"),
    "near-fainting": (None, "light headed", "眼前发黑"),
    "dysuria": (None, "painful urination|burning wee", "尿痛"),
    "sweating": (None, "sweating|sweaty", "出汗"),
    "choking": (None, "choking|choked", "噎住|呛住"),
    "fatigue": (None, "tired|fatigue|exhausted", "疲劳|累得很"),
    "obesity": (None, "obesity", "肥胖"),
}
CONDITIONS: dict[str, tuple[bool, str, str]] = {
    "asthma": (True, "asthma", "哮喘"),
    "type-2-diabetes": (True, "diabetes|type 2 diabetes|diabetic", "糖尿病"),
    "hypertension": (True, "high blood pressure|hypertension", "高血压"),
    "lung-cancer": (False, "lung cancer|cancer", "肺癌"),
    "myocardial-infarction": (False, "heart attack|myocardial infarction", "心梗|心肌梗死"),
    "influenza": (False, "flu|influenza", "流感"),
    "common-cold": (False, "a cold|common cold", "感冒"),
    "pneumonia": (False, "pneumonia", "肺炎"),
    "appendicitis": (False, "appendicitis", "阑尾炎"),
    "stroke": (False, "stroke", "中风"),
}
DRUGS: dict[str, tuple[str, str]] = {
    "ibuprofen": ("ibuprofen|nurofen|advil", "布洛芬"),
    "paracetamol": ("paracetamol|tylenol|acetaminophen", "对乙酰氨基酚|扑热息痛"),
    "warfarin": ("warfarin", "华法林"),
    "aspirin": ("aspirin", "阿司匹林"),
    "metformin": ("metformin", "二甲双胍"),
    "amoxicillin": ("amoxicillin", "阿莫西林"),
    "amlodipine": ("amlodipine", "氨氯地平"),
    "loperamide": ("loperamide|imodium", "洛哌丁胺"),
}
QUANTITIES: tuple[tuple[str, str, str, str, float, float, int, tuple[tuple[str, str, float, float], ...]], ...] = (
    (
        "temperature",
        "temperature|temp",
        "体温",
        "Cel",
        25,
        45,
        1,
        (("Cel", "°C|C|celsius|degrees|度|℃", 1, 0), ("[degF]", "°F|F|fahrenheit", 5 / 9, -160 / 9)),
    ),
    ("systolic-pressure", "systolic", "高压", "mm[Hg]", 40, 300, 0, (("mm[Hg]", "mmHg", 1, 0),)),
    ("diastolic-pressure", "diastolic", "低压", "mm[Hg]", 15, 200, 0, (("mm[Hg]", "mmHg", 1, 0),)),
    ("heart-rate", "heart rate|pulse", "心率|脉搏", "/min", 15, 300, 0, (("/min", "bpm|beats per minute|次/分", 1, 0),)),
    ("oxygen-saturation", "oxygen saturation|sats|spo2", "血氧", "%", 30, 100, 0, (("%", "%|percent", 1, 0),)),
    (
        "glucose",
        "glucose|blood sugar|sugar",
        "血糖",
        "mmol/L",
        0.3,
        80,
        1,
        (("mmol/L", "mmol/L|mmol", 1, 0), ("mg/dL", "mg/dL", 0.0555, 0)),
    ),
    ("hba1c", "hba1c|a1c", "糖化", "%", 3, 20, 1, (("%", "%", 1, 0), ("mmol/mol", "mmol/mol", 0.09148, 2.152))),
    (
        "weight",
        "weight|weigh",
        "体重",
        "kg",
        0.4,
        400,
        1,
        (("kg", "kg|kilos|公斤", 1, 0), ("[lb_av]", "lb|lbs|pounds", 0.4536, 0), ("[stone_av]", "stone", 6.35, 0), ("500.g", "斤", 0.5, 0)),
    ),
    (
        "height",
        "height|tall",
        "身高",
        "cm",
        25,
        260,
        0,
        (("cm", "cm|厘米", 1, 0), ("m", "m|米", 100, 0), ("[ft_i]", "ft|foot|feet", 30.48, 0), ("[in_i]", "in|inches", 2.54, 0)),
    ),
    ("pain-score", "pain score", "疼痛评分", "{score}", 0, 10, 0, (("{score}", "/10|out of 10|out of ten|分", 1, 0),)),
    ("respiratory-rate", "respiratory rate|breathing rate", "呼吸频率", "/min", 3, 120, 0, (("/min", "breaths per minute|次/分", 1, 0),)),
)


def _forms(english: str, chinese: str) -> tuple[SurfaceForm, ...]:
    both = [(said, Language.EN) for said in english.split("|")] + [(said, Language.ZH) for said in chinese.split("|")]
    return tuple(SurfaceForm(text=said, language=language, kind=FormKind.ALTERNATIVE) for said, language in both)


def _label(english: str, chinese: str) -> Text:
    return Text(en=english.split("|", maxsplit=1)[0], zh=chinese.split("|", maxsplit=1)[0])


def _condition(identifier: str, chronic: bool, english: str, chinese: str) -> Condition:
    empty: dict[str, Any] = {
        "definition": None,
        "icd10": None,
        "matches": (),
        "system": "Infection",
        "broader": None,
        "specialties": (),
        "see_within_hours": None,
        "cant_miss": False,
        "urgency": "consultation",
        "urgency_raised_by": (),
        "urgency_eased_by": (),
        "only_if": None,
        "presentations": (),
        "risks": (),
        "claims": (),
        "tempo": None,
        "usual_days": None,
        "course": (),
        "red_flags": (),
        "investigations": (),
        "complications": (),
        "look_alikes": (),
        "self_care": (),
        "treatments": (),
        "follow_up": (),
        "status": "draft",
        "valid_until": None,
    }
    return Condition(id=identifier, label=_label(english, chinese), forms=_forms(english, chinese), chronic=chronic, **empty)


def _drug(identifier: str, english: str, chinese: str) -> Drug:
    empty: dict[str, Any] = {
        "rxnorm": None,
        "atc": None,
        "classes": (),
        "enzymes": (),
        "over_the_counter": True,
        "indications": (),
        "doses": (),
        "age_limits": (),
        "pregnancy": (),
        "breastfeeding": (),
        "kidney": (),
        "liver": (),
        "older_adult": (),
        "contraindications": (),
        "cautions": (),
        "interactions": (),
        "side_effects": (),
        "food": None,
        "timing": None,
    }
    return Drug(id=identifier, label=_label(english, chinese), forms=_forms(english, chinese), **empty)


def small_ontology() -> Ontology:
    """Return about thirty findings, ten conditions and eight medicines."""
    findings = {
        f"f:{name}": FindingConcept(id=f"f:{name}", label=_label(en, zh), forms=_forms(en, zh), broader=f"f:{broader}" if broader else None)
        for name, (broader, en, zh) in FINDINGS.items()
    }
    conditions = {f"c:{name}": _condition(f"c:{name}", chronic, en, zh) for name, (chronic, en, zh) in CONDITIONS.items()}
    drugs = {f"d:{name}": _drug(f"d:{name}", en, zh) for name, (en, zh) in DRUGS.items()}
    penicillin = DrugClass(id="dc:penicillin", label=_label("penicillin", "青霉素"), forms=_forms("penicillins", "青霉素类"), broader=())
    quantities = {
        f"q:{name}": Quantity(
            id=f"q:{name}",
            label=_label(en, zh),
            forms=_forms(en, zh),
            unit=unit,
            possible_min=low,
            possible_max=high,
            decimals=decimals,
            units=tuple(
                UnitOf(unit=code, said=tuple(said.split("|")), factor=factor, offset=offset) for code, said, factor, offset in units
            ),
        )
        for name, en, zh, unit, low, high, decimals, units in QUANTITIES
    }
    return Ontology(
        findings=findings, conditions=conditions, drugs=drugs, drug_classes={"dc:penicillin": penicillin}, quantities=quantities
    )


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return small_ontology()


@pytest.fixture(scope="session")
def reader(ontology: Ontology) -> Reader:
    return Reader(ontology)


@pytest.fixture(scope="session")
def whole() -> Reader:
    """Return a reader of the whole knowledge base."""
    return Reader(load()[0])


Read = Callable[..., Reading]


@pytest.fixture(scope="session")
def read(reader: Reader) -> Read:
    """Return a function that reads one message."""

    def of(text: str, asked: str | None = None, known: tuple[AnyStatement, ...] = ()) -> Reading:
        return reader.read(text, turn=0, language=None, state=DialogueState(asked=asked, known=known))

    return of


def label_of(statement: AnyStatement) -> str:
    """Return the six-way label of a finding or a diagnosis."""
    if statement.subject is not Subject.PATIENT:
        return "relative"
    if statement.timing in {Timing.HYPOTHETICAL, Timing.FEARED}:
        return "hypothetical"
    if statement.presence is Presence.ABSENT:
        return "absent"
    if statement.timing in {Timing.PAST, Timing.RESOLVED}:
        return "past"
    return "possible" if statement.presence is Presence.POSSIBLE else "present"


def labels(reading: Reading) -> dict[str, str]:
    """Return concept → label; the first statement of a concept counts."""
    found: dict[str, str] = {}
    for each in reading.statements:
        if isinstance(each, Finding | History):
            found.setdefault(each.concept, label_of(each))
    return found
