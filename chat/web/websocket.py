"""The live conversation. A window says which encounter it shows and how many events it has seen; after a break it just connects again.

In:  {"type": "message", "text", "asked", "seen"} · {"type": "correction", "statement", "action", "seen"}
     {"type": "undo", "seen"} · {"type": "ping"}
Out: {"type": "state" | "conflict", "number", "asked", "html", "announce", "lang"} · {"type": "resumed", "number"} · {"type": "pong"}
     {"type": "error", "status", "title"}
"""

from __future__ import annotations

import json
import logging
from typing import Any

from aiohttp import WSMsgType, web

from chat.store import StoreError
from chat.web import keys
from chat.web.encounters import Turn
from chat.web.errors import InvalidError, JsonError, RequestError, StaleError, UnknownEncounterError
from chat.web.languages import chosen_language, language_of
from chat.web.pages import in_the_language_of, send_state, show_everywhere
from chat.web.requests import MOST_BYTES, NewCorrection, NewMessage, NewUndo, parse, readable
from chat.wording import text
from ontologies.text import Language

_LOG = logging.getLogger(__name__)
_HEARTBEAT_SECONDS = 25.0
routes = web.RouteTableDef()


@routes.get("/ws")
async def talk(request: web.Request) -> web.WebSocketResponse:
    """Serve one window until it closes. A frame over the limit closes it with code 1009; nothing acknowledged is lost."""
    window = web.WebSocketResponse(heartbeat=_HEARTBEAT_SECONDS, max_msg_size=MOST_BYTES)
    await window.prepare(request)
    speaker = _Window(request, window)
    try:
        if await speaker.greet():
            async for frame in window:
                await speaker.hear(frame.data if frame.type is WSMsgType.TEXT else None)
    finally:
        request.app[keys.WINDOWS].close(speaker.encounter, window)
    return window


class _Window:
    """One browser window on one encounter."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.encounter = request.query.get("encounter", "")[:64]
        self._seen = request.query.get("seen", "")
        self._app = request.app
        self._socket = socket
        self._chosen = chosen_language(request)
        self._otherwise = language_of(request)

    async def greet(self) -> bool:
        """Send what the window has not seen yet; say whether the encounter exists."""
        try:
            turn = await self._app[keys.ENCOUNTERS].look(self.encounter)
        except UnknownEncounterError as error:
            await self._refuse(error.status, error.render(self._language))
            await self._socket.close()
            return False
        self._app[keys.WINDOWS].open(self.encounter, self._socket, self._chosen)
        if self._seen == str(turn.number):
            await self._socket.send_json({"type": "resumed", "number": turn.number})
        else:
            await self._show(turn)
        return True

    async def hear(self, data: str | None) -> None:
        """Answer one frame; whatever is wrong with it, the window stays open."""
        try:
            turn = await self._act(_object(data))
        except StaleError:
            await self._show(await self._app[keys.ENCOUNTERS].look(self.encounter), "conflict")
        except RequestError as error:
            await self._refuse(error.status, error.render(self._language))
        except StoreError as error:
            _LOG.error("The store failed: %s", error)
            await self._refuse(503, text("error.busy").render(self._language))
        except Exception:  # noqa: BLE001  # the edge of the service: logged, and a safe reply
            _LOG.exception("A websocket message failed")
            await self._refuse(500, text("error.internal").render(self._language))
        else:
            if turn is not None:
                await show_everywhere(self._app, turn)

    async def _act(self, body: dict[str, Any]) -> Turn | None:
        encounters, kind = self._app[keys.ENCOUNTERS], body.pop("type", None)
        match kind:
            case "message":
                said = parse(NewMessage, body)
                return await encounters.say(self.encounter, readable(said.text), asked=said.asked, seen=said.seen)
            case "correction":
                change = parse(NewCorrection, body)
                return await encounters.correct(self.encounter, change.statement, change.action, seen=change.seen)
            case "undo":
                return await encounters.undo(self.encounter, seen=parse(NewUndo, body).seen)
            case "ping":
                await self._socket.send_json({"type": "pong"})
                return None
        raise InvalidError(what=f"type: {str(kind)[:40]!r}")

    async def _show(self, turn: Turn, kind: str = "state") -> None:
        await send_state(self._app, self._socket, in_the_language_of(turn, self._chosen, self._otherwise), kind)

    async def _refuse(self, status: int, words: str) -> None:
        if not self._socket.closed:
            await self._socket.send_json({"type": "error", "status": status, "title": words})

    @property
    def _language(self) -> Language:
        return self._chosen or self._otherwise


def _object(data: str | None) -> dict[str, Any]:
    try:
        body = json.loads(data or "")
    except (ValueError, RecursionError) as error:
        raise JsonError from error
    if not isinstance(body, dict):
        raise JsonError
    return body
