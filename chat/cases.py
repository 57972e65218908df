"""A line of a case file: what was written, about whom, and what the right answer is, if it is known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from chat.log import Log, Message, Started
from ontologies.text import Language

_DASH = ("", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that cannot be used, and what to do about it."""

    identifier: Any
    message: str
    solution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. Several turns each may answer a question that was asked."""

    identifier: Any
    turns: tuple[tuple[str, str | None], ...]  # (text, asked)
    age: float | None = None
    sex: str | None = None
    language: Language | None = None

    def log(self, region: str) -> Log:
        """Write the case as the log of an encounter."""
        started = Started(at="", region=region, age=self.age, sex=self.sex, language=self.language)
        messages = tuple(Message(at="", text=text, asked=asked, language=self.language) for text, asked in self.turns)
        return Log(encounter=str(self.identifier), events=(started, *messages))


def read_case(line: str) -> Case | BadLine:
    """Read one line of JSON; anything wrong comes back as a BadLine, never as an exception."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError) as error:
        return BadLine(identifier=None, message=f"The line is no JSON: {error}.", solution="Write one JSON object a line.")
    if not isinstance(body, dict):
        return BadLine(identifier=None, message="The line is JSON, but no object.", solution='Write {"id": …, "text": …}.')
    identifier = body.get("id")
    try:
        return Case(
            identifier=identifier,
            turns=_turns(body),
            age=_age(body.get("age")),
            sex=_choice(body.get("sex"), "sex", ("female", "male")),
            language=Language(lang) if (lang := _choice(body.get("lang"), "lang", ("en", "zh"))) else None,
        )
    except ValueError as error:
        return BadLine(identifier=identifier, message=str(error), solution="Correct this line; the others were answered.")


def vignette_text(body: dict[str, Any]) -> str:
    """Write a structured vignette (demographics, chief, presentation, absent, history …) as running text."""
    parts = [f"{body['demographics']}.", f"{body['chief']}.", body["presentation"], body.get("absent", "")]
    for key, title in (("history", "Past history"), ("family", "Family history"), ("social", "Social history")):
        if body.get(key) and body[key] not in _DASH:
            parts.append(f"{title}: {body[key]}")
    return " ".join(p for p in parts if p)


def _turns(body: dict[str, Any]) -> tuple[tuple[str, str | None], ...]:
    if "turns" in body:
        if not isinstance(body["turns"], list) or not body["turns"]:
            raise ValueError("'turns' must be a list with at least one turn.")
        return tuple(_turn(turn) for turn in body["turns"])
    if not isinstance(body.get("text"), str):
        raise ValueError("'text' is missing or no string (or give 'turns').")
    return ((body["text"], None),)


def _turn(turn: Any) -> tuple[str, str | None]:
    if not isinstance(turn, dict) or not isinstance(turn.get("text"), str):
        raise ValueError('Each turn is {"text": "…", "asked": "f:…" or null}.')
    asked = turn.get("asked")
    if asked is not None and not isinstance(asked, str):
        raise ValueError("'asked' is the question's finding, or null.")
    return (turn["text"], asked)


def _age(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 130:
        raise ValueError(f"'age' is {value!r}; give years between 0 and 130, or leave it out.")
    return float(value)


def _choice(value: Any, name: str, allowed: tuple[str, ...]) -> str | None:
    if value is None:
        return None
    if value not in allowed:
        raise ValueError(f"{name!r} is {value!r}; give one of {', '.join(allowed)}, or leave it out.")
    return str(value)
