"""`iatros chat`: the same consultation in a terminal."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from chat.answer import SOFTWARE
from chat.console import render_answer
from chat.consultation import Consultation, consult
from chat.errors import InputError
from chat.knowledge import own_knowledge
from chat.log import Log, Message, Replied, Started, Undone
from chat.wording import text
from ontologies.text import Language

_UNDO = frozenset({"undo", "撤销"})
_LEAVE = frozenset({"quit", "exit", "bye", "退出", "再见"})


def run(options: argparse.Namespace) -> int:
    """Talk until the person leaves or the input ends."""
    knowledge = own_knowledge()
    if options.region not in knowledge.regions:
        raise InputError(f"--region: {options.region!r} is not known. Choose one of {', '.join(sorted(knowledge.regions))}.")
    language = Language(options.lang) if options.lang else None
    log = Log(
        encounter="terminal", events=(Started(at=_now(), region=options.region, age=options.age, sex=options.sex, language=language),)
    )
    _say(text("program.hello").render(language or Language.EN))
    asked: str | None = None
    while (line := _listen()) is not None:
        if line.casefold() in _LEAVE:
            break
        event = Undone(at=_now()) if line.casefold() in _UNDO else Message(at=_now(), text=line, asked=asked, language=language)
        log = log.append(event)
        consultation = consult(log, knowledge)
        _say(render_answer(consultation, knowledge))
        asked = _asked(consultation)
        level = consultation.inference.triage.level.value if consultation.inference.triage else None
        log = log.append(Replied(at=_now(), level=level, knowledge=knowledge.version, software=SOFTWARE))
    return 0


def _asked(consultation: Consultation) -> str | None:
    return consultation.questions[0].finding if consultation.questions else None


def _listen() -> str | None:
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def _say(words: str) -> None:
    sys.stdout.write(words.rstrip() + "\n\n")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
