"""A clinic of hand-made knowledge: small enough to reckon with by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from kg.record import (
    Allergy,
    AnyStatement,
    Dose,
    Finding,
    History,
    MedicationStatus,
    MedicationUse,
    Observation,
    Patient,
    Presence,
    Sex,
    Span,
)
from ontologies.concepts import (
    Advice,
    Background,
    Claim,
    Condition,
    DoseLimit,
    Drug,
    DrugClass,
    FindingConcept,
    FollowUp,
    Interaction,
    Investigation,
    Presentation,
    Quantity,
    Risk,
    SafetyAdvice,
    TestConcept,
    Treatment,
    TreatmentOption,
)
from ontologies.evidence import AgeRange, Band, Evidence, Grade
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.calibration import Calibration, load_calibration
from rules.likelihood import Likelihood

EXPERT = Evidence(grade=Grade.EXPERT)


def text(words: str) -> Text:
    return Text(en=words, zh=words)


@dataclass(frozen=True, slots=True)
class Clinic:
    """Makes records and statements with everything optional left out."""

    def finding(
        self, name: str, background: float = 0.05, *, broader: str | None = None, group: str | None = None, **more: Any
    ) -> FindingConcept:
        return FindingConcept(
            id=f"f:{name}",
            label=text(name),
            forms=(),
            broader=f"f:{broader}" if broader else None,
            group=group,
            question=text(f"{name}?"),
            backgrounds=(Background(probability=background, ages=None, evidence=EXPERT),),
            **more,
        )

    def claim(self, condition: str, finding: str, value: float | Band, **more: Any) -> Claim:
        stated: dict[str, Any] = {"band": value} if isinstance(value, Band) else {"probability": value}
        suffix = f"/{more['population']}" if more.get("population") else ""
        return Claim(
            id=f"k:claim/{condition}/{finding}{suffix}",
            condition=f"c:{condition}",
            finding=f"f:{finding}",
            evidence=EXPERT,
            **{**stated, **more},
        )

    def ratio(self, condition: str, finding: str, positive: float, negative: float, among: str, **more: Any) -> Claim:
        return Claim(
            id=f"k:claim/{condition}/{finding}/ratio",
            condition=f"c:{condition}",
            finding=f"f:{finding}",
            lr_positive=positive,
            lr_negative=negative,
            among=f"f:{among}",
            evidence=EXPERT,
            **more,
        )

    def rate(self, per_1000: float, ages: tuple[float, float] | None = None, sex: str | None = None) -> Presentation:
        return Presentation(per_1000=per_1000, ages=self.ages(ages), sex=sex, evidence=EXPERT)

    def ages(self, ages: tuple[float, float] | None) -> AgeRange | None:
        return None if ages is None else AgeRange(min_years=ages[0], max_years=ages[1])

    def risk(self, factor: str, ratio: float, prevalence: float = 0.1) -> Risk:
        return Risk(factor=factor, ratio=ratio, exposure_prevalence=prevalence, evidence=EXPERT)

    def condition(self, name: str, rate: float = 10.0, claims: dict[str, float | Band] | None = None, **more: Any) -> Condition:
        stated = tuple(self.claim(name, f, v) for f, v in (claims or {}).items())
        fields: dict[str, Any] = {
            "id": f"c:{name}",
            "label": text(name),
            "forms": (),
            "definition": None,
            "icd10": None,
            "matches": (),
            "system": "Respiratory",
            "broader": None,
            "specialties": (),
            "see_within_hours": None,
            "cant_miss": False,
            "chronic": False,
            "urgency": "consultation",
            "urgency_raised_by": (),
            "urgency_eased_by": (),
            "only_if": None,
            "presentations": (self.rate(rate),),
            "risks": (),
            "claims": stated,
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
            "status": "Draft",
            "valid_until": None,
        }
        return Condition(**{**fields, **more})

    def drug(self, name: str, *classes: str, **more: Any) -> Drug:
        fields: dict[str, Any] = {
            "id": f"d:{name}",
            "label": text(name),
            "forms": (),
            "rxnorm": None,
            "atc": None,
            "classes": tuple(f"dc:{c}" for c in classes),
            "enzymes": (),
            "over_the_counter": False,
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
        return Drug(**{**fields, **more})

    def drug_class(self, name: str, *broader: str) -> DrugClass:
        return DrugClass(id=f"dc:{name}", label=text(name), forms=(), broader=tuple(f"dc:{b}" for b in broader))

    def safety(self, advice: str, **more: Any) -> SafetyAdvice:
        return SafetyAdvice(advice=advice, why=more.pop("why", None), evidence=EXPERT, **more)

    def interaction(self, *with_: str, severity: str = "Avoid", with_all: tuple[str, ...] = (), manage: str | None = None) -> Interaction:
        return Interaction(
            with_=with_,
            with_all=with_all,
            severity=severity,
            effect=text("bleeding"),
            manage=text(manage) if manage else None,
            evidence=EXPERT,
        )

    def dose_limit(self, **more: Any) -> DoseLimit:
        fields: dict[str, Any] = dict.fromkeys(
            ("context", "ages", "single_max_mg", "interval_min_hours", "max_daily_mg", "per_kg_daily_max_mg", "max_days")
        )
        return DoseLimit(**{**fields, "evidence": EXPERT, **more})

    def investigation(self, test: str, **more: Any) -> Investigation:
        fields: dict[str, Any] = dict.fromkeys(
            ("score", "only_if", "population", "if_positive", "if_negative", "sensitivity", "specificity")
        )
        return Investigation(**{**fields, "test": f"t:{test}", "sequence": 1, "purpose": "Confirm", "evidence": EXPERT, **more})

    def test(self, name: str) -> TestConcept:
        return TestConcept(id=f"t:{name}", label=text(name), forms=(), loinc=None, unit=None, place="PrimaryCare", cost="Low", burden="Low")

    def treatment(self, name: str, *drugs: str, kind: str = "OverTheCounter", words: str | None = None) -> Treatment:
        return Treatment(id=f"tr:{name}", label=text(name), forms=(), drugs=drugs, kind=kind, text=text(words) if words else None)

    def option(self, option: str, **more: Any) -> TreatmentOption:
        fields: dict[str, Any] = dict.fromkeys(("setting", "population", "for_", "against"))
        return TreatmentOption(**{**fields, "line": 1, "option": option, "evidence": EXPERT, **more})

    def advice(self, words: str, *, do: bool = True) -> Advice:
        return Advice(do=do, text=text(words), evidence=EXPERT)

    def follow_up(self, words: str) -> FollowUp:
        return FollowUp(text=text(words), evidence=EXPERT)

    def quantity(self, name: str, unit: str) -> Quantity:
        return Quantity(id=f"q:{name}", label=text(name), forms=(), unit=unit, units=(), possible_min=0, possible_max=999, decimals=0)

    def ontology(self, *records: Any) -> Ontology:
        kinds: dict[str, type] = {
            "findings": FindingConcept,
            "conditions": Condition,
            "drugs": Drug,
            "drug_classes": DrugClass,
            "tests": TestConcept,
            "treatments": Treatment,
            "quantities": Quantity,
        }
        return Ontology(**{name: {r.id: r for r in records if isinstance(r, kind)} for name, kind in kinds.items()})

    def said(self, name: str, presence: Presence = Presence.PRESENT, *, at: int = 0, turn: int = 0, **more: Any) -> Finding:
        concept = name if ":" in name else f"f:{name}"
        span = Span(turn=turn, start=at, end=at + 1)
        return Finding(id=more.pop("id", f"s-{concept[2:]}-{presence}"), span=span, text=name, concept=concept, presence=presence, **more)

    def told(self, present: Iterable[str] = (), absent: Iterable[str] = ()) -> tuple[AnyStatement, ...]:
        yes = tuple(self.said(name, at=i) for i, name in enumerate(present))
        return yes + tuple(self.said(name, Presence.ABSENT, at=100 + i) for i, name in enumerate(absent))

    def history(self, concept: str, **more: Any) -> History:
        return History(id=f"h-{concept}", span=None, text=concept, concept=concept, **more)

    def use(self, drug: str, status: MedicationStatus = MedicationStatus.TAKING, dose: Dose | None = None, **more: Any) -> MedicationUse:
        name = drug if ":" in drug else f"d:{drug}"
        return MedicationUse(id=more.pop("id", f"m-{name}-{status}"), span=None, text=drug, drug=name, status=status, dose=dose, **more)

    def allergy(self, to: str) -> Allergy:
        return Allergy(id=f"a-{to}", span=None, text=to, to=to)

    def measured(self, quantity: str, value: float, unit: str) -> Observation:
        return Observation(id=f"o-{quantity}", span=None, text="", quantity=quantity, value=value, unit=unit, said=str(value))

    def person(self, age: float | None = 40.0, sex: Sex | None = None, **more: Any) -> Patient:
        uterus = None if sex is None else sex is Sex.FEMALE
        made = Patient(age=age, sex=sex, has_uterus=uterus, has_testes=None if uterus is None else not uterus)
        return replace(made, **more)


@pytest.fixture(scope="session")
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    return load_calibration()


@pytest.fixture(scope="session")
def chest(clinic: Clinic) -> Ontology:
    """Three causes of chest pain: one dangerous, one common, one that is cared for at home."""
    return clinic.ontology(
        clinic.finding("chest-pain", 0.02),
        clinic.finding("chest-pain-pressure", 0.005, broader="chest-pain"),
        clinic.finding("chest-pain-sharp", 0.008, broader="chest-pain"),
        clinic.finding("sweating-cold", 0.01, group="shock"),
        clinic.finding("pale", 0.02, group="shock"),
        clinic.finding("cough", 0.12),
        clinic.finding("runny-nose", 0.10),
        clinic.finding("fever", 0.08),
        clinic.finding("rash", 0.02),
        clinic.finding("smoker", 0.2),
        clinic.condition(
            "heart-attack",
            1.0,
            {"chest-pain": 0.9, "chest-pain-pressure": 0.6, "chest-pain-sharp": 0.025, "sweating-cold": 0.5, "pale": 0.4, "fever": 0.01},
            urgency="emergency_ambulance",
            cant_miss=True,
            risks=(clinic.risk("f:smoker", 3.0, 0.2),),
            investigations=(clinic.investigation("ecg", if_positive=text("to hospital")),),
        ),
        clinic.condition("wall-strain", 8.0, {"chest-pain": 0.98, "chest-pain-sharp": 0.6, "cough": 0.15}),
        clinic.condition(
            "cold",
            45.0,
            {"runny-nose": 0.85, "cough": 0.7, "fever": 0.2, "chest-pain": 0.02},
            urgency="self_care",
            usual_days=(3.0, 10.0),
            self_care=(clinic.advice("rest"), clinic.advice("no antibiotics", do=False)),
            follow_up=(clinic.follow_up("come back if breathless"),),
        ),
        clinic.test("ecg"),
    )


@pytest.fixture(scope="session")
def index(chest: Ontology, calibration: Calibration) -> Likelihood:
    return Likelihood(chest, calibration.differential)
