"""How far the cases of the library cover its rules: a test file each, three cases a rule, limits and denials among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from rules.atom import AgeAtom, Atom, DurationAtom, FindingAtom, FindingState, ValueAtom
from rules.bounds import Bounds
from rules.casefile import Given
from rules.readings import DAYS, to_canonical
from rules.rule import Rule, RuleBase, Score, Status

MIN_CASES = 3
"""Cases that each rule needs at least."""


class Covering(Protocol):
    """What coverage needs of a case."""

    @property
    def of(self) -> str:
        """The rule or score that it is about."""
        ...

    @property
    def given(self) -> Given:
        """The patient."""
        ...


def coverage_issues(
    base: RuleBase, cases: Sequence[Covering], rule_names: Iterable[str], test_names: Iterable[str], ontology: Ontology
) -> list[Issue]:
    """Complain about every gap."""
    tests = set(test_names)
    issues = [
        _issue(Level.ERROR, "The rule file has no test file.", f"Write {_test_of(name)}.", f"{name}:1")
        for name in rule_names
        if _test_of(name) not in tests
    ]
    by_rule: dict[str, list[Covering]] = {}
    for case in cases:
        by_rule.setdefault(case.of, []).append(case)
    entries: tuple[Rule | Score, ...] = (*base.rules, *base.scores)
    for entry in entries:
        if entry.status is not Status.RETIRED:
            issues += _entry_issues(entry, by_rule.get(entry.id, []), ontology)
    return issues


def _test_of(name: str) -> str:
    return name.removesuffix(".yaml") + ".test.yaml"


def _issue(level: Level, message: str, solution: str, where: str) -> Issue:
    return Issue(level=level, message=message, solution=solution, where=where)


def _entry_issues(entry: Rule | Score, cases: Sequence[Covering], ontology: Ontology) -> Iterable[Issue]:
    if len(cases) < MIN_CASES:
        yield _issue(
            Level.ERROR,
            f"{entry.id} has {len(cases)} test cases.",
            f"Write at least {MIN_CASES}, with a boundary and a denied premise.",
            entry.where,
        )
    if isinstance(entry, Rule) and cases:
        if not denied_premise(entry, cases, ontology):
            yield _issue(
                Level.WARNING, f"No case of {entry.id} denies one of its premises.", "Add a case with a premise under absent:.", entry.where
            )
        for missing in untested_limits(entry, cases, ontology):
            yield _issue(
                Level.WARNING,
                f"No case of {entry.id} stands on the limit of '{missing}'.",
                "Add a case with exactly that value.",
                entry.where,
            )


def denied_premise(rule: Rule, cases: Sequence[Covering], ontology: Ontology) -> bool:
    """Say whether a case denies a finding that the rule rests on; true where it rests on none."""
    findings = {a.of for a in rule.premises if isinstance(a, FindingAtom) and a.state is FindingState.PRESENT and not a.of.startswith("?")}
    related = findings | {above for finding in findings for above in ontology.ancestors(finding)}
    return not findings or any(related.intersection(case.given.lists.get("absent", ())) for case in cases)


def untested_limits(rule: Rule, cases: Sequence[Covering], ontology: Ontology) -> list[str]:
    """Return the limits of typed atoms on which no case stands exactly."""
    missing: list[str] = []
    for atom in rule.premises:
        for limit in _limits(atom):
            if not any(_stands_on(atom, limit, case.given, ontology) for case in cases):
                missing.append(atom.fact)
                break
    return missing


def _limits(atom: Atom) -> tuple[float, ...]:
    bounds: Bounds | None = atom.bounds if isinstance(atom, AgeAtom | ValueAtom | DurationAtom) else None
    return bounds.limits if bounds is not None else ()


def _stands_on(atom: Atom, limit: float, given: Given, ontology: Ontology) -> bool:
    match atom:
        case AgeAtom():
            age = given.scalars.get("age")
            return isinstance(age, int | float) and abs(age - limit) < 1e-9
        case ValueAtom(of=of):
            return _value_on(given.mappings.get("values", {}).get(of), atom, limit, ontology)
        case DurationAtom(of=of, unit=unit):
            number, _, said = str(given.mappings.get("durations", {}).get(of, "")).partition(" ")
            return said in DAYS and abs(float(number) * DAYS[said] - limit * DAYS[unit]) < 1e-9
        case _:
            return False


def _value_on(said: object, atom: ValueAtom, limit: float, ontology: Ontology) -> bool:
    text, _, said_unit = str(said or "").partition(" ")
    quantity = ontology.quantities.get(f"q:{atom.of}")
    try:
        value = float(text)
    except ValueError:
        return False
    if quantity is None or not said_unit or said_unit == atom.unit:
        return abs(value - limit) < 1e-9
    here, there = to_canonical(value, said_unit, quantity), to_canonical(limit, atom.unit, quantity)
    return here is not None and there is not None and abs(here - there) <= (atom.rounded or 0) / 2 + 1e-9
