"""What a request may contain: parsed once, here, into typed models (https://docs.pydantic.dev/)."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from chat.web.errors import AgeError, ConsentError, EmptyError, InvalidError, JsonError, RequestError, TooLongError
from kg.corrections import CorrectionAction
from nlp.reader import MAX_CHARACTERS
from ontologies.text import Language

OLDEST = 130
MOST_BYTES = 256 * 1024
"""Of a request body: enough for the longest message in any alphabet, small enough never to hurt."""
Model = TypeVar("Model", bound=BaseModel)
LONGEST_ASKED = 400
Asked = Annotated[str, StringConstraints(max_length=LONGEST_ASKED)]


class NewEncounter(BaseModel):
    """What the first page asks."""

    model_config = ConfigDict(extra="forbid")

    consent: Literal[True] = Field(description="The person has read that this is a program, not a doctor.")
    about: Literal["me", "other"] = "me"
    age: float | None = Field(default=None, ge=0, le=OLDEST, allow_inf_nan=False, description="Years; a fraction for babies.")
    sex: Literal["female", "male"] | None = None
    region: str | None = Field(default=None, max_length=10, description="ISO code; decides whom to call.")
    language: Language | None = Field(default=None, description="Chosen language; otherwise that of the messages.")


class NewMessage(BaseModel):
    """Something that the person wrote, or a quick reply."""

    model_config = ConfigDict(extra="forbid")

    text: str
    asked: Asked | None = Field(default=None, description="The question that it answers.")
    seen: int | None = Field(default=None, ge=0, description="How many events the client has seen; another number is a conflict.")


class NewCorrection(BaseModel):
    """A change to what was understood."""

    model_config = ConfigDict(extra="forbid")

    statement: Annotated[str, StringConstraints(max_length=100)]
    action: CorrectionAction
    seen: int | None = Field(default=None, ge=0)


class NewUndo(BaseModel):
    """Take back the last message or correction."""

    model_config = ConfigDict(extra="forbid")

    seen: int | None = Field(default=None, ge=0)


def parse(model: type[Model], body: Any) -> Model:
    """Read a body into its model. Raises RequestError with one sentence for a person."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise _refusal(error) from error


async def json_body(request: web.Request) -> Any:
    """Read a JSON body. Raises JsonError."""
    try:
        return json.loads(await request.text()) if request.can_read_body else {}
    except (ValueError, RecursionError, LookupError) as error:
        raise JsonError from error


async def form_body(request: web.Request) -> dict[str, str]:
    """Read a form. Files and repeated fields are not expected; the first value counts."""
    try:
        form = await request.post()
    except ValueError as error:
        raise InvalidError(what=str(error)) from error
    return {name: value for name, value in form.items() if isinstance(value, str)}


def readable(text: str) -> str:
    """Return a message that can be stored and read. Raises EmptyError or TooLongError.

    Half a character (a lone surrogate), which no database takes, is replaced; everything else stays as it was written.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLongError(most=f"{MAX_CHARACTERS}")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not any(ch.isprintable() and not ch.isspace() for ch in whole):
        raise EmptyError
    return whole


def number_in(form: dict[str, str], name: str) -> int | None:
    """Read an optional whole number of a form. Raises InvalidError."""
    value = form.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise InvalidError(what=f"{name} = {value[:40]!r}")
    return int(value)


def age_in(form: dict[str, str]) -> float | None:
    """Read the age of the first page's form, in years. Raises AgeError."""
    value = form.get("age", "").strip().replace(",", ".")
    if not value:
        return None
    try:
        age = float(value)
    except ValueError as error:
        raise AgeError from error
    years = age / 12 if form.get("age_unit") == "months" else age
    if not 0 <= years <= OLDEST:  # also refuses "nan"
        raise AgeError
    return round(years, 4)


def _refusal(error: ValidationError) -> RequestError:
    """Turn the first complaint into a sentence."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    if where == "consent":
        return ConsentError()
    if where == "age":
        return AgeError()
    return InvalidError(what=f"{where}: {first['msg']}")
