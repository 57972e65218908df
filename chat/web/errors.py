"""What can be wrong with a request: each with its HTTP status and a sentence for a person (RFC 9457 problem details)."""

from __future__ import annotations

from chat.errors import ChatError
from chat.wording import text
from ontologies.text import Language, Text


class RequestError(ChatError):
    """A request that cannot be carried out. `key` names its sentence in texts.yaml."""

    status = 400
    key = "error.invalid"

    def __init__(self, **parts: str) -> None:
        self.words: Text = text(self.key, **parts)
        super().__init__(self.words.en)

    def render(self, language: Language) -> str:
        """Say it to a person."""
        return self.words.render(language)


class InvalidError(RequestError):
    """A field is missing, of a wrong type, or out of bounds."""

    status = 422


class JsonError(RequestError):
    """The body is no JSON."""

    key = "error.json"


class EmptyError(RequestError):
    """Nothing was written."""

    status, key = 422, "error.empty"


class TooLongError(RequestError):
    """More was written than is read at once."""

    status, key = 413, "error.too_large"


class ConsentError(RequestError):
    """The person did not confirm that this is a program, not a doctor."""

    status, key = 422, "error.consent"


class AgeError(RequestError):
    """No person has this age."""

    status, key = 422, "error.age"


class RegionError(RequestError):
    """We do not know whom to call there."""

    status, key = 422, "error.region"


class OriginError(RequestError):
    """Another website sent this."""

    status, key = 403, "error.origin"


class UnknownEncounterError(RequestError):
    """There is no such encounter."""

    status, key = 404, "error.unknown_encounter"


class UnknownConditionError(RequestError):
    """Nobody described this condition."""

    status, key = 404, "error.condition"


class UnknownStatementError(RequestError):
    """There is no such statement in force."""

    status, key = 422, "error.statement"


class NothingToUndoError(RequestError):
    """No message or correction is left to take back."""

    status, key = 409, "error.nothing_to_undo"


class StaleError(RequestError):
    """The client had not seen the newest events."""

    status, key = 409, "error.conflict"


class FullError(RequestError):
    """The encounter holds as many events as we answer in good time."""

    status, key = 409, "error.full"


class PlanFailedError(RequestError):
    """The planner refused the profile."""

    status, key = 422, "error.plan"
