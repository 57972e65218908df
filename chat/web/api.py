"""The API for programs: the same consultation as JSON. Its description is made from these routes (chat/openapi.py)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from chat.answer import SOFTWARE, answer
from chat.errors import InputError
from chat.explanations import how_sure, what_if, why, why_not
from chat.openapi import document
from chat.plan_json import plan_json
from chat.proof import proof_of
from chat.web import keys
from chat.web.encounters import Turn
from chat.web.errors import InvalidError, RegionError
from chat.web.pages import encounter_id, look, show_everywhere
from chat.web.requests import NewCorrection, NewEncounter, NewMessage, NewUndo, json_body, parse, readable

routes = web.RouteTableDef()
_JSON_LD, _TRIG, _TURTLE, _CALENDAR = "application/ld+json", "application/trig", "text/turtle", "text/calendar"


@routes.get("/healthz")
async def health(request: web.Request) -> web.Response:
    """Say that the service lives, and on which knowledge."""
    return web.json_response({"status": "ok", "software": SOFTWARE, "knowledge": request.app[keys.KNOWLEDGE].version})


@routes.get("/openapi.json")
async def openapi(_request: web.Request) -> web.Response:
    """Describe the API."""
    return web.json_response(document())


@routes.post("/api/encounters")
async def begin(request: web.Request) -> web.Response:
    """Open an encounter."""
    wanted = parse(NewEncounter, await json_body(request))
    region = wanted.region or request.app[keys.SETTINGS].region
    if region not in request.app[keys.KNOWLEDGE].regions:
        raise RegionError
    turn = await request.app[keys.ENCOUNTERS].start(
        region=region, about=wanted.about, age=wanted.age, sex=wanted.sex, language=wanted.language
    )
    return web.json_response(state(request, turn), status=201, headers={"Location": f"/api/encounters/{turn.log.encounter}"})


@routes.get("/api/encounters/{id}")
async def read(request: web.Request) -> web.Response:
    """Return how an encounter stands."""
    return web.json_response(state(request, await look(request)))


@routes.post("/api/encounters/{id}/messages")
async def say(request: web.Request) -> web.Response:
    """Add a message and return the answer, which is on the disk by then."""
    wanted = parse(NewMessage, await json_body(request))
    encounters = request.app[keys.ENCOUNTERS]
    return await _done(request, await encounters.say(encounter_id(request), readable(wanted.text), asked=wanted.asked, seen=wanted.seen))


@routes.post("/api/encounters/{id}/corrections")
async def correct(request: web.Request) -> web.Response:
    """Confirm, deny or remove a statement."""
    wanted = parse(NewCorrection, await json_body(request))
    encounters = request.app[keys.ENCOUNTERS]
    return await _done(request, await encounters.correct(encounter_id(request), wanted.statement, wanted.action, seen=wanted.seen))


@routes.post("/api/encounters/{id}/undo")
async def undo(request: web.Request) -> web.Response:
    """Take back the last message or correction."""
    wanted = parse(NewUndo, await json_body(request))
    return await _done(request, await request.app[keys.ENCOUNTERS].undo(encounter_id(request), seen=wanted.seen))


@routes.get("/api/encounters/{id}/plan")
async def plan(request: web.Request) -> web.Response:
    """Plan the week."""
    turn = await look(request)
    return web.json_response(plan_json(await request.app[keys.ENCOUNTERS].plan(turn), turn.consultation.language))


@routes.get("/api/encounters/{id}/plan.ics")
async def calendar(request: web.Request) -> web.Response:
    """Return the week's plan as iCalendar."""
    from optimizer.calendar import icalendar  # noqa: PLC0415  # comes with the planner, which takes long to import

    turn = await look(request)
    body = icalendar(await request.app[keys.ENCOUNTERS].plan(turn), turn.consultation.language)
    return _file(body, "plan.ics", _CALENDAR)


@routes.get("/api/encounters/{id}/explanation")
async def explain(request: web.Request) -> web.Response:
    """Answer `why`, `why_not` or `what_if`; without any of them, how sure."""
    turn, knowledge = await look(request), request.app[keys.KNOWLEDGE]

    def explained() -> Any:
        for name, explanation in (("why", why), ("why_not", why_not), ("what_if", what_if)):
            if name in request.query:
                return explanation(turn.consultation, request.query[name][:200], knowledge)
        return how_sure(turn.consultation, knowledge)

    try:
        return web.json_response(await request.app[keys.ENCOUNTERS].run(explained))
    except InputError as error:
        raise InvalidError(what=str(error)) from error


@routes.get("/api/encounters/{id}/proof.jsonld")
async def proof(request: web.Request) -> web.Response:
    """Return the proof, which `iatros verify` checks."""
    turn, knowledge = await request.app[keys.ENCOUNTERS].look(encounter_id(request)), request.app[keys.KNOWLEDGE]
    return _file(await request.app[keys.ENCOUNTERS].run(lambda: proof_of(turn.consultation, knowledge)), "proof.jsonld", _JSON_LD)


@routes.get("/api/encounters/{id}/graph.trig")
async def graph(request: web.Request) -> web.Response:
    """Return the patient graph, one named graph a turn."""
    turn = await look(request)
    return _file(await request.app[keys.ENCOUNTERS].run(lambda: turn.consultation.graph().trig()), "graph.trig", _TRIG)


@routes.get("/api/encounters/{id}/graph.ttl")
async def graph_as_turtle(request: web.Request) -> web.Response:
    """Export the patient graph as plain Turtle, all turns in one graph."""
    turn = await look(request)
    return _file(await request.app[keys.ENCOUNTERS].run(lambda: turn.consultation.graph().turtle()), "graph.ttl", _TURTLE)


@routes.get("/api/encounters/{id}/graph.jsonld")
async def graph_as_json_ld(request: web.Request) -> web.Response:
    """Export the patient graph as JSON-LD."""
    turn = await look(request)
    return _file(await request.app[keys.ENCOUNTERS].run(lambda: turn.consultation.graph().json_ld()), "graph.jsonld", _JSON_LD)


@routes.get("/api/encounters/{id}/answer.json")
async def answered(request: web.Request) -> web.Response:
    """Return the answer alone."""
    turn = await look(request)
    return web.json_response(answer(turn.consultation, request.app[keys.KNOWLEDGE]))


def state(request: web.Request, turn: Turn) -> dict[str, Any]:
    """Write how an encounter stands: its id, the number of its events, and the answer."""
    return {
        "encounter": turn.log.encounter,
        "number": turn.number,
        "asked": turn.asked,
        "messages": [{"text": m.text, "asked": m.asked} for m in turn.log.messages()],
        "answer": answer(turn.consultation, request.app[keys.KNOWLEDGE]),
    }


async def _done(request: web.Request, turn: Turn) -> web.Response:
    await show_everywhere(request.app, turn)
    return web.json_response(state(request, turn))


def _file(body: str, name: str, kind: str) -> web.Response:
    return web.Response(text=body, content_type=kind, charset="utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})
