"""The independent check finds what a broken planner would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.care import CarePlan, ItemKind, PlanItem
from kg.reasoning import TriageLevel
from kg.record import Circumstances, Patient
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.planner import plan
from optimizer.profile import Medicine, PlanProfile, Visit
from optimizer.verifier import verify

MakeProfile = Callable[..., PlanProfile]
LABEL = Text(en="x", zh="x")


def item(kind: ItemKind, code: str, *, day: int = 0, start: int = 600, minutes: int = 30, constraint: str | None = None) -> PlanItem:
    return PlanItem(kind=kind, code=code, label=LABEL, day=day, start=start, minutes=minutes, reason=LABEL, constraint=constraint)


@pytest.fixture(scope="module")
def profile(make_profile: MakeProfile) -> PlanProfile:
    return make_profile(
        medicines=(Medicine(drug="d:x", amount=1, unit="mg", times_per_day=2),),
        visits=(Visit(code="t:x", kind=ItemKind.TEST, fasting=True, latest_day=2),),
        allergies=("x:peanut",),
    )


@pytest.fixture(scope="module")
def good(profile: PlanProfile, knowledge: Ontology) -> CarePlan:
    return plan(profile, knowledge)


def with_items(week: CarePlan, *more: PlanItem) -> CarePlan:
    return replace(week, items=(*week.items, *more))


def test_a_good_plan_passes(good: CarePlan, profile: PlanProfile, knowledge: Ontology) -> None:
    """What the planner makes is in order."""
    assert verify(good, profile, knowledge) == ()


@pytest.mark.parametrize(
    ("extra", "word"),
    [
        (item(ItemKind.DOSE, "d:never-prescribed"), "may not be"),
        (item(ItemKind.DOSE, "d:x", start=721), "times on each day"),
        (item(ItemKind.ACTIVITY, "a:strolling", start=0), "overlap"),
        (item(ItemKind.ACTIVITY, "a:strolling", start=1439, minutes=500), "lasts"),
        (item(ItemKind.MEAL, "m:kung-pao-chicken", day=3), "allergic"),
        (item(ItemKind.TEST, "t:x", day=5, constraint="visit.due:t:x/0"), "2 times"),
        (item(ItemKind.SLEEP, "sleep", minutes=60), "sleep"),
        (item(ItemKind.SLEEP, "sleep", day=9), "outside the week"),
    ],
)
def test_each_fault_is_found(good: CarePlan, profile: PlanProfile, knowledge: Ontology, extra: PlanItem, word: str) -> None:
    """One entry too many of each kind is told."""
    assert any(word in violation for violation in verify(with_items(good, extra), profile, knowledge))


def test_exertion_of_someone_who_must_be_seen(good: CarePlan, profile: PlanProfile, knowledge: Ontology) -> None:
    """The same plan is wrong for somebody with an urgent level."""
    assert any("withheld" in v for v in verify(good, replace(profile, triage=TriageLevel.EMERGENCY), knowledge))


def test_unsuitable_activity(good: CarePlan, profile: PlanProfile, knowledge: Ontology, person: Patient) -> None:
    """A walk in a wheelchair's plan is found."""
    seated = replace(profile, person=replace(person, circumstances=Circumstances(mobility=("wheelchair",))))
    walk = item(ItemKind.ACTIVITY, "a:walking-brisk")
    assert any("does not suit wheelchair" in v for v in verify(with_items(good, walk), seated, knowledge))


def test_an_activity_that_a_disease_forbids(good: CarePlan, profile: PlanProfile, knowledge: Ontology) -> None:
    """A swim in the plan of somebody with epilepsy is found."""
    swim = item(ItemKind.ACTIVITY, "a:swimming-leisurely")
    found = verify(with_items(good, swim), replace(profile, history=("c:epilepsy",)), knowledge)
    assert any("forbidden with c:epilepsy" in v for v in found)


def test_too_much_effort_and_too_much_salt(good: CarePlan, profile: PlanProfile, knowledge: Ontology) -> None:
    """Firm limits of a target bind activities and every day's dishes."""
    limited = replace(profile, targets=("l:heart-failure-self-care",))
    salty = tuple(item(ItemKind.MEAL, "m:winter-melon-shrimp") for _ in range(4))
    found = verify(with_items(good, item(ItemKind.ACTIVITY, "a:running-jogging"), *salty), limited, knowledge)
    assert any("MET" in v for v in found)
    assert any("sodium_mg" in v for v in found)


def test_breakfast_before_a_fasting_test(good: CarePlan, profile: PlanProfile, knowledge: Ontology) -> None:
    """Anything eaten before the test on its day is found."""
    day = next(i.day for i in good.items if i.kind is ItemKind.TEST)
    early = item(ItemKind.MEAL, "m:apple-snack", day=day, start=300)
    assert any("fasting" in v for v in verify(with_items(good, early), profile, knowledge))
