"""What a server is started with; the environment can set it, command-line options win."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chat.errors import UsageError
from chat.regions import DEFAULT_REGION

PREFIX = "IATROS_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where to listen, where to keep encounters, whose emergency numbers to show first."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    region: str = DEFAULT_REGION

    @property
    def own_address(self) -> str:
        """Return the address to open in a browser."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host  # noqa: S104  # compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read IATROS_HOST, IATROS_PORT, IATROS_DATA and IATROS_REGION. Raises UsageError for a port that is none.

    >>> settings_from({"IATROS_PORT": "9000"}).port
    9000
    """
    usual = Settings()
    port = environment.get(PREFIX + "PORT", str(usual.port))
    if not port.isdigit() or int(port) > 65535:
        raise UsageError(f"{PREFIX}PORT is {port!r}, which is no port. Give a number from 0 to 65535.")
    data = environment.get(PREFIX + "DATA", str(usual.data))
    if not data.strip() or "\0" in data:
        raise UsageError(f"{PREFIX}DATA is {data!r}, which is no folder. Give a path, or leave it unset.")
    return Settings(
        host=environment.get(PREFIX + "HOST", usual.host),
        port=int(port),
        data=Path(data),
        region=environment.get(PREFIX + "REGION", usual.region),
    )
