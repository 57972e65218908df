"""`iatros explain`: why, how sure, why not and what if, for a stored encounter."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from chat.archive import Archive
from chat.commands.replay import stored_version
from chat.consultation import Consultation, consult
from chat.encounters import read_encounter
from chat.explanations import how_sure, what_if, why, why_not
from chat.knowledge import Knowledge


def run(options: argparse.Namespace) -> int:
    """Explain on the knowledge that the encounter was answered with."""
    log = read_encounter(options.data, options.encounter)
    knowledge = Archive(options.data).fetch(stored_version(log))
    consultation = consult(log, knowledge)
    explanation = _explanation(options, consultation, knowledge)
    sys.stdout.write(json.dumps(explanation, ensure_ascii=False, indent=1) + "\n" if options.json else _text(explanation))
    return 0


def _explanation(options: argparse.Namespace, consultation: Consultation, knowledge: Knowledge) -> Any:
    if options.why:
        return why(consultation, options.why, knowledge)
    if options.why_not:
        return why_not(consultation, options.why_not, knowledge)
    if options.what_if:
        return what_if(consultation, options.what_if, knowledge)
    return how_sure(consultation, knowledge)


def _text(explanation: Any, depth: int = 0) -> str:
    """Write nested data as an indented outline."""
    indent = "  " * depth
    if isinstance(explanation, dict):
        lines = [f"{indent}{key}: {_text(value, depth + 1).lstrip()}" for key, value in explanation.items() if value not in (None, [], "")]
        return "".join(lines) if lines else "\n"
    if isinstance(explanation, list):
        return "\n" + "".join(f"{indent}- {_text(item, depth + 1).lstrip()}" for item in explanation)
    return f"{indent}{explanation}\n"
