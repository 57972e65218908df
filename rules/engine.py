"""Runs a stage: candidates → slices → native engine → verifier; a mismatch or a crash is answered by the verifier's closure."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kg.reasoning import Derivation, EngineReport
from ontologies.ontology import Ontology
from rules.compiler import CompiledRule, candidates, compile_stratum, counter_fact, slices
from rules.errors import NativeError, ProfileError
from rules.grounding import FactBase
from rules.native import InProcess, Runner
from rules.plan import Instances, Ready, StagePlan, Stratum, plan_stage, ready
from rules.rule import Rule, RuleBase, RuleKey, Stage
from rules.score import with_scores
from rules.verifier import Checked, check, closure

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A rule (or an instance of one) that fired, and the derivations of its conclusions."""

    rule: Rule
    derivations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusions:
    """What a stage concluded. `facts` holds everything known after it, `derivations` only what is new."""

    facts: FactBase
    derivations: tuple[Derivation, ...]
    firings: tuple[Firing, ...]
    report: EngineReport


class Engine:
    """Runs stages of a rule base. It keeps prepared plans, instances of rules and counters, never anything of a patient."""

    def __init__(self, runner: Runner | None = None) -> None:
        self._runner: Runner = runner or InProcess()
        self._plans: dict[tuple[int, int, Stage], tuple[RuleBase, Ontology, StagePlan]] = {}
        self._instances = Instances()
        self.counts: Counter[str] = Counter()  # firings, slices, fallbacks, mismatches since the start

    def __getstate__(self) -> tuple[tuple[RuleBase, Ontology, StagePlan, Stage], ...]:
        """Keep the prepared plans only."""
        return tuple((base, ontology, plan, stage) for (_, _, stage), (base, ontology, plan) in self._plans.items())

    def __setstate__(self, plans: tuple[tuple[RuleBase, Ontology, StagePlan, Stage], ...]) -> None:
        self.__init__()  # type: ignore[misc]  # as if made anew
        self._plans = {(id(base), id(ontology), stage): (base, ontology, plan) for base, ontology, plan, stage in plans}

    def run(self, base: RuleBase, facts: FactBase, stage: Stage, extra: Iterable[Rule] = ()) -> Conclusions:
        """Run one stage on what is known. `extra` are instances of rules that the guard adds. Raises CycleError on an unchecked base."""
        plan = self.plan(base, facts.ontology, stage)
        start = len(facts.derivations)
        if stage is Stage.SCORES:
            facts = with_scores(base.scores, facts)
        facts = facts.evaluated_written(plan.typed)
        more = tuple(ready(rule, facts.ontology) for rule in extra)
        fired: list[Ready] = []
        run = _Run()
        for number, stratum in enumerate(plan.strata or (EMPTY,) * bool(more)):
            added = self._instances.of(stratum, facts) + (more if number == 0 else ())
            checked = self._stratum(stratum, added, facts, run)
            facts = checked.facts
            fired += checked.fired
        derivations = facts.derivations[start:]
        return Conclusions(facts=facts, derivations=derivations, firings=_firings(fired, derivations), report=self._report(run, fired))

    def prepare(self, base: RuleBase, ontology: Ontology) -> None:
        """Prepare every stage before the first consultation."""
        for stage in Stage:
            self.plan(base, ontology, stage)

    def plan(self, base: RuleBase, ontology: Ontology, stage: Stage) -> StagePlan:
        """Prepare a stage once for a base and an ontology."""
        key = (id(base), id(ontology), stage)
        known = self._plans.get(key)
        if known is None or known[0] is not base or known[1] is not ontology:
            known = self._plans[key] = (base, ontology, plan_stage(base, stage, ontology))
        return known[2]

    def _stratum(self, stratum: Stratum, extra: tuple[Ready, ...], facts: FactBase, run: _Run) -> Checked:
        chosen = candidates(stratum, extra, facts.support, facts.ontology)
        if not chosen:
            return check(stratum, extra, facts, ())
        try:
            fired = self._fire(chosen, facts, run)
        except (NativeError, ProfileError) as error:
            run.fallbacks.append(f"{type(error).__name__}: {error}")
            _LOG.error("The native engine failed, the verifier's closure answers: %s", error)
            return closure(stratum, extra, facts)
        checked = check(stratum, extra, facts, fired)
        if checked.agrees:
            return checked
        run.mismatches += [f"unsupported {name}" for name in checked.unsupported] + [f"missed {name}" for name in checked.missed]
        _LOG.error("The native engine disagrees with the verifier, whose closure answers: %s", ", ".join(run.mismatches))
        return closure(stratum, extra, facts)

    def _fire(self, chosen: tuple[Ready, ...], facts: FactBase, run: _Run) -> list[RuleKey]:
        compiled = compile_stratum(chosen, facts.support)
        given = [*facts.support, *(counter_fact(one) for one in chosen if one.counted)]
        fired: list[RuleKey] = []
        for piece in slices(compiled, given):
            run.slices += 1
            fired += [key for index in self._runner.run(piece) if (key := _key(piece.rules, index)) is not None]
        return fired

    def _report(self, run: _Run, fired: list[Ready]) -> EngineReport:
        failures = len(run.fallbacks) + bool(run.mismatches)
        self.counts.update(firings=len(fired), slices=run.slices, fallbacks=failures, mismatches=len(run.mismatches))
        return EngineReport(firings=len(fired), slices=run.slices, fallbacks=failures, mismatches=tuple(run.mismatches))


class _Run:
    """What happened during one run."""

    def __init__(self) -> None:
        self.slices = 0
        self.fallbacks: list[str] = []
        self.mismatches: list[str] = []


EMPTY = Stratum(ready=(), ranged=(), triggered={}, touched={})


def _key(rules: tuple[CompiledRule, ...], index: int) -> RuleKey | None:
    if not 0 <= index < len(rules):
        raise NativeError(f"rule {index} fired, but the slice has {len(rules)}")
    return rules[index].key


def _firings(fired: Iterable[Ready], derivations: tuple[Derivation, ...]) -> tuple[Firing, ...]:
    """Give each firing its derivations: they stand in the order in which the verifier wrote them."""
    numbered = iter(d for d in derivations if not d.conclusion.startswith("score "))
    return tuple(Firing(rule=one.rule, derivations=tuple(next(numbered).id for _ in one.rule.then)) for one in fired)
