"""The OpenAPI 3.1 document of the API, made from the models that parse it."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chat.answer import SOFTWARE
from chat.web.requests import NewCorrection, NewEncounter, NewMessage, NewUndo

_MODELS: tuple[type[BaseModel], ...] = (NewEncounter, NewMessage, NewCorrection, NewUndo)
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Describe every path of the API."""
    _, definitions = models_json_schema([(m, "validation") for m in _MODELS], ref_template="#/components/schemas/{model}")
    answer = json.loads(files("chat").joinpath("schemas/answer.schema.json").read_text(encoding="utf-8"))
    schemas = {**definitions["$defs"], "Answer": {"type": "object", "description": answer["title"], "externalDocs": {"url": answer["$id"]}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Iatros", "version": SOFTWARE, "description": "Clinical reasoning with proofs. Not a medical device."},
        "paths": {
            "/api/encounters": {"post": _operation("Open an encounter", NewEncounter, created=True)},
            "/api/encounters/{id}": {"parameters": [_ID], "get": _operation("Return how an encounter stands", None)},
            "/api/encounters/{id}/messages": {"parameters": [_ID], "post": _operation("Add a message", NewMessage)},
            "/api/encounters/{id}/corrections": {"parameters": [_ID], "post": _operation("Correct a statement", NewCorrection)},
            "/api/encounters/{id}/undo": {"parameters": [_ID], "post": _operation("Take back the last message", NewUndo)},
        },
        "components": {"schemas": {**schemas, "Turn": _TURN, "Problem": _PROBLEM}},
    }


_TURN = {
    "type": "object",
    "required": ["encounter", "number", "asked", "answer"],
    "properties": {
        "encounter": {"type": "string"},
        "number": {"type": "integer", "description": "How many events there are; send it back as `seen`."},
        "asked": {"type": ["string", "null"], "description": "The open question; send it back with the answer."},
        "answer": {"$ref": "#/components/schemas/Answer"},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details; `title` is a sentence for a person.",
    "properties": {"type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "instance": {"type": "string"}},
}


def _operation(summary: str, body: type[BaseModel] | None, *, created: bool = False) -> dict[str, Any]:
    turn = {"application/json": {"schema": {"$ref": "#/components/schemas/Turn"}}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {
        "201" if created else "200": {"description": "How the encounter stands", "content": turn},
        "4XX": {"description": "One clear message", "content": problem},
    }
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if body is not None:
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{body.__name__}"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation
