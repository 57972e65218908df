"""From YAML to typed atoms: `f:x`, {absent: f:x}, {age: {ge: 40}}, {value: {of: temperature, ge: 38.0, unit: Cel}} …"""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from kg.reasoning import TriageLevel
from kg.record import MedicationStatus, MedicineRole, PregnancyState, Sex
from rules.atom import (
    AgeAtom,
    AllergyAtom,
    AnatomyAtom,
    Atom,
    AttributeAtom,
    CircumstanceAtom,
    ConclusionAtom,
    ConclusionKind,
    DurationAtom,
    FindingAtom,
    FindingState,
    HistoryAtom,
    MedicineAtom,
    PregnancyAtom,
    ScoreAtom,
    SexAtom,
    ValueAtom,
    WishAtom,
)
from rules.bounds import Bounds
from rules.yaml_source import Fault, decimal, fields, items, one_of, scalar, string

_CONCEPT = re.compile(r"(?:a|c|d|dc|f|l|m|q|s|t|tr|x):[A-Za-z0-9][A-Za-z0-9._-]*")
_VARIABLE = re.compile(r"\?[a-z][a-z0-9_]*")
_LIMITS = ("ge", "gt", "le", "lt")
DURATION_UNITS = ("h", "d", "wk", "mo", "a")
CIRCUMSTANCE_NAMES = {"alcohol": "alcohol-units-per-week", "cigarettes": "cigarettes-per-day", "weight": "weight-kg", "height": "height-cm"}
"""Short names that rules may use for circumstances."""


def concept(node: yaml.Node, *prefixes: str) -> str:
    """Return a concept with one of the prefixes, or a variable."""
    word = string(node)
    if _VARIABLE.fullmatch(word):
        return word
    if not _CONCEPT.fullmatch(word) or word.partition(":")[0] not in prefixes:
        expected = " or ".join(f"{p}:…" for p in prefixes)
        raise Fault(node, f"'{word}' is not a concept that can stand here.", f"Write {expected}.")
    return word


def bounds(found: dict[str, yaml.Node], node: yaml.Node) -> Bounds:
    """Return limits of which at least one is set and some number meets all."""
    limits = {name: decimal(found[name]) for name in _LIMITS if name in found}
    if not limits:
        raise Fault(node, "A limit is missing.", "Give one or two of: ge, gt, le, lt.")
    low = max((limits[n] for n in ("ge", "gt") if n in limits), default=None)
    high = min((limits[n] for n in ("le", "lt") if n in limits), default=None)
    if low is not None and high is not None and (low > high or (low == high and ("gt" in limits or "lt" in limits))):
        raise Fault(node, f"No number lies between {low:g} and {high:g} as written.", "Exchange or correct the limits.")
    return Bounds(**limits)


def _finding(state: FindingState) -> Callable[[yaml.Node], Atom]:
    return lambda node: FindingAtom(state=state, of=concept(node, "f"))


def _medicine(status: MedicationStatus | MedicineRole) -> Callable[[yaml.Node], Atom]:
    return lambda node: MedicineAtom(status=status, of=concept(node, "d", "dc"))


def _conclusion(kind: ConclusionKind) -> Callable[[yaml.Node], Atom]:
    return lambda node: ConclusionAtom(kind=kind, of=concept(node, "c"))


def _age(node: yaml.Node) -> Atom:
    return AgeAtom(bounds=bounds(fields(node, _LIMITS), node))


def _anatomy(node: yaml.Node) -> Atom:
    found = fields(node, ("has",))
    if "has" not in found:
        raise Fault(node, "The organ is missing.", "Write {anatomy: {has: uterus}}.")
    return AnatomyAtom(has=one_of(found["has"], ("uterus", "testes")))


def _pregnancy(node: yaml.Node) -> Atom:
    found = fields(node, ("in", "weeks"))
    if "in" not in found:
        raise Fault(node, "The states of pregnancy are missing.", "Write {pregnancy: {in: [confirmed, possible]}}.")
    states = tuple(PregnancyState(one_of(item, PregnancyState)) for item in items(found["in"]))
    if not states:
        raise Fault(node, "The list of states is empty.", "Name at least one state.")
    weeks = bounds(fields(found["weeks"], _LIMITS), found["weeks"]) if "weeks" in found else None
    return PregnancyAtom(states=states, weeks=weeks)


