"""Encounters as append-only event logs in SQL: SQLite embedded, PostgreSQL when there are several machines.

One commit a turn holds the message, the reply and the audit entry: what was acknowledged survives a kill -9.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Integer, MetaData, String, Table, Text, event, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from chat.errors import ChatError
from chat.log import Event, Log, dump_event, load_log

_tables = MetaData()
EVENTS = Table(
    "events",
    _tables,
    Column("encounter", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),  # 0, 1, 2 … without gaps
    Column("body", Text, nullable=False),
)
AUDIT = Table(
    "audit",
    _tables,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("encounter", String(64), nullable=False, index=True),
    Column("action", String(40), nullable=False),
    Column("detail", Text, nullable=False),
)


class StoreError(ChatError):
    """The store cannot be used; the message says why and what to do."""


class ConflictError(StoreError):
    """Somebody else appended to the same encounter in between; read it again and retry."""


def database_url(data: Path) -> str:
    """Return the address of the embedded database of a data folder."""
    return f"sqlite+aiosqlite:///{data / 'encounters.sqlite3'}"


class Store:
    """The event logs of all encounters."""

    def __init__(self, url: str) -> None:
        """Use the database at an SQLAlchemy URL (sqlite+aiosqlite:// or postgresql+asyncpg://)."""
        self._engine: AsyncEngine = create_async_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _make_durable)

    async def open(self) -> Store:
        """Create the tables if they are missing. Raises StoreError when the place cannot be written."""
        try:
            _probe(self._engine.url)
            async with self._engine.begin() as connection:
                await connection.run_sync(_tables.create_all)
        except (SQLAlchemyError, OSError, sqlite3.Error) as error:
            await self._engine.dispose()
            raise StoreError(
                f"The encounters cannot be stored at {self._engine.url}: {_cause(error)}. "
                "Choose a folder that you may write to with --data."
            ) from error
        return self

    async def close(self) -> None:
        """Release all connections."""
        await self._engine.dispose()

    async def load(self, encounter: str) -> Log | None:
        """Read one encounter, or None if there is none."""
        query = select(EVENTS.c.body).where(EVENTS.c.encounter == encounter).order_by(EVENTS.c.number)
        async with self._engine.connect() as connection:
            lines = (await connection.execute(query)).scalars().all()
        return load_log(encounter, lines) if lines else None

    async def append(self, log: Log, events: Sequence[Event], *, at: str, action: str, detail: str = "") -> Log:
        """Add events after those of `log`, with one audit entry, in one commit. Raises ConflictError if the log grew meanwhile."""
        first = len(log.events)
        rows = [{"encounter": log.encounter, "number": first + i, "body": dump_event(e)} for i, e in enumerate(events)]
        try:
            async with self._engine.begin() as connection:
                if rows:
                    await connection.execute(insert(EVENTS), rows)
                await _audit(connection, at, log.encounter, action, detail)
        except IntegrityError as error:
            raise ConflictError("Another window wrote to this encounter. Read it again, then repeat.") from error
        return log.append(*events)

    async def audit(self, encounter: str, *, at: str, action: str, detail: str = "") -> None:
        """Record an access that changes nothing."""
        async with self._engine.begin() as connection:
            await _audit(connection, at, encounter, action, detail)

    async def audit_entries(self, encounter: str) -> list[dict[str, Any]]:
        """List the audit entries of an encounter, oldest first."""
        query = select(AUDIT).where(AUDIT.c.encounter == encounter).order_by(AUDIT.c.id)
        async with self._engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def encounters(self, most: int = 100) -> list[str]:
        """List encounters, those with the longest logs first among equals by name."""
        query = (
            select(EVENTS.c.encounter)
            .group_by(EVENTS.c.encounter)
            .order_by(func.max(EVENTS.c.number).desc(), EVENTS.c.encounter)
            .limit(most)
        )
        async with self._engine.connect() as connection:
            return list((await connection.execute(query)).scalars().all())


async def _audit(connection: AsyncConnection, at: str, encounter: str, action: str, detail: str) -> None:
    await connection.execute(insert(AUDIT).values(at=at, encounter=encounter, action=action, detail=detail))


def _make_durable(connection: Any, _record: object) -> None:
    """Write ahead and wait for the disk at each commit (https://www.sqlite.org/pragma.html#pragma_synchronous)."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.close()


def _probe(address: URL) -> None:
    """Open an SQLite file once by itself: a failure inside aiosqlite leaves a thread behind that outlives its event loop."""
    if address.get_backend_name() == "sqlite" and address.database:
        sqlite3.connect(address.database).close()


def _cause(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().rstrip(".")
