"""The independent checker: it reads the *source* rules and never the compiled slice.

`replay` puts firings into rounds; a firing whose premises never hold is left over. `missed` finds rules whose premises hold and
that did not fire. `closure` answers without the native engine at all. Derivations are written from the rounds in a canonical order
(round, rule id, bindings), so that the native run and the closure give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from rules.grounding import FactBase, Step
from rules.plan import Ready, Stratum
from rules.rule import RuleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What follows in one stratum, and what the native run said otherwise."""

    facts: FactBase
    fired: tuple[Ready, ...]
    unsupported: tuple[str, ...] = ()  # fired although a premise does not hold
    missed: tuple[str, ...] = ()  # every premise holds, yet it did not fire

    @property
    def agrees(self) -> bool:
        """Say whether the native run was right."""
        return not self.unsupported and not self.missed


def check(stratum: Stratum, extra: tuple[Ready, ...], facts: FactBase, fired: Iterable[RuleKey]) -> Checked:
    """Certify the firings of a native run on one stratum."""
    keys = set(fired)
    result = _rounds(stratum, extra, facts, lambda one: one.key in keys)
    found = {one.key for one in result.fired}
    unsupported = tuple(sorted(key[0] for key in keys - found))
    missed = tuple(
        sorted(
            one.rule.id
            for one in _touched(stratum, extra, result.facts.support)
            if one.key not in found and _holds(one, facts, result.facts)
        )
    )
    return replace(result, unsupported=unsupported, missed=missed)


def closure(stratum: Stratum, extra: tuple[Ready, ...], facts: FactBase) -> Checked:
    """Compute what follows in one stratum without the native engine."""
    return _rounds(stratum, extra, facts, lambda _: True)


def _rounds(stratum: Stratum, extra: tuple[Ready, ...], facts: FactBase, allowed: Callable[[Ready], bool]) -> Checked:
    """Fire in rounds: a round uses only what held when it began, so a derivation never rests on a later one."""
    before = facts
    fired: dict[RuleKey, Ready] = {}
    open_rules = {one.key: one for one in _touched(stratum, extra, facts.support) if allowed(one)}
    while True:
        firing = [open_rules[key] for key in sorted(open_rules) if _holds(open_rules[key], before, facts)]
        if not firing:
            return Checked(facts=facts, fired=tuple(fired.values()))
        known = facts
        facts = known.derived(step for one in firing for step in _steps(one, known))
        for one in firing:
            fired[one.key] = one
            del open_rules[one.key]
        new = {head: () for one in firing for head in one.heads if not known.holds(head)}
        for one in _touched(stratum, (), new):
            if one.key not in fired and allowed(one):
                open_rules[one.key] = one


def _touched(stratum: Stratum, extra: tuple[Ready, ...], support: Mapping[str, object]) -> tuple[Ready, ...]:
    """Return the rules of which at least one premise holds; no other rule can fire."""
    found = {one.key: one for name in support.keys() & stratum.touched.keys() for one in stratum.touched[name]}
    found.update((one.key, one) for one in extra)
    return tuple(found.values())


def _holds(one: Ready, before: FactBase, now: FactBase) -> bool:
    """Say whether every premise of a source rule holds. Counters and `unless` look at what held before the stratum."""
    rule = one.rule
    if not all(now.holds(name) for name in one.all):
        return False
    if rule.any and not any(now.holds(name) for name in one.any):
        return False
    if rule.at_least is not None and len(_counted(one, before)) < rule.at_least.n:
        return False
    return not any(before.holds(name) for name in one.unless)


def _counted(one: Ready, facts: FactBase) -> tuple[str, ...]:
    """Return what counts: of a refinement and its base that both hold, the refinement."""
    holding = [name for name in one.counted if facts.holds(name)]
    return tuple(name for name in holding if not any(_refines(other, name, facts) for other in holding if other != name))


def _refines(other: str, name: str, facts: FactBase) -> bool:
    predicate, _, concept = name.partition(" ")
    state, _, refinement = other.partition(" ")
    return predicate == state == "present" and concept in facts.ontology.ancestors(refinement)


def _steps(one: Ready, facts: FactBase) -> Iterable[Step]:
    """Write one step for each conclusion, resting on every premise that holds as the round begins."""
    used = [*one.all, *(name for name in one.any if facts.holds(name)), *_counted(one, facts)]
    premises = tuple(dict.fromkeys(identifier for name in used for identifier in facts.ids(name)))
    for conclusion in one.rule.then:
        yield Step(conclusion=conclusion.fact, rule=one.rule.id, version=one.rule.version, premises=premises, citations=one.rule.citations)
