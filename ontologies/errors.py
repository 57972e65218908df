"""The exceptions of this floor: bugs and refused requests. A fault in *knowledge* is an `Issue`, never an exception."""

from __future__ import annotations


class OntologyError(Exception):
    """Anything that the knowledge floor refuses to do."""


class UnknownConceptError(OntologyError, KeyError):
    """Somebody asked for an identifier that the knowledge does not hold."""

    def __init__(self, identifier: str) -> None:
        super().__init__(f"The knowledge holds no concept '{identifier}'. Check the spelling, or add it under ontologies/.")


class UnreadableTurtleError(OntologyError, ValueError):
    """A text that was to be rewritten is no valid Turtle, so it is left as it was."""
