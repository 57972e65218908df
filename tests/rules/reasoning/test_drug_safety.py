"""Every reason against a medicine: fires when it is so, stays silent when it is not, and is backed by a verified derivation."""

from __future__ import annotations

from typing import Any

import pytest

from kg.reasoning import TriageLevel
from kg.record import Dose, MedicationStatus, Patient, PregnancyState, Presence, Sex, Subject, Timing
from ontologies.concepts import StopAndSeek
from ontologies.ontology import Ontology
from rules.drug_safety import Safety, drugs_of, safety_rules
from rules.engine import Engine
from rules.grounding import ground
from rules.hazard import Person
from rules.hazards import hazards_of, to_check
from rules.medicines import Use, excess, safety_classes, uses_of
from rules.rule import RuleBase, Stage

CONSIDERING, TAKING = MedicationStatus.CONSIDERING, MedicationStatus.TAKING


@pytest.fixture(scope="module")
def pharmacy(clinic: Any) -> Ontology:
    c = clinic
    return c.ontology(
        *(
            c.finding(n)
            for n in ("black-stool", "asthma-attack", "heavy-alcohol", "reduced-egfr", "raised-creatinine", "severely-reduced-egfr")
        ),
        *(c.condition(n) for n in ("ulcer", "asthma", "chronic-kidney-disease", "cirrhosis", "heart-failure")),
        c.drug_class("nsaid"),
        c.drug_class("anticoagulant"),
        c.drug_class("penicillin", "antibiotic"),
        c.drug_class("antibiotic"),
        c.drug_class("ssri"),
        c.drug_class("cyp3a4-inhibitor"),
        c.drug_class("statin"),
        c.drug(
            "ibuprofen",
            "nsaid",
            over_the_counter=True,
            doses=(
                c.dose_limit(
                    context="OverTheCounter", ages=c.ages((12, 120)), single_max_mg=400.0, max_daily_mg=1200.0, single_min_mg=200.0
                ),
                c.dose_limit(context="OverTheCounter", ages=c.ages((0.25, 12)), per_kg_daily_max_mg=30.0),
                c.dose_limit(context="Prescription", ages=c.ages((18, 120)), max_daily_mg=2400.0),
            ),
            age_limits=(c.safety("Contraindicated", below_years=0.25),),
            older_adult=(c.safety("Avoid", ages_from=75.0), c.safety("CheckFirst", ages_from=60.0)),
            pregnancy=(
                c.safety("CheckFirst", weeks_from=0, weeks_to=19),
                c.safety("Contraindicated", weeks_from=30, why=c.drug("x").label),
            ),
            breastfeeding=(c.safety("Compatible"), c.safety("CheckFirst")),
            kidney=(
                c.safety("Contraindicated", egfr_below=30.0),
                c.safety("CheckFirst", egfr_below=60.0),
                c.safety("Inform", egfr_below=90.0),
            ),
            liver=(c.safety("Avoid", conditions=("c:cirrhosis",)), c.safety("Inform")),
            contraindications=(
                c.safety("Contraindicated", conditions=("c:ulcer", "c:heart-failure")),
                c.safety("Contraindicated", allergy_to=("d:ibuprofen", "x:aspirin-cross")),
            ),
            cautions=(c.safety("CheckFirst", conditions=("c:asthma",)), c.safety("Inform", conditions=("c:cirrhosis",))),
            interactions=(
                c.interaction("dc:anticoagulant", severity="Avoid"),
                c.interaction("dc:ssri", severity="CheckFirst", manage="Ask about stomach protection."),
                c.interaction("d:lithium", severity="Inform"),
                c.interaction(severity="Avoid", with_all=("d:lithium", "dc:ssri")),
            ),
            stop_and_seek=(StopAndSeek(finding="f:black-stool", to="emergency", evidence=c.safety("x").evidence),),
        ),
        c.drug("naproxen", "nsaid"),
        c.drug("warfarin", "anticoagulant", interactions=(c.interaction("dc:nsaid", severity="CheckFirst"),)),
        c.drug("sertraline", "ssri"),
        c.drug("lithium"),
        c.drug("amoxicillin", "penicillin"),
        c.drug("doxycycline", "antibiotic"),
        c.drug("clarithromycin", enzymes=(("Inhibitor", "CYP3A4"),)),
        c.drug("simvastatin", "statin", interactions=(c.interaction("dc:cyp3a4-inhibitor"),)),
        c.drug("plain"),
        c.treatment("short-nsaid", "dc:nsaid"),
        c.treatment("ibuprofen-tablets", "d:ibuprofen"),
        c.treatment("rest"),
        c.quantity("egfr", "mL/min/{1.73_m2}"),
    )


