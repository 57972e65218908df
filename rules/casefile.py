"""Cases of the rule tests: a patient in a few words of YAML, made into statements and facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count

import yaml

from kg.patient import patient_of
from kg.record import (
    Allergy,
    AnyStatement,
    Attribute,
    Circumstance,
    Duration,
    Finding,
    History,
    MedicationStatus,
    MedicationUse,
    Observation,
    Presence,
    Subject,
    Timing,
    Wish,
)
from ontologies.ontology import Ontology
from rules.atom import ConclusionKind
from rules.atom_reader import CIRCUMSTANCE_NAMES
from rules.fact import fact
from rules.grounding import FactBase, ground
from rules.readings import DAYS, to_canonical
from rules.yaml_source import Fault, Scalar, Source, fields, items, scalar, string

FINDING_LISTS: dict[str, tuple[Presence, Timing]] = {
    "present": (Presence.PRESENT, Timing.CURRENT),
    "absent": (Presence.ABSENT, Timing.CURRENT),
    "possible": (Presence.POSSIBLE, Timing.CURRENT),
    "dont_know": (Presence.UNKNOWN, Timing.CURRENT),
    "past": (Presence.PRESENT, Timing.PAST),
    "resolved": (Presence.PRESENT, Timing.RESOLVED),
    "feared": (Presence.PRESENT, Timing.FEARED),
}
_LISTS = (*FINDING_LISTS, "history", "no_history", "family", "other", "allergy", *MedicationStatus, *ConclusionKind)
_MAPPINGS = ("pregnancy", "anatomy", "values", "durations", "attributes", "circumstances", "wishes")
GIVEN_FIELDS = ("age", "sex", "reporter", *_LISTS, *_MAPPINGS)
_KNOWN = "case"  # support of what a case gives as already concluded


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a case says of the patient, by field."""

    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, Scalar | Mapping[str, Scalar]]] = field(default_factory=dict)
    others: tuple[Mapping[str, Scalar], ...] = ()

    def over(self, common: Given) -> Given:
        """Add what is given in all cases; what this case says of the same thing wins."""
        said = {concept for name in (*FINDING_LISTS, "history", "no_history") for concept in self.lists.get(name, ())}
        lists = {name: tuple(c for c in concepts if c not in said) for name, concepts in common.lists.items()}
        for name, concepts in self.lists.items():
            lists[name] = lists.get(name, ()) + concepts
        names = common.mappings.keys() | self.mappings.keys()
        mappings = {name: {**common.mappings.get(name, {}), **self.mappings.get(name, {})} for name in names}
        return Given(scalars={**common.scalars, **self.scalars}, lists=lists, mappings=mappings, others=common.others + self.others)


def read_given(source: Source, node: yaml.Node | None) -> Given:
    """Read `given`; each fault is complained about at its line."""
    found = source.fields(node, GIVEN_FIELDS)
    return Given(
        scalars={name: source.attempt(scalar, value, None) for name, value in found.items() if name in ("age", "sex", "reporter")},
        lists={
            name: tuple(_concept(source, n) for n in source.items(found[name]))
            for name in _LISTS
            if name in found and name not in ("other", "triage")
        }
        | ({"triage": (source.attempt(string, found["triage"], ""),)} if "triage" in found else {}),
        mappings={name: _mapping(source, found[name]) for name in _MAPPINGS if name in found},
        others=tuple({k: source.attempt(scalar, v, None) for k, v in source.fields(n).items()} for n in source.items(found.get("other"))),
    )


def _concept(source: Source, node: yaml.Node) -> str:
    return source.attempt(string, node, "")


def _mapping(source: Source, node: yaml.Node) -> dict[str, Scalar | Mapping[str, Scalar]]:
    def read(value: yaml.Node) -> Scalar | Mapping[str, Scalar]:
        return {name: scalar(inner) for name, inner in fields(value).items()} if isinstance(value, yaml.MappingNode) else scalar(value)

    return {name: source.attempt(read, value, None) for name, value in source.fields(node).items()}


def facts_of(given: Given, ontology: Ontology) -> FactBase:
    """Ground a case as if its statements had been read from a message."""
    statements = statements_of(given, ontology)
    facts = ground(statements, patient_of(statements), ontology)
    concluded = {fact(kind, concept): (_KNOWN,) for kind in ConclusionKind for concept in given.lists.get(kind, ())}
    return facts.given(concluded)


def statements_of(given: Given, ontology: Ontology) -> tuple[AnyStatement, ...]:
    """Write the statements of a case."""
    writer = _Writer(given, ontology)
    return (*writer.person(), *writer.findings(), *writer.past(), *writer.values(), *writer.medicines(), *writer.others())


