"""`iatros knowledge impact REV`: what an edit changes in the answers to a library of cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from chat.cases import Case, read_case
from chat.commands.batch import read_lines
from chat.consultation import consult
from chat.knowledge import Knowledge, own_knowledge
from chat.regions import DEFAULT_REGION
from chat.revisions import knowledge_at
from kg.reasoning import TriageLevel

_FIRST = 3  # possibilities compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one bundle answers to one case."""

    level: TriageLevel | None
    first: tuple[str, ...]


def run(options: argparse.Namespace) -> int:
    """Print every case whose urgency or first possibilities change; exit 1 if an emergency is lowered."""
    cases = [c for line in read_lines(options.cases or _library()) if isinstance(c := read_case(line), Case)]
    lowered = 0
    with knowledge_at(options.revision) as before:
        for case in cases:
            old, new = outcome(case, before), outcome(case, own_knowledge())
            lowered += lowers_emergency(old, new)
            sys.stdout.writelines(f"{case.identifier}: {line}\n" for line in changes(old, new))
    sys.stdout.write(f"{len(cases)} cases, {lowered} emergencies lowered.\n")
    return 1 if lowered else 0


def outcome(case: Case, knowledge: Knowledge) -> Outcome:
    """Answer one case with one bundle."""
    inference = consult(case.log(DEFAULT_REGION), knowledge).inference
    level = inference.triage.level if inference.triage else None
    return Outcome(level=level, first=tuple(h.condition for h in inference.hypotheses[:_FIRST]))


def lowers_emergency(old: Outcome, new: Outcome) -> bool:
    """Say whether an emergency would no longer be called one, or a lesser one."""
    if old.level is None or old.level.rank < TriageLevel.EMERGENCY.rank:
        return False
    return new.level is None or new.level.rank < old.level.rank


def changes(old: Outcome, new: Outcome) -> Iterator[str]:
    """Name what differs."""
    if old.level != new.level:
        up = (new.level.rank if new.level else -1) > (old.level.rank if old.level else -1)
        yield f"urgency {'up' if up else 'DOWN'}: {old.level} → {new.level}"
    if old.first != new.first:
        yield f"first possibilities: {', '.join(old.first)} → {', '.join(new.first)}"


def _library() -> Path:
    return Path(str(files("chat").joinpath("case_library.jsonl")))
