"""From the statements in force to facts: everything that is so, each with the statements that it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kg.reasoning import Citation, Derivation
from kg.record import (
    Allergy,
    Answer,
    AnyStatement,
    Circumstance,
    Finding,
    History,
    MedicationUse,
    MedicineRole,
    Observation,
    Patient,
    Presence,
    Subject,
    Timing,
    Wish,
)
from ontologies.ontology import Ontology
from rules.atom import TYPED, Atom, FindingAtom, FindingState
from rules.fact import fact, implied
from rules.readings import Detail, Judged, Lasting, Measured, Readings, Said, to_canonical
from rules.truth import Truth

Entry = TypeVar("Entry")
NOW = (Timing.CURRENT, Timing.RECURRENT)


_OPPOSITES = {
    FindingState.PRESENT: (("possible", Truth.POSSIBLE), ("absent", Truth.FALSE), ("dont_know", Truth.DONT_KNOW)),
    FindingState.ABSENT: (("possible", Truth.POSSIBLE), ("present", Truth.FALSE), ("dont_know", Truth.DONT_KNOW)),
}
"""What else may be known of a finding that is asked for, strongest first, and what it makes of the premise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A conclusion that is not numbered yet: what follows, by which rule, from which facts or ids."""

    conclusion: str
    rule: str
    version: int
    premises: tuple[str, ...]  # ids of statements and derivations
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactBase:
    """What holds, with its support (ids of statements or derivations). Frozen: a stage returns a new one."""

    support: Mapping[str, tuple[str, ...]]
    readings: Readings
    ontology: Ontology
    direct: frozenset[str] = frozenset()  # said as such or concluded, not implied by a hierarchy
    derivations: tuple[Derivation, ...] = ()

    def holds(self, atom_fact: str) -> bool:
        """Say whether a fact holds."""
        return atom_fact in self.support

    def ids(self, atom_fact: str) -> tuple[str, ...]:
        """Return the statements or derivations that a fact rests on."""
        return self.support.get(atom_fact, ())

    def judge(self, atom: Atom) -> Judged:
        """Say how well a premise is known, and by what."""
        return self.judge_written(atom, atom.fact)

    def judge_written(self, atom: Atom, written: str) -> Judged:
        """Judge an atom whose fact has been written out before (the hot path)."""
        if written in self.support:
            return Truth.TRUE, self.support[written]
        if isinstance(atom, TYPED):
            return self.readings.judge(atom)
        if isinstance(atom, FindingAtom):
            return self._judge_finding(atom)
        denied = f"not {written}"
        return (Truth.FALSE, self.support[denied]) if denied in self.support else (Truth.OPEN, ())

    def _judge_finding(self, atom: FindingAtom) -> Judged:
        """Weigh what was said about a finding: present over possible over absent over don't know."""
        for state, truth in _OPPOSITES.get(atom.state, ()):
            support = self.support.get(f"{state} {atom.of}")
            if support is not None:
                return truth, support
        return Truth.OPEN, ()

    def evaluated(self, atoms: Iterable[Atom]) -> FactBase:
        """Add the typed atoms that are true as facts, so that rules only compare strings."""
        return self.evaluated_written((atom.fact, atom) for atom in atoms if isinstance(atom, TYPED))

    def evaluated_written(self, atoms: Iterable[tuple[str, Atom]]) -> FactBase:
        """Evaluate typed atoms whose facts have been written out before (the hot path)."""
        judged = ((name, *self.readings.judge(atom)) for name, atom in atoms if name not in self.support)
        added = {name: ids for name, truth, ids in judged if truth is Truth.TRUE}
        return replace(self, support={**self.support, **added}) if added else self

    def given(self, facts: Mapping[str, tuple[str, ...]]) -> FactBase:
        """Add facts with their support; a fact that already holds keeps its own."""
        added = {f: ids for f, ids in facts.items() if f not in self.support}
        return replace(self, support={**self.support, **added}, direct=self.direct | added.keys())

    def derived(self, steps: Iterable[Step]) -> FactBase:
        """Add conclusions as derivations, numbered in the order given; the first one supports its fact."""
        support, derivations, concluded = dict(self.support), list(self.derivations), set(self.direct)
        for step in steps:
            identifier = f"d{len(derivations)}"
            derivations.append(
                Derivation(
                    id=identifier,
                    conclusion=step.conclusion,
                    rule=step.rule,
                    version=step.version,
                    premises=step.premises,
                    citations=step.citations,
                )
            )
            for fact_of_step in (step.conclusion, *implied(step.conclusion, self.ontology)):
                support.setdefault(fact_of_step, (identifier,))
            concluded.add(step.conclusion)
        return replace(self, support=support, derivations=tuple(derivations), direct=frozenset(concluded))


