"""The websocket of a conversation: a message in, a turn out; a client that comes back says how much it has seen.

In: `{"type": "message"|"correction"|"undo", …, "seen": n}` with the fields of the API. Out: `{"type": "turn", "number": n, …}` after the
commit, to every window on the encounter, or `{"type": "error", "status": …, "title": …}` to the one that asked.
"""

from __future__ import annotations

import json
from typing import Any

from aiohttp import WSMsgType, web

from chat.web import keys
from chat.web.api import turn_json
from chat.web.encounters import Turn
from chat.web.errors import InvalidError, JsonError, RequestError
from chat.web.languages import chosen_language, language_of
from chat.web.requests import MOST_BYTES, NewCorrection, NewMessage, NewUndo, parse, readable

_HEARTBEAT = 25.0  # seconds; proxies close a silent connection after thirty


async def converse(request: web.Request) -> web.WebSocketResponse:
    """Talk over one connection until it ends. What a client missed comes first."""
    encounter = request.query.get("encounter", "")
    turn = await request.app[keys.ENCOUNTERS].look(encounter)
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=MOST_BYTES)
    await socket.prepare(request)
    windows = request.app[keys.WINDOWS]
    windows.open(encounter, socket, chosen_language(request))
    try:
        if request.query.get("seen") != str(turn.number):
            await socket.send_json({"type": "turn", **turn_json(turn, request)})
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                await _answer(frame.data, encounter, socket, request)
    finally:
        windows.close(encounter, socket)
    return socket


async def _answer(frame: str, encounter: str, socket: web.WebSocketResponse, request: web.Request) -> None:
    """Carry out one frame; an error goes to the one who sent it, and the connection stays."""
    try:
        turn = await _act(_parsed(frame), encounter, request)
    except RequestError as error:
        language = chosen_language(request) or language_of(request)
        await socket.send_json({"type": "error", "status": error.status, "title": error.render(language)})
        return
    body = {"type": "turn", **turn_json(turn, request)}
    for window, _ in request.app[keys.WINDOWS].on(encounter):
        if not window.closed:
            await window.send_json(body)


def _parsed(frame: str) -> dict[str, Any]:
    try:
        body = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise JsonError from error
    if not isinstance(body, dict):
        raise JsonError
    return body


async def _act(body: dict[str, Any], encounter: str, request: web.Request) -> Turn:
    encounters, kind = request.app[keys.ENCOUNTERS], body.pop("type", None)
    if kind == "message":
        said = parse(NewMessage, body)
        return await encounters.say(encounter, readable(said.text), asked=said.asked, seen=said.seen)
    if kind == "correction":
        new = parse(NewCorrection, body)
        return await encounters.correct(encounter, new.statement, new.action, seen=new.seen)
    if kind == "undo":
        return await encounters.undo(encounter, seen=parse(NewUndo, body).seen)
    raise InvalidError(what=f"type = {str(kind)[:40]!r}")


ROUTES = (web.get("/ws", converse),)
