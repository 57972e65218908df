"""Clinical scores in YAML: items with points, an interval for what is missing, and what follows from each cut."""

from __future__ import annotations

import yaml

from kg.reasoning import Strength
from ontologies.text import Text
from rules.atom import Atom
from rules.atom_reader import read_atom
from rules.rule import Conclusion, Review, Score, ScoreItem, Status, Verdict
from rules.rule_reader import atoms, citations, conclusion, required, review
from rules.yaml_source import Fault, Source, decimal, fields, integer, items, one_of, string, text

SCORE_FIELDS = (
    "id", "version", "title", "purpose", "use", "misuse", "status", "applies", "score", "then", "validation", "cites", "notes", "reviewed",
)  # fmt: skip
ITEM_FIELDS = ("id", "if", "points", "title", "group", "cites")
VERDICT_FIELDS = ("when", "conclude", "strength", "text", "cites", "triage", "recommend", "kind", "hypothesis", "verdict", "target")


def read_score(source: Source, node: yaml.Node) -> Score | None:
    """Read one score; None when it cannot be used."""
    found = source.fields(node, SCORE_FIELDS)
    if not found or not required(source, node, found, ("id", "version", "title", "score", "then", "purpose", "misuse")):
        return None
    body = source.fields(found["score"], ("range", "missing", "items"))
    if not body or not required(source, found["score"], body, ("range", "items")):
        return None
    low, high = source.attempt(_range, body["range"], (0.0, 0.0))
    score = Score(
        id=source.attempt(string, found["id"], ""),
        version=source.attempt(integer, found["version"], 0),
        title=source.attempt(text, found["title"], Text(en="", zh="")),
        low=low,
        high=high,
        items=_items(source, body["items"]),
        verdicts=_verdicts(source, found["then"]),
        applies_all=condition(source, found.get("applies"))[0],
        applies_any=condition(source, found.get("applies"))[1],
        purpose=source.attempt(string, found["purpose"], ""),
        use=source.attempt(string, found.get("use"), ""),
        misuse=source.attempt(string, found["misuse"], ""),
        status=source.attempt(lambda n: Status(one_of(n, Status)), found.get("status"), Status.DRAFT),
        citations=source.attempt(citations, found.get("cites"), ()),
        review=source.attempt(review, found.get("reviewed"), Review()),
        where=source.where(node),
    )
    source.attempt(lambda n: _check(score, n), found["score"], None)
    return score


def condition(source: Source, node: yaml.Node | None) -> tuple[tuple[Atom, ...], tuple[Atom, ...]]:
    """Read an atom, or {all: …, any: …}, as the atoms that must all hold and those of which one must."""
    if node is None:
        return (), ()
    names = {str(key.value) for key, _ in node.value} if isinstance(node, yaml.MappingNode) else set()
    if names and names <= {"all", "any"}:
        found = fields(node)
        return atoms(source, found.get("all")), atoms(source, found.get("any"))
    atom = source.attempt(read_atom, node, None)
    return ((atom,) if atom is not None else ()), ()


def _range(node: yaml.Node) -> tuple[float, float]:
    limits = items(node)
    if len(limits) != 2 or decimal(limits[0]) >= decimal(limits[1]):
        raise Fault(node, "A range is its lowest and its highest total.", "Write range: [0, 10].")
    return decimal(limits[0]), decimal(limits[1])


def _items(source: Source, node: yaml.Node) -> tuple[ScoreItem, ...]:
    read = (source.attempt(lambda n: _item(source, n), entry, None) for entry in source.items(node))
    return tuple(item for item in read if item is not None)


def _verdicts(source: Source, node: yaml.Node) -> tuple[Verdict, ...]:
    read = (source.attempt(lambda n: _verdict(source, n), entry, None) for entry in source.items(node))
    return tuple(verdict for verdict in read if verdict is not None)


def _item(source: Source, node: yaml.Node) -> ScoreItem:
    found = fields(node, ITEM_FIELDS)
    for name in ("id", "if", "points", "title"):
        if name not in found:
            raise Fault(node, f"The item lacks '{name}'.", "Write {id: …, if: …, points: 1, title: {en: …, zh: …}}.")
    every, one = condition(source, found["if"])
    return ScoreItem(
        id=string(found["id"]),
        title=text(found["title"]),
        points=decimal(found["points"]),
        all=every,
        any=one,
        group=string(found["group"]) if "group" in found else None,
    )


def _verdict(source: Source, node: yaml.Node) -> Verdict:
    found = fields(node, VERDICT_FIELDS)
    if "when" not in found:
        raise Fault(node, "The cut is missing.", "Write when: {at_least: 5} or when: {at_most: 4}.")
    cuts = fields(found["when"], ("at_least", "at_most"))
    if len(cuts) != 1:
        raise Fault(found["when"], "A verdict has exactly one cut.", "Write when: {at_least: 5} or when: {at_most: 4}.")
    name, points = next(iter(cuts.items()))
    return Verdict(
        bound=name,
        points=decimal(points),
        then=_conclusions(found, node),
        strength=Strength(one_of(found["strength"], Strength)) if "strength" in found else None,
        text=text(found["text"]) if "text" in found else None,
        citations=citations(found["cites"]) if "cites" in found else (),
        where=source.where(node),
    )


def _conclusions(found: dict[str, yaml.Node], node: yaml.Node) -> tuple[Conclusion, ...]:
    """Read `conclude: {…}`, or the conclusion written directly beside `when`."""
    if "conclude" in found:
        return (conclusion(fields(found["conclude"]), found["conclude"]),)
    beside = {name: value for name, value in found.items() if name not in ("when", "strength", "text", "cites")}
    return (conclusion(beside, node),)


def _check(score: Score, node: yaml.Node) -> None:
    """Hold the range against what the items can add up to."""
    names = [item.id for item in score.items]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Fault(node, f"The item {', '.join(twice)} is given twice.", "Give each item its own id.")
    low, high = extremes(score.items)
    if (low, high) != (score.low, score.high):
        message = f"The items add up to {low:g} … {high:g}, the range says {score.low:g} … {score.high:g}."
        raise Fault(node, message, "Correct the points or the range.")


def extremes(entries: tuple[ScoreItem, ...]) -> tuple[float, float]:
    """Return the lowest and the highest total; of a group at most one item counts."""
    alone = [item.points for item in entries if item.group is None]
    groups = {item.group for item in entries if item.group is not None}
    points = [[*(item.points for item in entries if item.group == group), 0.0] for group in sorted(groups)]
    low = sum(min(0, p) for p in alone) + sum(min(group) for group in points)
    return low, sum(max(0, p) for p in alone) + sum(max(group) for group in points)
