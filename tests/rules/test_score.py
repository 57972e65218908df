"""Scores: intervals, groups, verdicts on the right bound."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.engine import Engine
from rules.grounding import FactBase
from rules.language import Library
from rules.rule import RuleBase, Stage
from rules.score import assess
from rules.truth import Truth

Facts = Callable[[str], FactBase]
Read = Callable[..., Library]
SCORE = """
- id: s
  version: 1
  title: {en: t, zh: t}
  purpose: p
  misuse: m
  applies: {all: [f:pain], any: [f:cough, f:rash]}
  score:
    range: [-1, 4.5]
    items:
      - {id: a, if: f:fever, points: 1.5, title: {en: t, zh: t}}
      - {id: b, if: {any: [f:vomiting, f:stiff]}, points: 1, title: {en: t, zh: t}}
      - {id: young, if: {age: {lt: 15}}, points: 2, group: age, title: {en: t, zh: t}}
      - {id: old, if: {age: {ge: 45}}, points: -1, group: age, title: {en: t, zh: t}}
  then:
    - {when: {at_least: 2}, triage: emergency}
    - {when: {at_most: 0}, conclude: {hypothesis: c:x, verdict: unlikely}}
"""


@pytest.fixture
def base(library: Read) -> RuleBase:
    read = library(SCORE, Stage.SCORES)
    assert [str(i) for i in read.issues] == []
    return RuleBase(rules=(), scores=tuple(read.scores))


@pytest.mark.parametrize(
    ("said", "low", "high", "verdicts"),
    [
        ("", -1, 4.5, []),
        ("age: 30", 0, 2.5, []),
        ("age: 50, absent: [f:fever]", -1, 0, ["at_most-0"]),
        ("age: 10", 2, 4.5, ["at_least-2"]),
        ("age: 30, possible: [f:fever]", 0, 2.5, []),
        ("age: 30, absent: [f:fever, f:vomiting, f:stiff]", 0, 0, ["at_most-0"]),
    ],
)
def test_what_is_unknown_makes_an_interval(
    base: RuleBase, facts: Facts, *, said: str, low: float, high: float, verdicts: list[str]
) -> None:
    """A verdict needs the bound on its side; of a group one item counts."""
    extra = said.replace("present: [", "present: [f:pain, f:cough, ")
    known = facts(f"{{present: [f:pain, f:cough]{', ' + extra if extra else ''}}}")
    result = assess(base.scores[0], known)
    assert (result.low, result.high, [v.name for v in result.verdicts]) == (low, high, verdicts)


def test_it_asks_whether_it_applies(base: RuleBase, facts: Facts) -> None:
    """Unknown: it asks for the premise and says nothing. Denied: it asks nothing."""
    unknown = assess(base.scores[0], facts("{present: [f:pain], age: 10}"))
    assert (unknown.applies, unknown.verdicts, unknown.asks) == (Truth.OPEN, (), ("f:cough", "f:rash"))
    assert assess(base.scores[0], facts("{absent: [f:pain]}")).asks == ()
    assert assess(base.scores[0], facts("{present: [f:pain], absent: [f:cough, f:rash]}")).applies is Truth.FALSE


def test_a_verdict_is_derived_from_the_score(base: RuleBase, facts: Facts) -> None:
    """The interval is one derivation, each verdict another that rests on it."""
    run = Engine().run(base, facts("{present: [f:pain, f:rash, f:fever], age: 10}"), Stage.SCORES)
    assert [(d.id, d.conclusion, d.rule) for d in run.derivations] == [
        ("d0", "score s 3.5 4.5", "s"),
        ("d1", "triage emergency", "s#at_least-2"),
    ]
    assert run.derivations[1].premises == ("d0",)
    assert run.firings[0].derivations == ("d1",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("range: [-1, 4.5]", "range: [0, 3]"), "add up to -1 … 4.5"),
        (("range: [-1, 4.5]", "range: [3, 0]"), "lowest and its highest"),
        (("id: b", "id: a"), "given twice"),
        (("{when: {at_least: 2}, ", "{"), "The cut is missing"),
        (("points: 1.5, ", ""), "lacks 'points'"),
    ],
)
def test_faulty_scores_are_refused(library: Read, change: tuple[str, str], message: str) -> None:
    """The range must be what the items add up to, and each part must be there."""
    read = library(SCORE.replace(*change), Stage.SCORES)
    assert message in " ".join(str(i) for i in read.issues)
    assert read.scores == []
