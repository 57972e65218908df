"""Mutants of rules, and that the shipped cases notice every one in red flags and drug safety."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ontologies.loader import load
from ontologies.ontology import Ontology
from rules.library import load_rules
from rules.mutation import mutants
from rules.mutation_run import try_mutants
from rules.rule import RuleBase, Stage
from rules.testing import read_cases

Base = Callable[[str, Stage], RuleBase]


def changes(base: Base, ontology: Ontology, line: str) -> list[str]:
    """Return the changes of all mutants of one rule."""
    (rule,) = base(line, Stage.SYNDROMES).rules
    return [mutant.change for mutant in mutants(rule, ontology)]


def test_each_premise_is_dropped_and_turned_round(base: Base, ontology: Ontology) -> None:
    """Every premise of every part has its mutants."""
    line = "r | f:x1, {age: {ge: 40}} | f:x2, f:x3 | {n: 2, of: [f:x4, f:x5, f:x6]} | f:x9 | {finding: f:x7}"
    found = changes(base, ontology, line)
    assert "all: present f:x1 dropped" in found
    assert "all: present f:x1 became absent f:x1" in found
    assert "all: age ge 40 became age lt 40" in found
    assert "all: age ge 40 became age gt 40" in found
    assert "any: present f:x2 dropped" in found
    assert "at_least: 2 became 1" in found
    assert "at_least: 2 became 3" in found
    assert "at_least: present f:x6 dropped" in found
    assert "unless present f:x9 dropped" in found


def test_what_cannot_be_told_apart_is_no_mutant(base: Base, ontology: Ontology) -> None:
    """A refinement beside its base, a base told by every alternative, and a rule left without a sign."""
    assert "any: present f:pain-low dropped" not in changes(base, ontology, "r |  | f:pain, f:pain-low | | | {finding: f:x7}")
    assert "all: present f:pain dropped" not in changes(base, ontology, "r | f:pain | f:pain-low, f:pain-severe | | | {finding: f:x7}")
    assert "all: present f:x1 dropped" not in changes(base, ontology, "r | f:x1, {age: {lt: 5}} | | | | {finding: f:x7}")


@pytest.mark.parametrize("stage", [Stage.RED_FLAGS, Stage.DRUG_SAFETY])
def test_no_mutant_survives_where_lives_depend_on_it(stage: Stage) -> None:
    """Each premise of each red flag and each rule of drug safety has a case that fails without it."""
    ontology, rules = load()[0], load_rules()[0]
    tried = list(try_mutants(rules, ontology, [stage]))
    assert len(tried) > 100
    assert [f"{one.of.id}: {one.mutant.change}" for one in tried if one.killed_by is None] == []


EACH = """
- rule: r
  cases:
    - id: each-counts
      given: {age: 50, present: [f:a]}
      each: [f:b, {history: [c:d]}, {taking: [dc:e]}]
      expect: fires
"""


def test_a_case_is_written_out_for_each_thing_listed() -> None:
    """`each` adds one thing at a time to what is given."""
    cases, issues = read_cases(EACH, "x.test.yaml")
    assert issues == []
    assert [case.id for case in cases] == ["each-counts: f:b", "each-counts: history c:d", "each-counts: taking dc:e"]
    assert cases[0].given.lists["present"] == ("f:a", "f:b")
    assert cases[1].given.lists == {"present": ("f:a",), "history": ("c:d",)}


def test_an_unknown_thing_under_each_is_an_issue_at_its_line() -> None:
    """A misspelt field does not pass as a case."""
    _, issues = read_cases(EACH.replace("{history: [c:d]}", "{hystory: [c:d]}"), "x.test.yaml")
    assert [issue.where for issue in issues] == ["x.test.yaml:6"]
