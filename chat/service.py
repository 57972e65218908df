"""The chat as a web service: the application, and serving it until interrupted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from chat.archive import Archive
from chat.errors import ChatError
from chat.knowledge import Knowledge, own_knowledge
from chat.settings import Settings
from chat.store import Store, database_url
from chat.web import api, keys, pages, sockets
from chat.web.encounters import Encounters
from chat.web.guards import explain_errors, keep_strangers_out, order_browsers
from chat.web.rendering import STATIC, make_environment
from chat.web.requests import MOST_BYTES
from chat.web.windows import Windows

_LOG = logging.getLogger(__name__)


class ServiceError(ChatError):
    """The service cannot be started; the message says what to do."""


def make_app(settings: Settings, knowledge: Knowledge, store: Store | None = None) -> web.Application:
    """Put the application together. Nothing is opened before it starts."""
    app = web.Application(middlewares=[order_browsers, explain_errors, keep_strangers_out], client_max_size=MOST_BYTES)
    app[keys.SETTINGS] = settings
    app[keys.KNOWLEDGE] = knowledge
    app[keys.TEMPLATES] = make_environment()
    app[keys.WINDOWS] = Windows()
    opened = store or Store(database_url(settings.data))
    app[keys.ENCOUNTERS] = Encounters(opened, knowledge)

    async def keep_store(_app: web.Application) -> AsyncIterator[None]:
        await opened.open()
        yield
        await opened.close()

    async def close_windows(application: web.Application) -> None:
        await application[keys.WINDOWS].shut()

    app.cleanup_ctx.append(keep_store)
    app.on_shutdown.append(close_windows)
    app.add_routes([*pages.ROUTES, *api.ROUTES, *sockets.ROUTES])
    app.router.add_static("/static/", STATIC)
    return app


def serve(settings: Settings) -> int:
    """Serve until interrupted. Raises ChatError for an unwritable folder or a port in use."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        Archive(settings.data).keep()
    except OSError as error:
        raise ServiceError(
            f"Cannot write to {settings.data}: {error.strerror or error}. Choose a folder that you may write to with --data."
        ) from error
    asyncio.run(_serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    runner = web.AppRunner(make_app(settings, own_knowledge()), handle_signals=True, shutdown_timeout=5.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            raise ServiceError(
                f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}. Is something else there? Choose another --port."
            ) from error
        _announce(runner, settings)
        await asyncio.Event().wait()
    except (web.GracefulExit, asyncio.CancelledError):
        _LOG.info("Stopping.")
    finally:
        await runner.cleanup()


def _announce(runner: web.AppRunner, settings: Settings) -> None:
    """Say where to open the page; with port 0 the system chose one."""
    import sys  # noqa: PLC0415  # only to speak

    port = runner.addresses[0][1] if runner.addresses else settings.port
    sys.stderr.write(f"Iatros listens on http://{settings.host}:{port} (stop with Ctrl+C)\n")
    sys.stderr.flush()
