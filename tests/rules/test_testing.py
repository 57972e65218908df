"""The cases beside the rules: run, judged, and their coverage reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from ontologies.loader import load
from ontologies.ontology import Ontology
from rules.library import load_rules
from rules.lint import lint
from rules.testing import TestReport, run_tests

RULE = """- id: r
  version: 1
  title: {en: t, zh: t}
  purpose: p
  when: {all: [f:pain, {age: {ge: 40}}]}
  then: {triage: emergency}
"""
CASES = """- rule: r
  cases:
    - {id: fires, given: {age: 40, present: [f:pain]}, expect: fires, triage: emergency}
    - {id: silent, given: {age: 39, present: [f:pain]}, expect: silent}
    - {id: denied, given: {age: 50, absent: [f:pain]}, expect: silent}
    - {id: unknown, given: {present: [f:pain]}, expect: suspected, asks: [age]}
"""


def report(folder: Path, ontology: Ontology, cases: str | None, rule: str = RULE, area: str = "red_flags") -> TestReport:
    (folder / area).mkdir(exist_ok=True)
    (folder / area / "r.yaml").write_text(rule, encoding="utf-8")
    if cases is not None:
        (folder / area / "r.test.yaml").write_text(cases, encoding="utf-8")
    return run_tests(load_rules(folder)[0], ontology, folder)


def test_good_cases_pass(tmp_path: Path, ontology: Ontology) -> None:
    """Four cases pass and nothing is missing."""
    done = report(tmp_path, ontology, CASES)
    assert (done.passed, done.issues, done.cases_of) == (4, (), {"r": 4})


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("expect: fires", "expect: silent", 3, "expected silent, it is fires"),
        ("triage: emergency", "triage: emergency_ambulance", 3, "expected at least emergency_ambulance"),
        ("asks: [age]", "asks: [sex]", 6, "expected to ask sex"),
        ("expect: suspected", "expect: perhaps", 6, "'perhaps' is not known"),
        ("given: {age: 39", "given: {aged: 39", 4, "'aged' is not known"),
        ("rule: r", "rule: q", 3, "no such rule"),
        ("expect: fires", "given_: 1", 3, "'given_' is not known"),
        ("age: 40, ", "age: 41, ", 1, "stands on the limit of 'age ge 40'"),
        ("absent: [f:pain]", "present: [f:x1]", 1, "denies one of its premises"),
    ],
)
def test_faults_are_named_at_their_line(tmp_path: Path, ontology: Ontology, *, old: str, new: str, line: int, message: str) -> None:
    """A failed or unreadable case, or a gap, is one line to go to."""
    done = report(tmp_path, ontology, CASES.replace(old, new))
    assert any(message in i.message and i.where.endswith(f":{line}") for i in done.issues), [str(i) for i in done.issues]


def test_a_rule_file_needs_its_test_file(tmp_path: Path, ontology: Ontology) -> None:
    """No test file, no cases: two complaints."""
    messages = [i.message for i in report(tmp_path, ontology, None).issues]
    assert messages == ["The rule file has no test file.", "r has 0 test cases."]


def test_plain_rules_say_what_they_conclude(tmp_path: Path, ontology: Ontology) -> None:
    """Outside the red flags a case may name the facts that follow."""
    rule = RULE.replace("{triage: emergency}", "{finding: f:fever-high}")
    given = "{id: a, given: {age: 40, present: [f:pain]}, expect: fires, concludes: [present f:fever, present f:x1]}"
    cases = f"- rule: r\n  cases:\n    - {given}\n"
    done = report(tmp_path, ontology, cases, rule, "syndromes")
    assert "r on 'a': expected to conclude present f:x1." in [i.message for i in done.issues]


@pytest.mark.parametrize("area", ["abstraction", "scores"])
def test_the_shipped_abstraction_rules_and_scores_hold(area: str) -> None:
    """Every case of our own areas passes, with full coverage and without a lint."""
    ontology, _ = load()
    base, faults = load_rules()
    mine = f"rules/library/{area}/"
    found = [*faults, *run_tests(base, ontology).issues, *(i for i in lint(base, ontology) if i.level != "info")]
    assert [str(i) for i in found if i.where.startswith(mine) and "not described anywhere" not in i.message] == []
