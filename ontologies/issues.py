"""One shape for every complaint in the house: what is wrong, where, and what to do about it.

It lives on the lowest floor so that the loader can use it; the upper floors import it from `kg.issues`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much an issue weighs."""

    ERROR = "error"  # the input cannot be used as it stands
    WARNING = "warning"  # it was used, but somebody should look
    INFO = "info"  # worth knowing; nothing to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A problem in *input*: collected and reported, never raised (a bug is raised)."""

    level: Level
    message: str  # what is wrong and why it matters
    solution: str  # what the reader can do
    where: str  # file:line, statement id, field name or command-line option

    def __str__(self) -> str:
        return f"{self.where}: {self.level}: {self.message} {self.solution}".rstrip()
