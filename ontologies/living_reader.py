"""Reads what a week is made of: activities, foods, dishes and lifestyle targets."""

from __future__ import annotations

from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.labels_reader import read_forms, read_label
from ontologies.living import (
    Activity,
    Dish,
    Food,
    LifestyleTarget,
    Nutrients,
    Portion,
    TargetLimit,
    TargetMeasurement,
    nutrients_of,
)
from ontologies.turtle import Node

PLACES = {"Indoors": "indoors", "Outdoors": "outdoors"}
COSTS = {"Free": "free", "Low": "low", "Medium": "medium", "High": "high"}
COMPANIES = {"Alone": "alone", "WithOthers": "with-others"}
SLOTS = {"Breakfast": "breakfast", "Lunch": "lunch", "Dinner": "dinner", "Snack": "snack"}
PERIODS = {"Day": "day", "Week": "week", "Meal": "meal"}
BASES = {"Absolute": "absolute", "PerKg": "per-kg", "EnergyPercent": "energy-percent"}
MOMENTS = {
    "AfterWaking": "after-waking",
    "Morning": "morning",
    "Evening": "evening",
    "MorningAndEvening": "morning-and-evening",
    "BeforeMeals": "before-meals",
}
_NUTRIENT_FIELDS = {
    "kcal": "v:kcal",
    "protein_g": "v:proteinG",
    "carbohydrate_g": "v:carbohydrateG",
    "fibre_g": "v:fibreG",
    "sugar_g": "v:sugarG",
    "fat_g": "v:fatG",
    "saturated_fat_g": "v:saturatedFatG",
    "sodium_mg": "v:sodiumMg",
    "potassium_mg": "v:potassiumMg",
}


_PART_OF = {"sugar_g": "carbohydrate_g", "saturated_fat_g": "fat_g"}


def read_activities(fields: FieldReader) -> dict[str, Activity]:
    """Read every activity by identifier; one without a metabolic equivalent is a fault and left out."""
    found = (_activity(fields, node) for node in fields.graph.of_type("v:Activity"))
    return {activity.id: activity for activity in found if activity is not None}


def _activity(fields: FieldReader, node: Node) -> Activity | None:
    met = fields.nodes(node, "v:met")
    value = fields.number(met[0], "v:value") if met else None
    if value is None:
        fields.fault(node, f"{node.id} has no metabolic equivalent, so it cannot be planned.", "Add v:met [ v:value … ; v:grade … ].")
        return None
    return Activity(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        met=value,
        met_evidence=read_evidence(fields, met[0]),
        kinds=fields.individuals(node, "v:kind"),
        suits=frozenset(fields.literals(node, "v:suits")),
        not_with=frozenset(fields.iris(node, "v:notWith")),
        places=_chosen(fields, node, "v:place", PLACES),
        cost=fields.choice(node, "v:cost", COSTS, "low"),
        equipment=fields.literals(node, "v:equipment"),
        companies=_chosen(fields, node, "v:company", COMPANIES),
        minutes_min=int(fields.number(node, "v:minutesMin") or 10),
        minutes_max=int(fields.number(node, "v:minutesMax") or 60),
        evidence=read_evidence(fields, node),
        where=node.where,
    )


def _chosen(fields: FieldReader, node: Node, predicate: str, choices: dict[str, str]) -> tuple[str, ...]:
    names = fields.individuals(node, predicate)
    for name in names:
        if name not in choices:
            fields.fault(node, f"{predicate} v:{name} is not known.", f"Use one of {', '.join('v:' + choice for choice in choices)}.")
    return tuple(choices[name] for name in names if name in choices)


def read_foods(fields: FieldReader) -> dict[str, Food]:
    """Read every food by identifier."""
    return {
        node.id: Food(
            id=node.id,
            name=fields.literal(node, "rdfs:label") or node.id,
            ndb=fields.literal(node, "v:ndb") or "",
            per_100g=_per_100g(fields, node),
            contains=frozenset(fields.iris(node, "v:contains")),
            evidence=read_evidence(fields, node),
            where=node.where,
        )
        for node in fields.graph.of_type("v:Food")
    }


