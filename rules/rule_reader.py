"""Rules in YAML: one entry becomes one Rule; every fault is an Issue with file and line."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from kg.reasoning import Citation, RecommendationKind, Strength, TriageLevel
from ontologies.evidence import Grade
from ontologies.text import Text
from rules.atom import Atom, ConclusionAtom, FindingAtom, FindingState, ScoreAtom, concept_of
from rules.atom_reader import concept, read_atom
from rules.rule import AtLeast, Conclusion, ConclusionType, Range, Review, Rule, Stage, Status
from rules.yaml_source import Fault, Source, fields, integer, items, one_of, optional_string, string, text

RULE_FIELDS = (
    *("id", "version", "title", "purpose", "status", "for", "when", "unless", "then", "strength"),
    *("advice", "text", "misuse", "use", "notes", "cites", "reviewed"),
)
WHEN_FIELDS = ("all", "any", "at_least")
RANGE_STARTS = (
    *("taking", "considering", "stopped", "took", "missed", "prescribed", "allergy"),
    *("history", "family", "present", "likely", "considered", "danger"),
)
"""Predicates over which a variable may range: facts given, or concluded in an earlier stage."""


def read_rule(source: Source, node: yaml.Node, stage: Stage) -> Rule | None:
    """Read one rule; None when it cannot be used. What a faulty one does hold is read all the same: all faults are told at once."""
    found = source.fields(node, RULE_FIELDS)
    if not found:
        return None
    complete = required(source, node, found, ("id", "version", "title", "when", "then", "purpose"))
    when = source.fields(found.get("when"), WHEN_FIELDS)
    rule = Rule(
        id=source.attempt(string, found.get("id"), ""),
        version=source.attempt(integer, found.get("version"), 0),
        stage=stage,
        title=source.attempt(text, found.get("title"), Text(en="", zh="")),
        all=atoms(source, when.get("all")),
        any=atoms(source, when.get("any")),
        at_least=source.attempt(lambda n: _counter(source, n), when.get("at_least"), None),
        unless=atoms(source, found.get("unless")),
        ranges=source.attempt(_ranges, found.get("for"), ()),
        then=conclusions(source, found["then"]) if "then" in found else (),
        strength=source.attempt(lambda n: Strength(one_of(n, Strength)), found.get("strength"), None),
        advice=source.attempt(text, found.get("advice"), None),
        text=source.attempt(text, found.get("text"), None),
        purpose=source.attempt(string, found.get("purpose"), ""),
        misuse=source.attempt(string, found.get("misuse"), ""),
        status=source.attempt(lambda n: Status(one_of(n, Status)), found.get("status"), Status.DRAFT),
        citations=source.attempt(citations, found.get("cites"), ()),
        review=source.attempt(review, found.get("reviewed"), Review()),
        where=source.where(node),
    )
    if not complete:
        return None
    source.attempt(lambda n: _check(rule, n, found), node, None)
    return rule


def required(source: Source, node: yaml.Node, found: dict[str, yaml.Node], names: Iterable[str]) -> bool:
    """Complain about the fields that are missing; say whether none is."""
    missing = [name for name in names if name not in found]
    if missing:
        source.complain(node, f"The entry lacks {', '.join(missing)}.", "Add the missing fields; rules/README.md shows a whole rule.")
    return not missing


def atoms(source: Source, node: yaml.Node | None) -> tuple[Atom, ...]:
    """Read a list of atoms; each faulty one is complained about at its line."""
    entries = source.items(node)
    read = [source.attempt(read_atom, entry, None) for entry in entries]
    good = tuple(atom for atom in read if atom is not None)
    seen: set[str] = set()
    for entry, atom in zip(entries, read, strict=True):
        if atom is not None and atom.fact in seen:
            source.complain(entry, f"The premise '{atom.fact}' stands twice in one list.", "Keep one of the two.")
        seen.add(atom.fact if atom is not None else "")
    return good


def _counter(source: Source, node: yaml.Node) -> AtLeast:
    found = fields(node, ("n", "of"))
    for name in ("n", "of"):
        if name not in found:
            raise Fault(node, f"The field '{name}' is missing.", "Write at_least: {n: 2, of: [f:x, f:y, f:z]}.")
    n, of = integer(found["n"]), atoms(source, found["of"])
    if not 1 <= n <= len(of):
        raise Fault(found["n"], f"{n} of {len(of)} can never be reached or is always so.", "Count between 1 and the length of the list.")
    return AtLeast(n=n, of=of)


def _ranges(node: yaml.Node) -> tuple[Range, ...]:
    ranges: list[Range] = []
    for name, value in fields(node).items():
        variable = name if name.startswith("?") else f"?{name}"  # YAML takes the '?' of a flow mapping as its own sign
        words = string(value).split()
        bound_before = {r.variable for r in ranges}
        if len(words) == 1:
            ranges.append(Range(variable=variable, predicate=one_of(value, RANGE_STARTS)))
        elif len(words) == 2 and words[0] in bound_before and words[1].startswith("v:"):
            ranges.append(Range(variable=variable, subject=words[0], relation=words[1]))
        else:
            raise Fault(
                value,
                f"'{' '.join(words)}' does not say what {variable} ranges over.",
                'Write a predicate (taking) or a relation from a variable before it ("?d v:interactsWith").',
            )
    return tuple(ranges)


def conclusions(source: Source, node: yaml.Node) -> tuple[Conclusion, ...]:
    """Read one conclusion or a list of them."""
    nodes = source.items(node) if isinstance(node, yaml.SequenceNode) else (node,)
    read = (source.attempt(lambda n: conclusion(fields(n), n), n, None) for n in nodes)
    return tuple(c for c in read if c is not None)


def conclusion(found: dict[str, yaml.Node], node: yaml.Node) -> Conclusion:
    """Read a conclusion from the fields of a mapping."""
    types = [ConclusionType(name) for name in found if name in set(ConclusionType)]
    if len(types) != 1:
        raise Fault(node, "A rule concludes exactly one thing here.", f"Use one of: {', '.join(ConclusionType)}.")
    kind = types[0]
    allowed = {kind.value, *({"kind"} if kind is ConclusionType.RECOMMEND else {"verdict"} if kind is ConclusionType.HYPOTHESIS else ())}
    for name, value in found.items():
        if name not in allowed:
            raise Fault(value, f"The field '{name}' does not belong to '{kind}'.", f"Keep only: {', '.join(sorted(allowed))}.")
    value = found[kind]
    match kind:
        case ConclusionType.FINDING | ConclusionType.ABSENT:
            return Conclusion(type=kind, of=_named(value))
        case ConclusionType.TRIAGE:
            return Conclusion(type=kind, of=one_of(value, TriageLevel))
        case ConclusionType.TARGET:
            return Conclusion(type=kind, of=concept(value, "l"))
        case ConclusionType.HYPOTHESIS:
            if "verdict" not in found:
                raise Fault(node, "The verdict is missing.", "Add verdict: likely or verdict: unlikely.")
            return Conclusion(type=kind, of=concept(value, "c"), verdict=one_of(found["verdict"], ("likely", "unlikely")))
        case ConclusionType.RECOMMEND:
            advised = RecommendationKind(one_of(found["kind"], RecommendationKind)) if "kind" in found else _kind_of(string(value), node)
            return Conclusion(type=kind, of=string(value), kind=advised)


def _named(node: yaml.Node) -> str:
    of = concept(node, "f")
    if of.startswith("?"):
        raise Fault(
            node, "A variable cannot be concluded as a finding: the order of the rules would depend on the patient.", "Name the finding."
        )
    return of


def _kind_of(code: str, node: yaml.Node) -> RecommendationKind:
    kinds = {"t": RecommendationKind.TEST, "tr": RecommendationKind.TREATMENT, "d": RecommendationKind.TREATMENT}
    prefix, colon, _ = code.partition(":")
    if not colon or prefix not in kinds:
        raise Fault(node, f"Of what kind the advice '{code}' is, is not said.", f"Add kind: one of {', '.join(RecommendationKind)}.")
    return kinds[prefix]


def citations(node: yaml.Node) -> tuple[Citation, ...]:
    """Read `s:source#place` entries."""
    return tuple(_citation(item) for item in items(node))


def _citation(node: yaml.Node) -> Citation:
    source, _, place = string(node).partition("#")
    if not source.startswith("s:"):
        raise Fault(node, f"'{source}' is not a source.", "Write s:source#place, with the source in ontologies/sources.")
    return Citation(source=source, locator=place or None, grade=Grade.STATED)


def review(node: yaml.Node) -> Review:
    """Read who reviewed the entry and until when that holds."""
    found = fields(node, ("by", "on", "valid_until"))
    values = {name: optional_string(value) for name, value in found.items()}
    return Review(by=values.get("by"), on=values.get("on"), valid_until=values.get("valid_until"))


def _check(rule: Rule, node: yaml.Node, found: dict[str, yaml.Node]) -> None:
    """Refuse what the engine could not run soundly."""
    if not rule.premises and not rule.ranges:
        raise Fault(found["when"], "The rule has no premise, so it would always fire.", "Add all, any or at_least.")
    _check_variables(rule, node)
    if rule.stage is Stage.RED_FLAGS:
        _check_red_flag(rule, found)
    if not rule.stage.after_differential and any(isinstance(a, ConclusionAtom) for a in rule.premises + rule.unless):
        raise Fault(
            found["when"],
            f"Hypotheses are not known yet in the area '{rule.stage}'.",
            "Move the rule behind the differential (tests, treatments …) or rest it on findings.",
        )
    if rule.stage in (Stage.ABSTRACTION, Stage.SYNDROMES, Stage.SCORES) and any(
        isinstance(a, ScoreAtom) for a in rule.premises + rule.unless
    ):
        raise Fault(
            found["when"], f"Scores are not known yet in the area '{rule.stage}'.", "Rest the rule on findings, or move it to a later area."
        )
    if rule.stage not in (Stage.ABSTRACTION, Stage.SYNDROMES) and any(
        c.type in (ConclusionType.FINDING, ConclusionType.ABSENT) for c in rule.then
    ):
        raise Fault(
            found["then"],
            f"A rule of the area '{rule.stage}' may not conclude findings: they were used before.",
            "Move it to abstraction or syndromes.",
        )


def _check_variables(rule: Rule, node: yaml.Node) -> None:
    known = {r.variable for r in rule.ranges}
    used = {of for a in rule.premises + rule.unless if (of := concept_of(a)) is not None} | {c.of for c in rule.then}
    free = sorted(name for name in used if name.startswith("?") and name not in known)
    if free:
        raise Fault(
            node, f"The variable {', '.join(free)} ranges over nothing.", "Bind it under 'for', beginning with a predicate such as taking."
        )


def _check_red_flag(rule: Rule, found: dict[str, yaml.Node]) -> None:
    if rule.unless:
        raise Fault(
            found["unless"], "A red flag has no 'unless': it must never be silenced by a missing fact.", "State positive premises only."
        )
    if rule.ranges:
        raise Fault(found["for"], "A red flag has no 'for': it is judged on every message.", "Name the findings.")
    if any(isinstance(a, FindingAtom) and a.state is FindingState.ABSENT for a in rule.premises):
        raise Fault(
            found["when"], "A red flag may not rest on a denial: a denied sign would raise the alarm.", "State positive premises only."
        )
    if any(c.type is not ConclusionType.TRIAGE for c in rule.then):
        raise Fault(found["then"], "A red flag concludes a triage level and nothing else.", "Write then: {triage: …}.")
