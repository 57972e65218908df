"""Red flags fire, are suspected or stay silent, and are monotone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.reasoning import TriageLevel
from rules.compiler import Slice
from rules.engine import Engine
from rules.grounding import FactBase
from rules.guard import Outcome, guard, judge, promoted
from rules.native import InProcess
from rules.rule import RuleBase, Stage

Facts = Callable[[str], FactBase]
Base = Callable[[str, Stage], RuleBase]

RULES = """
amb  | f:pain |                  | | | {triage: emergency_ambulance}
amb2 | f:pain | f:stiff, f:rash  | | | {triage: emergency_ambulance}
amb3 | f:fainting |              | {n: 2, of: [f:cough, f:fever, f:vomiting]} | | {triage: emergency_ambulance}
one  | f:bleeding |              | | | {triage: consultation_24h}
all  | f:pain, f:fever |         | | | {triage: emergency}
any  | f:pain | f:cough, f:rash  | | | {triage: emergency}
cnt  |        |                  | {n: 2, of: [f:pain, f:pain-low, f:rash, f:cough]} | | {triage: emergency}
age  | f:rash, {age: {lt: 5}} |  | | | {triage: emergency}
low  | f:rash, {age: {ge: 80}} | | | | {triage: consultation}
"""
AMBULANCE = RULES.replace("amb  | f:pain |", "amb  | f:x1 |")


@pytest.fixture
def flags(base: Base) -> RuleBase:
    return base(AMBULANCE, Stage.RED_FLAGS)


@pytest.mark.parametrize(
    ("rule", "said", "outcome", "asks"),
    [
        ("amb", "present: [f:x1]", "fires", ()),
        ("amb", "absent: [f:x1]", "silent", ()),
        ("amb", "possible: [f:x1]", "suspected", ("f:x1",)),
        ("amb", "dont_know: [f:x1]", "suspected", ()),
        ("amb", "past: [f:x1]", "silent", ()),
        ("amb2", "present: [f:pain], dont_know: [f:stiff]", "fires", ()),
        ("amb2", "present: [f:pain], possible: [f:stiff]", "suspected", ("f:stiff",)),
        ("amb2", "present: [f:pain]", "silent", ("f:stiff", "f:rash")),
        ("amb2", "present: [f:pain], absent: [f:stiff]", "silent", ("f:rash",)),
        ("amb2", "dont_know: [f:pain], possible: [f:stiff]", "suspected", ("f:stiff",)),
        ("amb2", "present: [f:rash]", "silent", ("f:pain",)),
        ("amb3", "present: [f:fainting, f:cough], dont_know: [f:fever]", "fires", ()),
        ("amb3", "present: [f:fainting, f:cough], possible: [f:fever]", "suspected", ("f:fever",)),
        ("amb3", "present: [f:fainting, f:cough]", "silent", ("f:fever", "f:vomiting")),
        ("amb3", "present: [f:fainting]", "silent", ()),
        ("amb3", "present: [f:fainting, f:cough], absent: [f:fever, f:vomiting]", "silent", ()),
        ("one", "present: [f:bleeding]", "fires", ()),
        ("one", "dont_know: [f:bleeding]", "silent", ()),
        ("all", "present: [f:pain-low, f:fever-high]", "fires", ()),
        ("all", "present: [f:pain], dont_know: [f:fever]", "suspected", ()),
        ("all", "dont_know: [f:pain, f:fever]", "silent", ()),
        ("all", "present: [f:pain], possible: [f:fever]", "suspected", ("f:fever",)),
        ("any", "present: [f:pain], dont_know: [f:cough]", "suspected", ("f:rash",)),
        ("any", "dont_know: [f:pain], present: [f:cough]", "suspected", ()),
        ("cnt", "present: [f:pain-low]", "silent", ("f:rash", "f:cough")),
        ("cnt", "present: [f:pain-low, f:rash]", "fires", ()),
        ("cnt", "present: [f:pain-low], dont_know: [f:rash]", "suspected", ("f:cough",)),
        ("cnt", "dont_know: [f:cough, f:rash]", "silent", ()),
        ("age", "present: [f:rash]", "suspected", ("age",)),
        ("age", "present: [f:rash], age: 4.9", "fires", ()),
        ("age", "present: [f:rash], age: 5", "silent", ()),
        ("age", "age: 3", "silent", ()),
        ("age", "absent: [f:rash]", "silent", ()),
        ("low", "present: [f:rash]", "suspected", ("age",)),
    ],
)
def test_three_values(flags: RuleBase, facts: Facts, *, rule: str, said: str, outcome: str, asks: tuple[str, ...]) -> None:
    """Each way of knowing a premise has its outcome and its questions."""
    found = flags.rule(rule)
    assert found is not None
    flag = judge(found, facts(f"{{{said}}}"))
    assert (outcome, asks) == (flag.outcome.value, flag.asks)


def test_the_guard_takes_the_highest_level_and_asks_the_most_urgent_first(flags: RuleBase, facts: Facts) -> None:
    """Several flags: the worst counts, the ambulance's questions come first, and each flag has its derivation."""
    result = guard(flags, facts("{present: [f:pain, f:rash, f:fainting, f:cough]}"), Engine())
    assert result.level is TriageLevel.EMERGENCY_AMBULANCE
    assert [f.rule.id for f in result.fired] == ["amb2", "any", "cnt"]
    assert [f.rule.id for f in result.suspected] == ["age", "low"]
    assert result.open_premises[:3] == ("f:fever", "f:vomiting", "age")
    assert {"amb2", "any", "cnt", "age", "low"} == {d.rule for d in result.derivations}
    assert not result.report.mismatches


