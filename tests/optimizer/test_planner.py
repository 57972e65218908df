"""Whole plans: safe, proved, repeatable, and honest about what had to give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from kg.care import CarePlan, ItemKind, Proof
from kg.reasoning import TriageLevel
from kg.record import Circumstances, Patient, Sex
from ontologies.concepts import DoseLimit, Drug
from ontologies.evidence import Evidence, Grade
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.planner import plan, replan
from optimizer.profile import FreeTime, Medicine, PlanProfile, PlanWish, Visit

MakeProfile = Callable[..., PlanProfile]
MakeWish = Callable[[str, str], PlanWish]


def of(week: CarePlan, kind: ItemKind) -> list[str]:
    return [item.code for item in week.items if item.kind is kind]


def with_drug(knowledge: Ontology, **limit: float) -> Ontology:
    """Return the knowledge with one made-up drug and its limit."""
    dose = DoseLimit(
        context=None,
        ages=None,
        single_max_mg=limit.get("single"),
        interval_min_hours=limit.get("hours"),
        max_daily_mg=limit.get("daily"),
        per_kg_daily_max_mg=None,
        max_days=None,
        evidence=Evidence(grade=Grade.EXPERT),
    )
    blank = dict.fromkeys(Drug.__slots__, ())
    known = {
        "id": "d:made-up",
        "label": Text(en="made-up", zh="made-up"),
        "doses": (dose,),
        "rxnorm": None,
        "atc": None,
        "over_the_counter": True,
        "food": None,
        "timing": None,
        "where": "",
    }
    return replace(knowledge, drugs={**knowledge.drugs, "d:made-up": Drug(**{**blank, **known})})  # type: ignore[arg-type]  # fields of all kinds


def test_every_stage_is_proved_and_the_plan_verified(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """An ordinary person gets a full week, proved optimal stage by stage and confirmed by the independent check."""
    week = plan(make_profile(), knowledge)
    assert [stage.stage for stage in week.certificate.stages] == ["template", "week", "placement", "menu"]
    assert {stage.proof for stage in week.certificate.stages} == {Proof.OPTIMAL}
    assert week.certificate.verified
    assert week.certificate.violations == ()
    assert {item.kind for item in week.items} >= {ItemKind.SLEEP, ItemKind.MEAL, ItemKind.ACTIVITY}


def test_same_profile_same_plan(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """The same question always gets the same answer."""
    assert plan(make_profile(), knowledge) == plan(make_profile(), knowledge)


def test_activity_reaches_the_weekly_aim(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Nobody's week stays below 150 minutes when nothing stands in the way."""
    week = plan(make_profile(), knowledge)
    minutes = [i.minutes for i in week.items if i.kind is ItemKind.ACTIVITY and "Aerobic" in knowledge.activities[i.code].kinds]
    assert sum(minutes) >= 150


@pytest.mark.parametrize("level", [TriageLevel.CONSULTATION_24H, TriageLevel.EMERGENCY, TriageLevel.EMERGENCY_AMBULANCE])
def test_no_exertion_until_seen(make_profile: MakeProfile, knowledge: Ontology, level: TriageLevel) -> None:
    """With an urgent level no activity is planned, and the plan says why."""
    week = plan(make_profile(triage=level), knowledge)
    assert of(week, ItemKind.ACTIVITY) == []
    assert any("No exertion" in alert.en for alert in week.alerts)