def safety(pharmacy: Ontology, *statements: Any, person: Patient | None = None, offered: tuple[str, ...] = ()) -> Safety:
    patient = person or Patient(age=40.0)
    facts = ground(statements, patient, pharmacy).given({f"recommend treatment {o}": ("d0",) for o in offered})
    return safety_rules(statements, patient, facts)


def kinds(found: Safety) -> set[str]:
    return {slug.split(":")[0] for slug in found.hazards if not slug.startswith("against")}


def person_of(pharmacy: Ontology, *statements: Any, patient: Patient | None = None) -> Person:
    who = patient or Patient(age=40.0)
    return Person(patient=who, facts=ground(statements, who, pharmacy), uses=uses_of(statements))


def test_every_warning_has_a_verified_derivation(clinic: Any, pharmacy: Ontology) -> None:
    """The engine fires each hazard as a rule whose premises are the statements."""
    told = (clinic.use("ibuprofen", CONSIDERING), clinic.use("warfarin"), clinic.history("c:ulcer"))
    patient = Patient(age=80.0)
    facts = ground(told, patient, pharmacy)
    found = safety_rules(told, patient, facts)
    run = Engine().run(RuleBase(rules=()), facts.given(found.facts).evaluated(found.typed), Stage.DRUG_SAFETY, found.rules)
    assert run.report.mismatches == ()
    assert {d.rule for d in run.derivations} == {"drug_safety.interaction", "drug_safety.contraindication", "drug_safety.age"}
    interaction = next(d for d in run.derivations if d.rule == "drug_safety.interaction")
    assert set(interaction.premises) == {told[0].id, told[1].id}


def test_nothing_against_a_plain_medicine(clinic: Any, pharmacy: Ontology) -> None:
    """A medicine without rows, and one that nobody described, give no warning."""
    assert not safety(pharmacy, clinic.use("plain"), clinic.use("unheard-of")).hazards


@pytest.mark.parametrize(
    "more", [{"subject": Subject.RELATIVE}, {"presence": Presence.ABSENT}, {"timing": Timing.FEARED}, {"presence": Presence.POSSIBLE}]
)
def test_other_peoples_medicines_do_not_count(more: dict[str, Any], clinic: Any, pharmacy: Ontology) -> None:
    """What somebody else takes, what is denied or feared is no use."""
    assert not safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.use("warfarin", **more)).hazards


class TestInteractions:
    def test_a_class_row_reaches_its_members_once(self, clinic: Any, pharmacy: Ontology) -> None:
        """The pair is named once, at its more serious level, from whichever drug it is written on."""
        found = safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.use("warfarin"))
        assert [h.forbids for h in found.hazards.values()] == [True]

    def test_an_enzyme_role_is_a_class(self, clinic: Any, pharmacy: Ontology) -> None:
        """An inhibitor meets its substrate's row through the enzyme."""
        assert kinds(safety(pharmacy, clinic.use("clarithromycin"), clinic.use("simvastatin"))) == {"interaction"}

    def test_care_interrupts_only_what_is_new(self, clinic: Any, pharmacy: Ontology) -> None:
        """ "Check first" between two established medicines stays quiet; a new one interrupts, with how to manage it."""
        assert not safety(pharmacy, clinic.use("ibuprofen"), clinic.use("sertraline")).hazards
        found = safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.use("sertraline"))
        assert "stomach protection" in next(iter(found.hazards.values())).text.en

    def test_information_never_interrupts(self, clinic: Any, pharmacy: Ontology) -> None:
        """A row of the lowest degree is no warning."""
        assert not safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.use("lithium")).hazards

    def test_all_of_several(self, clinic: Any, pharmacy: Ontology) -> None:
        """A row about a combination needs every member."""
        found = safety(pharmacy, clinic.use("ibuprofen"), clinic.use("lithium"), clinic.use("sertraline"))
        assert [h.subject for h in found.hazards.values()] == ["d:lithium+d:sertraline"]

    def test_a_missed_medicine_does_not_interact(self, clinic: Any, pharmacy: Ontology) -> None:
        """What was left out is not in the body; that it was left out is its own warning."""
        found = safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.use("warfarin", MedicationStatus.MISSED))
        assert kinds(found) == {"missed"}

    def test_an_uncritical_missed_medicine_is_no_warning(self, clinic: Any, pharmacy: Ontology) -> None:
        """Missing a dose of something that does not matter within days is no hazard."""
        assert not safety(pharmacy, clinic.use("plain", MedicationStatus.STOPPED)).hazards


