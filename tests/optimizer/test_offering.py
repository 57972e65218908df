"""The dishes that the menu's model gets are few, fit, and never lack what was wished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kg.record import Circumstances, Patient
from ontologies.ontology import Ontology
from optimizer.needs import needs_of
from optimizer.offering import misfit, offered, permitted
from optimizer.planner import plan
from optimizer.profile import PlanProfile, PlanWish
from optimizer.settings import Settings

MakeProfile = Callable[..., PlanProfile]
MakeWish = Callable[[str, str], PlanWish]


def ids(profile: PlanProfile, knowledge: Ontology, figures: Settings, kept: tuple[str, ...] = ()) -> set[str]:
    needs = needs_of(profile, knowledge)
    return {dish.id for dish in offered(permitted(profile, needs, knowledge, figures), profile, needs, figures, kept)}


def test_each_meal_gets_only_so_many(make_profile: MakeProfile, knowledge: Ontology, figures: Settings) -> None:
    """The model stays as small as its proof allows."""
    chosen = ids(make_profile(), knowledge, figures)
    assert len(chosen) <= sum(figures.menu["offered"].values())
    for slot in ("breakfast", "lunch", "dinner"):
        assert sum(slot in knowledge.dishes[code].slots for code in chosen) >= figures.menu["offered"][slot]


def test_what_was_wished_or_eaten_before_is_offered(
    make_profile: MakeProfile, knowledge: Ontology, figures: Settings, wish: MakeWish
) -> None:
    """A wish and last week's menu are never lost to fitter dishes."""
    left = sorted(set(knowledge.dishes) - ids(make_profile(), knowledge, figures))
    wished = make_profile(wishes=(wish("include", left[0]),))
    assert {left[0], left[1]} <= ids(wished, knowledge, figures, kept=(left[1],))


def test_a_liked_cuisine_is_offered(make_profile: MakeProfile, knowledge: Ontology, figures: Settings, wish: MakeWish) -> None:
    """Who likes Chinese food finds more of it."""

    def chinese(codes: set[str]) -> int:
        return sum(knowledge.dishes[code].cuisine == "Chinese" for code in codes)

    liking = make_profile(wishes=(wish("cuisine", "Chinese"),))
    assert chinese(ids(liking, knowledge, figures)) > chinese(ids(make_profile(), knowledge, figures))


def test_another_week_brings_other_dishes(make_profile: MakeProfile, knowledge: Ontology, figures: Settings) -> None:
    """The same week always offers the same, the next one something new."""
    assert ids(make_profile(), knowledge, figures) == ids(make_profile(), knowledge, figures)
    assert ids(make_profile(), knowledge, figures) != ids(make_profile(start_date="2026-11-30"), knowledge, figures)


def test_salt_counts_for_who_must_not_have_it(make_profile: MakeProfile, knowledge: Ontology, figures: Settings) -> None:
    """A salty dish fits worse where salt is limited."""
    salty = max(knowledge.dishes.values(), key=lambda dish: dish.nutrients.sodium_mg / dish.nutrients.kcal)
    needs = needs_of(make_profile(targets=("l:low-sodium",)), knowledge)
    free = needs_of(make_profile(targets=()), knowledge)
    assert misfit(salty, needs, figures) > misfit(salty, free, figures)


@pytest.mark.parametrize("diet", ["soft", "puree"])
def test_who_cannot_chew_gets_only_what_needs_none(make_profile: MakeProfile, knowledge: Ontology, person: Patient, diet: str) -> None:
    """Every meal of the week has the consistency, and there is a meal for each time of day."""
    week = plan(make_profile(person=replace(person, circumstances=Circumstances(diet=(diet,)))), knowledge)
    eaten = [item.code for item in week.items if item.code.startswith("m:")]
    assert len(eaten) >= 21
    assert all(diet in knowledge.dishes[code].tags for code in eaten)
    assert week.certificate.verified
