"""The whole of reasoning on a small clinic: levels, questions, advice, proofs, determinism."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reasoning import Inference, RecommendationKind, Strength, TriageLevel
from kg.record import Circumstance, Duration, MedicationStatus, Presence, Sex, Subject
from ontologies.concepts import UrgencyRaise
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.atom import AgeAtom, ConclusionAtom, ConclusionKind, FindingAtom, FindingState
from rules.bounds import Bounds
from rules.calibration import Calibration
from rules.engine import Engine
from rules.explanation import changed, how_sure, supports, what_if, what_next, why, why_not
from rules.grounding import ground
from rules.inference import infer, weigh
from rules.library import load_rules
from rules.rule import Conclusion, ConclusionType, Rule, RuleBase, Stage
from rules.wording import listed, plainly, say

Ask = Callable[..., Inference]


def flag(name: str, *findings: str, level: str = "emergency_ambulance", age: float | None = None) -> Rule:
    atoms: tuple[Any, ...] = tuple(FindingAtom(state=FindingState.PRESENT, of=f) for f in findings)
    if age is not None:
        atoms += (AgeAtom(bounds=Bounds(ge=age)),)
    return Rule(
        id=f"red.{name}",
        version=1,
        stage=Stage.RED_FLAGS,
        title=Text(en=f"flag {name}", zh=name),
        all=atoms,
        then=(Conclusion(type=ConclusionType.TRIAGE, of=level),),
        advice=Text(en=f"act on {name}", zh=name),
    )


def target() -> Rule:
    return Rule(
        id="lifestyle.move",
        version=1,
        stage=Stage.LIFESTYLE,
        title=Text(en="move", zh="move"),
        all=(ConclusionAtom(kind=ConclusionKind.CONSIDERED, of="c:cold"),),
        then=(Conclusion(type=ConclusionType.TARGET, of="l:move"),),
    )


@pytest.fixture(scope="module")
def base() -> RuleBase:
    """The shipped rules by condition, and two red flags of our own."""
    shipped, _ = load_rules()
    generic = tuple(r for r in shipped.rules if r.id.startswith(("tests.condition", "treatments.condition", "follow-up.condition")))
    flags = (flag("shock", "f:chest-pain", "f:sweating-cold"), flag("old", "f:rash", age=65.0, level="emergency"))
    return RuleBase(rules=tuple(sorted((*generic, *flags, target()), key=lambda r: r.id)))


@pytest.fixture(scope="module")
def ask(clinic: Any, chest: Ontology, calibration: Calibration, base: RuleBase) -> Ask:
    engine = Engine()

    def asked(*statements: Any, age: float | None = 40.0, ontology: Ontology = chest, method: str = "full", **person: Any) -> Inference:
        inference, report = infer(statements, clinic.person(age, **person), base, ontology, calibration, engine, method)
        assert report.mismatches == ()
        return inference

    return asked


class TestTriage:
    def test_a_red_flag_calls_an_ambulance_and_stops_the_questions(self, clinic: Any, ask: Ask) -> None:
        """The guard decides, says why and what to do, and nothing more is asked."""
        found = ask(*clinic.told(["chest-pain-pressure", "sweating-cold"]))
        assert found.triage.level is TriageLevel.EMERGENCY_AMBULANCE
        assert any("flag shock" in r.text.en for r in found.triage.reasons)
        assert found.questions == ()
        assert found.complete
        act = found.recommendations[0]
        assert (act.kind, act.text.en) == (RecommendationKind.ACT_NOW, "act on shock")

    def test_a_cold_is_self_care(self, clinic: Any, ask: Ask) -> None:
        """A cold without a hint of danger may stay at home, although no red flag was asked about."""
        found = ask(*clinic.told(["runny-nose", "cough"]))
        assert found.triage.level is TriageLevel.SELF_CARE
        assert [r.text.en for r in found.recommendations if r.kind is RecommendationKind.SELF_CARE] == [
            "rest",
            "no antibiotics",
        ]
        assert "come back if breathless" in [r.text.en for r in found.recommendations if r.kind is RecommendationKind.MONITORING]

    def test_an_unknown_age_forbids_self_care(self, clinic: Any, ask: Ask) -> None:
        """Without an age nobody is sent home."""
        found = ask(*clinic.told(["runny-nose", "cough"]), age=None)
        assert found.triage.level is TriageLevel.CONSULTATION
        assert "age" in [q.finding for q in found.questions]

    def test_a_cold_that_lasts_needs_a_look(self, clinic: Any, ask: Ask) -> None:
        """Twice the usual length is no ordinary cold."""
        long = clinic.said("cough", duration=Duration(days_min=30, days_max=30, said="a month"))
        found = ask(clinic.said("runny-nose"), long)
        assert found.triage.level is TriageLevel.CONSULTATION
        assert any("lasted longer" in r.text.en for r in found.triage.reasons)

    def test_what_the_cold_does_not_explain_needs_a_look(self, clinic: Any, ask: Ask) -> None:
        """An uncommon finding beside a cold keeps it from self-care."""
        found = ask(*clinic.told(["runny-nose", "cough", "fever", "pale"]))
        assert found.triage.level.rank >= TriageLevel.CONSULTATION.rank
        assert any("does not explain" in r.text.en for r in found.triage.reasons)

    def test_a_suspected_flag_is_a_day(self, clinic: Any, ask: Ask) -> None:
        """A red flag that hangs on an unknown age is suspected: within a day, and the age is asked first."""
        found = ask(*clinic.told(["rash"]), age=None)
        assert found.triage.level is TriageLevel.CONSULTATION_24H
        assert found.triage.suspected
        assert found.questions[0].finding == "age"

    def test_danger_raises_the_level(self, clinic: Any, ask: Ask) -> None:
        """A condition that must not be missed raises the level by its danger, whatever leads."""
        found = ask(*clinic.told(["chest-pain-pressure", "pale", "cough"]))
        assert found.triage.level is TriageLevel.EMERGENCY_AMBULANCE
        assert "c:heart-attack" in found.cant_miss
        assert any(d.conclusion == "danger c:heart-attack" for d in found.derivations)

    def test_no_danger_without_need(self, clinic: Any, ask: Ask) -> None:
        """Nobody with a cold reads of a heart attack."""
        assert ask(*clinic.told(["runny-nose", "cough"])).cant_miss == ()

    def test_no_medical_content_no_level(self, clinic: Any, ask: Ask) -> None:
        """A greeting, somebody else's illness or an age alone get no level and no disease."""
        age = Circumstance(id="s1", span=None, text="40", name="age", value=40.0)
        for told in ((), (age,), (clinic.said("chest-pain", subject=Subject.RELATIVE, relation="father"),)):
            found = ask(*told)
            assert (found.triage, found.hypotheses, found.questions, found.recommendations) == (None, (), (), ())

    def test_a_question_about_a_medicine_gets_a_consultation(self, clinic: Any, ask: Ask) -> None:
        """Medicines alone are medical content, and no reason to hurry."""
        found = ask(clinic.use("d:x", MedicationStatus.CONSIDERING))
        assert found.triage.level is TriageLevel.CONSULTATION
        assert "medicine" in found.triage.reasons[0].text.en

    def test_what_cannot_be_told_is_seen(self, clinic: Any, ask: Ask) -> None:
        """A finding that fits nothing well gets a consultation."""
        found = ask(*clinic.told(["rash"]))
        assert found.triage.level is TriageLevel.CONSULTATION

    def test_a_finding_makes_a_condition_more_urgent(self, clinic: Any, ask: Ask, chest: Ontology) -> None:
        """`urgencyRaisedBy` acts when the finding is present and says why."""
        raised = UrgencyRaise(
            finding="f:fever", to="emergency", why=Text(en="it spreads", zh="扩散"), evidence=chest.conditions["c:cold"].claims[0].evidence
        )
        strain = replace(chest.conditions["c:wall-strain"], urgency_raised_by=(raised,))
        ontology = clinic.ontology(*chest.findings.values(), strain)
        found = ask(*clinic.told(["chest-pain-sharp", "fever"]), ontology=ontology)
        assert found.triage.level is TriageLevel.EMERGENCY
        assert any("it spreads" in r.text.en for r in found.triage.reasons)
        assert ask(*clinic.told(["chest-pain-sharp"], ["fever"]), ontology=ontology).triage.level is TriageLevel.CONSULTATION


