"""The web service: an application that can be made without side effects, and the command that serves it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

from aiohttp import web

from chat.archive import Archive
from chat.errors import ChatError, InputError
from chat.knowledge import Knowledge, gap_in, own_knowledge
from chat.settings import Settings
from chat.store import Store, database_url
from chat.web import api, keys, pages, websocket
from chat.web.encounters import Encounters
from chat.web.guards import explain_errors, keep_strangers_out, order_browsers
from chat.web.rendering import STATIC, make_environment
from chat.web.requests import MOST_BYTES
from chat.web.windows import Windows
from rules.engine import Engine
from rules.worker import Isolated

_A_YEAR = 365 * 24 * 3600


class ServeError(ChatError):
    """The service cannot start; the message says why and what to do."""


def make_app(settings: Settings, knowledge: Knowledge) -> web.Application:
    """Put the application together. Files and connections are opened when it starts and closed when it ends."""
    app = web.Application(middlewares=[order_browsers, explain_errors, keep_strangers_out], client_max_size=MOST_BYTES)
    app[keys.SETTINGS] = settings
    app[keys.KNOWLEDGE] = knowledge
    app[keys.TEMPLATES] = make_environment()
    app[keys.WINDOWS] = Windows()
    app.add_routes(pages.routes)
    app.add_routes(api.routes)
    app.add_routes(websocket.routes)
    app.router.add_static("/static", STATIC)
    app.cleanup_ctx.append(_open_store)
    app.on_shutdown.append(_close_windows)
    app.on_response_prepare.append(_keep_static_files)
    return app


def serve(settings: Settings) -> int:
    """Serve until interrupted. Raises ChatError with one clear message when that cannot be."""
    prepare_folder(settings)
    knowledge = own_knowledge()
    if knowledge.errors:
        raise ServeError(f"The service does not start on broken knowledge. {gap_in(knowledge)}")
    if settings.region not in knowledge.regions:
        raise InputError(f"--region: {settings.region!r} is not known. Choose one of {', '.join(sorted(knowledge.regions))}.")
    with Isolated() as worker:
        app = make_app(settings, replace(knowledge, engine=Engine(worker)))
        try:
            asyncio.run(_serve(app, settings))
        except KeyboardInterrupt:
            sys.stderr.write("iatros: stopped.\n")
    return 0


def prepare_folder(settings: Settings) -> None:
    """Create the data folder and keep today's knowledge in it. Raises ServeError when it cannot be written."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        Archive(settings.data).keep()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServeError(
            f"The data folder {settings.data} cannot be used: {reason}. Choose one that you may write to with --data."
        ) from error
    if not os.access(settings.data, os.W_OK):
        raise ServeError(f"The data folder {settings.data} cannot be written. Choose another one with --data.")


async def _serve(app: web.Application, settings: Settings) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=3.0)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        await runner.setup()
        await _listen(runner, settings)
        await stop.wait()
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    """Open the port and say where; port 0 takes a free one."""
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServeError(
            f"Cannot listen on {settings.host} port {settings.port}: {reason}. Stop what uses it, or choose another with --port."
        ) from error
    port = int(runner.addresses[0][1])
    sys.stdout.write(f"Iatros listens on {replace(settings, port=port).own_address} (stop with Ctrl-C)\n")
    sys.stdout.flush()


async def _open_store(app: web.Application) -> AsyncIterator[None]:
    store = await Store(database_url(app[keys.SETTINGS].data)).open()
    app[keys.ENCOUNTERS] = Encounters(store, app[keys.KNOWLEDGE])
    yield
    await store.close()


async def _close_windows(app: web.Application) -> None:
    await app[keys.WINDOWS].shut()


async def _keep_static_files(request: web.Request, response: web.StreamResponse) -> None:
    """Let browsers keep versioned files."""
    if request.path.startswith("/static/") and "v" in request.query:
        response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
