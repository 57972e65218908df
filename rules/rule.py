"""Rules and scores as they are written: one record each, with the place in the file that they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from kg.reasoning import Citation, RecommendationKind, Strength, TriageLevel
from ontologies.text import Text
from rules.atom import Atom, bind, start_atom
from rules.fact import fact, number

RuleKey = tuple[str, tuple[tuple[str, str], ...]]
"""A rule's id and what its variables are bound to."""


class Stage(StrEnum):
    """The areas of the library, in the order in which they run. The differential stands between RED_FLAGS and TESTS."""

    ABSTRACTION = "abstraction"
    SYNDROMES = "syndromes"
    SCORES = "scores"
    RED_FLAGS = "red_flags"
    TESTS = "tests"
    TREATMENTS = "treatments"
    DRUG_SAFETY = "drug_safety"
    TRIAGE = "triage"
    FOLLOW_UP = "follow_up"
    LIFESTYLE = "lifestyle"

    @property
    def after_differential(self) -> bool:
        """Say whether its rules may rest on hypotheses."""
        return list(Stage).index(self) > list(Stage).index(Stage.RED_FLAGS)


class Status(StrEnum):
    """How far a rule has been reviewed. Retired rules are read but never run."""

    DRAFT = "draft"
    SECOND_READ = "second-read"
    CLINICIAN_REVIEWED = "clinician-reviewed"
    RETIRED = "retired"


class ConclusionType(StrEnum):
    """What a rule may conclude."""

    FINDING = "finding"
    ABSENT = "absent"
    TRIAGE = "triage"
    RECOMMEND = "recommend"
    TARGET = "target"
    HYPOTHESIS = "hypothesis"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What follows. `of` is a concept, a level, a slug or a variable."""

    type: ConclusionType
    of: str
    kind: RecommendationKind | None = None  # of a recommendation
    verdict: str | None = None  # of a hypothesis: likely | unlikely

    @property
    def fact(self) -> str:
        """Return the canonical fact."""
        match self.type:
            case ConclusionType.FINDING:
                return fact("present", self.of)
            case ConclusionType.RECOMMEND:
                return fact("recommend", str(self.kind), self.of)
            case ConclusionType.HYPOTHESIS:
                return fact("hypothesis", self.of, str(self.verdict))
            case _:
                return fact(self.type, self.of)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast:
    """A counter: true when `n` of the atoms hold. A refinement and its base count once."""

    n: int
    of: tuple[Atom, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A variable and what it ranges over: a predicate (a bound start), or a relation from a variable before it."""

    variable: str  # "?d"
    predicate: str | None = None  # "taking"
    subject: str | None = None  # "?d"
    relation: str | None = None  # "v:interactsWith"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Who checked the rule, when, and until when that holds."""

    by: str | None = None
    on: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `bindings` is set on an instance in which every variable of `ranges` is bound."""

    id: str
    version: int
    stage: Stage
    title: Text
    then: tuple[Conclusion, ...]
    all: tuple[Atom, ...] = ()
    any: tuple[Atom, ...] = ()
    at_least: AtLeast | None = None
    unless: tuple[Atom, ...] = ()
    ranges: tuple[Range, ...] = ()
    bindings: tuple[tuple[str, str], ...] = ()
    strength: Strength | None = None
    advice: Text | None = None
    text: Text | None = None
    purpose: str = ""
    misuse: str = ""
    status: Status = Status.DRAFT
    citations: tuple[Citation, ...] = ()
    review: Review = field(default_factory=Review)
    where: str = ""  # file:line

    @property
    def premises(self) -> tuple[Atom, ...]:
        """Return every positive premise in the order in which it is written."""
        return self.all + self.any + (self.at_least.of if self.at_least else ())

    @property
    def key(self) -> RuleKey:
        """Return what tells this rule, or this instance of it, from every other."""
        return (self.id, self.bindings)

    @property
    def level(self) -> TriageLevel | None:
        """Return the triage level that it concludes, if it does."""
        levels = [TriageLevel(c.of) for c in self.then if c.type is ConclusionType.TRIAGE]
        return max(levels, key=lambda level: level.rank, default=None)


def bound(rule: Rule, bindings: Mapping[str, str], citations: tuple[Citation, ...] = ()) -> Rule:
    """Return the instance of a rule in which the variables stand for `bindings`.

    What it started from becomes a premise; `citations` back the relations used.
    """
    at_least = rule.at_least
    starts = tuple(start_atom(r.predicate, bindings[r.variable]) for r in rule.ranges if r.predicate is not None)
    every = {a.fact: a for a in starts + tuple(bind(a, bindings) for a in rule.all)}
    return replace(
        rule,
        all=tuple(every.values()),
        any=tuple(bind(a, bindings) for a in rule.any),
        at_least=None if at_least is None else AtLeast(n=at_least.n, of=tuple(bind(a, bindings) for a in at_least.of)),
        unless=tuple(bind(a, bindings) for a in rule.unless),
        then=tuple(replace(c, of=bindings.get(c.of, c.of)) for c in rule.then),
        bindings=tuple(sorted(bindings.items())),
        citations=rule.citations + citations,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreItem:
    """One line of a score. Of the items that share a `group` at most one can hold (age bands)."""

    id: str
    title: Text
    points: float
    all: tuple[Atom, ...] = ()
    any: tuple[Atom, ...] = ()
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a score says from a cut on: `at_least` fires on the lower bound, `at_most` on the upper."""

    bound: str  # at_least | at_most
    points: float
    then: tuple[Conclusion, ...]
    strength: Strength | None = None
    text: Text | None = None
    citations: tuple[Citation, ...] = ()
    where: str = ""

    @property
    def name(self) -> str:
        """Return the name used in tests and in rule ids.

        >>> Verdict(bound="at_least", points=5, then=()).name
        'at_least-5'
        """
        return f"{self.bound}-{number(self.points)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A clinical score; what is unknown makes it an interval."""

    id: str
    version: int
    title: Text
    low: float
    high: float
    items: tuple[ScoreItem, ...]
    verdicts: tuple[Verdict, ...]
    applies_all: tuple[Atom, ...] = ()
    applies_any: tuple[Atom, ...] = ()
    purpose: str = ""
    use: str = ""
    misuse: str = ""
    status: Status = Status.DRAFT
    citations: tuple[Citation, ...] = ()
    review: Review = field(default_factory=Review)
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBase:
    """All rules and scores, sorted by id; frozen, so that a run is a function of it."""

    rules: tuple[Rule, ...]
    scores: tuple[Score, ...] = ()

    def of(self, stage: Stage) -> tuple[Rule, ...]:
        """Return the rules of a stage that are in use."""
        return tuple(r for r in self.rules if r.stage is stage and r.status is not Status.RETIRED)

    def rule(self, identifier: str) -> Rule | None:
        """Find a rule by its id."""
        return next((r for r in self.rules if r.id == identifier), None)
