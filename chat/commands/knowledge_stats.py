"""`iatros knowledge stats`: what is there, by kind, body system and grade."""

from __future__ import annotations

import argparse
import json
import sys

from chat.knowledge import own_knowledge
from ontologies.stats import as_data, as_table, stats
from ontologies.stats_picture import as_svg


def run(options: argparse.Namespace) -> int:
    """Print the counts as a table, as data or as a picture."""
    knowledge = own_knowledge()
    counted = stats(knowledge.ontology)
    by_area = _rules_by_area(tuple(r.id for r in knowledge.rules.rules), len(knowledge.rules.scores))
    if options.json:
        body = as_data(counted) | {"rules": by_area, "knowledge": knowledge.version}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    elif options.svg:
        sys.stdout.write(as_svg(counted))
    else:
        sys.stdout.write(as_table(counted) + "\n" + "".join(f"{area:20} {n}\n" for area, n in by_area.items()))
    return 0


def _rules_by_area(identifiers: tuple[str, ...], scores: int) -> dict[str, int]:
    return {"rules": len(identifiers), "scores": scores}