class TestQuestions:
    def test_what_was_said_is_never_asked(self, clinic: Any, ask: Ask) -> None:
        """Neither what was said, denied or not known, nor refinements of what was denied."""
        unknown = clinic.said("pale", Presence.UNKNOWN, at=70)
        found = ask(*clinic.told(["cough"], ["chest-pain"]), unknown)
        asked = {q.finding for q in found.questions}
        assert not asked & {"f:cough", "f:chest-pain", "f:pale", "f:chest-pain-pressure", "f:chest-pain-sharp"}

    def test_the_base_is_asked_before_its_refinements(self, clinic: Any, ask: Ask) -> None:
        """Nobody is asked whether a pain is sharp before saying that there is one."""
        found = ask(*clinic.told(["cough"]))
        assert not {q.finding for q in found.questions} & {"f:chest-pain-pressure", "f:chest-pain-sharp"}

    def test_an_open_red_flag_comes_first(self, clinic: Any, ask: Ask) -> None:
        """One premise short of an ambulance, that premise is the next question, with its reason."""
        found = ask(*clinic.told(["chest-pain-sharp"]))
        assert found.questions[0].finding == "f:sweating-cold"
        assert found.questions[0].reason.en
        assert len(found.questions) <= 3

    def test_enough_is_enough(self, clinic: Any, ask: Ask) -> None:
        """After the most questions allowed, none is asked."""
        told = [clinic.said("cough"), *(clinic.said("rash", Presence.ABSENT, turn=i, id=f"s{i}") for i in range(1, 22))]
        assert ask(*told).questions == ()

    def test_sex_and_pregnancy_when_they_matter(self, clinic: Any, ask: Ask) -> None:
        """The sex is asked where causes depend on it, a pregnancy where one could be the cause."""
        ectopic = clinic.condition("ectopic", 2.0, {"pain": 0.9}, only_if="Pregnant", urgency="emergency", cant_miss=True)
        period = clinic.condition("period", 9.0, {"pain": 0.9}, only_if="HasUterus")
        ontology = clinic.ontology(clinic.finding("pain"), ectopic, period)
        without = ask(*clinic.told(["pain"]), ontology=ontology)
        assert "sex" in [q.finding for q in without.questions]
        woman = ask(*clinic.told(["pain"]), ontology=ontology, sex=Sex.FEMALE)
        assert "pregnancy" in [q.finding for q in woman.questions]
        man = ask(*clinic.told(["pain"]), ontology=ontology, sex=Sex.MALE)
        assert not {"sex", "pregnancy"} & {q.finding for q in man.questions}

    @pytest.mark.parametrize(
        ("only_if", "age", "sex", "asked"),
        [
            ("HasTestes", 30.0, Sex.FEMALE, False),
            ("HasTestes", 30.0, Sex.MALE, True),
            ("HasUterus", 30.0, Sex.MALE, False),
            ("CanBePregnant", 70.0, Sex.FEMALE, False),
            ("CanBePregnant", 30.0, Sex.FEMALE, True),
            ("Infant", 30.0, None, False),
            ("Infant", 0.5, None, True),
            ("Child", 30.0, None, False),
            ("Adult", 10.0, None, False),
            ("Adult", 30.0, None, True),
        ],
    )
    def test_anatomy_and_age_exclude_questions(self, only_if: str, age: float, sex: Any, asked: bool, clinic: Any, ask: Ask) -> None:
        """What cannot be is not asked."""
        ontology = clinic.ontology(
            clinic.finding("pain"), clinic.finding("special", only_if=only_if), clinic.condition("one", 9.0, {"pain": 0.9, "special": 0.9}),
            clinic.condition("two", 9.0, {"pain": 0.9, "special": 0.002}),
        )  # fmt: skip
        found = ask(*clinic.told(["pain"]), ontology=ontology, age=age, sex=sex)
        assert ("f:special" in {q.finding for q in found.questions}) == asked


