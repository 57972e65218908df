"""Too much, too soon, in spite of advice, of a class only, and with a doctor who knows: what is warned of, and how soon."""

from __future__ import annotations

from typing import Any

import pytest

from kg.reasoning import TriageLevel
from kg.record import (
    Circumstance,
    Dose,
    History,
    MedicationStatus,
    MedicationUse,
    MedicineRole,
    Patient,
    PregnancyState,
    Presence,
    Subject,
    Timing,
)
from ontologies.loader import load
from ontologies.ontology import Ontology
from rules.drug_safety import safety_rules
from rules.grounding import ground
from rules.hazard import Person, supposes
from rules.hazards import hazards_of
from rules.medicines import Use, excess, settled, supposed_by, too_soon, uses_of

TAKING, TOOK, CONSIDERING = MedicationStatus.TAKING, MedicationStatus.TOOK, MedicationStatus.CONSIDERING
STOPPED, MISSED, DECLINED = MedicationStatus.STOPPED, MedicationStatus.MISSED, MedicationStatus.DECLINED
AGREED = Circumstance(id="agreed", span=None, text="", name="medicine-use-checked", value=True)


@pytest.fixture(scope="module")
def real() -> Ontology:
    """Return the whole knowledge."""
    return load()[0]


def use(drug: str, status: MedicationStatus = TOOK, **dose: Any) -> Use:
    """Return a use with a dose."""
    return Use(drug=drug, status=status, statement=drug, dose=Dose(**dose) if dose else None)


def person(ontology: Ontology, *uses: Use, patient: Patient | None = None, told: tuple[Any, ...] = ()) -> Person:
    """Return somebody who uses medicines and told some more."""
    who = patient or Patient()
    return Person(patient=who, facts=ground(told, who, ontology), uses=uses, supposed=supposed_by(told))


def kinds_of(who: Person) -> set[str]:
    """Return the kinds of hazard of the first medicine."""
    return {h.rule.removeprefix("drug_safety.") for h in hazards_of(who.uses[0], who)}


@pytest.mark.parametrize(
    ("drug", "dose", "age", "level"),
    [
        ("d:paracetamol", {"value": 5000, "unit": "mg", "total_per_day": 5000}, 40.0, TriageLevel.EMERGENCY),
        ("d:melatonin", {"value": 60, "unit": "mg"}, 40.0, None),
        ("d:melatonin", {"value": 60, "unit": "mg"}, None, None),
        ("d:ibuprofen", {"value": 20, "unit": "mL"}, 2.0, TriageLevel.EMERGENCY),  # a child: any excess
    ],
)
def test_an_overdose_is_an_emergency_where_it_kills(
    drug: str, dose: dict[str, Any], age: float | None, level: TriageLevel | None, real: Ontology
) -> None:
    """Dangerous in excess, or a child: now; else a question for a pharmacist."""
    who = person(real, use(drug, **dose), patient=Patient(age=age))
    (found,) = (h for h in hazards_of(who.uses[0], who) if h.rule == "drug_safety.dose")
    assert found.level is level


def test_no_dose_of_a_prescription_medicine_is_told(real: Ontology) -> None:
    """What is bought freely is told its limit; of a prescription medicine only that it was too much."""
    bought, ordered = (person(real, use(d, value=90000, unit="mg"), patient=Patient(age=40.0)) for d in ("d:paracetamol", "d:metformin"))
    texts = [h.text.en for who in (bought, ordered) for h in hazards_of(who.uses[0], who) if h.rule == "drug_safety.dose"]
    assert ["limit" in text for text in texts] == [True, False]


def test_an_overdose_that_is_only_thought_of_is_no_emergency(real: Ontology) -> None:
    """Who asks before taking it is warned, not sent."""
    who = person(real, use("d:paracetamol", CONSIDERING, value=5000, unit="mg"))
    assert [h.level for h in hazards_of(who.uses[0], who) if h.rule == "drug_safety.dose"] == [None]


