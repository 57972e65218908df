"""Typed atoms: what a premise of a rule may say. Each knows its canonical fact (rules/fact.py) and what it would ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from kg.record import MedicationStatus, MedicineRole, PregnancyState, Sex
from rules.bounds import Bounds
from rules.fact import fact, number


class FindingState(StrEnum):
    """In which way a finding is known."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    PAST = "past"
    DONT_KNOW = "dont_know"  # not written in rules: the guard counts it as present in ambulance rules


class ConclusionKind(StrEnum):
    """What the stages after the differential may rest on."""

    LIKELY = "likely"
    CONSIDERED = "considered"
    DANGER = "danger"
    TRIAGE = "triage"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingAtom:
    """A finding that is present (in the patient, now), absent, possible or past."""

    person: ClassVar[bool] = False
    state: FindingState
    of: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact(self.state, self.of)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return self.of


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryAtom:
    """A diagnosis or event in the person's past (`family=False`) or in a blood relative."""

    person: ClassVar[bool] = False
    of: str
    family: bool = False

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("family" if self.family else "history", self.of)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAtom:
    """Age in years."""

    person: ClassVar[bool] = True
    bounds: Bounds

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("age", str(self.bounds))

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return "age"


@dataclass(frozen=True, slots=True, kw_only=True)
class SexAtom:
    """Sex, as far as risk depends on it."""

    person: ClassVar[bool] = True
    sex: Sex

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("sex", self.sex)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return "sex"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnatomyAtom:
    """An organ that the person has: `uterus` or `testes`."""

    person: ClassVar[bool] = True
    has: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("anatomy", self.has)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return "anatomy"


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyAtom:
    """What is known of a pregnancy, and how far it is."""

    person: ClassVar[bool] = True
    states: tuple[PregnancyState, ...]
    weeks: Bounds | None = None

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        weeks = ("weeks", str(self.weeks)) if self.weeks else ()
        return fact("pregnancy", *self.states, *weeks)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return "pregnancy"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAtom:
    """A measured value, compared at the printed precision (`rounded`, in `unit`)."""

    person: ClassVar[bool] = False
    of: str  # name in ontologies/quantities.ttl, without prefix
    bounds: Bounds
    unit: str
    rounded: float | None = None

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        rounded = ("rounded", number(self.rounded)) if self.rounded else ()
        return fact("value", self.of, str(self.bounds), self.unit, *rounded)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"q:{self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationAtom:
    """How long a finding has lasted."""

    person: ClassVar[bool] = False
    of: str
    bounds: Bounds
    unit: str  # h | d | wk | mo | a

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("duration", self.of, str(self.bounds), self.unit)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"duration {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeAtom:
    """A detail of a present finding, such as its severity or side."""

    person: ClassVar[bool] = False
    of: str
    name: str
    value: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("attribute", self.of, self.name, self.value)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"attribute {self.of} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicineAtom:
    """What is done with a drug (`d:…`) or any drug of a class (`dc:…`), or the role that it plays by what is done."""

    person: ClassVar[bool] = False
    status: MedicationStatus | MedicineRole
    of: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact(self.status, self.of)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyAtom:
    """An allergy to a drug, to any drug of a class, or to a thing."""

    person: ClassVar[bool] = False
    of: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("allergy", self.of)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CircumstanceAtom:
    """A fact of the person's life: a word, a yes or no, or a number within bounds."""

    person: ClassVar[bool] = False
    name: str
    value: str | bool | None = None
    bounds: Bounds | None = None

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("circumstance", self.name, str(self.bounds) if self.bounds else str(self.value).lower())

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"circumstance {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WishAtom:
    """Something the person wants of the plan."""

    person: ClassVar[bool] = False
    name: str
    value: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("wish", self.name, self.value)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"wish {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConclusionAtom:
    """Something that the differential or the triage concluded: `likely`, `considered`, `danger` of a condition, or a level."""

    person: ClassVar[bool] = False
    kind: ConclusionKind
    of: str

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact(self.kind, self.of)

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return self.fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreAtom:
    """A score whose lower bound reaches (`at_least`), or whose upper bound does not pass (`at_most`), a cut."""

    person: ClassVar[bool] = False
    score: str
    bound: str  # at_least | at_most
    points: float

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        return fact("score", self.score, self.bound, number(self.points))

    @property
    def asks(self) -> str:
        """Return what to ask when it is open."""
        return f"score {self.score}"


Atom = (
    FindingAtom
    | HistoryAtom
    | AgeAtom
    | SexAtom
    | AnatomyAtom
    | PregnancyAtom
    | ValueAtom
    | DurationAtom
    | AttributeAtom
    | MedicineAtom
    | AllergyAtom
    | CircumstanceAtom
    | WishAtom
    | ConclusionAtom
    | ScoreAtom
)
TYPED = (AgeAtom, SexAtom, AnatomyAtom, PregnancyAtom, ValueAtom, DurationAtom, AttributeAtom, CircumstanceAtom)
"""Atoms that are evaluated on what is known of the person, for exactly the limits that occur in the rules."""


def concept_of(atom: Atom) -> str | None:
    """Return the concept (or the variable) that an atom is about, if it is about one."""
    match atom:
        case FindingAtom(of=of) | HistoryAtom(of=of) | DurationAtom(of=of) | AttributeAtom(of=of):
            return of
        case MedicineAtom(of=of) | AllergyAtom(of=of) | ConclusionAtom(of=of):
            return of
        case _:
            return None


def bind(atom: Atom, bindings: Mapping[str, str]) -> Atom:
    """Replace a variable by what it stands for."""
    match atom:
        case FindingAtom(of=of) | HistoryAtom(of=of) | DurationAtom(of=of) | AttributeAtom(of=of):
            return replace(atom, of=bindings[of]) if of in bindings else atom
        case MedicineAtom(of=of) | AllergyAtom(of=of) | ConclusionAtom(of=of):
            return replace(atom, of=bindings[of]) if of in bindings else atom
        case _:
            return atom


def start_atom(predicate: str, concept: str) -> Atom:
    """Return the premise from which a variable started.

    >>> start_atom("taking", "d:ibuprofen").fact
    'taking d:ibuprofen'
    """
    if predicate in set(MedicationStatus):
        return MedicineAtom(status=MedicationStatus(predicate), of=concept)
    match predicate:
        case "allergy":
            return AllergyAtom(of=concept)
        case "history" | "family":
            return HistoryAtom(of=concept, family=predicate == "family")
        case "present":
            return FindingAtom(state=FindingState.PRESENT, of=concept)
        case _:
            return ConclusionAtom(kind=ConclusionKind(predicate), of=concept)