def ground(statements: Iterable[AnyStatement], patient: Patient, ontology: Ontology) -> FactBase:
    """Turn the statements in force into facts. Only what is so now, in the patient, is present."""
    grounding = _Grounding(ontology=ontology)
    told = tuple(statements)
    for statement in told:
        grounding.take(statement)
    readings = Readings(
        patient=patient,
        quantities=ontology.quantities,
        values=_frozen(grounding.values),
        durations=_frozen(grounding.durations),
        details=_frozen(grounding.details),
        circumstances=_frozen(grounding.circumstances),
    )
    place = {each.id: n for n, each in enumerate(sorted(told, key=_place))}
    support = {f: tuple(ids) if len(ids) == 1 else tuple(sorted(set(ids), key=place.__getitem__)) for f, ids in grounding.support.items()}
    return FactBase(support=support, readings=readings, ontology=ontology, direct=frozenset(grounding.direct))


def _place(statement: AnyStatement) -> tuple[int, int, int, str]:
    """Order statements by where they were said, so that a proof does not hang on the order in which they come; the form's come first."""
    turn, start = (statement.span.turn, statement.span.start) if statement.span is not None else (-1, -1)
    return turn, start, len(statement.id), statement.id


def _frozen(lists: Mapping[str, list[Entry]]) -> dict[str, tuple[Entry, ...]]:
    return {name: tuple(entries) for name, entries in lists.items()}


