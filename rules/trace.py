"""Why a rule fired or did not on a case: every premise with how it is known and by what, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kg.reasoning import Derivation
from rules.atom import Atom
from rules.fact import arguments_of, fact, predicate_of
from rules.grounding import FactBase
from rules.guard import Outcome
from rules.guard import judge as judge_flag
from rules.rule import Rule, Stage
from rules.truth import Truth


class Part(StrEnum):
    """In which part of a rule a premise stands."""

    ALL = "all"
    ANY = "any"
    COUNTED = "at_least"
    UNLESS = "unless"


@dataclass(frozen=True, slots=True, kw_only=True)
class Premise:
    """One premise on one case: how well it is known, and the statements or derivations behind that."""

    part: Part
    atom: Atom
    truth: Truth
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A rule on a case. `missing` names what holds it back, in words of the rule."""

    rule: Rule
    outcome: Outcome
    premises: tuple[Premise, ...]
    missing: tuple[str, ...]


def trace(rule: Rule, facts: FactBase, derivations: Iterable[Derivation]) -> Trace:
    """Trace a rule on what is known before its stage and what was concluded in the end."""
    concluded = tuple(derivations)
    known = facts.given(dict(_concluded(concluded))) if rule.stage.after_differential else facts
    premises = tuple(_premises(rule, known))
    if rule.stage is Stage.RED_FLAGS:
        outcome = judge_flag(rule, known).outcome
    else:
        outcome = Outcome.FIRES if any(d.rule == rule.id for d in concluded) else Outcome.SILENT
    return Trace(rule=rule, outcome=outcome, premises=premises, missing=tuple(_missing(rule, premises)))


def _concluded(derivations: Iterable[Derivation]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what was concluded as facts; what is likely is considered too."""
    for derivation in derivations:
        yield derivation.conclusion, (derivation.id,)
        if predicate_of(derivation.conclusion) == "likely":
            yield fact("considered", *arguments_of(derivation.conclusion)), (derivation.id,)


def _premises(rule: Rule, facts: FactBase) -> Iterator[Premise]:
    counted = rule.at_least.of if rule.at_least else ()
    for part, atoms in ((Part.ALL, rule.all), (Part.ANY, rule.any), (Part.COUNTED, counted), (Part.UNLESS, rule.unless)):
        for atom in atoms:
            truth, behind = facts.judge(atom)
            yield Premise(part=part, atom=atom, truth=truth, behind=behind)


def _missing(rule: Rule, premises: tuple[Premise, ...]) -> Iterator[str]:
    """Name what keeps a rule from firing."""

    def of(part: Part) -> list[Premise]:
        return [one for one in premises if one.part is part]

    yield from (f"{one.atom.fact} is {one.truth}" for one in of(Part.ALL) if one.truth is not Truth.TRUE)
    if rule.any and not any(one.truth is Truth.TRUE for one in of(Part.ANY)):
        yield "none of its alternatives is true"
    if rule.at_least is not None:
        true = sum(one.truth is Truth.TRUE for one in of(Part.COUNTED))
        if true < rule.at_least.n:
            yield f"{true} of the {rule.at_least.n} counted signs are there"
    yield from (f"{one.atom.fact} is true and holds it back" for one in of(Part.UNLESS) if one.truth is Truth.TRUE)
