"""Why a rule fired or did not: every premise with how it is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rules.engine import Engine
from rules.grounding import FactBase
from rules.rule import RuleBase, Stage
from rules.trace import Part, trace
from rules.truth import Truth

Facts = Callable[[str], FactBase]
Base = Callable[[str, Stage], RuleBase]
LINE = "r | f:x1 | f:x2, f:x3 | {n: 2, of: [f:x4, f:x5, f:x6]} | f:x9 | {finding: f:x7}"


def test_a_rule_that_fires_names_what_it_rests_on(base: Base, facts: Facts) -> None:
    """Each premise comes with the statements behind it, and nothing is missing."""
    rules, known = base(LINE, Stage.SYNDROMES), facts("{present: [f:x1, f:x3, f:x4, f:x5]}")
    run = Engine().run(rules, known, Stage.SYNDROMES)
    found = trace(rules.rules[0], known, run.derivations)
    assert found.outcome == "fires"
    assert found.missing == ()
    assert [(one.part, one.truth, one.behind) for one in found.premises][:2] == [
        (Part.ALL, Truth.TRUE, ("s0",)),
        (Part.ANY, Truth.OPEN, ()),
    ]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("{absent: [f:x1], present: [f:x2, f:x4, f:x5]}", "present f:x1 is false"),
        ("{present: [f:x1, f:x4, f:x5]}", "none of its alternatives is true"),
        ("{present: [f:x1, f:x2, f:x4]}", "1 of the 2 counted signs are there"),
        ("{present: [f:x1, f:x2, f:x4, f:x5, f:x9]}", "present f:x9 is true and holds it back"),
    ],
)
def test_a_silent_rule_names_what_holds_it_back(base: Base, facts: Facts, given: str, missing: str) -> None:
    """One reason for each part of the rule."""
    rules, known = base(LINE, Stage.SYNDROMES), facts(given)
    run = Engine().run(rules, known, Stage.SYNDROMES)
    found = trace(rules.rules[0], known, run.derivations)
    assert (found.outcome, found.missing) == ("silent", (missing,))


def test_a_red_flag_may_be_suspected(base: Base, facts: Facts) -> None:
    """The trace of a red flag says what the guard says."""
    rules, known = base("r | f:x1, f:x2 | | | | {triage: emergency}", Stage.RED_FLAGS), facts("{present: [f:x1], possible: [f:x2]}")
    found = trace(rules.rules[0], known, ())
    assert (found.outcome, found.missing) == ("suspected", ("present f:x2 is possible",))


def test_late_rules_see_what_was_concluded(base: Base, facts: Facts) -> None:
    """What is likely counts as considered."""
    from kg.reasoning import Derivation

    rules = base("r | {considered: c:a} | | | | {recommend: x, kind: test}", Stage.TESTS)
    concluded = (
        Derivation(id="d0", conclusion="likely c:a", rule="differential", version=1, premises=(), citations=()),
        Derivation(id="d1", conclusion="recommend test x", rule="r", version=1, premises=("d0",), citations=()),
    )
    found = trace(rules.rules[0], facts("{age: 40}"), concluded)
    assert (found.outcome, found.premises[0].truth, found.premises[0].behind) == ("fires", Truth.TRUE, ("d0",))
