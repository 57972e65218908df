"""The same service for programs: JSON in, the JSON of schemas/answer.schema.json out."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from chat.answer import answer
from chat.openapi import document
from chat.web import keys
from chat.web.encounters import Turn
from chat.web.errors import RegionError
from chat.web.rendering import default_region
from chat.web.requests import NewCorrection, NewEncounter, NewMessage, NewUndo, json_body, parse, readable


def turn_json(turn: Turn, request: web.Request) -> dict[str, Any]:
    """Write how an encounter stands."""
    return {
        "encounter": turn.log.encounter,
        "number": turn.number,
        "asked": turn.asked,
        "answer": answer(turn.consultation, request.app[keys.KNOWLEDGE]),
    }


async def begin(request: web.Request) -> web.Response:
    """Open an encounter."""
    new = parse(NewEncounter, await json_body(request))
    region = new.region or default_region(request).code
    if region not in request.app[keys.KNOWLEDGE].regions:
        raise RegionError
    turn = await request.app[keys.ENCOUNTERS].start(region=region, about=new.about, age=new.age, sex=new.sex, language=new.language)
    return web.json_response(turn_json(turn, request), status=201)


async def look(request: web.Request) -> web.Response:
    """Return how an encounter stands."""
    return web.json_response(turn_json(await request.app[keys.ENCOUNTERS].look(request.match_info["id"]), request))


async def say(request: web.Request) -> web.Response:
    """Add a message."""
    new = parse(NewMessage, await json_body(request))
    encounters = request.app[keys.ENCOUNTERS]
    turn = await encounters.say(request.match_info["id"], readable(new.text), asked=new.asked, seen=new.seen)
    return web.json_response(turn_json(turn, request))


async def correct(request: web.Request) -> web.Response:
    """Correct a statement."""
    new = parse(NewCorrection, await json_body(request))
    turn = await request.app[keys.ENCOUNTERS].correct(request.match_info["id"], new.statement, new.action, seen=new.seen)
    return web.json_response(turn_json(turn, request))


async def undo(request: web.Request) -> web.Response:
    """Take back the last message or correction."""
    new = parse(NewUndo, await json_body(request))
    return web.json_response(turn_json(await request.app[keys.ENCOUNTERS].undo(request.match_info["id"], seen=new.seen), request))


async def health(request: web.Request) -> web.Response:
    """Say that the service lives, and on which knowledge."""
    return web.json_response({"status": "ok", "knowledge": request.app[keys.KNOWLEDGE].version})


async def openapi(_request: web.Request) -> web.Response:
    """Describe this API (https://spec.openapis.org/oas/v3.1.0)."""
    return web.json_response(document())


ROUTES = (
    web.post("/api/encounters", begin),
    web.get("/api/encounters/{id}", look),
    web.post("/api/encounters/{id}/messages", say),
    web.post("/api/encounters/{id}/corrections", correct),
    web.post("/api/encounters/{id}/undo", undo),
    web.get("/healthz", health),
    web.get("/openapi.json", openapi),
)
