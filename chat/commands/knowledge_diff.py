"""`iatros knowledge diff REV`: what changed in the knowledge since a revision, in clinical words."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from chat.knowledge import Knowledge, own_knowledge
from chat.revisions import knowledge_at

_KINDS = ("findings", "conditions", "drugs", "tests", "treatments", "activities", "dishes", "targets", "sources")
_UNSAID = frozenset({"where"})  # a moved line is no clinical change


def run(options: argparse.Namespace) -> int:
    """Print additions, removals and changed facts, one a line."""
    with knowledge_at(options.revision) as before:
        lines = list(differences(before, own_knowledge()))
    sys.stdout.writelines(line + "\n" for line in lines)
    sys.stdout.write(f"{len(lines)} differences.\n")
    return 0


def differences(before: Knowledge, after: Knowledge) -> Iterator[str]:
    """Name every fact that one bundle has and the other has not."""
    for kind in _KINDS:
        yield from _between(kind[:-1], getattr(before.ontology, kind), getattr(after.ontology, kind))
    yield from _between("rule", _by_id(before.rules.rules), _by_id(after.rules.rules))


def _by_id(rules: Any) -> dict[str, Any]:
    return {r.id: r for r in rules}


def _between(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for identifier in sorted(before.keys() | after.keys()):
        if identifier not in before:
            yield f"+ {kind} {identifier}"
        elif identifier not in after:
            yield f"- {kind} {identifier}"
        else:
            for path in _changed(before[identifier], after[identifier]):
                yield f"~ {kind} {identifier}: {path}"


def _changed(before: Any, after: Any) -> Iterator[str]:
    """Name the fields that differ, with the facts that went and came."""
    if not is_dataclass(before):
        if before != after:
            yield f"{before!r} → {after!r}"
        return
    for field in fields(before):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if field.name in _UNSAID or _same(old, new):
            continue
        if isinstance(old, tuple) and isinstance(new, tuple):
            yield from (f"{field.name} − {_words(o)}" for o in old if not any(_same(o, n) for n in new))
            yield from (f"{field.name} + {_words(n)}" for n in new if not any(_same(n, o) for o in old))
        else:
            yield f"{field.name} {_words(old)} → {_words(new)}"


def _same(one: Any, other: Any) -> bool:
    """Compare, not minding where in a file a fact stands."""
    if is_dataclass(one) and type(one) is type(other):
        return all(_same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one) if f.name not in _UNSAID)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def _words(fact: Any) -> str:
    """Write a fact shortly: only what is set."""
    if is_dataclass(fact):
        said = {f.name: getattr(fact, f.name) for f in fields(fact) if f.name not in _UNSAID}
        return ", ".join(f"{name} {_words(value)}" for name, value in said.items() if value not in (None, (), ""))
    return str(fact)