@dataclass(slots=True, kw_only=True)
class _Grounding:
    """Collects facts while the statements are read."""

    ontology: Ontology
    support: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    direct: set[str] = field(default_factory=set)
    values: defaultdict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    durations: defaultdict[str, list[Lasting]] = field(default_factory=lambda: defaultdict(list))
    details: defaultdict[str, list[Detail]] = field(default_factory=lambda: defaultdict(list))
    circumstances: defaultdict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))

    def take(self, statement: AnyStatement) -> None:
        """Read one statement."""
        if statement.timing in (Timing.HYPOTHETICAL, Timing.FEARED) or statement.subject is Subject.OTHER:
            return
        if statement.subject is Subject.RELATIVE:
            self._relative(statement)
            return
        match statement:
            case Finding():
                self._finding(statement)
            case Observation():
                self._observation(statement)
            case MedicationUse():
                self._medicine(statement)
            case Allergy():
                self._own(statement, "allergy", statement.to, *sorted(self.ontology.drug_classes_of(statement.to)))
            case History():
                self._history(statement)
            case Circumstance():
                self._circumstance(statement)
            case Wish():
                self._say(fact("wish", statement.name, statement.value), statement.id)

    def _say(self, written: str, identifier: str, *implied: str) -> None:
        self.direct.add(written)
        for one in (written, *implied):
            self.support[one].append(identifier)

    def _above(self, concept: str) -> tuple[str, ...]:
        if not concept.startswith("c:"):
            return self.ontology.ancestors(concept)
        condition = self.ontology.conditions.get(concept)
        return (condition.broader,) if condition is not None and condition.broader else ()

    def _relative(self, statement: AnyStatement) -> None:
        if isinstance(statement, Finding | History) and statement.presence is Presence.PRESENT:
            above = (fact("family", a) for a in self._above(statement.concept))
            self._say(fact("family", statement.concept), statement.id, *above)
        elif isinstance(statement, Finding | History) and statement.presence is Presence.ABSENT:
            self._say(f"not {fact('family', statement.concept)}", statement.id)

    def _finding(self, statement: Finding) -> None:
        concept, identifier = statement.concept, statement.id
        above = self._above(concept)
        match statement.presence:
            case Presence.PRESENT if statement.timing in NOW:
                self._present(statement)
            case Presence.PRESENT:
                states = ("past", "history", "resolved") if statement.timing is Timing.RESOLVED else ("past", "history")
                for state in states:
                    self._say(fact(state, concept), identifier, *(fact(state, a) for a in above))
            case Presence.ABSENT if statement.timing in NOW:
                self._say(fact("absent", concept), identifier, *(fact("absent", d) for d in self.ontology.descendants(concept)))
            case Presence.POSSIBLE if statement.timing in NOW:
                self._say(fact("possible", concept), identifier, *(fact("possible", a) for a in above))
            case Presence.UNKNOWN if statement.answer is Answer.REFUSED:
                self._say(fact("refused", concept), identifier)
            case Presence.UNKNOWN:
                self._say(fact("dont_know", concept), identifier)
            case _:
                pass

    def _present(self, statement: Finding) -> None:
        concept, identifier = statement.concept, statement.id
        above = self._above(concept)
        self._say(fact("present", concept), identifier, *(fact("present", a) for a in above))
        if concept.startswith("f:past-"):
            self._say(fact("history", concept), identifier)
        for one in (concept, *above):
            self.details[one] += [Detail(name=a.name, value=a.value, statement=identifier) for a in statement.attributes]
            if statement.duration is not None:
                lasting = Lasting(days_min=statement.duration.days_min, days_max=statement.duration.days_max, statement=identifier)
                self.durations[one].append(lasting)

    def _observation(self, statement: Observation) -> None:
        name = statement.quantity.removeprefix("q:")
        if statement.presence is not Presence.PRESENT or statement.timing not in NOW:
            return
        quantity = self.ontology.quantities.get(f"q:{name}")
        value = statement.value if quantity is None else to_canonical(statement.value, statement.unit, quantity)
        if value is not None:
            self.values[name].append(Measured(value=value, statement=statement.id))
            self._say(fact("measured", name), statement.id)

    def _medicine(self, statement: MedicationUse) -> None:
        """Say what is done with a medicine, and the roles that it plays by that."""
        classes = sorted(self.ontology.drug_classes_of(statement.drug))
        for role in (statement.status, *(r for r in MedicineRole if statement.status in r.statuses)):
            self._own(statement, role, statement.drug, *classes)

    def _own(self, statement: AnyStatement, predicate: str, concept: str, *classes: str) -> None:
        """Say something of a drug: it holds of its classes too. A denial holds of what was named only."""
        match statement.presence:
            case Presence.PRESENT:
                self._say(fact(predicate, concept), statement.id, *(fact(predicate, c) for c in classes if c != concept))
            case Presence.ABSENT:
                self._say(f"not {fact(predicate, concept)}", statement.id)
            case Presence.POSSIBLE:
                self._say(f"possible {fact(predicate, concept)}", statement.id)
            case Presence.UNKNOWN:
                self._say(f"dont_know {fact(predicate, concept)}", statement.id)

    def _history(self, statement: History) -> None:
        concept, identifier = statement.concept, statement.id
        if statement.presence is Presence.PRESENT:
            self._say(fact("history", concept), identifier, *(fact("history", a) for a in self._above(concept)))
            if concept.startswith("f:"):
                self._say(fact("present", concept), identifier, *(fact("present", a) for a in self._above(concept)))
        elif statement.presence is Presence.ABSENT:
            self._say(f"not {fact('history', concept)}", identifier)
            if concept.startswith("f:"):
                self._say(fact("absent", concept), identifier, *(fact("absent", d) for d in self.ontology.descendants(concept)))
        elif statement.presence is Presence.POSSIBLE and concept.startswith("f:"):
            self._say(fact("possible", concept), identifier)

    def _circumstance(self, statement: Circumstance) -> None:
        if statement.presence is Presence.PRESENT and statement.timing in NOW:
            self.circumstances[statement.name].append(Said(value=statement.value, statement=statement.id))
        elif statement.presence is Presence.ABSENT and statement.name not in ("age", "sex", "pregnancy"):
            self.circumstances[statement.name].append(Said(value=False, statement=statement.id))
        elif statement.presence is Presence.ABSENT and statement.name == "pregnancy":
            self.circumstances["pregnancy"].append(Said(value="denied", statement=statement.id))
