"""What one premise says about another: the ground on which the lints call a rule unreachable, subsumed or contradictory."""

from __future__ import annotations

import math

from ontologies.ontology import Ontology
from rules.atom import AgeAtom, Atom, DurationAtom, FindingAtom, FindingState, PregnancyAtom, SexAtom, ValueAtom
from rules.bounds import Bounds
from rules.rule import Rule

Interval = tuple[float, bool, float, bool]
"""Lowest value, is it excluded, highest value, is it excluded."""


def entails(first: Atom, second: Atom, ontology: Ontology) -> bool:
    """Say whether the second holds wherever the first does."""
    if first.fact == second.fact:
        return True
    match first, second:
        case FindingAtom(state=FindingState.PRESENT), FindingAtom(state=FindingState.PRESENT):
            return second.of in ontology.ancestors(first.of)
        case FindingAtom(state=FindingState.ABSENT), FindingAtom(state=FindingState.ABSENT):
            return first.of in ontology.ancestors(second.of)
        case AgeAtom(), AgeAtom():
            return within(first.bounds, second.bounds)
        case ValueAtom(), ValueAtom():
            return (first.of, first.unit, first.rounded) == (second.of, second.unit, second.rounded) and within(first.bounds, second.bounds)
        case DurationAtom(), DurationAtom():
            return (first.of, first.unit) == (second.of, second.unit) and within(first.bounds, second.bounds)
        case PregnancyAtom(), PregnancyAtom():
            return set(first.states) <= set(second.states) and (second.weeks is None or first.weeks == second.weeks)
        case _:
            return False


def excludes(first: Atom, second: Atom, ontology: Ontology) -> bool:
    """Say whether the two can never hold together."""
    match first, second:
        case FindingAtom(state=FindingState.PRESENT), FindingAtom(state=FindingState.ABSENT):
            return first.of == second.of or second.of in ontology.ancestors(first.of)
        case FindingAtom(state=FindingState.ABSENT), FindingAtom(state=FindingState.PRESENT):
            return excludes(second, first, ontology)
        case SexAtom(), SexAtom():
            return first.sex is not second.sex
        case AgeAtom(), AgeAtom():
            return apart(first.bounds, second.bounds)
        case _:
            return False


def within(inner: Bounds, outer: Bounds) -> bool:
    """Say whether every number that meets the inner limits meets the outer ones."""
    low, low_out, high, high_out = interval(inner)
    least, least_out, most, most_out = interval(outer)
    above = low > least or (low == least and (low_out or not least_out))
    below = high < most or (high == most and (high_out or not most_out))
    return above and below


def apart(first: Bounds, second: Bounds) -> bool:
    """Say whether no number meets both limits."""
    low, low_out, high, high_out = interval(first)
    least, least_out, most, most_out = interval(second)
    return high < least or most < low or (high == least and (high_out or least_out)) or (most == low and (most_out or low_out))


def interval(bounds: Bounds) -> Interval:
    """Return the limits as an interval."""
    low = max(((v, out) for v, out in ((bounds.ge, False), (bounds.gt, True)) if v is not None), default=(-math.inf, False))
    high = min(((v, not out) for v, out in ((bounds.le, False), (bounds.lt, True)) if v is not None), default=(math.inf, True))
    return low[0], low[1], high[0], not high[1]


def weaker(first: Rule, second: Rule, ontology: Ontology) -> bool:
    """Say whether the first rule holds wherever the second does (a sufficient test, not a complete one)."""
    if first.ranges or second.ranges or not {a.fact for a in first.unless} <= {a.fact for a in second.unless}:
        return False
    every = all(any(entails(b, a, ontology) for b in second.all) for a in first.all)
    return every and _alternative(first, second, ontology) and _counter(first, second)


def _alternative(first: Rule, second: Rule, ontology: Ontology) -> bool:
    if not first.any:
        return True

    def meets(atom: Atom) -> bool:
        return any(entails(atom, a, ontology) for a in first.any)

    return any(meets(b) for b in second.all) or (bool(second.any) and all(meets(b) for b in second.any))


def _counter(first: Rule, second: Rule) -> bool:
    if first.at_least is None:
        return True
    counter = second.at_least
    if counter is None:
        return False
    return {a.fact for a in counter.of} <= {a.fact for a in first.at_least.of} and counter.n >= first.at_least.n
