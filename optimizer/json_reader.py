"""Reading untrusted JSON into plain values: everything that is wrong becomes an Issue with its place, and reading goes on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from kg.issues import Issue, Level

T = TypeVar("T")
MOST_ENTRIES = 100  # in any list: far more than a week can hold


@dataclass(slots=True)
class JsonReader:
    """One JSON object, its place in the document, and the complaints so far (shared with the objects inside)."""

    value: dict[str, Any]
    where: str
    issues: list[Issue] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def fault(self, key: str, message: str, solution: str) -> None:
        """Note an error at a key."""
        self.issues.append(Issue(level=Level.ERROR, message=message, solution=solution, where=f"{self.where}.{key}"))

    def take(self, key: str) -> Any:
        """Return the raw value of a key and remember that it is known."""
        self.seen.add(key)
        return self.value.get(key)

    def text(self, key: str) -> str | None:
        """Return a short text."""
        value = self.take(key)
        if value is None or (isinstance(value, str) and 0 < len(value) <= 200):
            return value
        self.fault(key, f"{key} must be a text of 1 to 200 characters.", "Correct it or leave it out.")
        return None

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number within bounds."""
        value = self.take(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and low <= value <= high:
            return float(value)
        self.fault(key, f"{key} must be a number from {low:g} to {high:g}.", "Correct it or leave it out.")
        return None

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number within bounds."""
        value = self.number(key, low, high)
        if value is None:
            return default
        if value != int(value):
            self.fault(key, f"{key} must be a whole number.", "Round it.")
        return int(value)

    def truth(self, key: str) -> bool | None:
        """Return true, false or nothing."""
        value = self.take(key)
        if value is None or isinstance(value, bool):
            return value
        self.fault(key, f"{key} must be true or false.", "Write true or false without quotes.")
        return None

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        """Return one of a closed set."""
        value = self.text(key)
        if value is None or value in choices:
            return value
        self.fault(key, f'{key} "{value}" is not known.', f"Use one of {', '.join(choices)}.")
        return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of short texts."""
        found = []
        for n, value in enumerate(self._entries(key)):
            if isinstance(value, str) and 0 < len(value) <= 200:
                found.append(value)
            else:
                self.fault(f"{key}[{n}]", "This must be a text of 1 to 200 characters.", "Correct it or take it out.")
        return tuple(found)

    def objects(self, key: str) -> Iterator[JsonReader]:
        """Yield a reader for each object of a list."""
        for n, value in enumerate(self._entries(key)):
            inner = self._object(value, f"{key}[{n}]")
            if inner is not None:
                yield inner

    def inside(self, key: str) -> JsonReader | None:
        """Return a reader for an object inside."""
        value = self.take(key)
        return None if value is None else self._object(value, key)

    def _object(self, value: Any, key: str) -> JsonReader | None:
        if isinstance(value, dict):
            return JsonReader(value, f"{self.where}.{key}", self.issues)
        self.fault(key, "This must be an object.", "Write { … }; see optimizer/schemas/profile.schema.json.")
        return None

    def _entries(self, key: str) -> list[Any]:
        value = self.take(key)
        if value is None:
            return []
        if isinstance(value, list) and len(value) <= MOST_ENTRIES:
            return value
        self.fault(key, f"{key} must be a list of at most {MOST_ENTRIES} entries.", "Write [ … ].")
        return []

    def parsed(self, key: str, parse: Callable[[str], T], form: str) -> T | None:
        """Return a text turned into a value; a ValueError becomes an issue that names the form."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return parse(value)
        except ValueError:
            self.fault(key, f'{key} "{value}" cannot be read.', f"Write it as {form}.")
            return None

    def finish(self) -> None:
        """Complain about keys that nobody asked for: a typing error must not go unnoticed."""
        for key in self.value.keys() - self.seen:
            self.fault(key, f"{key} is no known field.", "Check the spelling; see optimizer/schemas/profile.schema.json.")
