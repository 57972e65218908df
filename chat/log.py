"""An encounter as an append-only log of events. The log carries its times; nothing that reads it asks a clock."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import ClassVar

from chat.errors import LogError
from kg.corrections import Correction, CorrectionAction
from ontologies.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The encounter began: who the message is about, and what the form already said."""

    kind: ClassVar[str] = "started"
    at: str  # ISO 8601, UTC
    region: str = "GB"
    about: str = "me"  # "me" | "other"
    age: float | None = None
    sex: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consented:
    """The person read that this is a program, not a doctor, and went on."""

    kind: ClassVar[str] = "consented"
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The person wrote, or chose a quick reply; `asked` is the question that it answers, if one was open."""

    kind: ClassVar[str] = "message"
    at: str
    text: str
    asked: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The person confirmed, denied or removed something in "what I understood"."""

    kind: ClassVar[str] = "corrected"
    at: str
    statement: str
    action: CorrectionAction


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The last message or correction was taken back."""

    kind: ClassVar[str] = "undone"
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replied:
    """What was answered: the level that the person was told, and the knowledge that it rests on."""

    kind: ClassVar[str] = "replied"
    at: str
    level: str | None
    knowledge: str
    software: str


Event = Started | Consented | Message | Corrected | Undone | Replied
_KINDS: dict[str, type[Event]] = {k.kind: k for k in (Started, Consented, Message, Corrected, Undone, Replied)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """All events of one encounter, oldest first."""

    encounter: str
    events: tuple[Event, ...] = ()

    def append(self, *events: Event) -> Log:
        """Return the log with more events at its end."""
        return replace(self, events=self.events + events)

    @property
    def started(self) -> Started:
        """Return the opening event, or an empty one for a bare message."""
        return next((e for e in self.events if isinstance(e, Started)), Started(at=""))

    def effective(self) -> tuple[Message | Corrected, ...]:
        """Return messages and corrections after undoing."""
        kept: list[Message | Corrected] = []
        for event in self.events:
            if isinstance(event, Message | Corrected):
                kept.append(event)
            elif isinstance(event, Undone) and kept:
                kept.pop()
        return tuple(kept)

    def messages(self) -> tuple[Message, ...]:
        """Return the messages that count, in order; their place is their turn number."""
        return tuple(e for e in self.effective() if isinstance(e, Message))

    def corrections(self) -> tuple[Correction, ...]:
        """Return the explicit corrections that count."""
        return tuple(Correction(statement=e.statement, action=e.action) for e in self.effective() if isinstance(e, Corrected))


def dump_event(event: Event) -> str:
    """Write one event as a line of JSON, keys sorted."""
    return json.dumps({"kind": event.kind, **asdict(event)}, ensure_ascii=False, sort_keys=True)


def load_event(line: str) -> Event:
    """Read one event back. Raises LogError with the reason for a line that is none."""
    try:
        body = json.loads(line)
        kind = _KINDS[body.pop("kind")]
        if body.get("language") is not None:
            body["language"] = Language(body["language"])
        if "action" in body:
            body["action"] = CorrectionAction(body["action"])
        return kind(**body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LogError(f"This is no event of an encounter: {line[:80]!r} ({error}).") from error


def load_log(encounter: str, lines: Iterable[str]) -> Log:
    """Read a log from its lines."""
    return Log(encounter=encounter, events=tuple(load_event(line) for line in lines))
