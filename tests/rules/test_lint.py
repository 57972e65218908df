"""Lints: unknown ids, rules that cannot fire, add nothing, contradict or go in circles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ontologies.ontology import Ontology
from rules.lint import lint, use_of
from rules.rule import RuleBase, Stage
from rules.strata import strata

Base = Callable[..., RuleBase]


@pytest.mark.parametrize(
    ("rules", "where", "message"),
    [
        ("a | f:feverr | | | | {finding: f:x1}", 1, "Did you mean f:fever?"),
        ("a | {value: {of: temprature, ge: 1, unit: Cel}} | | | | {finding: f:x1}", 1, "Did you mean q:temperature?"),
        ("a | {value: {of: temperature, ge: 1, unit: K}} | | | | {finding: f:x1}", 1, "Use one of: Cel, [degF]."),
        ("a | f:pain-low, {absent: f:pain} | | | | {finding: f:x1}", 1, "exclude each other"),
        ("a | {age: {lt: 5}}, {age: {ge: 5}} | | | | {finding: f:x1}", 1, "exclude each other"),
        ("a | f:pain-low | | | f:pain | {finding: f:x1}", 1, "'unless' forbids"),
        ("a | f:pain | | | | {finding: f:x1}\nb | f:pain-low, f:rash | | | | {finding: f:x1}", 7, "a (test.yaml:1) fires wherever it does"),
        ("a | {age: {ge: 40}} | | | | {finding: f:x1}\nb | {age: {ge: 50}} | | | | {absent: f:x1}", 7, "contradicts a"),
        ("a | f:x1 | | | f:x2 | {finding: f:x3}\nb | f:x3 | | | | {finding: f:x2}", 1, "negates or counts"),
        ("a | f:x1 | | {n: 1, of: [f:pain, f:x2]} | | {finding: f:pain-low}", 1, "negates or counts"),
    ],
)
def test_each_fault_is_named_at_its_line(base: Base, ontology: Ontology, *, rules: str, where: int, message: str) -> None:
    """The complaint stands at the rule that must change."""
    (issue,) = [i for i in lint(base(rules), ontology) if i.level != "info"]
    assert (issue.where, message in str(issue)) == (f"test.yaml:{where}", True), str(issue)


@pytest.mark.parametrize(
    "rules",
    [
        "a | f:pain | f:rash | | | {finding: f:x1}\nb | f:pain-low | | | | {finding: f:x1}",
        "a | f:pain | | | f:rash | {finding: f:x1}\nb | f:pain-low | | | | {finding: f:x1}",
        "a | {age: {ge: 50}} | | | | {finding: f:x1}\nb | {age: {ge: 40}} | | | f:x2 | {finding: f:x1}",
        "a | | | {n: 2, of: [f:x1, f:x2]} | | {finding: f:x3}\nb | | | {n: 1, of: [f:x1, f:x2]} | f:x9 | {finding: f:x3}",
        "a | f:x1 | | | f:x2 | {finding: f:x3}\nb | f:x4 | | | | {finding: f:x2}",
    ],
)
def test_sound_rules_pass(base: Base, ontology: Ontology, rules: str) -> None:
    """No rule of these makes the other needless."""
    assert [str(i) for i in lint(base(rules), ontology)] == []


def test_strata_put_what_is_negated_or_counted_below(base: Base, ontology: Ontology) -> None:
    """A rule runs after everything that feeds its `unless` or its counter, hierarchies included."""
    rules = base(
        "a | f:x1 | | | f:pain | {finding: f:x2}\nb | f:x3 | | | | {finding: f:pain-low}\nc | | | {n: 1, of: [f:x2]} | | {finding: f:x4}"
    )
    assert [[r.id for r in level] for level in strata(rules.rules, ontology)] == [["b"], ["a"], ["c"]]


def test_what_the_rules_use_is_told_to_the_ontology(base: Base) -> None:
    """Ids and findings are collected for the lints below."""
    use = use_of(base("a | f:x1 | | | | {triage: emergency}", Stage.RED_FLAGS))
    assert (use.ids, use.findings) == (frozenset({"a"}), frozenset({"f:x1"}))