class _Writer:
    """Numbers the statements of one case."""

    def __init__(self, given: Given, ontology: Ontology) -> None:
        self._given, self._ontology = given, ontology
        self._ids = (f"s{i}" for i in count())

    def _circumstance(self, name: str, value: Scalar) -> Circumstance:
        plain = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        return Circumstance(id=next(self._ids), span=None, text="", name=name, value="" if plain is None else plain)

    def person(self) -> Iterable[AnyStatement]:
        """Yield age, sex, anatomy, pregnancy and circumstances."""
        for name in ("age", "sex"):
            if self._given.scalars.get(name) is not None:
                yield self._circumstance(name, self._given.scalars[name])
        names = {"state": "pregnancy", "weeks": "pregnancy-weeks", "postpartum_days": "postpartum-days"}
        for key, value in self._mapping("pregnancy"):
            yield self._circumstance(names.get(key, key), value)
        for organ, has in self._mapping("anatomy"):
            yield self._circumstance(f"anatomy-{organ}", has)
        for name, value in self._mapping("circumstances"):
            yield self._circumstance(CIRCUMSTANCE_NAMES.get(name, name), value)
        for name, value in self._mapping("wishes"):
            yield Wish(id=next(self._ids), span=None, text="", name=name, value=str(value))

    def _mapping(self, name: str) -> Iterable[tuple[str, Scalar]]:
        for key, value in self._given.mappings.get(name, {}).items():
            if not isinstance(value, Mapping):
                yield key, value

    def findings(self) -> Iterable[AnyStatement]:
        """Yield findings, each with its duration and attributes."""
        durations = dict(self._mapping("durations"))
        attributes = self._given.mappings.get("attributes", {})
        lists = {name: list(self._given.lists.get(name, ())) for name in FINDING_LISTS}
        named = {concept for concepts in lists.values() for concept in concepts}
        lists["present"] += [concept for concept in (*durations, *attributes) if concept not in named]
        for name, (presence, timing) in FINDING_LISTS.items():
            for concept in dict.fromkeys(lists[name]):
                details = attributes.get(concept, {})
                yield Finding(
                    id=next(self._ids),
                    span=None,
                    text="",
                    concept=concept,
                    presence=presence,
                    timing=timing,
                    duration=_duration(durations.get(concept)),
                    attributes=tuple(Attribute(name=n, value=str(v)) for n, v in details.items()) if isinstance(details, Mapping) else (),
                )

    def past(self) -> Iterable[AnyStatement]:
        """Yield history and family history."""
        for name, presence, subject in (
            ("history", Presence.PRESENT, Subject.PATIENT),
            ("no_history", Presence.ABSENT, Subject.PATIENT),
            ("family", Presence.PRESENT, Subject.RELATIVE),
        ):
            for concept in self._given.lists.get(name, ()):
                yield History(id=next(self._ids), span=None, text="", concept=concept, presence=presence, subject=subject)

    def values(self) -> Iterable[AnyStatement]:
        """Yield measured values in the canonical unit."""
        for name, said in self._mapping("values"):
            if said == "unknown" or said is None:
                continue
            number, _, unit = str(said).partition(" ")
            quantity = self._ontology.quantities.get(f"q:{name}")
            known = unit or (quantity.unit if quantity else "")
            value = float(number) if quantity is None else to_canonical(float(number), known, quantity)
            if value is not None:
                canonical = quantity.unit if quantity else known
                yield Observation(id=next(self._ids), span=None, text="", quantity=name, value=value, unit=canonical, said=str(said))

    def medicines(self) -> Iterable[AnyStatement]:
        """Yield medicines and allergies."""
        for status in MedicationStatus:
            for drug in self._given.lists.get(status, ()):
                yield MedicationUse(id=next(self._ids), span=None, text="", drug=drug, status=status)
        for to in self._given.lists.get("allergy", ()):
            yield Allergy(id=next(self._ids), span=None, text="", to=to)

    def others(self) -> Iterable[AnyStatement]:
        """Yield what is said of somebody else."""
        for other in self._given.others:
            subject = Subject.RELATIVE if other.get("subject") == "relative" else Subject.OTHER
            if "finding" in other:
                yield Finding(id=next(self._ids), span=None, text="", concept=str(other["finding"]), subject=subject)
            elif "circumstance" in other:
                yield Circumstance(id=next(self._ids), span=None, text="", name=str(other["circumstance"]), value=True, subject=subject)


def _duration(said: Scalar) -> Duration | None:
    if said is None:
        return None
    number, _, unit = str(said).partition(" ")
    days = float(number) * DAYS[unit]
    return Duration(days_min=days, days_max=days, said=str(said))


def check_given(node: yaml.Node | None) -> None:
    """Refuse values and durations that are no number with a unit."""
    found = fields(node, GIVEN_FIELDS) if node is not None else {}
    for name in ("values", "durations"):
        for key, value in fields(found[name]).items() if name in found else ():
            said = str(scalar(value))
            number, _, unit = said.partition(" ")
            plain = number.replace(".", "", 1).replace("-", "", 1).isdigit()
            if said != "unknown" and (not plain or (name == "durations" and unit not in DAYS)):
                raise Fault(value, f"'{said}' of {key} is not a number with a unit.", "Write 38.2 Cel, 7 d, or unknown.")
    for name in _LISTS:
        if name in found and name != "triage":
            items(found[name])
