"""The engine and its verifier: certified runs, the same bytes both ways, answers after crashes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiler import Slice
from rules.engine import Conclusions, Engine
from rules.errors import CycleError, NativeError
from rules.grounding import FactBase
from rules.native import InProcess
from rules.plan import plan_stage
from rules.rule import RuleBase, Stage
from rules.verifier import check

Facts = Callable[[str], FactBase]
Base = Callable[[str, Stage], RuleBase]
STAGE = Stage.SYNDROMES

CHAIN = """
r1 | f:x1 |               |                              |      | {finding: f:x2}
r2 | f:x2 | f:x3, f:x4    |                              |      | {finding: f:pain-low-right}
r3 | f:pain |             |                              | f:x9 | {finding: f:x5}
r4 |        |             | {n: 2, of: [f:x5, f:x2, f:x6]} |    | {finding: f:x7}
r5 | f:x7 |               |                              |      | {absent: f:fever}
r6 | {absent: f:fever-high} | |                          |      | {finding: f:x8}
r7 | f:x8 |               |                              | f:x7 | {finding: f:x10}
"""


class Broken:
    """A runner that dies on every slice, as a crashed process does."""

    def run(self, piece: Slice) -> list[int]:
        raise NativeError("segmentation fault")


class Forgetful:
    """A runner that loses the last firing."""

    def run(self, piece: Slice) -> list[int]:
        return InProcess().run(piece)[:-1]


class Garbled:
    """A runner that names rules which do not exist."""

    def run(self, piece: Slice) -> list[int]:
        return [10_000]


class DiesInMidRun:
    """A runner that answers the first slices and then dies."""

    def __init__(self) -> None:
        self.left = 1

    def run(self, piece: Slice) -> list[int]:
        self.left -= 1
        if self.left < 0:
            raise NativeError("killed")
        return InProcess().run(piece)


def proof(run: Conclusions) -> str:
    """Write a run as bytes: every derivation and every fact with its support."""
    return json.dumps(
        [[asdict(d) for d in run.derivations], {f: list(ids) for f, ids in run.facts.support.items()}], ensure_ascii=False, sort_keys=True
    )


def test_rules_chain_through_hierarchies_counters_and_absences(base: Base, facts: Facts) -> None:
    """One run: chaining, an implied base, a counter and `unless` on a lower stratum, a denial that implies denials."""
    run = Engine().run(base(CHAIN, STAGE), facts("{present: [f:x1, f:x3]}"), STAGE)
    assert [d.rule for d in run.derivations] == ["r1", "r2", "r3", "r4", "r5", "r6"]
    assert not run.report.fallbacks and not run.report.mismatches
    assert run.facts.ids("present f:pain") == ("d1",)
    assert run.derivations[2].premises == ("d1",)


def test_premises_lead_back_to_statements(base: Base, facts: Facts) -> None:
    """Every premise is a statement or an earlier derivation: the proof is a directed acyclic graph."""
    run = Engine().run(base(CHAIN, STAGE), facts("{present: [f:x1, f:x3]}"), STAGE)
    for number, derivation in enumerate(run.derivations):
        assert all(p.startswith("s") or int(p[1:]) < number for p in derivation.premises)


def test_unless_holds_the_rule_back(base: Base, facts: Facts) -> None:
    """A rule with `unless` does not fire when the fact is given."""
    run = Engine().run(base(CHAIN, STAGE), facts("{present: [f:x1, f:x3, f:x9]}"), STAGE)
    assert "r3" not in {d.rule for d in run.derivations}


@pytest.mark.parametrize("runner", [Broken(), Forgetful(), Garbled(), DiesInMidRun()])
def test_a_crash_or_a_lie_is_answered_counted_and_changes_no_byte(base: Base, facts: Facts, runner: Broken) -> None:
    """The verifier's closure answers with the same bytes as the native run."""
    rules, known = base(CHAIN, STAGE), facts("{present: [f:x1, f:x3]}")
    engine = Engine(runner)
    run = engine.run(rules, known, STAGE)
    assert proof(Engine().run(rules, known, STAGE)) == proof(run)
    assert run.report.fallbacks == engine.counts["fallbacks"] > 0


