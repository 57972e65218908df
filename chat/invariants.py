"""What must not change, or only one way, when a case is told otherwise: properties of guard, danger and triage on generated people.

Order, repetition, a relative's finding, and an age within the same limits change nothing; a sign of a red flag that is added never lowers
guard or danger, a denied one never raises them; a value means the same in any unit. For the whole triage, which weighs rivals
against each other, violations of the two one-way properties are counted, not forbidden.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chat.knowledge import Knowledge
from chat.regions import DEFAULT_REGION
from kg.patient import patient_of
from kg.record import AnyStatement, Circumstance, Finding, Presence, Span, Subject
from nlp.reading import DialogueState
from ontologies.text import Language
from rules.atom import AgeAtom, Atom, FindingAtom, FindingState
from rules.bounds import Bounds
from rules.grounding import ground
from rules.guard import guard
from rules.inference import BEFORE, infer, weigh
from rules.model import likelihood_of
from rules.rule import Stage

Told = tuple[AnyStatement, ...]
Chance = random.Random
_OLDEST = 100.0
_SPANS = ((0.0, 3.0), (0.0, 18.0), (18.0, 65.0), (65.0, _OLDEST))  # years; each as often
_AGES = 12
_NONE = -1  # rank where there is no level
_TOLERANCE = 1e-6  # danger is rounded to this


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is compared: ranks of the guard's level and of the triage, and the danger of every condition."""

    guard: int
    danger: NDArray[np.float64]
    triage: int | None  # None where it was not judged


@dataclass(slots=True)
class Count:
    """How often a property was tried and broken, with the cases that broke it; the whole triage is judged in every few cases."""

    tried: int = 0
    triaged: int = 0
    guard: int = 0
    danger: int = 0
    triage: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case told otherwise, and which way the answer may move: 0 not at all, 1 up only, −1 down only.

    A finding may speak against a condition: `rows` are those whose danger the property is about; None means all.
    """

    told: Told
    way: int
    rows: NDArray[np.bool_] | None = None


class Cases:
    """Makes people with complaints that the knowledge holds, and tells them otherwise."""

    def __init__(self, knowledge: Knowledge, chance: Chance) -> None:
        """Collect what a case may be made of. A dozen ages, drawn once, so that the numbers of each are made once."""
        self.knowledge = knowledge
        self._ages = tuple(round(chance.uniform(*chance.choice(_SPANS)), 2) for _ in range(_AGES))
        ontology = knowledge.ontology
        self._index = likelihood_of(ontology, knowledge.calibration.differential)
        pictures = {c: sorted({claim.finding for claim in ontology.claims_of(c)} & set(ontology.findings)) for c in self._index.conditions}
        self._pictures = tuple(found for found in pictures.values() if found)
        self._flags = tuple(sorted(f for f in set(_flag_findings(knowledge)) if not _tells_who(f)))
        self._limits = tuple(sorted({*_age_limits(knowledge), *self._index.cuts, 0.0, _OLDEST}))
        self.changes: Mapping[str, Callable[[Told, Chance], Change]] = {
            "order": self.reordered,
            "repetition": self.repeated,
            "relative": self.relative,
            "age step": self.same_age_group,
            "red flag added": self.with_flag,
            "red flag denied": self.without_flag,
        }

    def person(self, chance: Chance) -> Told:
        """Make a person of some age with findings of one disease, perhaps one that does not belong, and denials."""
        age = chance.choice(self._ages)
        picture = chance.choice(self._pictures)
        present = chance.sample(picture, min(len(picture), chance.randint(1, 5)))
        if chance.random() < 0.3:
            present.append(chance.choice(self._flags))
        denied = chance.sample(self._flags, chance.randint(0, 3))
        said = [*((f, Presence.PRESENT) for f in dict.fromkeys(present)), *((f, Presence.ABSENT) for f in denied if f not in present)]
        findings = (_finding(f"s{n + 2}", concept, presence, place=n) for n, (concept, presence) in enumerate(said))
        return (_circumstance("s0", "age", age), _circumstance("s1", "sex", chance.choice(("female", "male"))), *findings)

    def reordered(self, told: Told, chance: Chance) -> Change:
        """Tell the same in another order of statements."""
        return Change(told=tuple(chance.sample(told, len(told))), way=0)

    def repeated(self, told: Told, chance: Chance) -> Change:
        """Say something a second time, later."""
        said = chance.choice([s for s in told if isinstance(s, Finding)])
        return Change(told=(*told, replace(said, id="again", span=Span(turn=0, start=900, end=901))), way=0)

    def relative(self, told: Told, chance: Chance) -> Change:
        """Add a red flag's sign that somebody else in the family has."""
        theirs = _finding("theirs", chance.choice(self._flags), Presence.PRESENT, place=900)
        return Change(told=(*told, replace(theirs, subject=Subject.RELATIVE, relation="father")), way=0)

    def same_age_group(self, told: Told, chance: Chance) -> Change:
        """Give the person another age between the same two limits that the knowledge states."""
        age = next(float(s.value) for s in told if isinstance(s, Circumstance) and s.name == "age")
        place = bisect_right(self._limits, age)
        low, high = self._limits[place - 1], self._limits[min(place, len(self._limits) - 1)]
        other = min(low + (high - low) * chance.random(), np.nextafter(high, low)) if high > low else age
        return Change(told=tuple(replace(s, value=other) if isinstance(s, Circumstance) and s.name == "age" else s for s in told), way=0)

    def with_flag(self, told: Told, chance: Chance) -> Change:
        """Add a sign of a red flag that nothing was said of."""
        flag = self._unsaid(told, chance)
        return Change(told=(*told, _finding("more", flag, Presence.PRESENT, place=900)), way=1, rows=self._speaks_for(flag, told))

    def without_flag(self, told: Told, chance: Chance) -> Change:
        """Deny a sign of a red flag that nothing was said of."""
        flag = self._unsaid(told, chance)
        return Change(told=(*told, _finding("more", flag, Presence.ABSENT, place=900)), way=-1, rows=self._speaks_for(flag, told))

    def _unsaid(self, told: Told, chance: Chance) -> str:
        ontology = self.knowledge.ontology
        said = {s.concept for s in told if isinstance(s, Finding)}
        near = {f for s in said for f in (s, *ontology.ancestors(s), *ontology.descendants(s))}
        return chance.choice([f for f in self._flags if f not in near])

    def _speaks_for(self, finding: str, told: Told) -> NDArray[np.bool_]:
        """Say for which conditions a finding is at least as common as in everybody: for the others its denial is what speaks."""
        patient = patient_of(told, DEFAULT_REGION)
        table = self._index.table(patient.age, None if patient.sex is None else patient.sex.value)
        column = self._index.column[finding]
        chance = table.chance[:, column]
        speaks: NDArray[np.bool_] = np.isnan(chance) | (chance >= table.background[column])
        return speaks


