"""Takes a turn: read the log, add what the person did, reason, and commit all of it at once before anybody is told."""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

from chat.answer import SOFTWARE
from chat.asking import asked_together, together
from chat.consultation import Consultation, consult, plan
from chat.knowledge import Knowledge
from chat.log import Consented, Corrected, Event, Log, Message, Replied, Started, Undone
from chat.store import ConflictError, Store
from chat.web.errors import FullError, NothingToUndoError, PlanFailedError, StaleError, UnknownEncounterError, UnknownStatementError
from kg.care import CarePlan
from kg.corrections import CorrectionAction
from ontologies.text import Language
from optimizer.errors import PlanningError

MOST_EVENTS = 400
"""Every turn reasons over the whole log anew; beyond this an answer would take too long."""
_REMEMBERED = 64  # consultations kept ready for reading
_ID_BYTES = 18  # of randomness in an encounter's address, which is all that protects it for now

Act = Message | Corrected | Undone
Clock = Callable[[], str]
Value = TypeVar("Value")


def utc_now() -> str:
    """Tell the time as the log writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How an encounter stands: its log and what follows from it."""

    log: Log
    consultation: Consultation

    @property
    def number(self) -> int:
        """Count the events: what a client has seen up to."""
        return len(self.log.events)

    @property
    def asked(self) -> str | None:
        """Name the question that is open."""
        return self.consultation.questions[0].finding if self.consultation.questions else None

    @property
    def asked_at_once(self) -> str | None:
        """Name everything that the page asks at once."""
        return asked_together(together(self.consultation.questions)) or None


class Encounters:
    """All encounters of this server. What `add` returns is on the disk."""

    def __init__(self, store: Store, knowledge: Knowledge, clock: Clock = utc_now) -> None:
        self._store = store
        self._knowledge = knowledge
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()  # the engine serves one caller at a time
        self._one_plan = asyncio.Lock()  # a plan takes a second of a core
        self._consultations: _Recent[Consultation] = _Recent(_REMEMBERED)
        self._plans: _Recent[CarePlan] = _Recent(_REMEMBERED)

    async def start(self, *, region: str, about: str, age: float | None, sex: str | None, language: Language | None) -> Turn:
        """Open an encounter with a person who has consented."""
        at = self._clock()
        started = Started(at=at, region=region, about=about, age=age, sex=sex, language=language)
        log = await self._store.append(Log(encounter=new_identifier()), (started, Consented(at=at)), at=at, action="start")
        return Turn(log=log, consultation=await self._consult(log))

    async def look(self, encounter: str) -> Turn:
        """Return how an encounter stands. Raises UnknownEncounterError."""
        log = await self._store.load(encounter)
        if log is None:
            raise UnknownEncounterError
        return Turn(log=log, consultation=await self._consult(log))

    async def say(self, encounter: str, text: str, *, asked: str | None, seen: int | None) -> Turn:
        """Add a message and answer it. Raises StaleError when the log holds more than `seen` events."""
        return await self._add(encounter, Message(at=self._clock(), text=text, asked=asked), seen)

    async def correct(self, encounter: str, statement: str, action: CorrectionAction, *, seen: int | None) -> Turn:
        """Confirm, deny or remove a statement. Raises UnknownStatementError."""
        before = await self.look(encounter)
        if statement not in {s.id for s in before.consultation.statements}:
            raise UnknownStatementError
        return await self._add(encounter, Corrected(at=self._clock(), statement=statement, action=action), seen)

    async def undo(self, encounter: str, *, seen: int | None) -> Turn:
        """Take back the last message or correction."""
        before = await self.look(encounter)
        if not before.log.effective():
            raise NothingToUndoError
        return await self._add(encounter, Undone(at=self._clock()), seen)

    async def plan(self, turn: Turn) -> CarePlan:
        """Plan the week in a thread; the solver releases the interpreter. Raises PlanFailedError with the reason."""
        known = self._plans.get((turn.log.encounter, turn.number))
        if known is not None:
            return known
        async with self._one_plan:
            try:
                week = await asyncio.to_thread(plan, turn.log, turn.consultation, self._knowledge)
            except PlanningError as error:
                raise PlanFailedError(what=str(error)) from error
        return self._plans.put((turn.log.encounter, turn.number), week)

    async def run(self, work: Callable[[], Value]) -> Value:
        """Reason about something else (what if …) without getting in the way of other consultations."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(work)

    async def audit(self, encounter: str, action: str) -> None:
        """Record that somebody looked at the whole reasoning."""
        await self._store.audit(encounter, at=self._clock(), action=action)

    async def _add(self, encounter: str, act: Act, seen: int | None) -> Turn:
        """Answer and commit. Without `seen`, somebody else's turn in between is read and the act repeated after it."""
        log = await self._store.load(encounter)
        if log is None:
            raise UnknownEncounterError
        if seen is not None and seen != len(log.events):
            raise StaleError
        if len(log.events) >= MOST_EVENTS:
            raise FullError
        consultation = await self._consult(log.append(act))
        try:
            log = await self._store.append(log, (act, self._reply(consultation)), at=act.at, action=act.kind)
        except ConflictError as error:
            if seen is not None:
                raise StaleError from error
            return await self._add(encounter, act, None)
        answered = replace(consultation, log=log)  # a reply adds nothing to reason about
        return Turn(log=log, consultation=self._consultations.put(log, answered))

    def _reply(self, consultation: Consultation) -> Event:
        triage = consultation.inference.triage
        level = triage.level.value if triage else None
        return Replied(at=self._clock(), level=level, knowledge=self._knowledge.version, software=SOFTWARE)

    async def _consult(self, log: Log) -> Consultation:
        key = log  # frozen, so that equal logs have equal answers
        known = self._consultations.get(key)
        if known is not None:
            return known
        return self._consultations.put(key, await self.run(lambda: consult(log, self._knowledge)))


def new_identifier() -> str:
    """Make an address that nobody can guess, of hexadecimal digits: one that begins with "-" would be an option to every command."""
    return secrets.token_hex(_ID_BYTES)


class _Recent(Generic[Value]):
    """Remembers the last few values."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """Return a value that is still remembered."""
        return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> Value:
        """Keep a value, dropping the oldest when there are too many."""
        self._values[key] = value
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value
