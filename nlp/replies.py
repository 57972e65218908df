"""Bare answers ("no", "two days", "38.5", "quite bad") to the question just asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kg.asking import Asked, AskedKind, asked_of
from kg.record import (
    Allergy,
    Answer,
    AnyStatement,
    Attribute,
    Circumstance,
    Duration,
    Finding,
    History,
    MedicationStatus,
    MedicationUse,
    Observation,
    Presence,
    Span,
    Subject,
)
from nlp.draft import Draft, Timed
from nlp.fold import fold, tokens_of
from nlp.person import DAYS_IN_YEAR, age_statement
from nlp.resources import data
from nlp.sentences import CLAUSE_ENDS
from nlp.trie import TokenTrie

_RULE = "dialogue.reply"
_SHORT_MESSAGE = 6
_REPLY_START = 3
_PRESENCES = {
    "yes": (Presence.PRESENT, Answer.GIVEN),
    "no": (Presence.ABSENT, Answer.GIVEN),
    "maybe": (Presence.POSSIBLE, Answer.GIVEN),
    "dont_know": (Presence.UNKNOWN, Answer.DONT_KNOW),
    "refuse": (Presence.UNKNOWN, Answer.REFUSED),
}
_PREGNANCY = {Presence.PRESENT: "confirmed", Presence.ABSENT: "denied", Presence.POSSIBLE: "possible"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """A yes, no, maybe, don't know or refusal, and where it stands."""

    presence: Presence
    answer: Answer
    span: Span
    said: str

    def fields(self) -> dict[str, Any]:
        """Return what every statement made of it has."""
        common = {"id": "", "span": self.span, "text": self.said, "cue": self.said, "rule": _RULE}
        return {**common, "presence": self.presence, "answer": self.answer}


class Replies:
    """Reads a message as the answer to the question just asked."""

    def __init__(self, reading_of: Callable[[str, float], tuple[float, str] | None]) -> None:
        """Index the words; `reading_of` judges a bare number as a value of a quantity."""
        table = data("dialogue.yaml")
        self._reading_of = reading_of
        self._openers = frozenset(table["reply_openers"])
        self._replies: TokenTrie[str] = TokenTrie()
        for reply, phrases in table["replies"].items():
            for phrase in phrases:
                self._replies.add(tokens_of(fold(phrase))[0], reply)
        self._details: TokenTrie[tuple[str, str]] = TokenTrie()
        for row in data("refine.yaml")["attributes"]:
            for said in row["said"]:
                self._details.add(tokens_of(fold(said))[0], (row["name"], row["value"]))

    def find(self, draft: Draft, statements: list[AnyStatement]) -> list[AnyStatement]:
        """Return what the message says of the question just asked, unless it has said so already in full words."""
        asked = asked_of(draft.state.asked or "")
        if asked is None or not draft.words or _already(asked, statements):
            return []
        if asked.kind is AskedKind.SEVERAL:
            return self._in_a_row(draft, asked.concepts)
        return self._in_kind(draft, asked) or self._in_words(draft, asked)

    def _in_kind(self, draft: Draft, asked: Asked) -> list[AnyStatement]:
        """Read a value, a length, a detail or an age, where one was asked for."""
        match asked.kind:
            case AskedKind.DURATION:
                return _duration(draft, asked.of)
            case AskedKind.QUANTITY:
                return self._value(draft, asked.of)
            case AskedKind.ATTRIBUTE:
                return self._detail(draft, asked)
            case AskedKind.PERSON if asked.of == "age":
                return _age(draft)
        return []

    def _in_words(self, draft: Draft, asked: Asked) -> list[AnyStatement]:
        reply = self._reply(draft)
        made = None if reply is None else _statement(draft, asked, reply)
        return [] if made is None else [made]

    def _in_a_row(self, draft: Draft, findings: tuple[str, ...]) -> list[AnyStatement]:
        """Read "Yes. No. Don't know." as the answers to several questions in their order; a bare "no" or "don't know" answers them all."""
        replies = self._replies_only(draft)
        if len(replies) == 1 and replies[0].presence in (Presence.ABSENT, Presence.UNKNOWN):
            replies *= len(findings)
        if len(replies) != len(findings):
            return []
        return [Finding(concept=finding, **reply.fields()) for finding, reply in zip(findings, replies, strict=True)]

    def _replies_only(self, draft: Draft) -> list[_Reply]:
        """Return the replies of a message that holds nothing else."""
        found: list[_Reply] = []
        start = 0
        while start < len(draft.words):
            if draft.words[start] in CLAUSE_ENDS:
                start += 1
                continue
            match = self._replies.longest(draft.words, start)
            if match is None:
                return []
            end, replies = match
            found.append(_reply(draft, start, end, replies[0]))
            start = end
        draft.read.update(range(len(draft.words)))
        return found

    def _reply(self, draft: Draft) -> _Reply | None:
        """Return the reply, if the message begins with one that stands by itself."""
        used = {index for mention in draft.mentions for index in mention.used}
        for start in range(min(_REPLY_START, len(draft.words))):
            match = self._replies.longest(draft.words, start)
            if match is not None and start not in used:
                end, replies = match
                alone = end >= len(draft.words) or draft.words[end] in CLAUSE_ENDS or len(draft.words) <= _SHORT_MESSAGE
                if alone and not (end < len(draft.words) and end in used):
                    draft.read.update(range(start, end))
                    return _reply(draft, start, end, replies[0])
            if draft.words[start] not in self._openers:
                break
        return None

    def _value(self, draft: Draft, quantity: str) -> list[AnyStatement]:
        """Read "38.5" as the value that was asked for."""
        for number in draft.numbers:
            reading = self._reading_of(quantity, number.value)
            if reading is not None:
                span = draft.span(number.start, number.end)
                said = draft.quote(span)
                value, unit = reading
                return [Observation(id="", span=span, text=said, quantity=quantity, value=value, unit=unit, said=said, rule=_RULE)]
        return []

    def _detail(self, draft: Draft, asked: Asked) -> list[AnyStatement]:
        """Read "quite bad" as the severity that was asked for."""
        for start, end, found in self._details.all_matches(draft.words):
            value = next((value for name, value in found if name == asked.detail), None)
            if value is not None:
                span = draft.span(start, end)
                detail = Attribute(name=asked.detail, value=value, span=span)
                draft.read.update(range(start, end))
                return [Finding(id="", span=span, text=draft.quote(span), concept=asked.of, attributes=(detail,), rule=_RULE)]
        return []


