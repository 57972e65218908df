"""The lifestyle knowledge is complete, consistent with itself, and cited."""

from __future__ import annotations

from importlib.resources import files

import jsonschema
import pytest

from kg.care import Bound, CarePlan
from ontologies.evidence import Grade
from ontologies.living import NUTRIENTS, nutrients_of
from ontologies.ontology import Ontology
from optimizer.generate import generate
from optimizer.planner import plan
from optimizer.settings import Settings
from optimizer.texts import constraint_text

MEASURES = frozenset(
    {
        *NUTRIENTS,
        *("moderate-minutes", "strength-days", "balance-days", "relaxation-days", "active-days", "rest-days-in-a-row"),
        *("session-minutes", "met", "sleep-hours", "energy-deficit", "fluid_ml", "alcohol-units"),
    }
)
LIMITATIONS = (
    *("after-stroke", "bad-knees", "bedbound", "blind", "breathless-on-exertion", "cognitive", "deaf"),
    *("housebound", "one-handed", "poor-balance", "pregnancy", "walking-aid", "wheelchair"),
)
DIET_TAGS = ("vegetarian", "vegan", "halal", "gluten-free", "lactose-free")


def test_there_is_enough_of_everything(knowledge: Ontology) -> None:
    """At least 120 activities, 150 dishes (60 of them Chinese, 10 other cuisines) and 12 targets."""
    assert len(knowledge.activities) >= 120
    cuisines = [dish.cuisine for dish in knowledge.dishes.values()]
    assert len(cuisines) >= 150
    assert cuisines.count("Chinese") >= 60
    assert len(set(cuisines)) >= 11
    assert len(knowledge.targets) >= 12


def test_metabolic_equivalents_are_measured_and_cited(knowledge: Ontology) -> None:
    """Each activity names its code in the compendium."""
    for activity in knowledge.activities.values():
        assert activity.met_evidence.grade is Grade.MEASURED
        assert activity.met_evidence.source == "s:compendium2011"
        assert (activity.met_evidence.locator or "").startswith("code ")
        assert 0 < activity.minutes_min <= activity.minutes_max
        assert activity.kinds


@pytest.mark.parametrize("limitation", LIMITATIONS)
def test_every_limitation_has_something_to_do(knowledge: Ontology, limitation: str) -> None:
    """Whoever is limited finds free activities, and every limitation is one that people can name."""
    fitting = [a for a in knowledge.activities.values() if limitation in a.suits and a.cost == "free"]
    assert len(fitting) >= 8
    assert all(a.suits <= set(LIMITATIONS) for a in knowledge.activities.values())


def test_diet_tags_are_true(knowledge: Ontology, figures: Settings) -> None:
    """A dish has the tag of a diet exactly when none of its foods is forbidden there."""
    for dish in knowledge.dishes.values():
        for tag in DIET_TAGS:
            assert (tag in dish.tags) == figures.diets[tag].forbids.isdisjoint(dish.contains), f"{dish.id} {tag}"


def test_nutrients_follow_from_the_foods(knowledge: Ontology) -> None:
    """A dish holds the sum of its portions, and energy agrees with what yields it (4, 4 and 9 kcal a gram, within a quarter)."""
    for dish in knowledge.dishes.values():
        assert dish.nutrients == nutrients_of(dish.portions)
        n = dish.nutrients
        assert n.kcal == pytest.approx(4 * (n.protein_g + n.carbohydrate_g) + 9 * n.fat_g, rel=0.25)
        assert n.saturated_fat_g <= n.fat_g


def test_sources_exist_and_expert_claims_have_none(knowledge: Ontology) -> None:
    """What is cited can be found; what was not looked up says so."""
    for target in knowledge.targets.values():
        for evidence in (target.evidence, *(x.evidence for x in (*target.limits, *target.measurements))):
            assert (evidence.source is None) == (evidence.grade is Grade.EXPERT), target.id
            assert evidence.source is None or evidence.source in knowledge.sources


def test_every_measure_is_one_that_the_planner_knows(knowledge: Ontology) -> None:
    """A typing error in a target's measure would silently be no aim at all."""
    for target in knowledge.targets.values():
        assert {limit.measure for limit in target.limits} <= MEASURES, target.id


def test_every_slot_can_be_filled_for_every_diet(knowledge: Ontology) -> None:
    """Each diet has dishes for each meal."""
    for tag in DIET_TAGS:
        fitting = [dish for dish in knowledge.dishes.values() if tag in dish.tags]
        assert all(sum(slot in dish.slots for dish in fitting) >= 3 for slot in ("breakfast", "lunch", "dinner"))


@pytest.mark.parametrize("tag", ["soft", "puree", "low-cost", "one-pot"])
def test_every_slot_can_be_filled_for_every_need(knowledge: Ontology, tag: str) -> None:
    """Those who chew or swallow badly, have little money or one pot find enough for each meal."""
    fitting = [dish for dish in knowledge.dishes.values() if tag in dish.tags]
    assert all(sum(slot in dish.slots for dish in fitting) >= 4 for slot in ("breakfast", "lunch", "dinner"))


def test_the_same_seed_gives_the_same_people(knowledge: Ontology) -> None:
    """People are made up repeatably, and different seeds differ."""
    assert generate(5, 1, knowledge) == generate(5, 1, knowledge)
    assert generate(5, 1, knowledge) != generate(5, 2, knowledge)


@pytest.mark.parametrize("number", range(6))
def test_made_up_people_get_verified_plans(knowledge: Ontology, number: int) -> None:
    """Whoever comes, the independent check finds nothing."""
    week = plan(generate(6, 3, knowledge)[number], knowledge)
    assert week.certificate.violations == ()
    assert all(bound.text.en and bound.text.zh for bound in week.bounds)


def test_a_plan_as_json_fits_its_schema(knowledge: Ontology) -> None:
    """The published form of a plan is the one that the schema describes."""
    import json

    schema = json.loads(files("optimizer").joinpath("schemas/plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(_as_json(plan(generate(1, 4, knowledge)[0], knowledge)), schema)


def _as_json(week: CarePlan) -> dict[str, object]:
    def bound(b: Bound) -> dict[str, object]:
        return {"name": b.name, "tier": b.tier.value, "text": b.text.en, "source": b.source, "penalty": b.penalty}

    items = [
        {
            **{name: getattr(i, name) for name in ("code", "day", "start", "minutes", "constraint", "amount")},
            "kind": i.kind.value,
            "label": i.label.en,
            "reason": i.reason.en,
        }
        for i in week.items
    ]
    stages = [{"stage": s.stage, "proof": s.proof.value, "objective": s.objective, "bound": s.bound} for s in week.certificate.stages]
    return {
        "start_date": week.start_date,
        "items": items,
        "bounds": [bound(b) for b in week.bounds],
        "sacrifices": [{"wish": s.wish, "text": s.text.en, "because": list(s.because)} for s in week.sacrifices],
        "conflict": list(week.conflict),
        "alerts": [alert.en for alert in week.alerts],
        "certificate": {"stages": stages, "verified": week.certificate.verified, "violations": list(week.certificate.violations)},
    }


def test_an_unworded_constraint_is_a_bug() -> None:
    """Every constraint has words in both languages; a missing one is raised, not shown as a key."""
    with pytest.raises(KeyError):
        constraint_text("no.such.constraint")
