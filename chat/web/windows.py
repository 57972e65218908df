"""The open browser windows of each encounter, so that all of them show the same."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from aiohttp import WSCloseCode, web

from ontologies.text import Language


class Windows:
    """Which websockets look at which encounter, and in which language each was chosen to be shown."""

    def __init__(self) -> None:
        self._of: defaultdict[str, dict[web.WebSocketResponse, Language | None]] = defaultdict(dict)

    def open(self, encounter: str, window: web.WebSocketResponse, chosen: Language | None) -> None:
        """Count a window in."""
        self._of[encounter][window] = chosen

    def close(self, encounter: str, window: web.WebSocketResponse) -> None:
        """Count a window out."""
        self._of[encounter].pop(window, None)
        if not self._of[encounter]:
            del self._of[encounter]

    def on(self, encounter: str) -> tuple[tuple[web.WebSocketResponse, Language | None], ...]:
        """List the windows on an encounter."""
        return tuple(self._of[encounter].items()) if encounter in self._of else ()

    async def shut(self) -> None:
        """Tell every window that the server goes away; without this, leaving takes as long as the slowest heartbeat."""
        everyone = [window for windows in self._of.values() for window in windows]
        await asyncio.gather(*(w.close(code=WSCloseCode.GOING_AWAY, message=b"The server stops.") for w in everyone))