class TestAdvice:
    def test_a_test_says_what_its_result_changes(self, clinic: Any, ask: Ask) -> None:
        """Tests carry the condition, the result's meaning, cost and burden, and a derivation."""
        found = ask(*clinic.told(["chest-pain-pressure", "pale"]))
        ecg = next(r for r in found.recommendations if r.code == "t:ecg")
        assert "heart-attack" in ecg.text.en
        assert ecg.reasons[0].en == "If positive: to hospital"
        assert ecg.derivation in {d.id for d in found.derivations}

    def test_treatments_are_checked(self, clinic: Any, ask: Ask, chest: Ontology) -> None:
        """A forbidden option is shown with its reason, an open one says what to check, a prescription is for doctors."""
        remedy = clinic.drug("remedy", "nsaid", contraindications=(clinic.safety("Contraindicated", conditions=("c:heart-attack",)),))
        pill = clinic.drug("pill", over_the_counter=True)
        options = (
            clinic.option("tr:cream", setting="Home", for_=Text(en="soothes", zh="缓解")),
            clinic.option("d:remedy", against=Text(en="dear", zh="贵")),
            clinic.option("d:pill"),
            clinic.option("tr:surgery"),
        )
        strain = replace(chest.conditions["c:wall-strain"], treatments=options)
        ontology = clinic.ontology(
            *chest.findings.values(), strain, chest.conditions["c:heart-attack"], remedy, pill, clinic.drug_class("nsaid"),
            clinic.treatment("cream", words="Rub it in."), clinic.treatment("surgery", kind="Procedure"),
        )  # fmt: skip
        found = ask(*clinic.told(["chest-pain-sharp"], ["sweating-cold", "pale"]), clinic.history("c:heart-attack"), ontology=ontology)
        by_code = {r.code: r for r in found.recommendations if r.kind is RecommendationKind.TREATMENT}
        assert by_code["tr:cream"].text.en == "Rub it in."
        assert not by_code["tr:cream"].doctor_only
        assert by_code["d:remedy"].rejected
        assert by_code["d:remedy"].strength is Strength.AVOID
        assert by_code["d:pill"].strength is Strength.CHECK_FIRST
        assert by_code["tr:surgery"].doctor_only

    def test_a_warning_names_its_medicine(self, clinic: Any, ask: Ask, chest: Ontology) -> None:
        """A hazard of a medicine becomes a warning with a derivation, also without any symptom."""
        remedy = clinic.drug("remedy", contraindications=(clinic.safety("Contraindicated", conditions=("c:cold",)),))
        ontology = clinic.ontology(*chest.findings.values(), *chest.conditions.values(), remedy)
        found = ask(clinic.use("remedy"), clinic.history("c:cold"), ontology=ontology)
        (warning,) = [r for r in found.recommendations if r.kind is RecommendationKind.WARN]
        assert (warning.code, warning.strength) == ("d:remedy", Strength.AVOID)
        proof = why(found, warning.derivation)
        assert proof.rule == "drug_safety.contraindication"
        assert {p.id for p in proof.premises} == {"m-d:remedy-taking", "h-c:cold"}

    def test_targets_for_the_plan(self, clinic: Any, ask: Ask) -> None:
        """What lifestyle rules aim at is handed to the planner."""
        assert ask(*clinic.told(["runny-nose", "cough"])).targets == ("l:move",)


