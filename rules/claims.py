"""Which of several claims on one finding applies to a person, and what probability it states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ontologies.concepts import Claim
from ontologies.evidence import AgeRange, Band

_OTHER_POPULATIONS = frozenset({"Pregnant", "Postpartum", "Immunosuppressed", "WithAppendicolith"})  # never "everyone else"
SUSPECTED = "SuspectedDisease"


class Aged(Protocol):
    """Anything stated for a range of ages."""

    @property
    def ages(self) -> AgeRange | None:
        """Return the ages it is applied to; None for everyone else."""


A = TypeVar("A", bound=Aged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The claim used for one finding of one condition, and its probability."""

    claim: Claim
    probability: float
    extrapolated: bool = False


def nearest_age(options: Sequence[A], age: float) -> tuple[A | None, bool]:
    """Return what is stated for an age: the range that holds it, else the one for everyone else, else the nearest (extrapolated)."""
    holding = next((o for o in options if o.ages is not None and o.ages.contains(age)), None)
    if holding is not None:
        return holding, False
    general = next((o for o in options if o.ages is None), None)
    if general is not None or not options:
        return general, False
    return min(options, key=lambda o: _distance(o.ages, age)), True


def _distance(ages: AgeRange | None, age: float) -> float:
    if ages is None:
        return 0.0
    return max(ages.min_years - age, age - ages.max_years, 0.0)


def probability_of(claim: Claim, bands: Mapping[Band, float]) -> float | None:
    """Return P(finding | condition) as a claim states it: a figure, a band, or the sensitivity behind two likelihood ratios."""
    if claim.probability is not None:
        return claim.probability
    if claim.band is not None:
        return bands[claim.band]
    if claim.lr_positive is None or claim.lr_negative is None:
        return None
    if not claim.lr_negative < 1 < claim.lr_positive:
        return None
    return claim.lr_positive * (1 - claim.lr_negative) / (claim.lr_positive - claim.lr_negative)


def choose(claims: Iterable[Claim], age: float | None, sex: str | None, bands: Mapping[Band, float]) -> Chosen | None:
    """Choose the claim that applies to an age and sex. Where the age is unknown, average over the ages stated."""
    usable = [(c, p) for c in claims if (p := probability_of(c, bands)) is not None]
    usable = [(c, p) for c, p in usable if c.population not in _OTHER_POPULATIONS] or usable
    of_sex = [(c, p) for c, p in usable if c.sex is None or sex is None or c.sex == sex] or usable
    figures = [(c, p) for c, p in of_sex if c.band is not None or c.probability is not None] or of_sex
    if not figures:
        return None
    if age is None:
        return Chosen(claim=figures[0][0], probability=sum(p for _, p in figures) / len(figures))
    found, extrapolated = nearest_age([c for c, _ in figures], age)
    same = [p for c, p in figures if found is None or c.ages == found.ages]
    return Chosen(claim=found or figures[0][0], probability=sum(same) / len(same), extrapolated=extrapolated)
