"""`iatros knowledge stats`: what is there, by kind, body system and grade."""

from __future__ import annotations

import argparse
import json
import sys

from chat.knowledge import own_knowledge
from ontologies.stats import as_json, as_svg, as_table, count


def run(options: argparse.Namespace) -> int:
    """Print the counts as a table, as data or as a picture."""
    knowledge = own_knowledge()
    counts = count(knowledge.ontology)
    if options.json:
        body = as_json(counts) | {"rules": len(knowledge.rules.rules), "knowledge": knowledge.version}
        sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    elif options.svg:
        sys.stdout.write(as_svg(counts))
    else:
        sys.stdout.write(as_table(counts) + f"\nrules {len(knowledge.rules.rules)}\n")
    return 0