def test_a_wish_cannot_override_withheld_exertion(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """Somebody who must be seen today does not get their swim, and is told why."""
    week = plan(make_profile(triage=TriageLevel.EMERGENCY, wishes=(wish("include", "a:swimming-laps"),)), knowledge)
    assert of(week, ItemKind.ACTIVITY) == []
    assert week.sacrifices[0].because == ("activity.withheld",)


@pytest.mark.parametrize(
    "limitation", ["wheelchair", "bad-knees", "poor-balance", "breathless-on-exertion", "housebound", "bedbound", "walking-aid"]
)
def test_activities_suit_the_person(make_profile: MakeProfile, knowledge: Ontology, person: Patient, limitation: str) -> None:
    """Every planned activity says that it suits the limitation."""
    limited = replace(person, circumstances=Circumstances(mobility=(limitation,)))
    week = plan(make_profile(person=limited), knowledge)
    assert all(limitation in knowledge.activities[code].suits for code in of(week, ItemKind.ACTIVITY))
    assert of(week, ItemKind.ACTIVITY) != []


@pytest.mark.parametrize("disease", ["c:epilepsy", "c:aortic-stenosis", "c:osteoporotic-vertebral-fracture", "c:glaucoma"])
def test_a_disease_keeps_activities_out(make_profile: MakeProfile, knowledge: Ontology, disease: str, wish: MakeWish) -> None:
    """What a known disease forbids is not planned, and a wish for it is given up."""
    forbidden = sorted(a.id for a in knowledge.activities.values() if disease in a.not_with)
    wished = (wish("include", forbidden[0]), wish("like", forbidden[-1]))
    week = plan(make_profile(history=(disease,), wishes=wished), knowledge)
    assert set(of(week, ItemKind.ACTIVITY)).isdisjoint(forbidden)
    assert of(week, ItemKind.ACTIVITY) != []
    assert [given.because for given in week.sacrifices] == [(f"activity.suitable:{forbidden[0]}/{disease}",)]


def test_after_a_stroke_activities_say_that_they_suit(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """A stroke in the history is heeded although nobody named a limitation."""
    week = plan(make_profile(history=("c:stroke",)), knowledge)
    assert all("after-stroke" in knowledge.activities[code].suits for code in of(week, ItemKind.ACTIVITY))
    assert of(week, ItemKind.ACTIVITY) != []


@pytest.mark.parametrize("thing", ["peanut", "egg", "milk", "soy", "fish", "shellfish", "gluten", "nuts"])
def test_no_dish_holds_an_allergen(make_profile: MakeProfile, knowledge: Ontology, thing: str) -> None:
    """What somebody is allergic to is in none of the foods of any dish."""
    week = plan(make_profile(allergies=(f"x:{thing}",)), knowledge)
    held = {c for code in of(week, ItemKind.MEAL) for p in knowledge.dishes[code].portions for c in p.food.contains}
    assert held.isdisjoint({f"x:{thing}"} if thing != "nuts" else {"x:treenut", "x:peanut"})
    assert of(week, ItemKind.MEAL) != []


@pytest.mark.parametrize("diet", ["vegetarian", "vegan", "halal", "kosher", "gluten-free", "lactose-free"])
def test_dishes_follow_the_diet(make_profile: MakeProfile, knowledge: Ontology, person: Patient, diet: str) -> None:
    """A way of eating is kept in every dish, and there is enough to eat."""
    week = plan(make_profile(person=replace(person, circumstances=Circumstances(diet=(diet,)))), knowledge)
    meals = of(week, ItemKind.MEAL)
    assert len(meals) >= 21
    if diet != "kosher":
        assert all(diet in knowledge.dishes[code].tags for code in meals)


def test_hard_sodium_limit_holds_each_day(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """In heart failure no day goes above the limit."""
    week = plan(make_profile(targets=("l:heart-failure-self-care",)), knowledge)
    portion = float((next(i.amount for i in week.items if i.kind is ItemKind.MEAL) or "").removeprefix("× "))
    for day in range(7):
        meals = [i.code for i in week.items if i.kind is ItemKind.MEAL and i.day == day]
        assert sum(knowledge.dishes[code].nutrients.sodium_mg for code in meals) * portion <= 2000
    assert sum(i.kind is ItemKind.MEASUREMENT for i in week.items) == 7


def test_potassium_limit_silences_the_aim_for_more(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """With high potassium the DASH-like aim is dropped and the limit kept on every day."""
    week = plan(make_profile(targets=("l:potassium-rich", "l:potassium-limit")), knowledge)
    assert week.certificate.verified
    assert not any(bound.name.startswith("target:l:potassium-rich") for bound in week.bounds)


@pytest.mark.parametrize(
    ("limit", "medicine"), [({"daily": 1000.0}, (600.0, 2)), ({"single": 500.0}, (600.0, 1)), ({"hours": 8.0}, (100.0, 4))]
)
def test_a_dose_above_its_maximum_is_an_alert(
    make_profile: MakeProfile, knowledge: Ontology, limit: dict[str, float], medicine: tuple[float, int]
) -> None:
    """Too much a day, too much at once, or too often: told, and not scheduled."""
    taken = Medicine(drug="d:made-up", amount=medicine[0], unit="mg", times_per_day=medicine[1])
    week = plan(make_profile(medicines=(taken,)), with_drug(knowledge, **limit))
    assert of(week, ItemKind.DOSE) == []
    assert any("made-up" in alert.en for alert in week.alerts)


def test_a_dose_at_its_maximum_is_scheduled(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Exactly the maximum is allowed; doses keep their interval over midnight."""
    taken = Medicine(drug="d:made-up", amount=500, unit="mg", times_per_day=3)
    week = plan(make_profile(medicines=(taken,)), with_drug(knowledge, daily=1500.0, hours=6.0))
    moments = sorted(i.day * 1440 + i.start for i in week.items if i.kind is ItemKind.DOSE)
    assert len(moments) == 21
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 360


def test_two_entries_of_one_drug_are_summed(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """The same medicine under two names must not add up to too much."""
    twice = (Medicine(drug="d:made-up", amount=600, unit="mg", times_per_day=1),) * 2
    week = plan(make_profile(medicines=twice), with_drug(knowledge, daily=1000.0))
    assert of(week, ItemKind.DOSE) == []


def test_a_medicine_of_unknown_frequency_is_not_guessed(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Without a frequency there is an alert, not a dose."""
    week = plan(make_profile(medicines=(Medicine(drug="d:unheard-of"),)), knowledge)
    assert of(week, ItemKind.DOSE) == []
    assert any("unheard of" in alert.en for alert in week.alerts)


def test_visits_are_in_time_and_breakfast_waits_for_a_fasting_test(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """A fasting test comes before anything is eaten that day, and by its latest day."""
    test = Visit(code="t:lipid-profile", kind=ItemKind.TEST, fasting=True, latest_day=3)
    week = plan(make_profile(visits=(test, Visit(code="specialty:Physiotherapy", latest_day=1))), knowledge)
    held = next(i for i in week.items if i.code == "t:lipid-profile")
    assert held.day <= 3
    assert all(i.start >= held.start + held.minutes for i in week.items if i.kind is ItemKind.MEAL and i.day == held.day)


def test_impossible_wishes_get_a_reason_and_the_fewest_sacrifices(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """An impossible list is no error: the clash is named, the later of two clashing wishes goes, the others stay."""
    wishes = (wish("min-minutes", "300"), wish("max-minutes", "20"), wish("include", "a:tai-chi"))
    week = plan(make_profile(wishes=wishes), knowledge)
    assert [s.wish for s in week.sacrifices] == ["max-minutes:20"]
    assert set(week.conflict) == {"wish.min-minutes:300", "wish.max-minutes:20"}
    assert "a:tai-chi" in of(week, ItemKind.ACTIVITY)
    assert week.certificate.verified


def test_a_wish_against_safety_is_given_up(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """Peanuts stay out however much they are wished for."""
    week = plan(make_profile(allergies=("x:peanut",), wishes=(wish("include", "m:kung-pao-chicken"),)), knowledge)
    assert week.sacrifices[0].because == ("food.allergy:x:peanut",)
    assert "m:kung-pao-chicken" not in of(week, ItemKind.MEAL)


def test_kept_wishes_are_kept(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """What can be had is had."""
    wishes = (wish("wake", "06:30"), wish("rest-day", "sunday"), wish("avoid", "x:pork"), wish("include", "m:mapo-tofu"))
    week = plan(make_profile(wishes=wishes[:3]), knowledge)
    assert week.sacrifices == ()
    sleep = next(i for i in week.items if i.kind is ItemKind.SLEEP)
    assert (sleep.start + sleep.minutes) % 1440 == 390
    assert all(i.day != 6 for i in week.items if i.kind is ItemKind.ACTIVITY)
    assert "m:mapo-tofu" not in of(week, ItemKind.MEAL)


def test_without_free_time_there_is_no_activity(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Five free minutes a day make no session; the shortfall is priced, not hidden."""
    week = plan(make_profile(free=(FreeTime(start=600, end=605),)), knowledge)
    assert of(week, ItemKind.ACTIVITY) == []
    assert next(b.penalty for b in week.bounds if b.name == "target:l:activity-adults/moderate-minutes") > 0


def test_children_get_no_adult_menu(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """A toddler's plan has neither dishes nor training."""
    week = plan(make_profile(person=Patient(age=2, sex=Sex.MALE)), knowledge)
    assert of(week, ItemKind.MEAL) == []
    assert of(week, ItemKind.ACTIVITY) == []
    assert len(week.alerts) == 2


def test_unclear_wishes_and_unknown_targets_are_told(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """What cannot be understood is an alert, never a crash."""
    week = plan(make_profile(targets=("l:nonsense",), wishes=(wish("wake", "when the cock crows"), wish("max-minutes", "-3"))), knowledge)
    assert len(week.alerts) == 3
    assert week.certificate.verified


def test_replanning_keeps_what_need_not_change(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """One dish less wanted is one dish changed, and nothing else moves."""
    old = plan(make_profile(), knowledge)
    unwanted = next(i.code for i in old.items if i.kind is ItemKind.MEAL and i.day == 2)
    new = replan(old, make_profile(wishes=(wish("avoid", unwanted),)), knowledge)
    times = of(old, ItemKind.MEAL).count(unwanted)
    before, after = ({(i.kind, i.code, i.day, i.start) for i in week.items} for week in (old, new))
    assert unwanted not in of(new, ItemKind.MEAL)
    assert len(before - after) <= times + 1
    assert all(kind is ItemKind.MEAL for kind, *_ in before - after)


def test_replanning_the_same_profile_changes_nothing(make_profile: MakeProfile, knowledge: Ontology) -> None:
    """Planning again without news gives the plan that there is."""
    old = plan(make_profile(), knowledge)
    assert replan(old, make_profile(), knowledge).items == old.items


def test_nothing_suitable_is_told(make_profile: MakeProfile, knowledge: Ontology, person: Patient) -> None:
    """A limitation that no activity states to suit gives an alert, never an unsuitable activity."""
    week = plan(make_profile(person=replace(person, circumstances=Circumstances(mobility=("never-heard-of",)))), knowledge)
    assert of(week, ItemKind.ACTIVITY) == []
    assert any("physiotherapist" in alert.en for alert in week.alerts)
