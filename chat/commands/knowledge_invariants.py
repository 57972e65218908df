"""`iatros knowledge invariants`: what must not change when a case is told otherwise, tried on generated people."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict

from chat.invariants import Count, counted
from chat.knowledge import own_knowledge

_EXAMPLES = 3


def run(options: argparse.Namespace) -> int:
    """Print how often each property was broken; exit 1 when guard or danger broke one. Of the whole triage the rate is reported."""
    counts = counted(own_knowledge(), options.runs, triage_every=options.triage_every, seed=options.seed)
    if options.json:
        sys.stdout.write(json.dumps({name: asdict(count) for name, count in counts.items()}, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(as_text(counts))
    return 1 if any(count.guard or count.danger for count in counts.values()) else 0


def as_text(counts: Mapping[str, Count]) -> str:
    """Write a line for each property, and the first cases that broke it."""
    lines = [f"{'property':16} {'tried':>6} {'guard':>6} {'danger':>6}   whole triage"]
    for name, count in counts.items():
        rate = 100 * count.triage / max(count.triaged, 1)
        lines.append(f"{name:16} {count.tried:6} {count.guard:6} {count.danger:6}   {count.triage} of {count.triaged} ({rate:.1f} %)")
        lines += [f"    {example}" for example in count.examples[:_EXAMPLES]]
    return "\n".join(lines) + "\n"