def test_a_suspicion_never_exceeds_the_rule_itself(flags: RuleBase, facts: Facts) -> None:
    """A suspected emergency is a visit within a day; a suspected ordinary visit stays one."""
    levels = {f.rule.id: f.level for f in guard(flags, facts("{present: [f:rash]}"), Engine()).suspected}
    assert levels == {"age": TriageLevel.CONSULTATION_24H, "low": TriageLevel.CONSULTATION}


def test_nothing_said_nothing_raised(flags: RuleBase, facts: Facts) -> None:
    """Without findings there is no level, no question and no derivation."""
    result = guard(flags, facts("{age: 30}"), Engine())
    assert (result.level, result.open_premises, result.derivations) == (None, (), ())


def test_dont_know_is_derived_as_such(flags: RuleBase, facts: Facts) -> None:
    """The proof of an ambulance rule by "don't know" rests on that answer."""
    known = facts("{present: [f:pain], dont_know: [f:stiff]}")
    result = guard(flags, known, Engine())
    (derivation,) = [d for d in result.derivations if d.rule == "amb2"]
    assert set(derivation.premises) == {*known.ids("present f:pain"), *known.ids("dont_know f:stiff")}
    rule = flags.rule("amb3")
    assert rule is not None
    assert {"dont_know f:fever", "present f:cough", "present f:vomiting"} == {
        a.fact for a in promoted(rule, facts("{dont_know: [f:fever]}")).premises if a.fact != "present f:fainting"
    }


class _Deaf:
    """A runner that misses every rule."""

    def run(self, piece: Slice) -> list[int]:
        return []


def test_a_deaf_engine_cannot_silence_the_guard(flags: RuleBase, facts: Facts) -> None:
    """When the native engine misses a red flag the verifier answers, and it is counted."""
    engine = Engine(_Deaf())
    result = guard(flags, facts("{present: [f:bleeding]}"), engine)
    assert [f.rule.id for f in result.fired] == ["one"]
    assert [d.rule for d in result.derivations] == ["one"]
    assert result.report.mismatches and engine.counts["mismatches"]


class _Blind(Engine):
    """An engine that runs nothing at all."""

    def run(self, base: RuleBase, facts: FactBase, stage: Stage, extra: object = ()) -> object:  # type: ignore[override]  # wider than the engine it blinds
        return super().run(RuleBase(rules=()), facts, stage)


def test_the_guards_judgement_stands_against_the_engine(flags: RuleBase, facts: Facts) -> None:
    """An engine that disagrees is counted; the level stays."""
    engine = _Blind(InProcess())
    result = guard(flags, facts("{present: [f:bleeding]}"), engine)
    assert result.level is TriageLevel.CONSULTATION_24H
    assert engine.counts["guard_mismatches"] == 1


SIGNS = (
    "f:pain",
    "f:pain-low",
    "f:pain-severe",
    "f:stiff",
    "f:rash",
    "f:cough",
    "f:fever",
    "f:vomiting",
    "f:fainting",
    "f:bleeding",
    "f:x1",
)
WAYS = ("present", "absent", "possible", "dont_know")


def _level(flags: RuleBase, facts: Facts, said: dict[str, str]) -> int:
    lists = ", ".join(f"{way}: [{', '.join(sorted(s for s, w in said.items() if w == way))}]" for way in WAYS)
    known = facts(f"{{{lists}}}")
    levels = [flag.level.rank for rule in flags.of(Stage.RED_FLAGS) if (flag := judge(rule, known)).level is not None]
    return max(levels, default=-1)


@given(said=st.dictionaries(st.sampled_from(SIGNS), st.sampled_from(WAYS), max_size=7), sign=st.sampled_from(SIGNS))
def test_an_added_sign_never_lowers_and_a_denied_one_never_raises(flags: RuleBase, facts: Facts, said: dict[str, str], sign: str) -> None:
    """The guard is monotone in what was said of any sign."""
    before = _level(flags, facts, said)
    assert _level(flags, facts, {**said, sign: "present"}) >= before
    without = {s: w for s, w in said.items() if s != sign}
    assert _level(flags, facts, {**without, sign: "absent"}) <= _level(flags, facts, without)


def test_outcome_names_are_those_of_the_test_files() -> None:
    """The words of the test files are the outcomes."""
    assert list(Outcome) == ["fires", "suspected", "silent"]
