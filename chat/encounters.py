"""Read one stored encounter from a data folder, for the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chat.errors import InputError
from chat.log import Log
from chat.store import Store, database_url


def read_encounter(data: Path, encounter: str) -> Log:
    """Return the log of an encounter. Raises InputError when the folder or the encounter does not exist."""
    if not (data / "encounters.sqlite3").exists():
        raise InputError(f"There are no encounters in {data}. Give the data folder that `iatros serve` used with --data.")
    log = asyncio.run(_load(data, encounter))
    if log is None:
        raise InputError(f"There is no encounter {encounter!r} in {data}. Its id stands in the address of its page.")
    return log


async def _load(data: Path, encounter: str) -> Log | None:
    store = Store(database_url(data))
    try:
        return await (await store.open()).load(encounter)
    finally:
        await store.close()
