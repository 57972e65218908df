"""Clinical scores with interval arithmetic: what is unknown widens the total, and a verdict needs the bound on its side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.atom import Atom, ScoreAtom
from rules.fact import fact, number
from rules.grounding import FactBase, Step
from rules.rule import Score, ScoreItem, Status, Verdict
from rules.truth import Truth

AT_LEAST, AT_MOST = "at_least", "at_most"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """How one item stands: its points when known, the premises behind it, and what to ask otherwise."""

    item: ScoreItem
    truth: Truth  # TRUE, FALSE, or OPEN for everything between
    premises: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """A score on one patient: does it apply, the interval of its total, its items, its verdicts and what would narrow it."""

    score: Score
    applies: Truth
    low: float
    high: float
    items: tuple[ItemResult, ...]
    verdicts: tuple[Verdict, ...]
    asks: tuple[str, ...]


def assess(score: Score, facts: FactBase) -> ScoreResult:
    """Compute a score. When it is unknown whether it applies, only that is asked and there is no verdict."""
    applies, _, asks = judge(score.applies_all, score.applies_any, facts)
    items = tuple(_item(item, facts) for item in score.items)
    low, high = _interval(items, score)
    verdicts = tuple(v for v in score.verdicts if applies is Truth.TRUE and reached(v, low, high))
    wanted = asks if applies is not Truth.TRUE else tuple(dict.fromkeys(a for item in items for a in item.asks))
    return ScoreResult(
        score=score,
        applies=applies,
        low=low,
        high=high,
        items=items,
        verdicts=verdicts,
        asks=() if applies is Truth.FALSE else wanted,
    )


def reached(verdict: Verdict, low: float, high: float) -> bool:
    """Say whether a cut is certain: at least k by the lower bound, at most k by the upper."""
    return low >= verdict.points if verdict.bound == AT_LEAST else high <= verdict.points


def cut_atom(score: Score, verdict: Verdict) -> ScoreAtom:
    """Return the atom that a verdict rests on."""
    return ScoreAtom(score=score.id, bound=verdict.bound, points=verdict.points)


def judge(every: tuple[Atom, ...], one: tuple[Atom, ...], facts: FactBase) -> tuple[Truth, tuple[str, ...], tuple[str, ...]]:
    """Weigh {all, any}: the truth (TRUE, FALSE or OPEN), the premises behind it and what is open."""
    all_judged = [(a, *facts.judge(a)) for a in every]
    any_judged = [(a, *facts.judge(a)) for a in one]
    false = [ids for _, truth, ids in all_judged if truth is Truth.FALSE]
    no_alternative = bool(any_judged) and all(truth is Truth.FALSE for _, truth, _ in any_judged)
    if false or no_alternative:
        return Truth.FALSE, _ids(false or [ids for _, _, ids in any_judged]), ()
    holding = [ids for _, truth, ids in any_judged if truth is Truth.TRUE]
    open_all = [a.asks for a, truth, _ in all_judged if truth is not Truth.TRUE]
    open_any = [] if holding or not any_judged else [a.asks for a, truth, _ in any_judged if truth is not Truth.FALSE]
    if open_all or open_any:
        return Truth.OPEN, (), tuple(dict.fromkeys(open_all + open_any))
    return Truth.TRUE, _ids([ids for _, _, ids in all_judged] + holding), ()


def _ids(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(identifier for group in groups for identifier in group))


def _item(item: ScoreItem, facts: FactBase) -> ItemResult:
    truth, premises, asks = judge(item.all, item.any, facts)
    return ItemResult(item=item, truth=truth, premises=premises, asks=asks)


def _interval(items: tuple[ItemResult, ...], score: Score) -> tuple[float, float]:
    """Add up: a known item counts, an open one counts on the side it would move; of a group at most one counts."""
    groups: dict[str, list[ItemResult]] = {}
    for result in items:
        groups.setdefault(result.item.group or f"item {result.item.id}", []).append(result)
    spans = [_span(group) for group in groups.values()]
    low, high = sum(s[0] for s in spans), sum(s[1] for s in spans)
    return max(score.low, low), min(score.high, high)


def _span(group: list[ItemResult]) -> tuple[float, float]:
    true = [r.item.points for r in group if r.truth is Truth.TRUE]
    if true:
        best = max(true, key=abs)
        return best, best
    possible = [0.0, *(r.item.points for r in group if r.truth is Truth.OPEN)]
    return min(possible), max(possible)


def with_scores(scores: Iterable[Score], facts: FactBase) -> FactBase:
    """Derive the interval of every score that applies, and the facts that its cuts are reached."""
    for score in scores:
        if score.status is Status.RETIRED or judge(score.applies_all, score.applies_any, facts)[0] is not Truth.TRUE:
            continue
        result = assess(score, facts)
        facts = facts.derived((_step(result, facts),))
        identifier = (facts.derivations[-1].id,)
        facts = facts.given({cut_atom(score, verdict).fact: identifier for verdict in result.verdicts})
    return facts


def _step(result: ScoreResult, facts: FactBase) -> Step:
    score = result.score
    _, applied, _ = judge(score.applies_all, score.applies_any, facts)
    premises = _ids([applied, *(item.premises for item in result.items)])
    conclusion = fact("score", score.id, number(result.low), number(result.high))
    return Step(conclusion=conclusion, rule=score.id, version=score.version, premises=premises, citations=score.citations)
