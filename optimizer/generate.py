"""Made-up people for measuring and testing the planner: the same seed gives the same people."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from kg.care import ItemKind
from kg.reasoning import TriageLevel
from kg.record import Circumstances, Patient, Sex
from ontologies.ontology import Ontology
from ontologies.plain_yaml import read_yaml
from optimizer.profile import FreeTime, Medicine, PlanProfile, PlanWish, Visit, WishName
from optimizer.settings import minutes_of


@dataclass(slots=True)
class _Draw:
    """A seeded source of choices and the population's make-up."""

    random: random.Random
    make_up: dict[str, Any] = field(default_factory=dict)

    def some(self, options: Sequence[Any], most: int) -> tuple[Any, ...]:
        """Draw up to `most` different options."""
        return tuple(self.random.sample(list(options), min(len(options), self.random.randint(0, most))))

    def chance(self, share: float) -> bool:
        """Be true with a probability."""
        return self.random.random() < share


def generate(count: int, seed: int, knowledge: Ontology) -> tuple[PlanProfile, ...]:
    """Make so many people up."""
    make_up = read_yaml(files("optimizer").joinpath("population.yaml").read_text(encoding="utf-8"))
    draw = _Draw(random.Random(seed), make_up)  # noqa: S311 - no secret, and it must repeat
    return tuple(_profile(draw, knowledge) for _ in range(count))


def _profile(draw: _Draw, knowledge: Ontology) -> PlanProfile:
    person = _person(draw)
    conditions = draw.some(sorted(draw.make_up["targets_of"]), 3)
    targets = [target for condition in conditions for target in draw.make_up["targets_of"][condition]]
    targets += draw.make_up["targets_older" if (person.age or 0) >= draw.make_up["older_from"] else "targets_adult"]
    medicines = [medicine for condition in conditions for medicine in draw.make_up["medicines_of"].get(condition, ())]
    return PlanProfile(
        start_date="2026-11-23",
        person=person,
        history=tuple(conditions),
        allergies=draw.some(draw.make_up["allergies"], 1),
        medicines=tuple(_medicine(m) for m in medicines),
        targets=tuple(code for code in dict.fromkeys(targets) if code in knowledge.targets),
        visits=tuple(_visit(v) for v in draw.some(draw.make_up["visits"], 3)),
        wishes=_wishes(draw, knowledge),
        free=_free(draw),
        triage=TriageLevel.CONSULTATION_24H if draw.chance(draw.make_up["urgent_share"]) else TriageLevel.CONSULTATION,
    )


def _person(draw: _Draw) -> Patient:
    make_up = draw.make_up
    return Patient(
        age=float(draw.random.randint(*make_up["ages"])),
        sex=draw.random.choice(list(Sex)),
        weight_kg=float(draw.random.randint(*make_up["weights"])),
        height_cm=float(draw.random.randint(*make_up["heights"])),
        circumstances=Circumstances(
            income=draw.random.choice(make_up["incomes"]),
            mobility=draw.some(make_up["mobility"], 2) if draw.chance(make_up["limited_share"]) else (),
            diet=draw.some(make_up["diets"], 1),
        ),
    )


def _medicine(raw: dict[str, Any]) -> Medicine:
    return Medicine(drug=raw["drug"], amount=raw["amount"], unit="mg", times_per_day=raw["times"])


def _visit(raw: dict[str, Any]) -> Visit:
    return Visit(code=raw["code"], kind=ItemKind(raw["kind"]), latest_day=raw["latest"], fasting=raw.get("fasting", False))


def _wishes(draw: _Draw, knowledge: Ontology) -> tuple[PlanWish, ...]:
    wishes = [PlanWish(name=WishName.LIKE, value=code) for code in draw.some(sorted(knowledge.activities), 2)]
    wishes += [PlanWish(name=WishName.DISLIKE, value=code) for code in draw.some(sorted(knowledge.dishes), 3)]
    wishes += [PlanWish(name=WishName(w["name"]), value=w["value"]) for w in draw.some(draw.make_up["wishes"], 2)]
    return tuple(wishes)


def _free(draw: _Draw) -> tuple[FreeTime, ...]:
    hours = draw.random.choice(draw.make_up["free"])
    return tuple(FreeTime(start=minutes_of(start), end=minutes_of(end)) for start, end in hours)
