"""`iatros serve`: serve the chat in a browser."""

from __future__ import annotations

import argparse

from chat.service import serve
from chat.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted. A port in use or an unwritable folder is one clear message."""
    return serve(Settings(host=options.host, port=options.port, data=options.data, region=options.region))
