"""From the candidate rules of a stratum to slices for the native engine, inside its measured safe profile.

The profile as measured: positive equality of strings only; at most 200 rules on one condition (from 256 on it may crash), 200 in a group
(a node with 512 tests never finishes loading, whatever their property; so each condition tests a group first, then the value), 16
premises a rule, 4,000 rules a slice; an opening fact first. Counters are decided here: all that they count is
complete, because strata put what feeds a counter below it; a counter that is reached becomes one fact. `unless` is decided here for
the same reason. An `any` becomes one compiled rule for each alternative, a long `all` a chain of parts, a much used condition is
asserted several times under other names. What cannot be made to fit is refused with ProfileError, never run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ontologies.ontology import Ontology
from rules.errors import ProfileError
from rules.plan import Ready, Stratum
from rules.rule import RuleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeProfile:
    """The limits within which the native engine was measured to be right."""

    rules_on_one_condition: int = 200
    values_of_one_group: int = 200
    groups: int = 200
    premises: int = 16
    rules: int = 4000


PROFILE = SafeProfile()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """Conditions that must all be asserted, and the facts that its firing asserts. `key` is None for a helper part."""

    conditions: tuple[str, ...]
    asserts: tuple[str, ...]
    key: RuleKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A ruleset for one run of the native engine."""

    rules: tuple[CompiledRule, ...]
    facts: tuple[str, ...]


def candidates(stratum: Stratum, extra: tuple[Ready, ...], support: Mapping[str, object], ontology: Ontology) -> tuple[Ready, ...]:
    """Pick the rules that may fire: every premise holds, or is concluded by another candidate."""
    available = set(support)
    chosen: dict[RuleKey, Ready] = {}
    reached = [one for name in support.keys() & stratum.triggered.keys() for one in stratum.triggered[name]]
    while reached or extra:
        new: list[str] = []
        for one in (*reached, *extra):
            if one.key not in chosen and may_fire(one, available, support, ontology):
                chosen[one.key] = one
                new += [head for head in one.heads if head not in available]
                available.update(one.heads)
        if not new:
            break
        reached = [one for name in new for one in stratum.touched.get(name, ())]
    return tuple(chosen[key] for key in sorted(chosen))


def may_fire(one: Ready, available: set[str], support: Mapping[str, object], ontology: Ontology) -> bool:
    """Say whether a rule could still fire, given what holds and what candidates would conclude."""
    return (
        all(premise in available for premise in one.all)
        and (not one.any or any(premise in available for premise in one.any))
        and (not one.counted or counted(one.counted, support, ontology) >= one.n)
        and not any(name in support for name in one.unless)
    )


def counted(premises: tuple[str, ...], support: Mapping[str, object], ontology: Ontology) -> int:
    """Count what holds; a refinement and its base count once."""
    holding = [premise for premise in premises if premise in support]
    covered = {f"present {a}" for premise in holding if premise.startswith("present ") for a in ontology.ancestors(premise[8:])}
    return sum(premise not in covered for premise in holding)


def compile_stratum(chosen: Iterable[Ready], support: Mapping[str, object], profile: SafeProfile = PROFILE) -> tuple[CompiledRule, ...]:
    """Compile the candidates of a stratum."""
    return tuple(compiled for one in chosen for compiled in _compile(one, support, profile))


def _compile(one: Ready, support: Mapping[str, object], profile: SafeProfile) -> Iterator[CompiledRule]:
    name = " ".join((one.rule.id, *(f"{variable}={value}" for variable, value in one.rule.bindings)))
    fixed = tuple(dict.fromkeys(one.all)) + ((counter_fact(one),) if one.counted else ())
    parts, fixed = _chain(name, fixed, profile.premises - 1)
    yield from parts
    alternatives = [(premise,) if premise not in fixed else () for premise in one.any] or [()]
    for alternative in dict.fromkeys(alternatives):
        yield CompiledRule(conditions=fixed + alternative, asserts=one.heads, key=one.key)


def counter_fact(one: Ready) -> str:
    """Name the fact that a counter has been reached."""
    return " ".join(("counted", one.rule.id, *(value for _, value in one.rule.bindings)))


def _chain(name: str, conditions: tuple[str, ...], limit: int) -> tuple[list[CompiledRule], tuple[str, ...]]:
    """Split a long conjunction into parts, each of which asserts a helper fact for the next."""
    parts: list[CompiledRule] = []
    while len(conditions) > limit:
        helper = f"part {len(parts)} {name}"
        parts.append(CompiledRule(conditions=conditions[:limit], asserts=(helper,), key=None))
        conditions = (helper, *conditions[limit:])
    return parts, conditions


def slices(compiled: tuple[CompiledRule, ...], facts: Iterable[str], profile: SafeProfile = PROFILE) -> tuple[Slice, ...]:
    """Cut compiled rules into slices of connected rules, so that no firing needs a fact of another slice."""
    given = set(facts)
    if len(compiled) <= profile.rules:
        return (_slice(compiled, given),) if compiled else ()
    result: list[Slice] = []
    current: list[CompiledRule] = []
    for group in _connected(compiled):
        if len(group) > profile.rules:
            raise ProfileError(f"{len(group)} rules feed each other; one slice holds {profile.rules}")
        if len(current) + len(group) > profile.rules:
            result.append(_slice(tuple(current), given))
            current = []
        current += group
    return (*result, _slice(tuple(current), given))


def _slice(compiled: tuple[CompiledRule, ...], given: set[str]) -> Slice:
    used = {condition for rule in compiled for condition in rule.conditions}
    return Slice(rules=compiled, facts=tuple(sorted(used & given)))


def _connected(compiled: tuple[CompiledRule, ...]) -> list[list[CompiledRule]]:
    """Group rules that pass facts to each other."""
    import networkx as nx  # noqa: PLC0415  # takes a tenth of a second; only a stratum of thousands of rules is cut

    asserted = {name for rule in compiled for name in rule.asserts}
    graph = nx.Graph()
    for number, rule in enumerate(compiled):
        graph.add_node(number)
        graph.add_edges_from((number, name) for name in (*rule.conditions, *rule.asserts) if name in asserted)
    groups = (sorted(n for n in members if isinstance(n, int)) for members in nx.connected_components(graph))
    return [[compiled[n] for n in group] for group in sorted(groups)]
