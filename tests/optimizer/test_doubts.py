"""Names that mean nothing to the planner are told, each with what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from kg.care import ItemKind
from kg.issues import Level
from ontologies.ontology import Ontology
from optimizer.planner import plan
from optimizer.profile import PlanProfile, Visit
from optimizer.profile_reader import from_json

MakeProfile = Callable[..., PlanProfile]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"person": {"diet": ["martian"]}}, "$.person.diet"),
        ({"person": {"mobility": ["flying"]}}, "$.person.mobility"),
        ({"person": {"disability": ["flying"]}}, "$.person.disability"),
        ({"person": {"sex": "male", "pregnancy": "confirmed"}}, "$.person.pregnancy"),
        ({"history": ["c:nothing"]}, "$.history"),
        ({"allergies": ["zzz"]}, "$.allergies"),
        ({"measurements": [{"quantity": "nonsense"}]}, "$.measurements"),
        ({"wishes": [{"name": "include", "value": "quidditch"}]}, "$.wishes"),
    ],
)
def test_an_unknown_name_is_a_warning_and_the_plan_is_still_made(knowledge: Ontology, change: dict[str, Any], where: str) -> None:
    """One warning with its place; nothing else is lost."""
    profile, issues = from_json({"start_date": "2026-11-23", **change}, knowledge)
    assert profile is not None
    assert [(i.where, i.level) for i in issues] == [(where, Level.WARNING)]
    assert issues[0].solution


@pytest.mark.parametrize(
    "change",
    [
        {"person": {"diet": ["vegan"], "mobility": ["wheelchair"]}},
        {"history": ["c:hypertension"]},
        {"allergies": ["x:peanut", "x:kiwi", "x:strawberry", "d:amoxicillin"]},
        {"wishes": [{"name": "include", "value": "swimming"}, {"name": "avoid", "value": "x:pork"}, {"name": "wake", "value": "07:00"}]},
    ],
)
def test_known_names_raise_no_doubt(knowledge: Ontology, change: dict[str, Any]) -> None:
    """Foods are known by the foods' own names, activities by a word of theirs."""
    assert from_json({"start_date": "2026-11-23", **change}, knowledge)[1] == ()


def test_an_allergy_to_a_food_that_only_its_name_tells(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Nothing with kiwi is served, although no food states that it holds kiwi."""
    week = plan(make_profile(allergies=("x:kiwi", "x:banana")), knowledge)
    assert week.certificate.verified
    meals = {i.code for i in week.items if i.kind is ItemKind.MEAL}
    assert meals
    foods = {p.food.name for code in meals for p in knowledge.dishes[code].portions}
    assert not any(word in name for name in foods for word in ("KIWI", "BANANA"))


def test_a_long_visit_puts_lunch_off(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Dialysis of five hours, three times: all are planned, and lunch comes after."""
    visits = tuple(Visit(code="dialysis", minutes=300, earliest_day=day, latest_day=day) for day in (0, 2, 4))
    week = plan(make_profile(visits=visits), knowledge)
    assert week.certificate.verified
    held = [i for i in week.items if i.kind is ItemKind.APPOINTMENT]
    assert [i.day for i in held] == [0, 2, 4]
    for visit in held:
        assert all(
            m.start >= visit.start + visit.minutes or m.start + m.minutes <= visit.start
            for m in week.items
            if m.kind is ItemKind.MEAL and m.day == visit.day
        )


def test_a_visit_that_no_day_can_hold_is_told_and_the_others_are_planned(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Eight hours and a half do not fit into the opening hours; the blood test still stands."""
    visits = (Visit(code="course", minutes=600), Visit(code="t:full-blood-count", kind=ItemKind.TEST))
    week = plan(make_profile(visits=visits), knowledge)
    assert week.certificate.verified
    assert any("course" in alert.en for alert in week.alerts)
    assert [i.code for i in week.items if i.kind is ItemKind.TEST] == ["t:full-blood-count"]
