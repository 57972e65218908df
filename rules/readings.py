"""What is known of the person beside findings, in the form in which typed atoms are evaluated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from kg.record import Patient, PregnancyState
from ontologies.concepts import Quantity
from ontologies.plain_yaml import read_yaml
from rules.atom import AgeAtom, AnatomyAtom, Atom, AttributeAtom, CircumstanceAtom, DurationAtom, PregnancyAtom, SexAtom, ValueAtom
from rules.bounds import Bounds
from rules.truth import Truth

Support = tuple[str, ...]
Judged = tuple[Truth, Support]
DAYS = {"h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "a": 365.0}
"""Days of each unit of duration (UCUM names). A month is 30 days: "3 months" meets "3 mo" however it was counted."""


@cache
def _ages_at_least() -> dict[str, float]:
    """Read how old at least the people of a stage of life are, in years."""
    return {
        stage: float(age)
        for stage, age in read_yaml(files("rules").joinpath("life_stages.yaml").read_text(encoding="utf-8"))["at_least"].items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One value in the canonical unit of its quantity."""

    value: float
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """How long a finding has lasted, in days."""

    days_min: float
    days_max: float
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An attribute of a present finding."""

    name: str
    value: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The value of a circumstance."""

    value: str | float | bool
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Everything that typed atoms look at."""

    patient: Patient
    quantities: Mapping[str, Quantity] = field(default_factory=dict)  # by id, "q:temperature"
    values: Mapping[str, tuple[Measured, ...]] = field(default_factory=dict)  # by name, "temperature"
    durations: Mapping[str, tuple[Lasting, ...]] = field(default_factory=dict)
    details: Mapping[str, tuple[Detail, ...]] = field(default_factory=dict)
    circumstances: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)

    def judge(self, atom: Atom) -> Judged:
        """Evaluate a typed atom; other atoms are open here."""
        match atom:
            case AgeAtom():
                return self._age(atom.bounds)
            case SexAtom():
                return self._person("sex", None if self.patient.sex is None else self.patient.sex is atom.sex)
            case AnatomyAtom():
                known = self.patient.has_uterus if atom.has == "uterus" else self.patient.has_testes
                return self._person("sex" if f"anatomy-{atom.has}" not in self.circumstances else f"anatomy-{atom.has}", known)
            case PregnancyAtom():
                return self._pregnancy(atom)
            case ValueAtom():
                return self._value(atom)
            case DurationAtom():
                return self._duration(atom)
            case AttributeAtom():
                return self._attribute(atom)
            case CircumstanceAtom():
                return self._circumstance(atom)
            case _:
                return Truth.OPEN, ()

    def _statements(self, name: str) -> Support:
        """Return where a fact of the person stands; `patient:<name>` when it came with the person's record."""
        said = tuple(s.statement for s in self.circumstances.get(name, ()))
        return said or (f"patient:{name}",)

    def _person(self, name: str, known: bool | None) -> Judged:
        if known is None:
            return Truth.PERSON, ()
        return (Truth.TRUE if known else Truth.FALSE), self._statements(name)

    def _age(self, bounds: Bounds) -> Judged:
        age = self.patient.age
        if age is None and any(limit is not None and limit <= self._age_at_least() for limit in (bounds.le, bounds.lt)):
            return Truth.FALSE, self._statements("life-stage")
        return self._person("age", None if age is None else bounds.met_by(age))

    def _age_at_least(self) -> float:
        """Return how old somebody is at least by what they are called."""
        return _ages_at_least().get(self.patient.life_stage or "", 0.0)

    def _pregnancy(self, atom: PregnancyAtom) -> Judged:
        state = self.patient.pregnancy
        if state is None:
            # who has no womb cannot be pregnant: nothing is open then
            return (Truth.FALSE, self._statements("sex")) if self.patient.has_uterus is False else (Truth.PERSON, ())
        support = self._statements("pregnancy")
        if state not in atom.states:
            doubtful = state is PregnancyState.POSSIBLE and PregnancyState.CONFIRMED in atom.states
            return (Truth.POSSIBLE if doubtful else Truth.FALSE), support
        if atom.weeks is None:
            return Truth.TRUE, support
        weeks = self.patient.pregnancy_weeks
        if weeks is None:
            return Truth.PERSON, support
        return (Truth.TRUE if atom.weeks.met_by(weeks) else Truth.FALSE), support + self._statements("pregnancy-weeks")

    def _value(self, atom: ValueAtom) -> Judged:
        measured = self.values.get(atom.of, ())
        meeting = tuple(m.statement for m in measured if self._meets(atom, m.value))
        if meeting:
            return Truth.TRUE, meeting
        return (Truth.FALSE, tuple(m.statement for m in measured)) if measured else (Truth.OPEN, ())

    def _meets(self, atom: ValueAtom, value: float) -> bool:
        quantity = self.quantities.get(f"q:{atom.of}")
        said = _in_unit(value, atom.unit, quantity)
        if said is None:
            return False
        step = atom.rounded or (10.0**-quantity.decimals if quantity is not None and atom.unit == quantity.unit else None)
        return atom.bounds.met_by(_rounded(said, step))

    def _duration(self, atom: DurationAtom) -> Judged:
        lasting = self.durations.get(atom.of, ())
        bounds = atom.bounds.scaled(DAYS[atom.unit])
        judged = [(_interval(bounds, one), one.statement) for one in lasting]
        for truth in (Truth.TRUE, Truth.POSSIBLE, Truth.FALSE):
            support = tuple(statement for found, statement in judged if found is truth)
            if support:
                return truth, support
        return Truth.OPEN, ()

    def _attribute(self, atom: AttributeAtom) -> Judged:
        named = [d for d in self.details.get(atom.of, ()) if d.name == atom.name]
        meeting = tuple(d.statement for d in named if d.value == atom.value)
        if meeting:
            return Truth.TRUE, meeting
        return (Truth.FALSE, tuple(d.statement for d in named)) if named else (Truth.OPEN, ())

    def _circumstance(self, atom: CircumstanceAtom) -> Judged:
        said = self.circumstances.get(atom.name, ())
        meeting = tuple(s.statement for s in said if _as_said(atom, s.value))
        if meeting:
            return Truth.TRUE, meeting
        return (Truth.FALSE, tuple(s.statement for s in said)) if said else (Truth.OPEN, ())


