"""A thin driver over the C module of durable-rules: one slice in, the firings out, nothing kept.

`durable.lang` and `Host` start background threads that walk freed memory, so the C functions are called directly. The session id is
constant and never a patient's: sessions are found by a 32-bit hash. An opening fact fires first, because deleting a session in which
nothing fired crashes. Facts are strings only (numbers with exponents kill the process) and unescaped (`\\uXXXX` and raw text do
not match).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

import durable_rules_engine as durable

from rules.compiler import PROFILE, SafeProfile, Slice
from rules.errors import NativeError, ProfileError

_SESSION = "0"
_OPENING = "o"
_OK, _UNMATCHED, _DUPLICATE = 0, 1, 2
_MAX_FIRINGS = 200_000  # far above what the profile allows: a native loop that never ends is stopped


class Runner(Protocol):
    """Runs a slice and returns the numbers of the rules that fired, in the order of firing."""

    def run(self, piece: Slice) -> list[int]:
        """Run one slice. Raises NativeError when the answer cannot be had."""
        ...


class InProcess:
    """Runs slices in this process: for the command line and tests."""

    def run(self, piece: Slice) -> list[int]:
        """Run one slice. Raises NativeError when the answer cannot be had."""
        return run_encoded(encode(piece))


Encoded = dict[str, object]
"""What crosses to the native side: the ruleset, the opening facts, and what each rule asserts."""


def encode(piece: Slice, profile: SafeProfile = PROFILE) -> Encoded:
    """Give every condition a group and a value within the limits, repeating a condition that too many rules use."""
    if len(piece.rules) > profile.rules:
        raise ProfileError(f"{len(piece.rules)} rules in a slice; the limit is {profile.rules}")
    names = _Names(profile)
    rules: dict[str, object] = {_OPENING: {"all": [{"c0": _test(_OPENING, _OPENING)}]}}
    for number, rule in enumerate(piece.rules):
        if len(rule.conditions) > profile.premises or len(set(rule.conditions)) != len(rule.conditions):
            raise ProfileError(f"rule {number} of the slice has {len(rule.conditions)} conditions, or one twice")
        rules[f"r{number}"] = {"all": [{f"c{i}": _test(*names.use(condition))} for i, condition in enumerate(rule.conditions)]}
    return {
        "rules": rules,
        "facts": [[_OPENING, _OPENING], *(list(copy) for known in piece.facts for copy in names.copies(known))],
        "asserts": [[list(copy) for head in rule.asserts for copy in names.copies(head)] for rule in piece.rules],
    }


def _test(group: str, value: str) -> dict[str, object]:
    """Test two properties. A plain object of two would be satisfied by either."""
    return {"$and": [{"g": group}, {"k": value}]}


class _Names:
    """Names conditions: (group, value), and further copies once a condition is used up."""

    def __init__(self, profile: SafeProfile) -> None:
        self._profile = profile
        self._uses: Counter[str] = Counter()
        self._copies: dict[str, list[tuple[str, str]]] = {}
        self._values = 0

    def use(self, condition: str) -> tuple[str, str]:
        """Return the name under which the next rule tests a condition."""
        copies = self._copies.setdefault(condition, [])
        if self._uses[condition] % self._profile.rules_on_one_condition == 0:
            copies.append((f"g{self._values // self._profile.values_of_one_group}", f"{condition}~{len(copies)}"))
            self._values += 1
            if self._values > self._profile.groups * self._profile.values_of_one_group:
                raise ProfileError(f"more than {self._values - 1} conditions in a slice")
        self._uses[condition] += 1
        return copies[-1]

    def copies(self, fact: str) -> tuple[tuple[str, str], ...]:
        """Return every name under which a fact is tested."""
        return tuple(self._copies.get(fact, ()))


def run_encoded(encoded: Encoded) -> list[int]:
    """Drive the C module. Every way out frees the session and the ruleset."""
    try:
        handle = durable.create_ruleset("slice", json.dumps(encoded["rules"], ensure_ascii=False))
    except durable.error as error:
        raise NativeError(f"the ruleset was refused: {error}") from error
    try:
        return list(_fire(handle, encoded))
    except durable.error as error:
        raise NativeError(f"the run was refused: {error}") from error
    finally:
        durable.delete_ruleset(handle)


def _fire(handle: int, encoded: Encoded) -> Iterator[int]:
    asserts: list[list[list[str]]] = encoded["asserts"]  # type: ignore[assignment]  # JSON that we wrote
    facts: list[list[str]] = encoded["facts"]  # type: ignore[assignment]  # JSON that we wrote
    known = {(group, value) for group, value in facts}
    messages = ",".join(_message(i, group, value) for i, (group, value) in enumerate(facts))
    code, state = durable.assert_facts(handle, f"[{messages}]")
    _require(code)
    number = len(facts)
    started = durable.start_action_for_state(handle, state)
    firing = started[1] if started else None
    opened = False
    for _ in range(_MAX_FIRINGS):
        if not firing:
            break
        rule = next(iter(json.loads(firing)))
        if rule == _OPENING:
            opened = True
        else:
            index = int(rule[1:])
            yield index  # recorded before duplicates are dropped
            for group, value in asserts[index]:
                if (group, value) not in known:
                    known.add((group, value))
                    _require(durable.assert_fact(handle, _message(number, group, value))[0])
                    number += 1
        firing = durable.complete_and_start_action(handle, state)
    else:
        raise NativeError(f"more than {_MAX_FIRINGS} firings in one slice")
    if not opened:
        raise NativeError("the opening fact did not fire")
    durable.delete_state(handle, _SESSION)


def _message(number: int, group: str, value: str) -> str:
    return json.dumps({"id": str(number), "sid": _SESSION, "g": group, "k": value}, ensure_ascii=False)


def _require(code: int) -> None:
    if code not in (_OK, _UNMATCHED):
        raise NativeError("a fact was taken for a duplicate" if code == _DUPLICATE else f"the native engine answered with code {code}")