def look(told: Told, knowledge: Knowledge, *, triaged: bool = True) -> Look:
    """Judge a case, the whole triage only where wanted: it takes most of the time."""
    patient = patient_of(told, DEFAULT_REGION)
    facts = ground(told, patient, knowledge.ontology)
    for stage in BEFORE:
        facts = knowledge.engine.run(knowledge.rules, facts, stage).facts
    _, ranking = weigh(told, patient, facts, knowledge.calibration)
    flags = guard(knowledge.rules, facts, knowledge.engine)
    level = None if flags.level is None else flags.level.rank
    return Look(guard=_NONE if level is None else level, danger=ranking.danger, triage=_triage(told, knowledge) if triaged else None)


def _triage(told: Told, knowledge: Knowledge) -> int:
    patient = patient_of(told, DEFAULT_REGION)
    inference, _ = infer(told, patient, knowledge.rules, knowledge.ontology, knowledge.calibration, knowledge.engine)
    return _NONE if inference.triage is None else inference.triage.level.rank


def counted(knowledge: Knowledge, runs: int, *, triage_every: int = 1, seed: int = 0) -> dict[str, Count]:
    """Try every property on so many generated people, and the whole triage on every so manieth."""
    chance = random.Random(seed)  # noqa: S311  # cases, not secrets
    cases = Cases(knowledge, chance)
    counts = {name: Count() for name in (*cases.changes, "unit")}
    for number in range(runs):
        triaged = number % triage_every == 0
        told = cases.person(chance)
        before = look(told, knowledge, triaged=triaged)
        for name, change_of in cases.changes.items():
            change = change_of(told, chance)
            after = look(change.told, knowledge, triaged=triaged)
            _compare(counts[name], before, after, change, f"{_words(told)} → {_words(change.told)}")
        one, other = in_two_units(chance)
        looks = (look(_read(text, knowledge), knowledge, triaged=triaged) for text in (one, other))
        _compare(counts["unit"], next(looks), next(looks), Change(told=(), way=0), f"{one} → {other}")
    return counts


