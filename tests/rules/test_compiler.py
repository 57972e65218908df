"""The safe profile: kept by splitting and copying, or refused; never silently wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rules.compiler import PROFILE, CompiledRule, SafeProfile, Slice, _chain, slices
from rules.errors import ProfileError
from rules.native import InProcess, encode

ROOT = Path(__file__).resolve().parents[2]


def rule(*conditions: str, head: str = "done") -> CompiledRule:
    return CompiledRule(conditions=conditions, asserts=(head,), key=("r", ()))


def run(rules: list[CompiledRule], facts: list[str]) -> list[int]:
    return sorted(InProcess().run(Slice(rules=tuple(rules), facts=tuple(facts))))


@pytest.mark.parametrize("n", [199, 200, 201, 255, 256, 600])
def test_rules_on_one_condition(n: int) -> None:
    """A condition that more than 200 rules use is asserted under several names, and all fire."""
    assert list(range(n)) == run([rule("a", head=f"h{i}") for i in range(n)], ["a"])


@pytest.mark.parametrize("n", [199, 200, 201, 499, 500, 511, 513, 1200])
def test_values_in_a_slice(n: int) -> None:
    """Many different conditions are put in groups; each fact fires exactly its rule."""
    assert list(range(0, n, 3)) == run([rule(f"a{i}") for i in range(n)], [f"a{i}" for i in range(0, n, 3)])


@pytest.mark.parametrize("n", [15, 16])
def test_premises_within_the_limit(n: int) -> None:
    """Sixteen premises fire when all hold, and not when one is missing."""
    premises = [f"p{i}" for i in range(n)]
    assert run([rule(*premises)], premises) == [0]
    assert run([rule(*premises)], premises[1:]) == []


def test_seventeen_premises_are_refused_in_a_slice_and_split_before() -> None:
    """The encoder refuses what the compiler splits into a chain of parts."""
    premises = tuple(f"p{i}" for i in range(17))
    with pytest.raises(ProfileError, match="17"):
        encode(Slice(rules=(rule(*premises),), facts=premises))
    parts, rest = _chain("r", premises, PROFILE.premises - 1)
    split = [*parts, CompiledRule(conditions=rest, asserts=("done",), key=("r", ()))]
    assert run(split, list(premises)) == [0, 1]
    assert run(split, list(premises[1:])) == []
    assert run(split, list(premises[:-1])) == [0]


def test_one_condition_twice_is_refused() -> None:
    """The native engine cannot satisfy two conditions with one fact, so such a rule never reaches it."""
    with pytest.raises(ProfileError):
        encode(Slice(rules=(rule("a", "a"),), facts=("a",)))


@pytest.mark.parametrize(("n", "expected"), [(9, 1), (10, 1), (11, 2), (25, 3)])
def test_too_many_rules_are_cut_into_slices(n: int, expected: int) -> None:
    """Independent rules are spread over slices at the limit."""
    small = SafeProfile(rules=10)
    pieces = slices(tuple(rule(f"a{i}", head=f"h{i}") for i in range(n)), [f"a{i}" for i in range(n)], small)
    assert expected == len(pieces)
    assert n == sum(len(piece.rules) for piece in pieces)
    assert all(len(piece.rules) <= 10 for piece in pieces)


def test_rules_that_feed_each_other_stay_together_or_are_refused() -> None:
    """A chain is never cut; one longer than a slice is refused."""
    small = SafeProfile(rules=10)
    chain = tuple(rule(f"a{i}", head=f"a{i + 1}") for i in range(6))
    others = tuple(rule(f"b{i}", head=f"c{i}") for i in range(8))
    pieces = slices(chain + others, ["a0"], small)
    assert [len(piece.rules) for piece in pieces] == [10, 4]
    assert set(chain) <= set(pieces[0].rules)
    with pytest.raises(ProfileError, match="feed each other"):
        slices(tuple(rule(f"a{i}", head=f"a{i + 1}") for i in range(11)), ["a0"], small)


def test_too_many_rules_or_conditions_in_a_slice_are_refused() -> None:
    """The encoder holds the limits on its own."""
    with pytest.raises(ProfileError, match="rules"):
        encode(Slice(rules=tuple(rule(f"a{i}") for i in range(5)), facts=()), SafeProfile(rules=4))
    with pytest.raises(ProfileError, match="conditions"):
        encode(Slice(rules=tuple(rule(f"a{i}") for i in range(5)), facts=()), SafeProfile(groups=2, values_of_one_group=2))


_AT_THE_LIMIT = """
from rules.compiler import PROFILE, CompiledRule, Slice, slices
from rules.native import InProcess
limit, by = {limit!r}, {by}
n = getattr(PROFILE, limit) + by
names = [f"a{{i}}" for i in range(n)]
rule = lambda conditions, head: CompiledRule(conditions=tuple(conditions), asserts=(head,), key=("r", ()))
made = {{
    "rules_on_one_condition": lambda: ([rule(["a"], f"h{{i}}") for i in range(n)], ["a"]),
    "values_of_one_group": lambda: ([rule([name], f"h{{name}}") for name in names], names),
    "premises": lambda: ([rule(names, "h")], names),
    "rules": lambda: ([rule([name], f"h{{name}}") for name in names], names),
}}[limit]
rules, facts = made()
pieces = slices(tuple(rules), facts)
fired = sum(len(InProcess().run(piece)) for piece in pieces)
print(len(rules), fired)
"""


@pytest.mark.parametrize("by", [-1, 0, 1])
@pytest.mark.parametrize("limit", ["rules_on_one_condition", "values_of_one_group", "premises", "rules"])
def test_each_limit_of_the_profile_holds_in_a_process_of_its_own(limit: str, by: int) -> None:
    """One below, at and one above: every rule fires, or the slice is refused by name; never a wrong answer, never a crash."""
    code = _AT_THE_LIMIT.format(limit=limit, by=by)
    env = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, env=env, capture_output=True, text=True, timeout=120)
    if limit == "premises" and by > 0:
        assert "ProfileError" in done.stderr
    else:
        rules, fired = done.stdout.split()
        assert rules == fired, done.stderr


_DANGEROUS = """
from rules.native import run_encoded
n, kind = {n}, {kind!r}
test = lambda g, k: {{"$and": [{{"g": g}}, {{"k": k}}]}}
rules = {{"o": {{"all": [{{"c0": test("o", "o")}}]}}}}
if kind == "shared":
    rules.update({{f"r{{i}}": {{"all": [{{"c0": test("g", "a")}}]}} for i in range(n)}})
    facts = [["o", "o"], ["g", "a"]]
else:
    rules.update({{f"r{{i}}": {{"all": [{{"c0": test("g", f"a{{i}}")}}]}} for i in range(n)}})
    facts = [["o", "o"], *(["g", f"a{{i}}"] for i in range(n))]
print(len(run_encoded({{"rules": rules, "facts": facts, "asserts": [[] for _ in range(n)]}})))
"""


@pytest.mark.parametrize(
    ("kind", "n", "survives"),
    [
        ("shared", 200, True),
        ("shared", 255, True),
        ("shared", 300, False),
        ("values", 200, True),
        ("values", 510, True),
        ("values", 513, False),
    ],
)
def test_where_the_native_engine_itself_breaks(kind: str, n: int, survives: bool) -> None:
    """Why the profile is what it is: the bare engine crashes or hangs just beyond its limits."""
    try:
        done = subprocess.run(
            [sys.executable, "-c", _DANGEROUS.format(n=n, kind=kind)],
            cwd=ROOT,
            check=False,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60 if survives else 6,  # the one that hangs would hang for ever; the others may run on a busy machine
        )
        answered = done.returncode == 0 and done.stdout.strip() == str(n)
    except subprocess.TimeoutExpired:
        answered = False
    assert survives is answered
