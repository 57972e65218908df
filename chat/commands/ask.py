"""`iatros ask`: one message, one answer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from chat.answer import answer
from chat.console import render_answer, render_reading
from chat.consultation import Consultation, consult, plan, single_message
from chat.errors import InputError
from chat.knowledge import own_knowledge
from chat.log import Log, Started
from kg.issues import Level
from ontologies.text import Language


def run(options: argparse.Namespace) -> int:
    """Answer once and print it for a person, or as JSON."""
    knowledge = own_knowledge()
    log = log_from(options, _text(options.text))
    consultation = consult(log, knowledge, options.method)
    week = plan(log, consultation, knowledge) if options.plan else None
    if options.proof:
        _write_proof(options.proof, consultation)
    if options.graph:
        _write_graph(options.graph, consultation)
    if options.json:
        sys.stdout.write(json.dumps(answer(consultation, knowledge, week), ensure_ascii=False, indent=1) + "\n")
    else:
        if options.show_reading:
            sys.stdout.write(render_reading(consultation, knowledge) + "\n")
        sys.stdout.write(render_answer(consultation, knowledge, week))
    return 1 if any(issue.level is Level.ERROR for issue in consultation.issues) else 0


def log_from(options: argparse.Namespace, text: str) -> Log:
    """Make the log of one message from the command line's options."""
    if options.region not in own_knowledge().regions:
        known = ", ".join(sorted(own_knowledge().regions))
        raise InputError(f"--region: {options.region!r} is not known, so no emergency number can be given. Choose one of {known}.")
    started = Started(
        at="", region=options.region, age=options.age, sex=options.sex, language=Language(options.lang) if options.lang else None
    )
    return single_message(text, started=started)


def _text(argument: str) -> str:
    if argument != "-":
        return argument
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"The text is not UTF-8: byte {error.object[error.start]:#04x} at {error.start}. Save it as UTF-8.") from error


def _write_proof(file: Path, consultation: Consultation) -> None:
    from chat.proof import proof_of  # noqa: PLC0415  # networkx takes a tenth of a second to import; most answers need no proof

    _write("--proof", file, proof_of(consultation, own_knowledge()))


def _write_graph(file: Path, consultation: Consultation) -> None:
    from kg.graph import PatientGraph  # noqa: PLC0415  # rdflib takes long to import; most answers need no graph

    forms = {".ttl": PatientGraph.turtle, ".trig": PatientGraph.trig, ".jsonld": PatientGraph.json_ld}
    if file.suffix not in forms:
        raise InputError(f"--graph: the name {file.name!r} does not say which form is wanted. End it in {', '.join(forms)}.")
    _write("--graph", file, forms[file.suffix](consultation.graph()))


def _write(option: str, file: Path, content: str) -> None:
    try:
        file.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{option}: cannot write {file}: {error.strerror}. Choose a folder that you may write to.") from error