class TestAllergy:
    def test_of_the_medicine_and_of_its_class(self, clinic: Any, pharmacy: Ontology) -> None:
        """An allergy to a member of a class in which allergies are shared stands for the class."""
        assert kinds(safety(pharmacy, clinic.use("amoxicillin"), clinic.allergy("d:amoxicillin"))) == {"allergy"}
        assert kinds(safety(pharmacy, clinic.use("ibuprofen"), clinic.allergy("d:naproxen"))) == {"allergy"}
        assert kinds(safety(pharmacy, clinic.use("dc:nsaid"), clinic.allergy("dc:nsaid"))) == {"allergy"}

    def test_not_of_a_wide_class(self, clinic: Any, pharmacy: Ontology) -> None:
        """Penicillin allergy does not forbid every antibiotic."""
        assert not safety(pharmacy, clinic.use("doxycycline"), clinic.allergy("d:amoxicillin")).hazards

    def test_by_a_row(self, clinic: Any, pharmacy: Ontology) -> None:
        """A row may name an allergy to something else; the drug's own name there is not counted twice."""
        assert [h.subject for h in safety(pharmacy, clinic.use("ibuprofen"), clinic.allergy("x:aspirin-cross")).hazards.values()] == [
            "x:aspirin-cross"
        ]
        assert len(safety(pharmacy, clinic.use("ibuprofen"), clinic.allergy("d:ibuprofen")).hazards) == 2  # itself and its class


class TestDose:
    @pytest.mark.parametrize(
        ("dose", "age", "weight", "status", "above"),
        [
            (Dose(value=400, unit="mg", times_per_day=3), 40.0, None, CONSIDERING, False),
            (Dose(value=400, unit="mg", times_per_day=4), 40.0, None, CONSIDERING, True),
            (Dose(value=800, unit="mg"), 40.0, None, CONSIDERING, True),
            (Dose(value=0.4, unit="g", times_per_day=2), 40.0, None, CONSIDERING, False),
            (Dose(value=800, unit="mg", times_per_day=3), 40.0, None, TAKING, True),  # the single limit of the leaflet stands
            (Dose(value=400, unit="mg", times_per_day=5), 40.0, None, TAKING, False),
            (Dose(total_per_day=1300, unit="mg"), 40.0, None, CONSIDERING, True),
            (Dose(total_per_day=2500, unit="mg"), 40.0, None, TAKING, True),
            (Dose(value=7, unit="{tablet}"), 40.0, None, CONSIDERING, True),
            (Dose(value=2, unit="{tablet}"), 40.0, None, CONSIDERING, False),
            (Dose(value=100, unit="mg", times_per_day=4), 5.0, 10.0, CONSIDERING, True),
            (Dose(value=100, unit="mg", times_per_day=3), 5.0, 10.0, CONSIDERING, False),
            (Dose(value=400, unit="mg", times_per_day=4), 5.0, None, CONSIDERING, False),  # no weight, no limit
            (Dose(value=400, unit="mg", times_per_day=4), None, None, CONSIDERING, True),
            (Dose(value=10, unit="mL"), 40.0, None, CONSIDERING, False),
            (Dose(said="some"), 40.0, None, CONSIDERING, False),
            (None, 40.0, None, CONSIDERING, False),
        ],
    )
    def test_limits(
        self, dose: Dose | None, age: float | None, weight: float | None, status: Any, above: bool, clinic: Any, pharmacy: Ontology
    ) -> None:
        """A single or daily amount above the limit of the age is a hazard; at the limit, or unknown, it is none."""
        found = safety(pharmacy, clinic.use("ibuprofen", status, dose), person=Patient(age=age, weight_kg=weight))
        assert ("dose" in kinds(found)) == above
        assert bool(found.facts) == above

    def test_a_drug_without_limits_is_never_too_much(self, clinic: Any, pharmacy: Ontology) -> None:
        """Without a stated limit nothing is claimed, also for tablets of unknown strength."""
        for unit in ("mg", "{tablet}"):
            use = Use(drug="d:plain", status=TAKING, statement="m", dose=Dose(value=9000, unit=unit))
            assert excess(use, pharmacy.drugs["d:plain"], 40.0, None) is None


