"""The rules of one stage made ready to run: strata, an index from facts to rules, and the typed atoms to evaluate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.reasoning import Citation, TriageLevel
from ontologies.ontology import Ontology
from rules.atom import TYPED, Atom
from rules.fact import implied
from rules.grounding import FactBase
from rules.instances import Binding, bindings
from rules.rule import Rule, RuleBase, RuleKey, Score, Stage, bound
from rules.score import cut_atom

_INSTANCES_KEPT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A rule without variables, with its facts written out once."""

    rule: Rule
    key: RuleKey
    all: tuple[str, ...]
    any: tuple[str, ...]
    counted: tuple[str, ...]
    n: int
    unless: tuple[str, ...]
    heads: tuple[str, ...]  # with what they imply
    level: TriageLevel | None
    premises: tuple[tuple[str, Atom], ...]  # every positive one with its fact, in the order of the rule

    @property
    def triggers(self) -> tuple[str, ...]:
        """Return facts of which one must hold before the rule can fire."""
        return self.all[:1] or self.any or self.counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Rules that may run together."""

    ready: tuple[Ready, ...]
    ranged: tuple[Rule, ...]
    triggered: dict[str, tuple[Ready, ...]]
    touched: dict[str, tuple[Ready, ...]]  # by every positive premise: the verifier's own way in


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePlan:
    """The strata of a stage and the typed atoms that occur in it."""

    strata: tuple[Stratum, ...]
    typed: tuple[tuple[str, Atom], ...]  # with their facts


def plan_stage(base: RuleBase, stage: Stage, ontology: Ontology) -> StagePlan:
    """Make a stage ready. Raises CycleError when its rules have no order."""
    from rules.strata import strata  # noqa: PLC0415  # networkx takes a tenth of a second; plans are read from the cache

    rules = base.of(stage) + (verdict_rules(base.scores) if stage is Stage.SCORES else ())
    ordered = strata(rules, ontology)
    return StagePlan(strata=tuple(_stratum(level, ontology) for level in ordered), typed=typed_atoms(rules))


def typed_atoms(rules: Iterable[Rule]) -> tuple[tuple[str, Atom], ...]:
    """Collect the typed atoms of rules, each once, with their facts."""
    found = {a.fact: a for rule in rules for a in rule.premises + rule.unless if isinstance(a, TYPED)}
    return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def ready(rule: Rule, ontology: Ontology) -> Ready:
    """Write out the facts of a rule."""
    heads = [c.fact for c in rule.then]
    every, one = len(rule.all), len(rule.all) + len(rule.any)
    facts = tuple(a.fact for a in rule.premises)
    return Ready(
        rule=rule,
        key=rule.key,
        all=facts[:every],
        any=facts[every:one],
        counted=facts[one:],
        n=rule.at_least.n if rule.at_least else 0,
        unless=tuple(a.fact for a in rule.unless),
        heads=tuple(dict.fromkeys(heads + [i for head in heads for i in implied(head, ontology)])),
        level=rule.level,
        premises=tuple(zip(facts, rule.premises, strict=True)),
    )


class Instances:
    """Makes rules with variables ready for what they are bound to, and keeps them: it is the same for every patient."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, tuple[str, ...], tuple[Citation, ...]], tuple[Rule, Ontology, Ready]] = {}

    def of(self, stratum: Stratum, facts: FactBase) -> tuple[Ready, ...]:
        """Return the instances of a stratum on what is known, sorted by key."""
        if not stratum.ranged:
            return ()
        made = [self._instance(rule, binding, facts.ontology) for rule, binding in bindings(stratum.ranged, facts)]
        found = {one.key: one for one in made}
        return tuple(found[key] for key in sorted(found))

    def _instance(self, rule: Rule, binding: Binding, ontology: Ontology) -> Ready:
        values, citations = binding
        key = (id(rule), tuple(values.values()), citations)
        known = self._made.get(key)
        if known is None or known[0] is not rule or known[1] is not ontology:
            if len(self._made) >= _INSTANCES_KEPT:
                self._made.clear()
            known = self._made[key] = (rule, ontology, ready(bound(rule, values, citations), ontology))
        return known[2]


def verdict_rules(scores: Iterable[Score]) -> tuple[Rule, ...]:
    """Turn each verdict of each score into a rule on the fact that its cut is reached."""
    return tuple(_verdict_rule(score, i) for score in scores for i in range(len(score.verdicts)))


def _verdict_rule(score: Score, index: int) -> Rule:
    verdict = score.verdicts[index]
    return Rule(
        id=f"{score.id}#{verdict.name}",
        version=score.version,
        stage=Stage.SCORES,
        title=score.title,
        all=(cut_atom(score, verdict),),
        then=verdict.then,
        strength=verdict.strength,
        text=verdict.text,
        purpose=score.purpose,
        misuse=score.misuse,
        status=score.status,
        citations=verdict.citations or score.citations,
        review=score.review,
        where=verdict.where,
    )


def _stratum(rules: tuple[Rule, ...], ontology: Ontology) -> Stratum:
    prepared = tuple(ready(rule, ontology) for rule in rules if not rule.ranges)
    triggered: dict[str, list[Ready]] = {}
    touched: dict[str, list[Ready]] = {}
    for one in prepared:
        for trigger in one.triggers:
            triggered.setdefault(trigger, []).append(one)
        for premise in {*one.all, *one.any, *one.counted}:
            touched.setdefault(premise, []).append(one)
    return Stratum(
        ready=prepared,
        ranged=tuple(rule for rule in rules if rule.ranges),
        triggered={name: tuple(found) for name, found in triggered.items()},
        touched={name: tuple(found) for name, found in touched.items()},
    )
