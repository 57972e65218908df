"""The OpenAPI 3.1 description of the API, made from the request models and the answer's schema (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

from chat.answer import SOFTWARE
from chat.web.requests import NewCorrection, NewEncounter, NewMessage, NewUndo

Json = dict[str, Any]
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 64}}
_MODELS: tuple[type[BaseModel], ...] = (NewEncounter, NewMessage, NewCorrection, NewUndo)
_QUERY = ("why", "why_not", "what_if")
_PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "instance": {"type": "string"}},
}
_STATE = {
    "type": "object",
    "required": ["encounter", "number", "asked", "messages", "answer"],
    "properties": {
        "encounter": {"type": "string"},
        "number": {"type": "integer", "description": "How many events there are; send it back as `seen`."},
        "asked": {"type": ["string", "null"], "description": "The open question; send it back as `asked` with its answer."},
        "messages": {"type": "array", "items": {"type": "object"}},
        "answer": {"$ref": "#/components/schemas/Answer"},
    },
}


@lru_cache(maxsize=1)
def document() -> Json:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Iatros", "version": SOFTWARE, "description": "Clinical reasoning with proofs. Not a medical device."},
        "paths": _paths(),
        "components": {"schemas": _schemas()},
    }


def _paths() -> Json:
    one = "/api/encounters/{id}"
    return {
        "/healthz": {"get": _operation("Is the service alive?", {"type": "object"})},
        "/api/encounters": {"post": _operation("Open an encounter", _ref("State"), body=NewEncounter, status="201")},
        one: {"parameters": [_ID], "get": _operation("How it stands", _ref("State"))},
        f"{one}/messages": {"parameters": [_ID], "post": _operation("Add a message", _ref("State"), body=NewMessage)},
        f"{one}/corrections": {"parameters": [_ID], "post": _operation("Correct what was understood", _ref("State"), body=NewCorrection)},
        f"{one}/undo": {"parameters": [_ID], "post": _operation("Take back the last turn", _ref("State"), body=NewUndo)},
        f"{one}/plan": {"parameters": [_ID], "get": _operation("Plan the week", {"type": "object"})},
        f"{one}/plan.ics": {"parameters": [_ID], "get": _operation("The plan as iCalendar", {"type": "string"}, kind="text/calendar")},
        f"{one}/explanation": {
            "parameters": [_ID, *map(_query, _QUERY)],
            "get": _operation("Why, why not, what if, how sure", {"type": "object"}),
        },
        f"{one}/proof.jsonld": {"parameters": [_ID], "get": _operation("The proof", {"type": "object"}, kind="application/ld+json")},
        f"{one}/graph.ttl": {"parameters": [_ID], "get": _operation("The patient graph", {"type": "string"}, kind="text/turtle")},
        f"{one}/graph.trig": {"parameters": [_ID], "get": _operation("The patient graph", {"type": "string"}, kind="application/trig")},
        f"{one}/graph.jsonld": {
            "parameters": [_ID],
            "get": _operation("The patient graph", {"type": "object"}, kind="application/ld+json"),
        },
        f"{one}/answer.json": {"parameters": [_ID], "get": _operation("The answer alone", _ref("Answer"))},
    }


def _operation(
    summary: str, answer: Json, *, body: type[BaseModel] | None = None, status: str = "200", kind: str = "application/json"
) -> Json:
    operation: Json = {
        "summary": summary,
        "responses": {
            status: {"description": "Done", "content": {kind: {"schema": answer}}},
            "default": {"description": "Refused, with the reason", "content": {"application/problem+json": {"schema": _ref("Problem")}}},
        },
    }
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body.__name__)}}}
    return operation


def _query(name: str) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string", "maxLength": 200}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> Json:
    answer = json.loads(files("chat").joinpath("schemas/answer.schema.json").read_text(encoding="utf-8"))
    found: Json = {"State": _STATE, "Problem": _PROBLEM, "Answer": answer}
    for model in _MODELS:
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= schema.pop("$defs", {})
        found[model.__name__] = schema
    return found
