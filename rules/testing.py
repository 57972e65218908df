"""Runs the cases beside the rules (`*.test.yaml`) and reports how far they cover them: for `iatros knowledge test`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from kg.reasoning import TriageLevel
from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from rules.casefile import Given, check_given, facts_of, read_given
from rules.coverage import coverage_issues
from rules.engine import Engine
from rules.grounding import FactBase
from rules.guard import Outcome
from rules.guard import judge as judge_flag
from rules.library import rule_files, test_files
from rules.rule import Rule, RuleBase, Score, Stage
from rules.score import ScoreResult, assess
from rules.truth import Truth
from rules.yaml_source import Scalar, Source, fields, items, one_of, scalar, string

BLOCK_FIELDS = ("rule", "score", "cases", "given_in_all")
CASE_FIELDS = ("id", "says", "sum", "source", "given", "expect", "triage", "asks", "concludes", "note")
EXPECT_FIELDS = ("points", "verdicts", "not_yet", "applies", "asks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of one rule or score."""

    of: str
    id: str
    given: Given
    where: str
    expect: str | None = None  # fires | suspected | silent
    triage: TriageLevel | None = None
    asks: tuple[str, ...] = ()
    concludes: tuple[str, ...] = ()
    score: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How a case went; `problem` is None when it passed."""

    case: Case
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestReport:
    """All cases and every complaint: failed cases, unreadable files, gaps of coverage."""

    __test__ = False  # no test of pytest's

    results: tuple[CaseResult, ...]
    issues: tuple[Issue, ...]
    cases_of: Mapping[str, int] = field(default_factory=dict)  # rule or score id → number of cases

    @property
    def passed(self) -> int:
        """Return how many cases went as written."""
        return sum(r.problem is None for r in self.results)


def run_tests(base: RuleBase, ontology: Ontology, root: Path | Traversable | None = None, engine: Engine | None = None) -> TestReport:
    """Run every test file of the library under `root`."""
    bench = _Bench(base, ontology, engine or Engine())
    cases: list[Case] = []
    issues: list[Issue] = []
    for name, file in test_files(root):
        read, faults = read_cases(file.read_text(encoding="utf-8"), name)
        cases += read
        issues += faults
    results = tuple(CaseResult(case=case, problem=bench.problem(case)) for case in cases)
    issues += [_failed(result) for result in results if result.problem is not None]
    issues += coverage_issues(base, cases, [n for n, _ in rule_files(root)], [n for n, _ in test_files(root)], ontology)
    counts = {name: sum(case.of == name for case in cases) for name in {case.of for case in cases}}
    return TestReport(results=results, issues=tuple(issues), cases_of=dict(sorted(counts.items())))


def _failed(result: CaseResult) -> Issue:
    case = result.case
    solution = "Correct the rule; the case changes only with its citation."
    return Issue(level=Level.ERROR, message=f"{case.of} on '{case.id}': {result.problem}", solution=solution, where=case.where)


def read_cases(content: str, name: str) -> tuple[list[Case], list[Issue]]:
    """Read the cases of one file."""
    source = Source(name)
    cases: list[Case] = []
    for block in source.entries(content):
        found = source.fields(block, BLOCK_FIELDS)
        subject = found.get("rule") or found.get("score")
        if subject is None or "cases" not in found:
            source.complain(block, "A block of cases names its rule or score and lists cases.", "Write '- rule: …' and 'cases:'.")
            continue
        of = source.attempt(string, subject, "")
        common = read_given(source, found.get("given_in_all"))
        for node in source.items(found["cases"]):
            before = len(source.issues)
            case = source.attempt(lambda n, of=of, common=common, block=found: _case(source, n, of, common, "score" in block), node, None)  # type: ignore[misc]
            cases += [case] if case is not None and len(source.issues) == before else []
    return cases, source.issues


def _case(source: Source, node: yaml.Node, of: str, common: Given, of_score: bool) -> Case:
    found = fields(node, CASE_FIELDS)
    if "id" not in found or "expect" not in found:
        source.complain(node, "A case needs an id that tells its story, and what is expected.", "Add id: and expect:.")
    check_given(found.get("given"))
    given = read_given(source, found.get("given")).over(common)
    where = source.where(node)
    identifier = source.attempt(string, found.get("id"), "")
    if of_score:
        expected = {name: _plain(value) for name, value in source.fields(found.get("expect"), EXPECT_FIELDS).items()}
        return Case(of=of, id=identifier, given=given, where=where, score=expected)
    return Case(
        of=of,
        id=identifier,
        given=given,
        where=where,
        expect=source.attempt(lambda n: one_of(n, Outcome), found.get("expect"), None),
        triage=source.attempt(lambda n: TriageLevel(one_of(n, TriageLevel)), found.get("triage"), None),
        asks=tuple(source.attempt(string, n, "") for n in source.items(found.get("asks"))),
        concludes=tuple(source.attempt(string, n, "") for n in source.items(found.get("concludes"))),
    )


def _plain(node: yaml.Node) -> Scalar | list[Scalar]:
    return [scalar(item) for item in items(node)] if isinstance(node, yaml.SequenceNode) else scalar(node)


class _Bench:
    """Runs cases on a rule base."""

    def __init__(self, base: RuleBase, ontology: Ontology, engine: Engine) -> None:
        self._base, self._ontology, self._engine = base, ontology, engine
        self._rules = {rule.id: rule for rule in base.rules}
        self._scores = {score.id: score for score in base.scores}

    def problem(self, case: Case) -> str | None:
        """Run a case; say what went otherwise than written."""
        rule, score = self._rules.get(case.of), self._scores.get(case.of)
        if rule is None and score is None:
            return "there is no such rule or score, or it could not be read."
        facts = facts_of(case.given, self._ontology)
        if score is not None and case.score is not None:
            return _score_problem(case.score, assess(score, self._before(facts, Stage.SCORES)))
        if rule is None:
            return "a score needs expect: {points: …}."
        return self._flag(rule, case, facts) if rule.stage is Stage.RED_FLAGS else self._plain_rule(rule, case, facts)

    def _before(self, facts: FactBase, stage: Stage) -> FactBase:
        """Run the stages that come before one."""
        for earlier in (Stage.ABSTRACTION, Stage.SYNDROMES, Stage.SCORES):
            if earlier is stage:
                break
            facts = self._engine.run(self._base, facts, earlier).facts
        return facts

    def _flag(self, rule: Rule, case: Case, facts: FactBase) -> str | None:
        flag = judge_flag(rule, self._before(facts, rule.stage))
        if case.expect != flag.outcome:
            return f"expected {case.expect}, it is {flag.outcome}."
        if case.triage is not None and (flag.level is None or flag.level.rank < case.triage.rank):
            return f"expected at least {case.triage}, it is {flag.level}."
        missing = [name for name in case.asks if name not in flag.asks]
        return f"expected to ask {', '.join(missing)}; it asks {', '.join(flag.asks) or 'nothing'}." if missing else None

    def _plain_rule(self, rule: Rule, case: Case, facts: FactBase) -> str | None:
        run = self._engine.run(self._base, self._before(facts, rule.stage), rule.stage)
        outcome = Outcome.FIRES if any(firing.rule.id == rule.id for firing in run.firings) else Outcome.SILENT
        if case.expect != outcome:
            return f"expected {case.expect}, it is {outcome}."
        missing = [name for name in case.concludes if not run.facts.holds(name)]
        return f"expected to conclude {', '.join(missing)}." if missing else None


def _score_problem(expected: Mapping[str, object], result: ScoreResult) -> str | None:
    if "applies" in expected:
        said = {True: Truth.TRUE, False: Truth.FALSE}.get(expected["applies"] is True)
        truth = Truth.OPEN if expected["applies"] is None or expected["applies"] == "unknown" else said
        if truth is not result.applies:
            return f"expected applies to be {truth}, it is {result.applies}."
    points = expected.get("points")
    wanted = (points[0], points[1]) if isinstance(points, list) and len(points) == 2 else (points, points)
    if points is not None and wanted != (result.low, result.high):
        return f"expected {points} points, it is {result.low:g} to {result.high:g}."
    return _verdict_problem(expected, {verdict.name for verdict in result.verdicts}, result.asks)


def _verdict_problem(expected: Mapping[str, object], fired: set[str], asks: tuple[str, ...]) -> str | None:
    if "verdicts" in expected and set(_names(expected["verdicts"])) != fired:
        return f"expected the verdicts {', '.join(_names(expected['verdicts'])) or 'none'}, they are {', '.join(sorted(fired)) or 'none'}."
    early = sorted(fired.intersection(_names(expected.get("not_yet"))))
    if early:
        return f"the verdict {', '.join(early)} must not fire yet."
    missing = [name for name in _names(expected.get("asks")) if name not in asks]
    return f"expected to ask {', '.join(missing)}; it asks {', '.join(asks) or 'nothing'}." if missing else None


def _names(value: object) -> Iterable[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


__all__ = ["Case", "CaseResult", "Score", "TestReport", "read_cases", "run_tests"]