def test_the_verifier_names_firings_without_ground_and_rules_left_out(base: Base, facts: Facts) -> None:
    """A firing whose premises never hold is unsupported; a rule whose premises hold and that did not fire is missed."""
    rules, known = base("r1 | f:x1 | | | | {finding: f:x2}\nr2 | f:x2 | | | | {finding: f:x3}", STAGE), facts("{present: [f:x1]}")
    (stratum,) = plan_stage(rules, STAGE, known.ontology).strata
    assert check(stratum, (), known, [("r1", ()), ("r2", ())]).agrees
    assert check(stratum, (), known, [("r1", ())]).missed == ("r2",)
    nobody = facts("{present: [f:x5]}")
    assert check(stratum, (), nobody, [("r1", ()), ("r2", ())]).unsupported == ("r1", "r2")


def test_a_rule_that_counts_itself_is_refused(base: Base, facts: Facts) -> None:
    """A base whose rules have no order is never run."""
    rules = base("r1 | f:x1 | | | f:x2 | {finding: f:x3}\nr2 | f:x3 | | | | {finding: f:x2}", STAGE)
    with pytest.raises(CycleError, match="r1"):
        Engine().run(rules, facts("{present: [f:x1]}"), STAGE)


def test_a_later_stage_sees_what_an_earlier_one_concluded(base: Base, facts: Facts) -> None:
    """Derivations are numbered through the stages."""
    first = base("a | f:x1 | | | | {finding: f:x2}", Stage.ABSTRACTION)
    second = base("b | f:x2 | | | | {finding: f:x3}", Stage.SYNDROMES)
    rules = RuleBase(rules=first.rules + second.rules)
    engine = Engine()
    known = engine.run(rules, facts("{present: [f:x1]}"), Stage.ABSTRACTION).facts
    (derivation,) = engine.run(rules, known, Stage.SYNDROMES).derivations
    assert (derivation.id, derivation.premises) == ("d1", ("d0",))


def test_variables_range_over_what_was_said_only(base: Base, facts: Facts) -> None:
    """`for ?f: present` takes what was said, not what that implies, and the start is a premise."""
    text = """
- {id: v, version: 1, title: {en: t, zh: t}, purpose: p, for: {?f: present},
   when: {all: [f:x1]}, then: {recommend: ?f, kind: warn}}
"""
    from rules.language import read_rules

    read = read_rules(text, "v.yaml", Stage.TESTS)
    assert not read.issues
    run = Engine().run(RuleBase(rules=tuple(read.rules)), facts("{present: [f:x1, f:pain-low]}"), Stage.TESTS)
    assert [d.conclusion for d in run.derivations] == ["recommend warn f:pain-low", "recommend warn f:x1"]
    assert run.derivations[0].premises == ("s1", "s0") or run.derivations[0].premises == ("s0", "s1")
    assert dict(run.firings[0].rule.bindings) == {"?f": "f:pain-low"}


def test_order_of_rules_and_statements_is_irrelevant(base: Base, facts: Facts) -> None:
    """Permuted rules and permuted facts give the same derivations."""
    rules = base(CHAIN, STAGE)
    expected = [asdict(d) for d in Engine().run(rules, facts("{present: [f:x1, f:x3]}"), STAGE).derivations]
    chance = random.Random(7)
    for _ in range(20):
        shuffled = list(rules.rules)
        chance.shuffle(shuffled)
        known = facts("{present: [f:x1, f:x3]}")
        support = dict(chance.sample(list(known.support.items()), len(known.support)))
        run = Engine().run(RuleBase(rules=tuple(shuffled)), replace(known, support=support), STAGE)
        assert expected == [asdict(d) for d in run.derivations]