def _compare(count: Count, before: Look, after: Look, change: Change, words: str) -> None:
    count.tried += 1
    triaged = before.triage is not None and after.triage is not None
    count.triaged += triaged
    broken = (
        _moved(after.guard - before.guard, change.way),
        bool(np.any(_dangers_moved(before.danger, after.danger, change))),
        triaged and _moved((after.triage or 0) - (before.triage or 0), change.way),
    )
    count.guard, count.danger, count.triage = (n + b for n, b in zip((count.guard, count.danger, count.triage), broken, strict=True))
    if any(broken):
        named = [name for name, one in zip(("guard", "danger", "triage"), broken, strict=True) if one]
        count.examples.append(f"{', '.join(named)}: {words}")


def _moved(by: int, way: int) -> bool:
    """Say whether a level moved although it may not, or against the way it may."""
    return by != 0 if way == 0 else by * way < 0


def _dangers_moved(before: NDArray[np.float64], after: NDArray[np.float64], change: Change) -> NDArray[np.bool_]:
    same = (before == after) | (np.isneginf(before) & np.isneginf(after))
    by = np.where(same, 0.0, np.nan_to_num(after, neginf=-1e9) - np.nan_to_num(before, neginf=-1e9))
    moved: NDArray[np.bool_] = np.abs(by) > _TOLERANCE if change.way == 0 else by * change.way < -_TOLERANCE
    return moved if change.rows is None else moved & change.rows


def in_two_units(chance: Chance) -> tuple[str, str]:
    """Tell one measured value in two units, each as its device prints it; the factors stand here so that the knowledge's own are tried."""
    who = f"I am {chance.randint(18, 90)}, {chance.choice(('female', 'male'))}. "
    celsius, glucose, kilograms = round(chance.uniform(35, 41.5), 1), round(chance.uniform(2, 33), 1), chance.randint(30, 160)
    ways = (
        (f"I feel unwell, my temperature is {celsius} °C.", f"I feel unwell, my temperature is {celsius * 9 / 5 + 32:.1f} °F."),
        (f"I feel unwell, my blood sugar is {glucose} mmol/L.", f"I feel unwell, my blood sugar is {glucose / 0.0555:.0f} mg/dL."),
        (f"I have a cough and weigh {kilograms} kg.", f"I have a cough and weigh {kilograms / 0.45359237:.1f} lb."),
    )
    one, other = chance.choice(ways)
    return who + one, who + other


def _read(text: str, knowledge: Knowledge) -> Told:
    return knowledge.reader.read(text, turn=0, language=Language.EN, state=DialogueState()).statements


def _finding(identifier: str, concept: str, presence: Presence, *, place: int) -> Finding:
    span = Span(turn=0, start=place, end=place + 1)
    return Finding(id=identifier, span=span, text=concept, concept=concept, presence=presence)


def _circumstance(identifier: str, name: str, value: float | str) -> Circumstance:
    return Circumstance(id=identifier, span=None, text=str(value), name=name, value=value)


def _flag_findings(knowledge: Knowledge) -> Iterator[str]:
    for rule in knowledge.rules.of(Stage.RED_FLAGS):
        for atom in rule.premises:
            if isinstance(atom, FindingAtom) and atom.state is FindingState.PRESENT:
                yield atom.of


def _tells_who(finding: str) -> bool:
    """Say whether a finding changes the person (a pregnancy, a childbirth): then it rules diseases in and out and is no sign of one."""
    said = _finding("s0", finding, Presence.PRESENT, place=0)
    return patient_of((said,), DEFAULT_REGION) != patient_of((), DEFAULT_REGION)


def _age_limits(knowledge: Knowledge) -> Iterator[float]:
    """List every age at which some rule, score or constant changes."""
    rules, scores, constants = knowledge.rules.rules, knowledge.rules.scores, knowledge.calibration.differential
    atoms: list[Atom] = [a for rule in rules for a in (*rule.premises, *rule.unless)]
    atoms += [a for s in scores for a in (*s.applies_all, *s.applies_any, *(b for item in s.items for b in (*item.all, *item.any)))]
    yield from (limit for atom in atoms if isinstance(atom, AgeAtom) for limit in _limits_of(atom.bounds))
    yield from (constants.infant_below, constants.child_below, constants.fertile_ages.min_years, constants.fertile_ages.max_years)


def _limits_of(bounds: Bounds) -> Iterable[float]:
    return (limit for limit in (bounds.ge, bounds.gt, bounds.le, bounds.lt) if limit is not None)


def _words(told: Told) -> str:
    return ", ".join(
        f"{s.value}" if isinstance(s, Circumstance) else f"{s.presence.value} {s.concept}"
        for s in told
        if isinstance(s, Circumstance | Finding)
    )


__all__ = ["Cases", "Change", "Count", "Look", "counted", "in_two_units", "look"]
