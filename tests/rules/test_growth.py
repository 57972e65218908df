"""A consultation stays quick however large the rule base grows: the index picks its candidates."""

from __future__ import annotations

import time

from ontologies.text import Text
from rules.atom import FindingAtom, FindingState
from rules.engine import Engine
from rules.grounding import FactBase
from rules.rule import Conclusion, ConclusionType, Rule, RuleBase, Stage

SAID = 45
REPEATS = 15


def synthetic(count: int) -> RuleBase:
    """Make so many rules of three premises; the vocabulary grows with them, as knowledge does."""

    def rule(number: int) -> Rule:
        premises = tuple(FindingAtom(state=FindingState.PRESENT, of=f"f:s{(number * 7 + k * 13) % count}") for k in range(3))
        then = (Conclusion(type=ConclusionType.FINDING, of=f"f:t{number}"),)
        return Rule(id=f"r{number:05}", version=1, stage=Stage.SYNDROMES, title=Text(en="t", zh="t"), all=premises, then=then)

    return RuleBase(rules=tuple(rule(number) for number in range(count)))


def seconds(engine: Engine, base: RuleBase, facts: FactBase) -> float:
    """Measure the processor's time of one run."""
    began = time.process_time()
    engine.run(base, facts, Stage.SYNDROMES)
    return time.process_time() - began


def test_twenty_times_the_rules_take_at_most_twice_the_time(ontology, facts) -> None:
    """From 1,000 to 20,000 rules, measured in turn so that a busy machine slows both."""
    known = facts("{age: 40}").given({f"present f:s{7 * i}": ("s0",) for i in range(SAID)})
    engine, small, large = Engine(), synthetic(1_000), synthetic(20_000)
    for base in (small, large):
        engine.run(base, known, Stage.SYNDROMES)
    pairs = [(seconds(engine, small, known), seconds(engine, large, known)) for _ in range(REPEATS)]
    assert min(b for _, b in pairs) <= 2 * min(a for a, _ in pairs) + 0.001
