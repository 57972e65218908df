"""What reading takes and gives: the state of the dialogue, the acts of a message, and the reading itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.issues import Issue
from kg.record import AnyStatement, Span
from ontologies.text import Language


class Act(StrEnum):
    """What a message does in the conversation. One message may do several things."""

    ANSWER = "answer"
    CORRECTION = "correction"
    ADDITION = "addition"
    QUESTION = "question"
    GREETING = "greeting"
    THANKS = "thanks"
    DISTRESS = "distress"
    REQUEST = "request"
    OFF_TOPIC = "off_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    """What reading must know of the conversation so far."""

    asked: str | None = None  # the `finding` of the last kg.reasoning.Question
    first_id: int = 0  # number of the first new statement id
    known: tuple[AnyStatement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A misspelt word and the word that it was read as."""

    span: Span
    written: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that was understood of one message, and what was not."""

    statements: tuple[AnyStatement, ...] = ()
    issues: tuple[Issue, ...] = ()
    language: Language = Language.EN
    acts: tuple[Act, ...] = ()
    unread: tuple[Span, ...] = ()  # content words in which nothing was recognised
    repairs: tuple[Repair, ...] = ()
    medical: bool = False  # the message has medical content
    topics: tuple[str, ...] = ()  # what a question or request is about: "why", "how-sure", "delete", "doctor" …
