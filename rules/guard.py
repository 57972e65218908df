"""The guard: red flags on every message, before anything else, judged fires, suspected or silent.

A premise that is only possible, or an unknown age, sex or pregnancy, makes a rule suspected. In an ambulance rule "don't know" counts as
present beside a sign that is there; in the others a single "don't know" makes it suspected. A rule that is one premise short stays
silent and asks for that premise. What was denied, is past, feared or someone else's never fires. An added sign never lowers the
result and a denied one never raises it: there is no `unless` and no denial among the premises (the rule language refuses both).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

from kg.reasoning import Derivation, EngineReport, TriageLevel
from rules.atom import Atom, FindingAtom, FindingState
from rules.engine import Engine
from rules.fact import fact
from rules.grounding import FactBase, Step
from rules.plan import Ready, StagePlan, ready
from rules.readings import Judged
from rules.rule import AtLeast, Rule, RuleBase, Stage
from rules.truth import Truth

_LOG = logging.getLogger(__name__)
SUSPICION = TriageLevel.CONSULTATION_24H
"""The level that a suspected red flag calls for until its premise is known."""


_RANKS = {level: level.rank for level in TriageLevel}


class Outcome(StrEnum):
    """What a red flag says about a message."""

    FIRES = "fires"
    SUSPECTED = "suspected"
    SILENT = "silent"


class Grade(IntEnum):
    """How far a premise carries, least first."""

    FALSE = 0
    OPEN = 1
    UNSURE = 2  # "don't know" in a rule that calls no ambulance
    SOFT = 3  # possible, or age, sex or pregnancy unknown
    COUNTED = 4  # "don't know" in an ambulance rule
    TRUE = 5


Graded = tuple[tuple[Atom, Grade], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One red flag on one message: the outcome, what would decide it, and the statements behind it."""

    rule: Rule
    outcome: Outcome
    asks: tuple[str, ...]
    premises: tuple[str, ...]
    by_dont_know: bool = False  # it fires only because "don't know" counts as present

    @property
    def level(self) -> TriageLevel | None:
        """Return the level that it calls for; None when silent."""
        level = self.rule.level
        if self.outcome is Outcome.SILENT or level is None:
            return None
        return level if self.outcome is Outcome.FIRES else min(level, SUSPICION, key=_RANKS.__getitem__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardResult:
    """What the guard says of a message. `facts` has the derivations of what fired or is suspected."""

    level: TriageLevel | None
    fired: tuple[Flag, ...]
    suspected: tuple[Flag, ...]
    short: tuple[Flag, ...]  # silent, but one premise short
    open_premises: tuple[str, ...]  # what to ask next, most urgent rule first
    facts: FactBase
    derivations: tuple[Derivation, ...]
    report: EngineReport


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """One thing that a rule needs: a premise of `all`, the whole `any`, or the whole counter."""

    grade: Grade
    asks: tuple[str, ...] = ()
    short: int = 0  # how many premises are open
    unsure: int = 0  # how many rest on "don't know"


def guard(base: RuleBase, facts: FactBase, engine: Engine) -> GuardResult:
    """Judge every red flag; what fires is derived by the engine, what is suspected by the guard itself."""
    flags = _flags(engine.plan(base, facts.ontology, Stage.RED_FLAGS), facts)
    fired = tuple(f for f in flags if f.outcome is Outcome.FIRES)
    suspected = tuple(f for f in flags if f.outcome is Outcome.SUSPECTED)
    start = len(facts.derivations)
    run = engine.run(base, facts, Stage.RED_FLAGS, extra=(promoted(f.rule, facts) for f in fired if f.by_dont_know))
    _compare(fired, {firing.rule.id for firing in run.firings}, engine)
    after = run.facts.derived(_suspicion(flag) for flag in suspected)
    levels = [level for flag in (*fired, *suspected) if (level := flag.level) is not None]
    return GuardResult(
        level=max(levels, key=_RANKS.__getitem__, default=None),
        fired=_most_urgent_first(fired),
        suspected=_most_urgent_first(suspected),
        short=_most_urgent_first(f for f in flags if f.outcome is Outcome.SILENT and f.asks),
        open_premises=tuple(dict.fromkeys(a for flag in _most_urgent_first(f for f in flags if f.asks) for a in flag.asks)),
        facts=after,
        derivations=after.derivations[start:],
        report=run.report,
    )


_STATES = ("possible ", "dont_know ")


def _flags(plan: StagePlan, facts: FactBase) -> tuple[Flag, ...]:
    """Judge the red flags of which at least one sign is there, possible or not known; the others are silent and ask nothing."""
    signs = [f"present {known.partition(' ')[2]}" if known.startswith(_STATES) else known for known in facts.support]
    signs += [known for known in facts.support if known.startswith(_STATES)]  # a rule may ask for "possible" itself
    signs += [name for name, atom in plan.typed if not atom.person and facts.readings.judge(atom)[0] in (Truth.TRUE, Truth.POSSIBLE)]
    there = frozenset(signs)
    watched = {one.rule.id: one for stratum in plan.strata for sign in there & stratum.touched.keys() for one in stratum.touched[sign]}
    judged: dict[str, Judged] = {}
    return tuple(_judge(watched[name], facts, judged) for name in sorted(watched))


def judge(rule: Rule, facts: FactBase) -> Flag:
    """Judge one red flag on what is known."""
    return _judge(ready(rule, facts.ontology), facts, {})


def _judge(one: Ready, facts: FactBase, judged: dict[str, Judged]) -> Flag:
    """Judge a prepared red flag; `judged` keeps what other flags have already found out of shared premises."""
    rule = one.rule
    ambulance = one.level is TriageLevel.EMERGENCY_AMBULANCE
    first, second = len(one.all), len(one.all) + len(one.any)

    def graded_of(premises: tuple[tuple[str, Atom], ...]) -> Graded:
        for name, atom in premises:
            if name not in judged:
                judged[name] = facts.judge_written(atom, name)
        return tuple((atom, _grade(judged[name][0], ambulance)) for name, atom in premises)

    every = graded_of(one.premises[:first])
    if _hopeless(every):
        return Flag(rule=rule, outcome=Outcome.SILENT, asks=(), premises=())
    graded = every + graded_of(one.premises[first:])
    units = [_one(atom, grade) for atom, grade in graded[:first]]
    units += [_alternatives(graded[first:second])] if rule.any else []
    units += [_counter(rule.at_least, graded[second:], facts)] if rule.at_least is not None else []
    outcome, asks = _outcome(units, [grade for atom, grade in graded if not atom.person])
    carrying = (name for (name, _), (_, grade) in zip(one.premises, graded, strict=True) if grade >= Grade.UNSURE)
    return Flag(
        rule=rule,
        outcome=outcome,
        asks=asks,
        premises=tuple(dict.fromkeys(identifier for name in carrying for identifier in judged[name][1])),
        by_dont_know=outcome is Outcome.FIRES and min(unit.grade for unit in units) is Grade.COUNTED,
    )


_GRADES = {
    Truth.TRUE: Grade.TRUE,
    Truth.POSSIBLE: Grade.SOFT,
    Truth.PERSON: Grade.SOFT,
    Truth.DONT_KNOW: Grade.UNSURE,
    Truth.OPEN: Grade.OPEN,
    Truth.FALSE: Grade.FALSE,
}


def _grade(truth: Truth, ambulance: bool) -> Grade:
    return Grade.COUNTED if ambulance and truth is Truth.DONT_KNOW else _GRADES[truth]


def _hopeless(every: Graded) -> bool:
    """Say early that a rule is silent and asks nothing: a premise of `all` is denied, or two are open."""
    grades = [grade for _, grade in every]
    return Grade.FALSE in grades or grades.count(Grade.OPEN) > 1


def _one(atom: Atom, grade: Grade) -> _Unit:
    asks = (atom.asks,) if grade in (Grade.OPEN, Grade.SOFT) else ()
    return _Unit(grade=grade, asks=asks, short=int(grade is Grade.OPEN), unsure=int(grade is Grade.UNSURE))


def _alternatives(graded: Graded) -> _Unit:
    """Take the best alternative. What is unsure is not asked again, but the open alternatives are."""
    best = max(grade for _, grade in graded)
    wanted = {Grade.SOFT: Grade.SOFT, Grade.OPEN: Grade.OPEN, Grade.UNSURE: Grade.OPEN}.get(best)
    asks = tuple(atom.asks for atom, grade in graded if grade is wanted)
    return _Unit(grade=best, asks=asks, short=int(best is Grade.OPEN), unsure=int(best is Grade.UNSURE))


def _counter(counter: AtLeast, graded: Graded, facts: FactBase) -> _Unit:
    """Find the highest grade at which enough premises count."""
    best = next((grade for grade in _CARRYING if _count(graded, grade, facts) >= counter.n), Grade.FALSE)
    wanted = {Grade.SOFT: (Grade.SOFT,), Grade.UNSURE: (Grade.SOFT, Grade.OPEN), Grade.OPEN: (Grade.SOFT, Grade.OPEN)}.get(best, ())
    return _Unit(
        grade=best,
        asks=tuple(atom.asks for atom, grade in graded if grade in wanted),
        short=counter.n - _count(graded, Grade.UNSURE, facts) if best is Grade.OPEN else 0,
        unsure=counter.n - _count(graded, Grade.SOFT, facts) if best is Grade.UNSURE else 0,
    )


_CARRYING = (Grade.TRUE, Grade.COUNTED, Grade.SOFT, Grade.UNSURE, Grade.OPEN)


def _count(graded: Graded, least: Grade, facts: FactBase) -> int:
    """Count the premises that carry at least so far; a refinement and its base count once."""
    carrying = [atom for atom, grade in graded if grade >= least]
    if len(carrying) < 2:
        return len(carrying)
    covered = {above for a in carrying if isinstance(a, FindingAtom) for above in facts.ontology.ancestors(a.of)}
    return sum(not (isinstance(a, FindingAtom) and a.of in covered) for a in carrying)


def _outcome(units: list[_Unit], signs: list[Grade]) -> tuple[Outcome, tuple[str, ...]]:
    """Put the units together: the weakest decides."""
    weakest = min(unit.grade for unit in units)
    there = Grade.TRUE in signs
    asks = tuple(dict.fromkeys(a for unit in units for a in unit.asks))
    if weakest is Grade.TRUE or (weakest is Grade.COUNTED and there):
        return Outcome.FIRES, ()
    if weakest is Grade.COUNTED or (weakest is Grade.SOFT and max(signs) >= Grade.SOFT):
        return Outcome.SUSPECTED, asks
    if weakest is Grade.UNSURE and there and sum(unit.unsure for unit in units) == 1:
        return Outcome.SUSPECTED, asks
    one_short = (
        weakest is Grade.OPEN
        and sum(unit.short for unit in units) == 1
        and all(u.grade in (Grade.OPEN, Grade.COUNTED, Grade.TRUE) for u in units)
    )
    return Outcome.SILENT, asks if one_short and there else ()


def promoted(rule: Rule, facts: FactBase) -> Rule:
    """Return the instance of an ambulance rule in which "don't know" stands where it counts as present."""
    unknown = sorted({a.of for a in rule.premises if isinstance(a, FindingAtom) and facts.judge(a)[0] is Truth.DONT_KNOW})

    def swap(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
        return tuple(
            FindingAtom(state=FindingState.DONT_KNOW, of=a.of) if isinstance(a, FindingAtom) and a.of in unknown else a for a in atoms
        )

    counter = rule.at_least
    return replace(
        rule,
        all=swap(rule.all),
        any=swap(rule.any),
        at_least=None if counter is None else AtLeast(n=counter.n, of=swap(counter.of)),
        bindings=tuple(("dont_know", of) for of in unknown),
    )


def _suspicion(flag: Flag) -> Step:
    level = flag.level or SUSPICION
    rule = flag.rule
    return Step(conclusion=fact("triage", level), rule=rule.id, version=rule.version, premises=flag.premises, citations=rule.citations)


def _compare(fired: tuple[Flag, ...], derived: set[str], engine: Engine) -> None:
    """Hold the guard against the engine: both must see the same red flags fire. The guard's judgement stands."""
    difference = sorted({flag.rule.id for flag in fired} ^ derived)
    if difference:
        engine.counts.update(guard_mismatches=len(difference))
        _LOG.error("Guard and engine disagree on red flags: %s", ", ".join(difference))


def _most_urgent_first(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    return tuple(sorted(flags, key=lambda flag: (-_RANKS[flag.rule.level or SUSPICION], flag.rule.id)))