def _reply(draft: Draft, start: int, end: int, word: str) -> _Reply:
    presence, answer = _PRESENCES[word]
    span = draft.span(start, end)
    return _Reply(presence=presence, answer=answer, span=span, said=draft.quote(span))


def _already(asked: Asked, statements: list[AnyStatement]) -> bool:
    """Say whether the message spoke of what was asked."""
    if asked.kind in (AskedKind.DURATION, AskedKind.ATTRIBUTE):
        return False  # that the finding is there was known before: its detail is wanted
    return any(asked.of in {getattr(each, name, None) for name in ("concept", "name", "quantity", "drug", "to")} for each in statements)


def _statement(draft: Draft, asked: Asked, reply: _Reply) -> AnyStatement | None:
    """Return what a yes, no, maybe, don't know or refusal says of what was asked."""
    match asked.kind:
        case AskedKind.FINDING:
            duration = _length(draft) if reply.presence is Presence.PRESENT else None
            return Finding(concept=asked.of, duration=duration, **reply.fields())
        case AskedKind.HISTORY:
            return History(concept=asked.of, **reply.fields())
        case AskedKind.FAMILY:
            return History(concept=asked.of, subject=Subject.RELATIVE, **reply.fields())
        case AskedKind.MEDICINE:
            return MedicationUse(drug=asked.of, status=MedicationStatus(asked.detail), **reply.fields())
        case AskedKind.ALLERGY:
            return Allergy(to=asked.of, **reply.fields())
        case AskedKind.CIRCUMSTANCE:
            return _circumstance(asked.of, reply, given=reply.presence is Presence.PRESENT)
        case AskedKind.PERSON if asked.of == "pregnancy" and reply.answer is Answer.GIVEN:
            return _circumstance(asked.of, reply, given=_PREGNANCY[reply.presence])
        case AskedKind.PERSON if reply.answer is Answer.GIVEN:
            return None  # "yes" is no age and no sex: it is asked again
    return _unanswered(draft.state.asked or "", reply)


def _circumstance(name: str, reply: _Reply, *, given: str | bool) -> Circumstance:
    if reply.answer is not Answer.GIVEN or (reply.presence is Presence.POSSIBLE and isinstance(given, bool)):
        return _unanswered(name, reply)
    return Circumstance(name=name, value=given, **{**reply.fields(), "presence": Presence.PRESENT})


def _unanswered(name: str, reply: _Reply) -> Circumstance:
    """Note that a question has no answer, so that it is not asked again."""
    answer = Answer.DONT_KNOW if reply.answer is Answer.GIVEN else reply.answer
    return Circumstance(name=name, value="unknown", **{**reply.fields(), "presence": Presence.UNKNOWN, "answer": answer})


def _length(draft: Draft) -> Duration | None:
    timed = next((each for each in draft.times if not each.is_age), None)
    return None if timed is None else _lasting(draft, timed)


def _lasting(draft: Draft, timed: Timed) -> Duration:
    span = draft.chars(timed.start, timed.end)
    return Duration(days_min=timed.days_min, days_max=timed.days_max, said=draft.quote(span), span=span)


def _duration(draft: Draft, concept: str) -> list[AnyStatement]:
    """Read a bare "two days" as how long the finding has lasted."""
    timed = next((each for each in draft.times if not each.is_age), None) or next(iter(draft.times), None)
    if timed is None or any(getattr(mention, "ids", ("",))[0] == concept for mention in draft.mentions):
        return []
    duration = _lasting(draft, timed)
    return [Finding(id="", span=duration.span, text=duration.said, concept=concept, duration=duration, rule=_RULE)]


def _age(draft: Draft) -> list[AnyStatement]:
    """Read a bare number of years or a stretch of time as the age; one that nobody can have is asked about."""
    for timed in draft.times[:1]:
        return age_statement(draft, timed)
    for number in draft.numbers[:1]:
        days = number.value * DAYS_IN_YEAR
        start, end = draft.starts[number.start], draft.ends[number.end - 1]
        return age_statement(draft, Timed(days_min=days, days_max=days, start=start, end=end, is_age=True))
    return []
