"""Mutants of rules: each premise dropped or turned round, each counter moved by one. A mutant that no case notices is a gap in the cases.

What cannot be told from the rule is no mutant: an alternative whose base is an alternative too, and a drop that leaves no sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from kg.record import Sex
from ontologies.ontology import Ontology
from rules.atom import AgeAtom, Atom, CircumstanceAtom, DurationAtom, FindingAtom, FindingState, MedicineAtom, SexAtom, ValueAtom
from rules.bounds import Bounds
from rules.entailment import entails
from rules.rule import AtLeast, Rule

_OTHER_STATE = {FindingState.PRESENT: FindingState.ABSENT, FindingState.ABSENT: FindingState.PRESENT}
_OTHER_SEX = {Sex.FEMALE: Sex.MALE, Sex.MALE: Sex.FEMALE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A rule with one thing changed, and what that was in words."""

    rule: Rule
    change: str


def mutants(rule: Rule, ontology: Ontology) -> Iterator[Mutant]:
    """Make every mutant of a rule."""
    found = [*_of_all(rule, ontology), *_of_any(rule, ontology)]
    found += _of_counter(rule, rule.at_least, ontology) if rule.at_least is not None else ()
    yield from (mutant for mutant in found if any(not atom.person for atom in mutant.rule.premises))
    for atom in rule.unless:
        yield Mutant(rule=replace(rule, unless=_without(rule.unless, atom)), change=f"unless {atom.fact} dropped")


def _of_all(rule: Rule, ontology: Ontology) -> Iterator[Mutant]:
    for atom in rule.all:
        rest = _without(rule.all, atom)
        if not _told_anyway(rule, rest, atom, ontology):
            yield Mutant(rule=replace(rule, all=rest), change=f"all: {atom.fact} dropped")
        for turned in _turned(atom):
            yield Mutant(rule=replace(rule, all=_swapped(rule.all, atom, turned)), change=f"all: {atom.fact} became {turned.fact}")


def _of_any(rule: Rule, ontology: Ontology) -> Iterator[Mutant]:
    for atom in rule.any:
        rest = _without(rule.any, atom)
        if any(_implies(atom, other, ontology) for other in rest):
            continue
        yield Mutant(rule=replace(rule, any=rest), change=f"any: {atom.fact} dropped")
        for turned in _turned(atom):
            yield Mutant(rule=replace(rule, any=_swapped(rule.any, atom, turned)), change=f"any: {atom.fact} became {turned.fact}")


def _of_counter(rule: Rule, counter: AtLeast, ontology: Ontology) -> Iterator[Mutant]:
    def counting(n: int, of: tuple[Atom, ...], change: str) -> Iterator[Mutant]:
        if 0 < n <= len(of):
            yield Mutant(rule=replace(rule, at_least=AtLeast(n=n, of=of)), change=f"at_least: {change}")

    yield from counting(counter.n - 1, counter.of, f"{counter.n} became {counter.n - 1}")
    yield from counting(counter.n + 1, counter.of, f"{counter.n} became {counter.n + 1}")
    for atom in counter.of:
        rest = _without(counter.of, atom)
        if not any(_implies(atom, other, ontology) for other in rest):
            yield from counting(counter.n, rest, f"{atom.fact} dropped")
            for turned in _turned(atom):
                yield from counting(counter.n, _swapped(counter.of, atom, turned), f"{atom.fact} became {turned.fact}")


def _told_anyway(rule: Rule, rest: tuple[Atom, ...], atom: Atom, ontology: Ontology) -> bool:
    """Say whether a premise of `all` follows from the others, or from every alternative."""
    by_all = any(_implies(other, atom, ontology) for other in rest)
    return by_all or (bool(rule.any) and all(_implies(other, atom, ontology) for other in rule.any))


def _implies(first: Atom, second: Atom, ontology: Ontology) -> bool:
    """Say whether the second holds wherever the first does; a medicine is all of its classes."""
    if isinstance(first, MedicineAtom) and isinstance(second, MedicineAtom):
        return first.status is second.status and second.of in {first.of, *ontology.drug_classes_of(first.of)}
    return entails(first, second, ontology)


def _without(atoms: Iterable[Atom], atom: Atom) -> tuple[Atom, ...]:
    return tuple(one for one in atoms if one is not atom)


def _swapped(atoms: Iterable[Atom], atom: Atom, other: Atom) -> tuple[Atom, ...]:
    return tuple(other if one is atom else one for one in atoms)


def _turned(atom: Atom) -> Sequence[Atom]:
    """Return an atom turned round: absent for present, the other sex, the other side of each limit. Others have no opposite."""
    match atom:
        case FindingAtom(state=state) if state in _OTHER_STATE:
            return (replace(atom, state=_OTHER_STATE[state]),)
        case SexAtom(sex=sex) if sex in _OTHER_SEX:
            return (SexAtom(sex=_OTHER_SEX[sex]),)
        case AgeAtom(bounds=bounds) | ValueAtom(bounds=bounds) | DurationAtom(bounds=bounds):
            return tuple(replace(atom, bounds=turned) for turned in _beyond(bounds))
        case CircumstanceAtom(value=bool() as value):
            return (replace(atom, value=not value),)
        case _:
            return ()


def _beyond(bounds: Bounds) -> Iterator[Bounds]:
    """Yield what lies beyond each limit, and the limit itself left out or taken in."""
    if bounds.ge is not None:
        yield Bounds(lt=bounds.ge)
        yield replace(bounds, ge=None, gt=bounds.ge)
    if bounds.gt is not None:
        yield Bounds(le=bounds.gt)
        yield replace(bounds, gt=None, ge=bounds.gt)
    if bounds.le is not None:
        yield Bounds(gt=bounds.le)
        yield replace(bounds, le=None, lt=bounds.le)
    if bounds.lt is not None:
        yield Bounds(ge=bounds.lt)
        yield replace(bounds, lt=None, le=bounds.lt)