def _per_100g(fields: FieldReader, node: Node) -> Nutrients:
    """Read the contents. What was not analysed is not zero: it takes the most that it can be."""
    printed = {name: value for name, predicate in _NUTRIENT_FIELDS.items() if (value := fields.number(node, predicate)) is not None}
    for part, whole in _PART_OF.items():
        printed.setdefault(part, printed.get(whole, 0.0))
    return Nutrients(**printed)


def read_dishes(fields: FieldReader) -> dict[str, Dish]:
    """Read every dish by identifier; one with a portion of an unknown food is a fault and left out, for its allergens are unknown."""
    foods = read_foods(fields)
    found = (_dish(fields, node, foods) for node in fields.graph.of_type("v:Dish"))
    return {dish.id: dish for dish in found if dish is not None}


def _dish(fields: FieldReader, node: Node, foods: dict[str, Food]) -> Dish | None:
    portions = tuple(p for inner in fields.nodes(node, "v:portion") if (p := _portion(fields, inner, foods)) is not None)
    if not portions or len(portions) < len(node.fields.get("v:portion", ())):
        fields.fault(node, f"{node.id} needs portions of known foods with grams.", "Add v:portion [ v:food x:food-… ; v:grams … ].")
        return None
    return Dish(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        slots=_chosen(fields, node, "v:slot", SLOTS),
        cuisine=fields.literal(node, "v:cuisine") or "",
        tags=frozenset(fields.literals(node, "v:tag")),
        portions=portions,
        nutrients=nutrients_of(portions),
        contains=frozenset[str]().union(*(portion.food.contains for portion in portions)),
        prep_minutes=int(fields.number(node, "v:prepMinutes") or 0),
        evidence=read_evidence(fields, node),
        where=node.where,
    )


def _portion(fields: FieldReader, node: Node, foods: dict[str, Food]) -> Portion | None:
    food, grams = foods.get(fields.iri(node, "v:food") or ""), fields.number(node, "v:grams")
    return Portion(food=food, grams=grams) if food is not None and grams else None


def read_targets(fields: FieldReader) -> dict[str, LifestyleTarget]:
    """Read every lifestyle target by identifier."""
    return {
        node.id: LifestyleTarget(
            id=node.id,
            label=read_label(fields, node),
            forms=read_forms(fields, node),
            advice=fields.text(node, "v:advice") or read_label(fields, node),
            limits=tuple(limit for inner in fields.nodes(node, "v:limit") if (limit := _limit(fields, inner)) is not None),
            measurements=tuple(_measurement(fields, inner) for inner in fields.nodes(node, "v:measurement")),
            evidence=read_evidence(fields, node),
            where=node.where,
        )
        for node in fields.graph.of_type("v:LifestyleTarget")
    }


def _limit(fields: FieldReader, node: Node) -> TargetLimit | None:
    measure, low, high = fields.literal(node, "v:measure"), fields.number(node, "v:atLeast"), fields.number(node, "v:atMost")
    if measure is None or (low is None and high is None):
        fields.fault(node, "A limit needs a measure and a bound.", 'Add v:measure "…" and v:atLeast or v:atMost.')
        return None
    return TargetLimit(
        measure=measure,
        per=fields.choice(node, "v:per", PERIODS, "day"),
        at_least=low,
        at_most=high,
        basis=fields.choice(node, "v:basis", BASES, "absolute"),
        hard=fields.truth(node, "v:hard"),
        evidence=read_evidence(fields, node),
    )


def _measurement(fields: FieldReader, node: Node) -> TargetMeasurement:
    return TargetMeasurement(
        quantity=fields.iri(node, "v:of") or "",
        days_per_week=int(fields.number(node, "v:daysPerWeek") or 7),
        moment=fields.choice(node, "v:moment", MOMENTS, "morning"),
        evidence=read_evidence(fields, node),
    )
