"""Statements become facts: what is so, in the patient, now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.atom import AgeAtom, DurationAtom, FindingAtom, FindingState, PregnancyAtom, ValueAtom
from rules.bounds import Bounds
from rules.grounding import FactBase, Step
from rules.truth import Truth

Facts = Callable[[str], FactBase]


def present(of: str) -> FindingAtom:
    return FindingAtom(state=FindingState.PRESENT, of=of)


def test_a_refinement_implies_its_bases(facts: Facts) -> None:
    """A pain low on the right is a low pain and a pain, by the same words."""
    known = facts("{present: [f:pain-low-right]}")
    assert ("s0",) == known.ids("present f:pain") == known.ids("present f:pain-low")


def test_a_denied_base_denies_its_refinements(facts: Facts) -> None:
    """Who has no pain has no low pain."""
    assert facts("{absent: [f:pain]}").holds("absent f:pain-low-right")
    assert not facts("{absent: [f:pain-low]}").holds("absent f:pain")


@pytest.mark.parametrize(
    "given",
    ["past: [f:rash]", "feared: [f:rash]", "other: [{finding: f:rash, subject: other}]", "other: [{finding: f:rash, subject: relative}]"],
)
def test_only_what_is_so_now_in_the_patient_is_present(facts: Facts, given: str) -> None:
    """The past, fears and other people's findings are not the patient's."""
    assert not facts(f"{{{given}}}").holds("present f:rash")


def test_a_relatives_finding_is_family_history(facts: Facts) -> None:
    """A relative's finding counts as family history only."""
    assert facts("{other: [{finding: f:rash, subject: relative}]}").holds("family f:rash")


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        ("present: [f:fever], absent: [f:fever-high]", Truth.TRUE),
        ("possible: [f:fever]", Truth.POSSIBLE),
        ("possible: [f:fever-high]", Truth.POSSIBLE),
        ("absent: [f:fever]", Truth.FALSE),
        ("dont_know: [f:fever]", Truth.DONT_KNOW),
        ("past: [f:fever]", Truth.OPEN),
        ("age: 3", Truth.OPEN),
    ],
)
def test_how_well_a_finding_is_known(facts: Facts, given: str, truth: Truth) -> None:
    """Present wins over possible, absent and don't know."""
    assert truth is facts(f"{{{given}}}").judge(present("f:fever"))[0]


@pytest.mark.parametrize(
    ("said", "limit", "truth"),
    [("99.1 [degF]", 37.3, Truth.TRUE), ("37.2 Cel", 37.3, Truth.FALSE), ("37.25 Cel", 37.3, Truth.TRUE), ("unknown", 37.3, Truth.OPEN)],
)
def test_values_are_compared_at_the_printed_precision(facts: Facts, said: str, limit: float, truth: Truth) -> None:
    """99.1 °F is 37.28 °C and meets 37.3 °C."""
    atom = ValueAtom(of="temperature", bounds=Bounds(ge=limit), unit="Cel", rounded=0.1)
    assert truth is facts(f'{{values: {{temperature: "{said}"}}}}').judge(atom)[0]


def test_a_rule_may_use_another_unit(facts: Facts) -> None:
    """10,100 per microlitre is 10.1 × 10⁹/L, whichever unit the rule is written in."""
    known = facts('{values: {leukocytes: "10.1 10*9/L"}}')
    assert Truth.TRUE is known.judge(ValueAtom(of="leukocytes", bounds=Bounds(gt=10000), unit="/uL"))[0]
    assert Truth.FALSE is known.judge(ValueAtom(of="leukocytes", bounds=Bounds(gt=10), unit="mmol/L"))[0]


def test_a_duration_that_straddles_the_limit_is_possible(facts: Facts) -> None:
    """Three months meet three months, and two to four days only perhaps meet three."""
    known = facts("{durations: {f:pain: 3 mo}}")
    assert Truth.TRUE is known.judge(DurationAtom(of="f:pain", bounds=Bounds(ge=3), unit="mo"))[0]
    assert Truth.FALSE is known.judge(DurationAtom(of="f:pain", bounds=Bounds(lt=7), unit="d"))[0]
    assert Truth.OPEN is known.judge(DurationAtom(of="f:rash", bounds=Bounds(lt=7), unit="d"))[0]


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        ("sex: female", Truth.PERSON),
        ("sex: male", Truth.FALSE),
        ("pregnancy: {state: possible}", Truth.POSSIBLE),
        ("pregnancy: {state: confirmed}", Truth.TRUE),
        ("pregnancy: {state: denied}", Truth.FALSE),
    ],
)
def test_pregnancy_is_open_only_in_who_can_be_pregnant(facts: Facts, given: str, truth: Truth) -> None:
    """An unknown pregnancy is open in a woman and out of the question in a man."""
    from kg.record import PregnancyState

    assert truth is facts(f"{{{given}}}").judge(PregnancyAtom(states=(PregnancyState.CONFIRMED,)))[0]


def test_typed_atoms_become_facts_for_the_limits_in_use(facts: Facts) -> None:
    """Only limits that rules name are evaluated, and each rests on the statement of the age."""
    known = facts("{age: 40}").evaluated([AgeAtom(bounds=Bounds(ge=40)), AgeAtom(bounds=Bounds(gt=40))])
    assert known.ids("age ge 40") == ("s0",)
    assert not known.holds("age gt 40")


def test_the_first_derivation_supports_its_fact_and_what_it_implies(facts: Facts) -> None:
    """A second derivation of a fact is kept, but does not replace its support."""
    steps = [Step(conclusion="present f:fever-high", rule=r, version=1, premises=()) for r in ("a", "b")]
    known = facts("{age: 1}").derived(steps)
    assert ("d0",) == known.ids("present f:fever") == known.ids("present f:fever-high")
    assert [d.id for d in known.derivations] == ["d0", "d1"]


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        ("{circumstances: {life-stage: adult}}", Truth.FALSE),
        ("{circumstances: {life-stage: infant}}", Truth.PERSON),
        ("{present: [f:pain]}", Truth.PERSON),
        ("{age: 0.1, circumstances: {life-stage: adult}}", Truth.TRUE),
    ],
)
def test_a_grown_up_is_no_baby_though_nobody_told_the_age(facts: Facts, given: str, truth: Truth) -> None:
    """What somebody is called rules out that they are younger, and nothing else; an age that was told decides."""
    known = facts(given)
    assert known.judge(AgeAtom(bounds=Bounds(lt=0.25)))[0] is truth
    assert known.judge(AgeAtom(bounds=Bounds(ge=65)))[0] is (Truth.FALSE if truth is Truth.TRUE else Truth.PERSON)