@pytest.mark.parametrize(
    ("drug", "dose", "early"),
    [
        ("d:paracetamol", {"value": 500, "unit": "mg", "interval_hours": 2}, True),
        ("d:paracetamol", {"value": 500, "unit": "mg", "interval_hours": 4}, False),
        ("d:methotrexate", {"times_per_day": 1}, True),  # every day what is for once a week
        ("d:methotrexate", {"times_per_day": 1 / 7}, False),
        ("d:paracetamol", {"value": 500, "unit": "mg"}, False),
        ("d:metformin", {"interval_hours": 1}, False),  # no least interval is stated
        ("d:paracetamol", {}, False),
    ],
)
def test_too_soon_again(drug: str, dose: dict[str, Any], early: bool, real: Ontology) -> None:
    """The hours between two takings are held against the least interval."""
    one = use(drug, **dose)
    assert (too_soon(one, real.drugs[drug], 40.0, None) is not None) == early
    who = person(real, one, patient=Patient(age=40.0))
    assert any("so soon" in h.text.en for h in hazards_of(one, who)) == early


@pytest.mark.parametrize(
    ("drug", "status", "days", "long"),
    [
        ("d:ibuprofen", TAKING, 11, True),
        ("d:ibuprofen", TAKING, 10, False),  # on the limit
        ("d:oxymetazoline", TOOK, 8, True),
        ("d:oxymetazoline", TOOK, 7, False),
        ("d:ibuprofen", CONSIDERING, 90, False),  # only thought of
        ("d:omeprazole", TAKING, 90, False),  # often ordered for long
        ("d:metformin", TAKING, 900, False),  # no medicine of one's own choice
        ("d:ibuprofen", TAKING, None, False),
    ],
)
def test_taken_for_too_long(drug: str, status: MedicationStatus, days: float | None, long: bool, real: Ontology) -> None:
    """What the leaflet allows for some days is warned of when it is taken day after day for longer."""
    one = use(drug, status, days=days)
    who = person(real, one, patient=Patient(age=40.0))
    assert any("in a row" in h.text.en for h in hazards_of(one, who)) == long


def test_a_doctor_may_order_it_for_long(real: Ontology) -> None:
    """Where a doctor knows of it, the days of the leaflet do not matter."""
    one = use("d:ibuprofen", TAKING, days=90)
    assert not any("in a row" in h.text.en for h in hazards_of(one, person(real, one, patient=Patient(age=40.0), told=(AGREED,))))


def test_what_was_taken_in_the_past_is_no_use() -> None:
    """A medicine of years ago is neither in the body nor stopped."""
    past = MedicationUse(id="s0", span=None, text="", drug="d:warfarin", status=TOOK, timing=Timing.PAST)
    assert uses_of([past]) == ()


@pytest.mark.parametrize(
    ("drug", "value", "much"), [("d:ibuprofen", 8000, True), ("d:ibuprofen", 400, False), ("d:levothyroxine", 75, False)]
)
def test_a_strength_without_its_unit(drug: str, value: float, much: bool, real: Ontology) -> None:
    """It counts in mg where that can be so, and not at all where it must be another unit."""
    assert (excess(use(drug, value=value), real.drugs[drug], 40.0, None) is not None) == much


def test_liquids_and_international_units_are_converted(real: Ontology) -> None:
    """A volume counts with the weakest preparation; a unit that nobody knows counts nothing."""
    assert excess(use("d:paracetamol", value=60, unit="mL"), real.drugs["d:paracetamol"], 40.0, None) is not None
    assert excess(use("d:vitamin-a", value=60000, unit="[IU]", times_per_day=1), real.drugs["d:vitamin-a"], 40.0, None) is not None
    assert excess(use("d:paracetamol", value=60, unit="{spray}"), real.drugs["d:paracetamol"], 40.0, None) is None


def test_taken_in_spite_of_advice(real: Ontology) -> None:
    """To avoid a class and to take its member is a hazard; the reverse, or another class, is none."""
    assert "advised" in kinds_of(person(real, use("d:naproxen"), use("dc:nsaid", DECLINED)))
    assert "advised" not in kinds_of(person(real, use("d:naproxen", CONSIDERING), use("dc:nsaid", DECLINED)))
    assert "advised" not in kinds_of(person(real, use("d:naproxen"), use("d:naproxen", DECLINED)))
    assert "advised" not in kinds_of(person(real, use("d:paracetamol"), use("dc:nsaid", DECLINED)))
    assert kinds_of(person(real, use("dc:nsaid", DECLINED), use("d:naproxen"))) == set()