def _value(node: yaml.Node) -> Atom:
    found = fields(node, ("of", "unit", "rounded", *_LIMITS))
    for name in ("of", "unit"):
        if name not in found:
            raise Fault(node, f"The field '{name}' is missing.", "Write {value: {of: temperature, ge: 38.0, unit: Cel, rounded: 0.1}}.")
    rounded = decimal(found["rounded"]) if "rounded" in found else None
    if rounded is not None and rounded <= 0:
        raise Fault(found["rounded"], "A precision must be above zero.", "Write the step in which the value is printed, such as 0.1.")
    return ValueAtom(of=string(found["of"]).removeprefix("q:"), bounds=bounds(found, node), unit=string(found["unit"]), rounded=rounded)


def _duration(node: yaml.Node) -> Atom:
    found = fields(node, ("of", "unit", *_LIMITS))
    for name in ("of", "unit"):
        if name not in found:
            raise Fault(node, f"The field '{name}' is missing.", "Write {duration: {of: f:x, ge: 7, unit: d}}.")
    return DurationAtom(of=concept(found["of"], "f"), bounds=bounds(found, node), unit=one_of(found["unit"], DURATION_UNITS))


def _attribute(node: yaml.Node) -> Atom:
    found = fields(node, ("of", "name", "is"))
    for name in ("of", "name", "is"):
        if name not in found:
            raise Fault(node, f"The field '{name}' is missing.", "Write {attribute: {of: f:x, name: severity, is: severe}}.")
    return AttributeAtom(of=concept(found["of"], "f"), name=string(found["name"]), value=string(found["is"]))


def _circumstance(node: yaml.Node) -> Atom:
    name, value = _only(node)
    name = CIRCUMSTANCE_NAMES.get(name, name)
    if isinstance(value, yaml.MappingNode):
        return CircumstanceAtom(name=name, bounds=bounds(fields(value, _LIMITS), value))
    said = scalar(value)
    if isinstance(said, bool | str):
        return CircumstanceAtom(name=name, value=said)
    raise Fault(
        value,
        "A circumstance is a word, true, false or limits.",
        "Write {circumstance: {smoking: true}} or {circumstance: {alcohol: {ge: 14}}}.",
    )


def _wish(node: yaml.Node) -> Atom:
    name, value = _only(node)
    return WishAtom(name=name, value=string(value))


def _score(node: yaml.Node) -> Atom:
    found = fields(node, ("of", "at_least", "at_most"))
    cuts = [name for name in ("at_least", "at_most") if name in found]
    if "of" not in found or len(cuts) != 1:
        raise Fault(node, "A score needs its id and one cut.", "Write {score: {of: abdomen.appendicitis.alvarado, at_least: 5}}.")
    return ScoreAtom(score=string(found["of"]), bound=cuts[0], points=decimal(found[cuts[0]]))


def _only(node: yaml.Node) -> tuple[str, yaml.Node]:
    found = fields(node)
    if len(found) != 1:
        raise Fault(node, f"Exactly one name is expected here, {len(found)} are given.", "Write one atom for each.")
    return next(iter(found.items()))


_READERS: dict[str, Callable[[yaml.Node], Atom]] = {
    "present": _finding(FindingState.PRESENT),
    "absent": _finding(FindingState.ABSENT),
    "possible": _finding(FindingState.POSSIBLE),
    "past": _finding(FindingState.PAST),
    "history": lambda node: HistoryAtom(of=concept(node, "c", "f")),
    "family": lambda node: HistoryAtom(of=concept(node, "c", "f"), family=True),
    "age": _age,
    "sex": lambda node: SexAtom(sex=Sex(one_of(node, Sex))),
    "anatomy": _anatomy,
    "pregnancy": _pregnancy,
    "value": _value,
    "duration": _duration,
    "attribute": _attribute,
    **{str(status): _medicine(status) for status in (*MedicationStatus, *MedicineRole)},
    "allergy": lambda node: AllergyAtom(of=concept(node, "d", "dc", "x")),
    "circumstance": _circumstance,
    "wish": _wish,
    "likely": _conclusion(ConclusionKind.LIKELY),
    "considered": _conclusion(ConclusionKind.CONSIDERED),
    "danger": _conclusion(ConclusionKind.DANGER),
    "triage": lambda node: ConclusionAtom(kind=ConclusionKind.TRIAGE, of=one_of(node, TriageLevel)),
    "score": _score,
}
ATOM_NAMES = tuple(_READERS)


def read_atom(node: yaml.Node) -> Atom:
    """Read one atom."""
    if isinstance(node, yaml.ScalarNode):
        return FindingAtom(state=FindingState.PRESENT, of=concept(node, "f"))
    name, value = _only(node)
    reader = _READERS.get(name)
    if reader is None:
        raise Fault(node, f"There is no atom '{name}'.", f"Use f:… or one of: {', '.join(ATOM_NAMES)}.")
    return reader(value)
