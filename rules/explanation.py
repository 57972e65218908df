"""Why, how sure, why not, what if and what next: explanations as data; the words are made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from kg.reasoning import Citation, Derivation, Factor, Hypothesis, Inference, Question
from kg.record import AnyStatement, Finding, Presence, Timing
from rules.calibration import Calibration
from rules.confidence import confidence
from rules.danger import reach
from rules.differential import Ranking
from rules.hypotheses import base_log, factors_of, listed
from rules.said import Heard

Rerun = Callable[[tuple[AnyStatement, ...]], Inference]
_SMALLEST = 5  # support sets and alternative derivations shown
_NAMED = 5  # findings named in an answer to "why not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A conclusion and what it rests on, down to the statements. A statement has no rule and no premises."""

    id: str
    conclusion: str
    rule: str | None = None
    version: int | None = None
    citations: tuple[Citation, ...] = ()
    premises: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How sure: a word for patients, the number and the bars for doctors. `start` and the bars sum to `score`."""

    condition: str
    word: str
    probability: float  # as people are told
    share: float  # of the differential, before calibration
    start: float
    bars: tuple[Factor, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What speaks against a condition, or is missing for it, and by how much it trails."""

    condition: str
    excluded: bool  # by anatomy, age, pregnancy or as a known disease
    probability: float
    place: int | None  # in the differential, from 1
    behind: float  # log score below the leader
    start: float
    against: tuple[Factor, ...]
    missing: tuple[tuple[str, float], ...]  # findings that would speak for it, with their log ratio if present


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one changed statement changes."""

    level_before: str | None
    level_after: str | None
    probabilities: tuple[tuple[str, float, float], ...]  # condition, before, after; largest change first
    new_questions: tuple[str, ...]
    recommendations_gained: tuple[str, ...]
    recommendations_lost: tuple[str, ...]


def why(inference: Inference, conclusion: str, words: Mapping[str, str] | None = None) -> Proof | None:
    """Return the proof tree of a derivation, a condition, a recommendation, a fact or `triage`; None when it was not concluded.

    `words` gives the text of each statement, to stand at the leaves.
    """
    start = _derivation_of(inference, conclusion)
    steps = {d.id: d for d in inference.derivations}
    return None if start is None or start not in steps else _proof(start, steps, words or {})


def _derivation_of(inference: Inference, conclusion: str) -> str | None:
    if conclusion == "triage":
        return inference.triage.derivation if inference.triage else None
    named = {r.code: r.derivation for r in reversed(inference.recommendations)}
    named |= {d.conclusion: d.id for d in reversed(inference.derivations)}
    named |= {h.condition: h.derivation for h in inference.hypotheses}
    named |= {d.id: d.id for d in inference.derivations}
    return named.get(conclusion)


def _proof(identifier: str, steps: Mapping[str, Derivation], words: Mapping[str, str]) -> Proof:
    step = steps.get(identifier)
    if step is None:
        return Proof(id=identifier, conclusion=words.get(identifier, identifier))
    premises = tuple(_proof(p, steps, words) for p in step.premises)
    return Proof(id=step.id, conclusion=step.conclusion, rule=step.rule, version=step.version, citations=step.citations, premises=premises)


def supports(inference: Inference, conclusion: str) -> tuple[tuple[str, ...], ...]:
    """Return the sets of statements that each suffice for a fact, smallest first, at most five: one for each derivation of it."""
    steps = {d.id: d for d in inference.derivations}
    start = _derivation_of(inference, conclusion)
    if start is None or start not in steps:
        return ()
    same = [d.id for d in inference.derivations if d.conclusion == steps[start].conclusion]
    sets = {tuple(sorted(set(_leaves(_proof(d, steps, {}))))) for d in same}
    minimal = [s for s in sets if not any(set(other) < set(s) for other in sets)]
    return tuple(sorted(minimal, key=lambda s: (len(s), s)))[:_SMALLEST]


def alternatives(inference: Inference, conclusion: str, words: Mapping[str, str] | None = None) -> tuple[Proof, ...]:
    """Return the other derivations of the same fact, those with the fewest steps first, at most five."""
    steps = {d.id: d for d in inference.derivations}
    start = _derivation_of(inference, conclusion)
    if start is None or start not in steps:
        return ()
    same = [d.id for d in inference.derivations if d.conclusion == steps[start].conclusion and d.id != start]
    proofs = [_proof(identifier, steps, words or {}) for identifier in same]
    return tuple(sorted(proofs, key=lambda proof: (_size(proof), proof.id)))[:_SMALLEST]


def _size(proof: Proof) -> int:
    return 1 + sum(_size(premise) for premise in proof.premises)


def _leaves(proof: Proof) -> Iterable[str]:
    if proof.rule is None:
        yield proof.id
    for premise in proof.premises:
        yield from _leaves(premise)


def how_sure(hypothesis: Hypothesis, calibration: Calibration) -> Certainty:
    """Return the bars of a hypothesis and the word for its calibrated probability."""
    word = next((name for name, least in calibration.words if hypothesis.probability >= least), calibration.words[-1][0])
    score = hypothesis.log_prior + sum(f.log_lr for f in hypothesis.factors)
    return Certainty(
        condition=hypothesis.condition,
        word=word,
        probability=hypothesis.probability,
        share=hypothesis.share,
        start=hypothesis.log_prior,
        bars=hypothesis.factors,
        score=round(score, 6),
    )


def why_not(condition: str, ranking: Ranking, heard: Heard, calibration: Calibration) -> WhyNot | None:
    """Return what stands against a condition; None when nobody described it."""
    index = ranking.likelihood
    row = index.row.get(condition)
    if row is None:
        return None
    excluded = not bool(ranking.possible[row])
    leader = ranking.order[0] if ranking.order else row
    place = None if excluded else ranking.order.index(row) + 1
    return WhyNot(
        condition=condition,
        excluded=excluded,
        probability=_told(row, ranking, calibration),
        place=place,
        behind=round(float(ranking.score[leader] - ranking.score[row]), 6) if not excluded else 0.0,
        start=base_log(row, ranking),
        against=tuple(f for f in factors_of(row, ranking) if f.log_lr < 0 and f.presence is not Presence.UNKNOWN),
        missing=_missing(row, ranking, heard),
    )


def _told(row: int, ranking: Ranking, calibration: Calibration) -> float:
    """Return the calibrated probability of a condition, listed or not."""
    shown = listed(ranking, calibration.differential)
    told = confidence([s.share for s in shown], calibration.confidence)
    rows = {s.row: p for s, p in zip(shown, told.listed, strict=True)}
    return rows[row] if row in rows else told.of_unlisted(float(ranking.probability[row]))


def _missing(row: int, ranking: Ranking, heard: Heard) -> tuple[tuple[str, float], ...]:
    """List the unsaid findings that would speak most for a condition."""
    index = ranking.likelihood
    said = heard.asked | {t.finding for t in ranking.terms}
    gains = reach(row, ranking.table, index)
    columns = [int(c) for c in np.argsort(-gains, kind="stable") if gains[c] > 0 and index.findings[int(c)] not in said]
    return tuple((index.findings[c], round(float(gains[c]), 4)) for c in columns[:_NAMED])


def what_if(
    statements: Iterable[AnyStatement], finding: str, presence: Presence, rerun: Rerun, refinements: Iterable[str] = ()
) -> Difference:
    """Conclude again with one finding present, absent or unsaid (`Presence.UNKNOWN`) and return what changes.

    `refinements` are the findings below it: without the finding they cannot be either.
    """
    told = tuple(statements)
    before, after = rerun(told), rerun(changed(told, finding, presence, refinements))
    chances = {h.condition: h.probability for h in before.hypotheses}
    later = {h.condition: h.probability for h in after.hypotheses}
    moved = [(c, chances.get(c, 0.0), later.get(c, 0.0)) for c in {**chances, **later}]
    advised, advised_later = {r.code for r in before.recommendations}, {r.code for r in after.recommendations}
    asked = {q.finding for q in before.questions}
    return Difference(
        level_before=before.triage.level if before.triage else None,
        level_after=after.triage.level if after.triage else None,
        probabilities=tuple(sorted(moved, key=lambda m: (-abs(m[2] - m[1]), m[0]))),
        new_questions=tuple(q.finding for q in after.questions if q.finding not in asked),
        recommendations_gained=tuple(sorted(advised_later - advised)),
        recommendations_lost=tuple(sorted(advised - advised_later)),
    )


def changed(
    statements: tuple[AnyStatement, ...], finding: str, presence: Presence, refinements: Iterable[str] = ()
) -> tuple[AnyStatement, ...]:
    """Return the statements with what is said of one finding replaced; unknown means that nothing is said of it."""
    below = frozenset(refinements) if presence in (Presence.ABSENT, Presence.UNKNOWN) else frozenset()
    others = tuple(s for s in statements if not (isinstance(s, Finding) and (s.concept == finding or s.concept in below)))
    if presence is Presence.UNKNOWN:
        return others
    said = next((s for s in statements if isinstance(s, Finding) and s.concept == finding), None)
    if said is not None:
        return (*others, replace(said, presence=presence, timing=Timing.CURRENT))
    return (*others, Finding(id="if", span=None, text="", concept=finding, presence=presence))


def what_next(inference: Inference) -> tuple[Question, ...]:
    """Return which answers would change most."""
    return inference.questions