def _as_said(atom: CircumstanceAtom, value: str | float | bool) -> bool:
    if atom.bounds is not None:
        return isinstance(value, int | float) and not isinstance(value, bool) and atom.bounds.met_by(float(value))
    return value is atom.value if isinstance(value, bool) else str(value) == atom.value


def _interval(bounds: Bounds, lasting: Lasting) -> Truth:
    first, last = bounds.met_by(lasting.days_min), bounds.met_by(lasting.days_max)
    if first and last:
        return Truth.TRUE
    return Truth.POSSIBLE if first or last else Truth.FALSE


def to_canonical(value: float, unit: str, quantity: Quantity) -> float | None:
    """Convert a value to the canonical unit of its quantity; None when the unit is not known there."""
    if unit == quantity.unit:
        return value
    return next((value * u.factor + u.offset for u in quantity.units if u.unit == unit), None)


def _in_unit(value: float, unit: str, quantity: Quantity | None) -> float | None:
    """Convert a canonical value to the unit of a rule; without a record of the quantity units must be the same already."""
    if quantity is None or unit == quantity.unit:
        return value
    return next(((value - u.offset) / u.factor for u in quantity.units if u.unit == unit), None)


def _rounded(value: float, step: float | None) -> float:
    """Round half up to the printed precision: 37.28 at 0.1 is 37.3.

    >>> round(_rounded(37.28, 0.1), 6), _rounded(37.28, None)
    (37.3, 37.28)
    """
    return value if step is None else math.floor(value / step + 0.5 + 1e-9) * step
