"""What a week is made of: activities, dishes with their foods, and lifestyle targets."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as fields_of

from ontologies.concepts import SurfaceForm
from ontologies.evidence import Evidence
from ontologies.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something to do for one's health. A limitation that it does not state to suit counts as unsuitable."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    met: float  # multiples of resting energy use
    met_evidence: Evidence
    kinds: tuple[str, ...]  # "Aerobic" | "Strength" | "Balance" | "Flexibility" | "Relaxation"
    suits: frozenset[str]  # the mobility and disability names of kg.record.Circumstances, "pregnancy" and "after-stroke"
    not_with: frozenset[str]  # conditions that forbid it: "c:epilepsy" for what is done in water
    places: tuple[str, ...]  # "indoors" | "outdoors"
    cost: str  # "free" | "low" | "medium" | "high"
    equipment: tuple[str, ...]
    companies: tuple[str, ...]  # "alone" | "with-others"
    minutes_min: int  # shortest useful session
    minutes_max: int
    evidence: Evidence  # of the suitability
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutrients:
    """The contents of a portion, or of 100 g."""

    kcal: float = 0.0
    protein_g: float = 0.0
    carbohydrate_g: float = 0.0
    fibre_g: float = 0.0
    sugar_g: float = 0.0
    fat_g: float = 0.0
    saturated_fat_g: float = 0.0
    sodium_mg: float = 0.0
    potassium_mg: float = 0.0

    def plus(self, other: Nutrients, share: float = 1.0) -> Nutrients:
        """Add `share` of another content."""
        return Nutrients(**{name: getattr(self, name) + share * getattr(other, name) for name in NUTRIENTS})


NUTRIENTS = tuple(f.name for f in fields_of(Nutrients))


@dataclass(frozen=True, slots=True, kw_only=True)
class Food:
    """One food of a nutrient table, per 100 g, with what it contains that some people must not eat."""

    id: str
    name: str
    ndb: str
    per_100g: Nutrients
    contains: frozenset[str]  # "x:peanut", "x:pork" …
    evidence: Evidence
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """How much of a food a dish holds."""

    food: Food
    grams: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """A portion for one person. Nutrients and allergens follow from its foods."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    slots: tuple[str, ...]  # "breakfast" | "lunch" | "dinner" | "snack"
    cuisine: str
    tags: frozenset[
        str
    ]  # "vegetarian", "vegan", "halal", "gluten-free", "lactose-free", "soft", "puree", "low-cost", "quick", "one-pot", "no-cook"
    portions: tuple[Portion, ...]
    nutrients: Nutrients
    contains: frozenset[str]
    prep_minutes: int
    evidence: Evidence  # of the recipe
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLimit:
    """One figure of a target. `hard` limits are safety and are never relaxed; the others are aims."""

    measure: str  # "sodium_mg" and the other nutrients, "moderate-minutes", "strength-days", "balance-days", "active-days" …
    per: str  # "day" | "week" | "meal"
    at_least: float | None
    at_most: float | None
    basis: str  # "absolute" | "per-kg" | "energy-percent"
    hard: bool
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMeasurement:
    """Something to measure at home."""

    quantity: str  # "q:weight"
    days_per_week: int
    moment: str  # "after-waking" | "morning" | "evening" | "morning-and-evening" | "before-meals"
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LifestyleTarget:
    """What a person should aim at, given a condition or an age."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    advice: Text
    limits: tuple[TargetLimit, ...]
    measurements: tuple[TargetMeasurement, ...]
    evidence: Evidence
    where: str = ""


def nutrients_of(portions: tuple[Portion, ...]) -> Nutrients:
    """Sum up what the portions hold."""
    total = Nutrients()
    for portion in portions:
        total = total.plus(portion.food.per_100g, portion.grams / 100.0)
    return total
