"""What was concluded, and from what: a directed acyclic graph of derivations and the answers that hang on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.record import Presence
from ontologies.evidence import Grade
from ontologies.text import Text


class TriageLevel(StrEnum):
    """How soon somebody should be seen, least urgent first (`rank` orders them)."""

    SELF_CARE = "self_care"
    CONSULTATION = "consultation"
    CONSULTATION_24H = "consultation_24h"
    EMERGENCY = "emergency"
    EMERGENCY_AMBULANCE = "emergency_ambulance"

    @property
    def rank(self) -> int:
        """Return 0 for self-care up to 4 for an ambulance."""
        return _RANKS[self]


_RANKS = {level: rank for rank, level in enumerate(TriageLevel)}


class RecommendationKind(StrEnum):
    """What sort of advice it is. `warn` is for safety only, never a lifestyle hint."""

    ACT_NOW = "act_now"
    WARN = "warn"
    TEST = "test"
    TREATMENT = "treatment"
    SELF_CARE = "self_care"
    REFERRAL = "referral"
    MONITORING = "monitoring"
    LIFESTYLE = "lifestyle"


class Strength(StrEnum):
    """How strongly it is advised."""

    STRONG = "strong"
    CONSIDER = "consider"
    CHECK_FIRST = "check_first"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a claim comes from."""

    source: str | None  # "s:…"; None for Expert
    locator: str | None = None
    grade: Grade = Grade.EXPERT
    claim: str | None = None  # "k:claim/…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """One step: `conclusion` follows from `premises` (ids of statements or derivations) by `rule`."""

    id: str  # d0, d1 … in canonical order
    conclusion: str  # a fact in the canonical form of rules/fact.py, e.g. "present f:fever"
    rule: str
    version: int
    premises: tuple[str, ...]
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One bar for or against a hypothesis: natural-log likelihood ratio of one finding, weight applied."""

    finding: str
    presence: Presence
    statements: tuple[str, ...]
    log_lr: float
    grade: Grade
    claim: str | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A condition that may explain what was said."""

    condition: str
    probability: float  # calibrated, as people are told; with what is not listed they sum to 1
    share: float  # of the differential, with its children's: what triage and rules judge by
    danger: float  # log odds against "none of these", monotone in the findings
    urgency: TriageLevel
    cant_miss: bool
    derivation: str
    factors: tuple[Factor, ...] = ()
    log_prior: float = 0.0
    unexplained: tuple[str, ...] = ()  # strong findings that it leaves unexplained


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a level or a piece of advice was given, in words."""

    text: Text
    derivation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """The level, what to do, and why."""

    level: TriageLevel
    advice: Text
    derivation: str
    reasons: tuple[Reason, ...] = ()
    suspected: bool = False  # raised only by a red flag whose premise is still open


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A piece of advice with what speaks for and against it."""

    kind: RecommendationKind
    code: str  # "t:…", "tr:…", "d:…", "l:…", or a rule id
    label: Text
    text: Text
    strength: Strength
    derivation: str
    for_condition: str | None = None
    reasons: tuple[Text, ...] = ()
    against: tuple[Text, ...] = ()
    rejected: bool = False  # shown with its reason, not advised
    doctor_only: bool = False  # full detail for doctors (for example doses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The next thing to ask: a finding (`f:…`), or `age`, `sex`, `pregnancy`, `duration f:…`, `q:temperature` …"""

    finding: str
    text: Text
    reason: Text
    gain: float
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineReport:
    """How the run went: counted and logged, never part of the answer's bytes."""

    firings: int
    slices: int
    fallbacks: int  # runs answered by the verifier's own closure
    mismatches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """Everything that was concluded from the statements in force."""

    triage: Triage | None  # None: the message has no medical content
    hypotheses: tuple[Hypothesis, ...]
    cant_miss: tuple[str, ...]  # conditions listed apart because their danger passes the test threshold
    none_of_these: float  # probability that none of the listed conditions is the cause
    recommendations: tuple[Recommendation, ...]
    questions: tuple[Question, ...]
    derivations: tuple[Derivation, ...]
    targets: tuple[str, ...] = ()  # lifestyle targets ("l:…") that the plan should serve
    complete: bool = False  # no further question would change the advice