class TestPerson:
    def test_diseases(self, clinic: Any, pharmacy: Ontology) -> None:
        """What forbids a medicine always interrupts; care only when it is new."""
        assert kinds(safety(pharmacy, clinic.use("ibuprofen"), clinic.history("c:ulcer"))) == {"contraindication"}
        assert kinds(safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.history("c:asthma"))) == {"caution"}
        assert not safety(pharmacy, clinic.use("ibuprofen"), clinic.history("c:asthma")).hazards
        assert not safety(pharmacy, clinic.use("ibuprofen"), clinic.history("c:ulcer", subject=Subject.RELATIVE)).hazards

    @pytest.mark.parametrize(
        ("age", "status", "found"),
        [
            (0.2, CONSIDERING, {"age"}),
            (0.25, CONSIDERING, set()),
            (74.9, CONSIDERING, set()),
            (75.0, CONSIDERING, {"age"}),
            (75.0, TAKING, set()),
            (None, CONSIDERING, set()),
        ],
    )
    def test_ages(self, age: float | None, status: Any, found: set[str], clinic: Any, pharmacy: Ontology) -> None:
        """Limits act at their boundary, and those for the old on what is new."""
        assert kinds(safety(pharmacy, clinic.use("ibuprofen", status), person=Patient(age=age))) == found

    @pytest.mark.parametrize(
        ("state", "weeks", "status", "found"),
        [
            (PregnancyState.CONFIRMED, 31.0, TAKING, {"pregnancy"}),
            (PregnancyState.CONFIRMED, 25.0, TAKING, set()),
            (PregnancyState.CONFIRMED, 19.5, CONSIDERING, {"pregnancy"}),
            (PregnancyState.CONFIRMED, 20.0, CONSIDERING, set()),
            (PregnancyState.CONFIRMED, 10.0, TAKING, set()),
            (PregnancyState.CONFIRMED, None, TAKING, {"pregnancy"}),
            (PregnancyState.POSSIBLE, None, CONSIDERING, {"pregnancy"}),
            (PregnancyState.DENIED, None, CONSIDERING, set()),
            (None, None, CONSIDERING, set()),
            (PregnancyState.BREASTFEEDING, None, CONSIDERING, {"breastfeeding"}),
            (PregnancyState.POSTPARTUM, None, TAKING, set()),
        ],
    )
    def test_pregnancy(self, state: Any, weeks: float | None, status: Any, found: set[str], clinic: Any, pharmacy: Ontology) -> None:
        """Rows by week; unknown weeks mean every row; breastfeeding has its own."""
        person = clinic.person(30.0, Sex.FEMALE, pregnancy=state, pregnancy_weeks=weeks)
        assert kinds(safety(pharmacy, clinic.use("ibuprofen", status), person=person)) == found

    @pytest.mark.parametrize(("egfr", "found"), [(29.0, [True]), (30.0, [False]), (59.0, [False]), (60.0, [])])
    def test_kidney_by_value(self, egfr: float, found: list[bool], clinic: Any, pharmacy: Ontology) -> None:
        """A measured filtration rate decides at its limits."""
        told = (clinic.use("ibuprofen", CONSIDERING), clinic.measured("egfr", egfr, "mL/min/{1.73_m2}"))
        assert [h.forbids for h in safety(pharmacy, *told).hazards.values()] == found

    def test_kidney_disease_of_unknown_degree(self, clinic: Any, pharmacy: Ontology) -> None:
        """Known kidney disease without a value asks to check first, not to forbid."""
        found = safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.history("c:chronic-kidney-disease"))
        assert [(h.rule, h.forbids) for h in found.hazards.values()] == [("drug_safety.kidney", False)]

    def test_liver(self, clinic: Any, pharmacy: Ontology) -> None:
        """A liver row meets the disease that it names."""
        assert "liver" in kinds(safety(pharmacy, clinic.use("ibuprofen"), clinic.history("c:cirrhosis")))

    def test_harm_stops_the_medicine_and_raises_the_level(self, clinic: Any, pharmacy: Ontology) -> None:
        """A sign of harm while it is in the body is urgent; before it was taken it is not."""
        found = safety(pharmacy, clinic.use("ibuprofen"), clinic.said("black-stool"))
        assert next(iter(found.hazards.values())).level is TriageLevel.EMERGENCY
        assert [c.of for c in found.rules[0].then][1:] == ["emergency"]
        assert not safety(pharmacy, clinic.use("ibuprofen", CONSIDERING), clinic.said("black-stool")).hazards

    def test_duplicates(self, clinic: Any, pharmacy: Ontology) -> None:
        """Two medicines of a class that doubles are named once; the class and its member are the same medicine."""
        assert [h.rule for h in safety(pharmacy, clinic.use("ibuprofen"), clinic.use("naproxen")).hazards.values()] == [
            "drug_safety.duplicate"
        ]
        assert not safety(pharmacy, clinic.use("ibuprofen"), clinic.use("dc:nsaid")).hazards
        assert not safety(pharmacy, clinic.use("ibuprofen"), clinic.use("naproxen", MedicationStatus.STOPPED)).hazards


