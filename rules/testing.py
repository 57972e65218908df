"""Runs the cases beside the rules (`*.test.yaml`) and reports how far they cover them: for `iatros knowledge test`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
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
CASE_FIELDS = ("each", "id", "says", "sum", "source", "given", "expect", "triage", "asks", "concludes", "note")
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
    bench = Bench(base, ontology, engine)
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


def library_cases(root: Path | Traversable | None = None) -> list[Case]:
    """Return every case that can be read."""
    return [case for name, file in test_files(root) for case in read_cases(file.read_text(encoding="utf-8"), name)[0]]


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
            case = source.attempt(lambda n, of=of, common=common, block=found: _case(source, n, of, common, "score" in block), node, None)  # type: ignore[misc]  # defaults bind the loop
            if case is not None:
                one_by_one = _each(source, node, case)
                cases += one_by_one if len(source.issues) == before else []
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


def _each(source: Source, node: yaml.Node, case: Case) -> list[Case]:
    """Write a case out once for each thing listed under `each`: a finding that is present, or `{taking: d:x}` and the like."""
    listed = fields(node).get("each")
    if listed is None:
        return [case]
    return [_with(source, case, one) for one in source.items(listed)]


def _with(source: Source, case: Case, node: yaml.Node) -> Case:
    one = source.attempt(string, node, "") if isinstance(node, yaml.ScalarNode) else ""
    more = Given(lists={"present": (one,)}) if one else read_given(source, node)
    said = one or ", ".join(f"{way} {' '.join(concepts)}" for way, concepts in more.lists.items()) or str(dict(more.mappings))
    return replace(case, id=f"{case.id}: {said}", given=more.over(case.given))


def _plain(node: yaml.Node) -> Scalar | list[Scalar]:
    return [scalar(item) for item in items(node)] if isinstance(node, yaml.SequenceNode) else scalar(node)


class Bench:
    """Runs cases on a rule base. What holds before a stage is worked out once a case."""

    def __init__(self, base: RuleBase, ontology: Ontology, engine: Engine | None = None) -> None:
        self._base, self._ontology, self._engine = base, ontology, engine or Engine()
        self._rules = {rule.id: rule for rule in base.rules}
        self._scores = {score.id: score for score in base.scores}
        self._grounded: dict[tuple[str, str, Stage], FactBase] = {}

    def with_flag(self, flag: Rule) -> Bench:
        """Return the bench on which one red flag is another; nothing before it changes."""
        changed = copy(self)
        changed._rules = {**self._rules, flag.id: flag}
        return changed

    def with_base(self, base: RuleBase) -> Bench:
        """Return the bench of another base that differs after the scores only."""
        changed = copy(self)
        changed._base, changed._engine = base, Engine()
        changed._rules = {rule.id: rule for rule in base.rules}
        return changed

    def problem(self, case: Case) -> str | None:
        """Run a case; say what went otherwise than written."""
        rule, score = self._rules.get(case.of), self._scores.get(case.of)
        if rule is None and score is None:
            return "there is no such rule or score, or it could not be read."
        if score is not None and case.score is not None:
            return _score_problem(case.score, assess(score, self._before(case, Stage.SCORES)))
        if rule is None:
            return "a score needs expect: {points: …}."
        return self._flag(rule, case) if rule.stage is Stage.RED_FLAGS else self._plain_rule(rule, case)

    def _before(self, case: Case, stage: Stage) -> FactBase:
        """Ground a case and run the stages that come before one."""
        key = (case.where, case.id, stage)
        if key not in self._grounded:
            facts = facts_of(case.given, self._ontology)
            for earlier in (Stage.ABSTRACTION, Stage.SYNDROMES, Stage.SCORES):
                if earlier is stage:
                    break
                facts = self._engine.run(self._base, facts, earlier).facts
            self._grounded[key] = facts
        return self._grounded[key]

    def _flag(self, rule: Rule, case: Case) -> str | None:
        flag = judge_flag(rule, self._before(case, rule.stage))
        if case.expect != flag.outcome:
            return f"expected {case.expect}, it is {flag.outcome}."
        if case.triage is not None and (flag.level is None or flag.level.rank < case.triage.rank):
            return f"expected at least {case.triage}, it is {flag.level}."
        missing = [name for name in case.asks if name not in flag.asks]
        return f"expected to ask {', '.join(missing)}; it asks {', '.join(flag.asks) or 'nothing'}." if missing else None

    def _plain_rule(self, rule: Rule, case: Case) -> str | None:
        run = self._engine.run(self._base, self._before(case, rule.stage), rule.stage)
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


__all__ = ["Bench", "Case", "CaseResult", "Score", "TestReport", "library_cases", "read_cases", "run_tests"]