RANDOM_BASES = 500  # every day; a soak tries ten thousand
ATOMS = [
    *(f"f:x{i}" for i in range(8)),
    "f:pain",
    "f:pain-low",
    "f:fever",
    "f:fever-high",
    "{absent: f:fever}",
    "{absent: f:x1}",
    "{age: {ge: 40}}",
]
HEADS = [*(f"{{finding: f:x{i}}}" for i in range(8)), "{finding: f:pain-low-right}", "{finding: f:fever-high}", "{absent: f:fever}"]


@st.composite
def random_rule(draw: st.DrawFn, number: int) -> str:
    """Draw a rule of the small world; negation and counters look at facts that no rule concludes, or at lower ones."""
    every = draw(st.lists(st.sampled_from(ATOMS), max_size=3, unique=True))
    one = draw(st.lists(st.sampled_from(ATOMS), max_size=3, unique=True))
    unless = draw(st.lists(st.sampled_from([*ATOMS[:8], "f:x30"]), max_size=1))
    counter = ""
    if draw(st.booleans()) or not (every or one):
        of = draw(st.lists(st.sampled_from([*ATOMS, "f:x31"]), min_size=2, max_size=4, unique=True))
        counter = f"{{n: {draw(st.integers(1, len(of)))}, of: [{', '.join(of)}]}}"
    return f"r{number:02} | {', '.join(every)} | {', '.join(one)} | {counter} | {', '.join(unless)} | {draw(st.sampled_from(HEADS))}"


@st.composite
def random_world(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a rule base and a patient."""
    rules = "\n".join(draw(random_rule(i)) for i in range(draw(st.integers(1, 14))))
    said = draw(
        st.dictionaries(
            st.sampled_from([a for a in ATOMS if a.startswith("f:")]), st.sampled_from(["present", "absent", "possible"]), max_size=6
        )
    )
    lists = ", ".join(f"{way}: [{', '.join(sorted(f for f, w in said.items() if w == way))}]" for way in ("present", "absent", "possible"))
    return rules, f"{{age: {draw(st.sampled_from([39, 40, 41]))}, {lists}}}"


@settings(max_examples=max(RANDOM_BASES, settings.default.max_examples))
@given(world=random_world())
def test_random_rule_bases_agree_with_the_verifiers_closure(base: Base, facts: Facts, world: tuple[str, str]) -> None:
    """On any base that has an order the native run is certified, and equals the closure byte for byte."""
    rules, known = base(world[0], STAGE), facts(world[1])
    try:
        run = Engine().run(rules, known, STAGE)
    except CycleError:
        return
    assert run.report.mismatches == ()
    assert run.report.fallbacks == 0
    assert proof(Engine(Broken()).run(rules, known, STAGE)) == proof(run)


_BYTES = """
import sys, json
sys.path.insert(0, {tests!r})
from dataclasses import asdict
import conftest
from rules.casefile import facts_of, read_given
from rules.engine import Engine
from rules.language import read_rules
from rules.rule import RuleBase, Stage
from rules.verifier import check
from rules.yaml_source import Source
lines = {lines!r}
read = read_rules(chr(10).join(conftest.entry(l) for l in lines.strip().splitlines()), "t.yaml", Stage.SYNDROMES)
source = Source("case")
facts = facts_of(read_given(source, source.entries("[{{present: [f:x1, f:x3, f:x4, f:x6]}}]")[0]), conftest.ONTOLOGY)
run = Engine().run(RuleBase(rules=tuple(read.rules)), facts, Stage.SYNDROMES)
print(json.dumps([asdict(d) for d in run.derivations]))
"""


def test_the_same_bytes_under_different_hash_seeds() -> None:
    """Two processes with different string hashes derive the same."""
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    code = _BYTES.format(tests=str(Path(__file__).parent), lines=CHAIN)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert '"r5"' in outputs.pop()