class TestOptions:
    def test_an_offered_medicine_is_rejected_with_its_reason(self, clinic: Any, pharmacy: Ontology) -> None:
        """What speaks against an option is derived without pretending that it is taken."""
        found = safety(pharmacy, clinic.history("c:ulcer"), offered=("tr:ibuprofen-tablets", "tr:rest", "t:none"))
        (slug,) = found.options["tr:ibuprofen-tablets"]
        assert found.options["tr:rest"] == ()
        assert found.hazards[slug].forbids
        assert [a.fact for a in found.rules[0].all] == ["history c:ulcer"]

    def test_a_class_is_rejected_for_what_holds_for_all_members(self, clinic: Any, pharmacy: Ontology) -> None:
        """An ulcer stands on one member's row only; an allergy to the class holds for all."""
        assert safety(pharmacy, clinic.history("c:ulcer"), offered=("tr:short-nsaid",)).options["tr:short-nsaid"] == ()
        assert safety(pharmacy, clinic.allergy("dc:nsaid"), offered=("tr:short-nsaid",)).options["tr:short-nsaid"]

    def test_what_is_already_taken_is_covered_by_its_warnings(self, clinic: Any, pharmacy: Ontology) -> None:
        """An option that the person takes already is not judged twice."""
        found = safety(pharmacy, clinic.use("ibuprofen"), clinic.history("c:ulcer"), offered=("d:ibuprofen", "dc:anticoagulant"))
        assert found.options["d:ibuprofen"] == ()
        assert found.options["dc:anticoagulant"]

    def test_unknown_options_stand_for_no_drug(self, pharmacy: Ontology) -> None:
        """A treatment that is no drug is not checked."""
        assert drugs_of("tr:unheard", pharmacy) == ()
        assert drugs_of("d:plain", pharmacy) == ("d:plain",)


class TestOpenWorld:
    def test_what_nobody_said_is_to_be_checked(self, clinic: Any, pharmacy: Ontology, calibration: Any) -> None:
        """Silence is never "fine": allergy, pregnancy, age, kidney, liver and other medicines are named."""
        fertile = calibration.differential.fertile_ages
        drug = pharmacy.drugs["d:ibuprofen"]
        unknown = to_check(drug, person_of(pharmacy, patient=Patient()), fertile)
        assert len(unknown) == 6
        told = (clinic.allergy("x:peanut"), clinic.measured("egfr", 90.0, "mL/min/{1.73_m2}"), clinic.use("plain"))
        known = to_check(drug, person_of(pharmacy, *told, patient=clinic.person(40.0, Sex.MALE)), fertile)
        assert len(known) == 1  # the liver: nobody can rule it out by saying nothing
        assert to_check(pharmacy.drugs["d:plain"], person_of(pharmacy, clinic.allergy("x:peanut")), fertile) == ()

    def test_the_data_names_classes(self) -> None:
        """The classes of the data file are read."""
        assert "dc:nsaid" in safety_classes().duplicates
        assert "dc:insulin" in safety_classes().critical

    def test_labels_of_what_nobody_described(self, pharmacy: Ontology) -> None:
        """A name without a record is shown as it is."""
        assert person_of(pharmacy).label("x:peanut").en == "peanut"

    def test_hazards_are_sorted_by_weight(self, clinic: Any, pharmacy: Ontology) -> None:
        """What forbids comes first."""
        told = (clinic.use("ibuprofen", CONSIDERING), clinic.history("c:ulcer"), clinic.history("c:asthma"))
        person = person_of(pharmacy, *told)
        assert [h.forbids for h in hazards_of(person.uses[0], person)] == [True, False]