class TestExplanation:
    def test_why_leads_to_the_words(self, clinic: Any, ask: Ask) -> None:
        """The proof of a level, a condition or a fact ends in statements with their words."""
        found = ask(*clinic.told(["chest-pain-pressure", "sweating-cold"]))
        words = {"s-chest-pain-pressure-present": "crushing"}
        proof = why(found, "triage", words)
        leaves, waiting = set(), [proof]
        while waiting:
            node = waiting.pop()
            waiting += node.premises
            leaves |= {node.conclusion} if node.rule is None else set()
        assert "crushing" in leaves
        assert why(found, "c:heart-attack").rule == "differential"
        assert why(found, "c:unheard-of") is None
        assert why(ask(), "triage") is None

    def test_supports_are_minimal(self, clinic: Any, ask: Ask) -> None:
        """Each set of statements that suffices is named once, without supersets."""
        found = ask(*clinic.told(["chest-pain-pressure", "sweating-cold"]))
        sets = supports(found, "triage emergency_ambulance")
        assert ("s-chest-pain-pressure-present", "s-sweating-cold-present") in sets
        assert supports(found, "nothing") == ()

    def test_how_sure_sums_up(self, clinic: Any, ask: Ask, calibration: Calibration) -> None:
        """The bars and the start give the score; the word follows the probability."""
        leader = ask(*clinic.told(["runny-nose", "cough"])).hypotheses[0]
        sure = how_sure(leader, calibration)
        assert sure.score == pytest.approx(sure.start + sum(b.log_lr for b in sure.bars))
        assert sure.word in {w for w, _ in calibration.words}
        assert how_sure(replace(leader, probability=0.99), calibration).word == "very_likely"

    def test_why_not(self, clinic: Any, chest: Ontology, calibration: Calibration) -> None:
        """What was missing and what spoke against, or that it cannot be."""
        told = clinic.told(["runny-nose"], ["sweating-cold"])
        heard, ranking = weigh(told, clinic.person(), ground(told, clinic.person(), chest), calibration)
        found = why_not("c:heart-attack", ranking, heard, calibration)
        assert found.missing[0][0] in {"f:chest-pain-pressure", "f:chest-pain"}
        assert {f.finding for f in found.against} == {"f:runny-nose", "f:sweating-cold"}
        assert found.behind > 0
        assert why_not("c:unheard-of", ranking, heard, calibration) is None

    def test_what_if(self, clinic: Any, ask: Ask) -> None:
        """One changed statement, everything concluded again."""
        told = clinic.told(["chest-pain", "sweating-cold"])
        denied = what_if(told, "f:sweating-cold", Presence.ABSENT, lambda s: ask(*s))
        assert denied.level_before == "emergency_ambulance"
        assert denied.level_after != "emergency_ambulance"
        assert denied.probabilities[0][1] != denied.probabilities[0][2]
        added = what_if(clinic.told(["cough"]), "f:runny-nose", Presence.PRESENT, lambda s: ask(*s))
        assert added.level_after == "self_care"
        assert changed(told, "f:chest-pain", Presence.UNKNOWN) == told[1:]
        refined = clinic.told(["chest-pain-pressure", "sweating-cold"])
        assert changed(refined, "f:chest-pain", Presence.UNKNOWN, ("f:chest-pain-pressure",)) == refined[1:]
        assert changed(refined, "f:chest-pain", Presence.PRESENT, ("f:chest-pain-pressure",))[:2] == refined
        empty = what_if((), "f:cough", Presence.UNKNOWN, lambda s: ask(*s))
        assert (empty.level_before, empty.level_after, empty.probabilities) == (None, None, ())

    def test_what_next(self, clinic: Any, ask: Ask) -> None:
        """The answers that would change most are the questions."""
        found = ask(*clinic.told(["cough"]))
        assert what_next(found) == found.questions