def test_a_class_without_a_drug_has_what_its_members_share(real: Ontology) -> None:
    """Statins in pregnancy; a class without members has nothing."""
    pregnant = Patient(age=30.0, pregnancy=PregnancyState.CONFIRMED)
    assert "pregnancy" in kinds_of(person(real, use("dc:statin", TAKING), patient=pregnant))
    assert kinds_of(person(real, use("dc:unheard"))) == set()


def test_a_doctor_who_knows(real: Ontology) -> None:
    """What asks only for advice is answered once a doctor agreed; what is forbidden is not."""
    told = (AGREED,)
    managed = (use("d:fluconazole", TAKING), use("d:warfarin", TAKING))
    assert "interaction" in kinds_of(person(real, *managed))
    assert "interaction" not in kinds_of(person(real, *managed, told=told))
    forbidden = (use("d:sildenafil", TAKING), use("d:glyceryl-trinitrate", TAKING))
    assert "interaction" in kinds_of(person(real, *forbidden, told=told))
    assert kinds_of(person(real, use("d:warfarin", MISSED))) == {"missed"}
    assert kinds_of(person(real, use("d:warfarin", MISSED), told=told)) == set()
    twice = (use("d:atorvastatin", TAKING), use("d:rosuvastatin", TAKING))
    assert "duplicate" in kinds_of(person(real, *twice))
    assert "duplicate" not in kinds_of(person(real, *twice, told=told))


def test_remedies_are_never_established(real: Ontology) -> None:
    """Nobody ordered grapefruit beside a medicine: "check first" speaks up although both are taken every day."""
    assert "interaction" in kinds_of(person(real, use("d:grapefruit", TAKING), use("d:atorvastatin", TAKING)))


def test_a_disease_that_people_name_themselves(real: Ontology) -> None:
    """An ulcer that nobody confirmed is reason enough against a painkiller, and the warning is proved by those words."""
    ulcer = History(id="h", span=None, text="", concept="c:peptic-ulcer", presence=Presence.POSSIBLE)
    assert supposed_by((ulcer,)) == {"c:peptic-ulcer": "h"}
    feared = History(id="f", span=None, text="", concept="c:peptic-ulcer", presence=Presence.POSSIBLE, timing=Timing.FEARED)
    other = History(id="o", span=None, text="", concept="c:peptic-ulcer", presence=Presence.POSSIBLE, subject=Subject.RELATIVE)
    assert supposed_by((feared, other)) == {}
    who = person(real, use("d:diclofenac"), told=(ulcer,))
    assert supposes("c:peptic-ulcer") in {a for h in hazards_of(who.uses[0], who) for a in h.premises}
    rules = safety_rules((ulcer,), Patient(), ground((ulcer,), Patient(), real))
    assert rules.facts[supposes("c:peptic-ulcer").fact] == ("h",)


def test_what_was_settled_with_a_doctor(real: Ontology) -> None:
    """To think of what was stopped on advice, or to have taken once what is avoided since, raises nothing more."""
    uses = (use("d:simvastatin", STOPPED), use("d:simvastatin", CONSIDERING), use("d:grapefruit", DECLINED), use("d:grapefruit", TOOK))
    assert settled(uses) == (uses[0], uses[2])
    assert safety_rules((AGREED,), Patient(), ground((AGREED,), Patient(), real)).rules == ()


def test_roles_hold_statuses() -> None:
    """A role is what several statuses have in common."""
    assert MedicineRole.USING.statuses == {TAKING, TOOK}
    assert MedicineRole.NEW.statuses == {TOOK, CONSIDERING, MedicationStatus.PRESCRIBED}
    assert MedicineRole.CONCERNS.statuses == MedicineRole.USING.statuses | MedicineRole.NEW.statuses
    assert MedicineRole.HAS.statuses == MedicineRole.CONCERNS.statuses | {MISSED}
