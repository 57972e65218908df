"""`iatros verify`: check a proof with nothing but the proof and the named knowledge."""

from __future__ import annotations

import argparse
import json
import sys

from chat.archive import Archive
from chat.errors import InputError
from chat.knowledge import Knowledge, own_knowledge
from chat.proof import check_proof, subject_of


def run(options: argparse.Namespace) -> int:
    """Print what does not hold, or that all of it does."""
    try:
        text = options.proof.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError(f"Cannot read {options.proof}: {reason}. Give a proof that --proof wrote.") from error
    issues = check_proof(text, _knowledge_for(text, options))
    for issue in issues:
        sys.stdout.write(f"{issue}\n")
    if not issues:
        sys.stdout.write("The proof holds: every step follows from the messages and the named knowledge.\n")
    return 1 if issues else 0


def _knowledge_for(text: str, options: argparse.Namespace) -> Knowledge:
    """Fetch the knowledge that the proof names; ours, if it names none that can be had."""
    try:
        version = subject_of(json.loads(text))
    except (ValueError, RecursionError):
        return own_knowledge()
    return Archive(options.data).fetch(version) if version.startswith("sha256:") else own_knowledge()
