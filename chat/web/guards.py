"""What stands before every handler: foreign websites stay out, browsers get strict orders, and errors become clear messages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from chat.store import StoreError
from chat.web.errors import OriginError, RequestError, TooLongError
from chat.web.languages import chosen_language, language_of
from chat.web.rendering import page
from chat.web.requests import MOST_BYTES
from chat.wording import text
from ontologies.text import Language

_LOG = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # the address, a key, never leaves; "no-referrer" makes forms send Origin: null
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
_PROBLEM = "application/problem+json"
_SENTENCES = {404: "error.not_found", 405: "error.method"}


@web.middleware
async def order_browsers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Add the security headers; nothing that holds a patient's words is kept in a cache."""
    response = await handler(request)
    if not response.prepared:
        response.headers.update(HEADERS)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
    return response


@web.middleware
async def explain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error with one clear message: problem details on the API, a sentence on a page. A bug never ends the service."""
    try:
        return await handler(request)
    except RequestError as error:
        return refuse(request, error.status, error.render(_language(request)))
    except web.HTTPRequestEntityTooLarge:
        too_long = TooLongError(most=f"{MOST_BYTES // 64}")
        return refuse(request, too_long.status, too_long.render(_language(request)))
    except web.HTTPException as error:
        if error.status < 400:
            raise
        key = _SENTENCES.get(error.status)
        return refuse(request, error.status, text(key).render(_language(request)) if key else error.reason)
    except StoreError as error:
        _LOG.error("The store failed: %s", error)
        return refuse(request, 503, text("error.busy").render(_language(request)))
    except Exception:  # noqa: BLE001  # the edge of the service: logged, and a safe reply
        _LOG.exception("A request failed: %s %s", request.method, request.match_info.route.resource)
        return refuse(request, 500, text("error.internal").render(_language(request)))


@web.middleware
async def keep_strangers_out(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another website makes a browser send."""
    upgrades = request.headers.get("Upgrade", "").lower() == "websocket"
    if (request.method not in _SAFE or upgrades) and not same_origin(request):
        raise OriginError
    return await handler(request)


def same_origin(request: web.Request) -> bool:
    """Compare the Origin header, which every browser sends, with the host that was asked; programs send none."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.host.lower()


def refuse(request: web.Request, status: int, words: str) -> web.Response:
    """Say what is wrong in the form that the client reads."""
    if wants_json(request):
        problem = {"type": "about:blank", "title": words, "status": status, "instance": request.path}
        return web.json_response(problem, status=status, content_type=_PROBLEM)
    return page(request, "error.html.j2", _language(request), status=status, words=words)


def wants_json(request: web.Request) -> bool:
    """Say whether a program asks: the API always, a page never unless it says so."""
    return request.path.startswith(("/api/", "/ws", "/healthz", "/openapi.json"))


def _language(request: web.Request) -> Language:
    return chosen_language(request) or language_of(request)