class TestTheWhole:
    def test_plain_ranks_too(self, clinic: Any, ask: Ask) -> None:
        """The comparison runs through the same stages."""
        assert ask(*clinic.told(["runny-nose", "cough"]), method="plain").hypotheses[0].condition == "c:cold"

    @given(
        present=st.sets(st.sampled_from(["chest-pain", "chest-pain-sharp", "pale", "cough", "runny-nose", "fever"])),
        absent=st.sets(st.sampled_from(["sweating-cold", "rash", "fever"])),
        seed=st.randoms(),
    )
    def test_order_does_not_matter(self, present: set[str], absent: set[str], seed: Any, clinic: Any, ask: Ask) -> None:
        """The same statements in any order give the same answer, proofs included."""
        told = list(clinic.told(sorted(present), sorted(absent - present)))
        first = ask(*told)
        seed.shuffle(told)
        assert ask(*told) == first

    def test_every_premise_exists(self, clinic: Any, ask: Ask) -> None:
        """Derivations rest on statements or earlier derivations, and every recommendation on a derivation."""
        told = clinic.told(["chest-pain-pressure", "pale", "cough"])
        found = ask(*told)
        known = {s.id for s in told} | {"patient:age"}
        for step in found.derivations:
            assert set(step.premises) <= known
            known.add(step.id)
        assert {r.derivation for r in found.recommendations} <= known
        assert found.triage.derivation in known


def test_texts_fill_their_slots() -> None:
    """A text with a missing slot is a bug; labels join in both languages."""
    assert say("triage.reason.guard", title=plainly("x")).en == "Warning signs were found: x."
    assert listed((plainly("a"), plainly(2.0))).en == "a, 2"
    with pytest.raises(KeyError):
        say("triage.reason.guard")
