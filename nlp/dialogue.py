"""Dialogue: what a message does in the conversation, and bare answers ("no", "two days", "38.5") to the question just asked."""

from __future__ import annotations

from collections.abc import Callable

from kg.record import Answer, AnyStatement, Circumstance, Duration, Finding, Observation, Presence, Span
from nlp.draft import Draft
from nlp.fold import fold, tokens_of
from nlp.life import phrase_trie
from nlp.reading import Act
from nlp.resources import data
from nlp.trie import TokenTrie

_SHORT_MESSAGE = 6
_REPLY_START = 3
_DAYS_IN_YEAR = 365.25
_MEDICAL = frozenset({"finding", "history", "medication", "allergy", "observation"})
_PRESENCES = {
    "yes": (Presence.PRESENT, Answer.GIVEN),
    "no": (Presence.ABSENT, Answer.GIVEN),
    "maybe": (Presence.POSSIBLE, Answer.GIVEN),
    "dont_know": (Presence.UNKNOWN, Answer.DONT_KNOW),
    "refuse": (Presence.UNKNOWN, Answer.REFUSED),
}


class Dialogue:
    """Reads acts, topics and bare answers."""

    def __init__(self, reading_of: Callable[[str, float], tuple[float, str] | None]) -> None:
        table = data("dialogue.yaml")
        self._table = table
        self._reading_of = reading_of
        self._replies: TokenTrie[str] = TokenTrie()
        for reply, phrases in table["replies"].items():
            for phrase in phrases:
                self._replies.add(tokens_of(fold(phrase))[0], reply)
        self._acts: TokenTrie[str] = TokenTrie()
        for act, phrases in table["acts"].items():
            for phrase in phrases:
                self._acts.add(tokens_of(fold(phrase))[0], act)
        self._topics: TokenTrie[str] = TokenTrie()
        for topic, phrases in table["topics"].items():
            for phrase in phrases:
                self._topics.add(tokens_of(fold(phrase))[0], topic)
        self._medical = phrase_trie(table["medical_words"])
        self._stop_words = frozenset(table["stop_words"])
        self._closing = frozenset(data("lexicon.yaml")["sentence_ends"]) | {",", "，"}

    def find(self, draft: Draft) -> None:
        """Add acts and topics to the draft."""
        used = {index for mention in draft.mentions for index in mention.used}
        for start, _, acts in self._acts.all_matches(draft.words):
            if start not in used:
                draft.acts.append(Act(acts[0]))
        for start, _, topics in self._topics.all_matches(draft.words):
            if start not in used:
                draft.topics.append(topics[0])
        if any(topic in self._table["requests"] for topic in draft.topics):
            draft.acts.append(Act.REQUEST)
        if any(word in data("lexicon.yaml")["question_marks"] for word in draft.words):
            draft.acts.append(Act.QUESTION)

    def has_medical_words(self, draft: Draft) -> bool:
        """Say whether the text speaks of illness in words that nothing was made of."""
        return bool(self._medical.all_matches(draft.words))

    def is_medical(self, draft: Draft, statements: list[AnyStatement]) -> bool:
        """Say whether a message has medical content."""
        told = any(each.kind in _MEDICAL for each in statements)
        life = any(isinstance(each, Circumstance) and each.name not in {"age", "sex"} for each in statements)
        return told or life or self.has_medical_words(draft) or (bool(statements) and draft.state.asked is not None)

    def settle(self, draft: Draft, statements: list[AnyStatement], medical: bool) -> None:
        """Complete the acts once the statements are known."""
        if draft.state.asked is not None and statements:
            draft.acts.append(Act.ANSWER)
        elif statements and draft.state.known:
            draft.acts.append(Act.ADDITION)
        about_us = bool(draft.topics) and draft.topics[0] != "meaning"
        if not medical and not statements and not about_us and not set(draft.acts) - {Act.QUESTION}:
            draft.acts.append(Act.OFF_TOPIC)

    def answers(self, draft: Draft, statements: list[AnyStatement]) -> list[AnyStatement]:
        """Return what a bare answer says of the question just asked."""
        asked = draft.state.asked
        if asked is None or not draft.words or self._already(asked, statements):
            return []
        duration = self._table["duration_question"]
        if asked.startswith(duration):
            return self._duration(draft, asked.removeprefix(duration)) or self._reply(draft, asked.removeprefix(duration), True)
        if asked.startswith("q:"):
            return self._value(draft, asked.removeprefix("q:")) or self._reply(draft, asked, False)
        if asked == "age":
            return self._age(draft) or self._reply(draft, asked, False)
        return self._reply(draft, asked, False)

    def _already(self, asked: str, statements: list[AnyStatement]) -> bool:
        """Say whether the message spoke of what was asked."""
        about = asked.removeprefix("q:")
        return any(
            asked == getattr(each, "concept", None) or about in {getattr(each, "name", None), getattr(each, "quantity", None)}
            for each in statements
        )

    def _reply(self, draft: Draft, asked: str, unknown_only: bool) -> list[AnyStatement]:
        """Read yes, no, maybe, don't know or a refusal at the beginning of the message."""
        match = self._find_reply(draft)
        if match is None:
            return []
        start, end, reply = match
        presence, answer = _PRESENCES[reply]
        if unknown_only and answer is Answer.GIVEN:
            return []
        span = draft.span(start, end)
        draft.read.update(range(start, end))
        return [self._answer(draft, asked, span, presence, answer)]

    def _find_reply(self, draft: Draft) -> tuple[int, int, str] | None:
        """Return the reply, if the message begins with one that stands by itself."""
        used = {index for mention in draft.mentions for index in mention.used}
        for start in range(min(_REPLY_START, len(draft.words))):
            match = self._replies.longest(draft.words, start)
            if match is not None and start not in used:
                end, replies = match
                alone = end >= len(draft.words) or draft.words[end] in self._closing or len(draft.words) <= _SHORT_MESSAGE
                if alone and not (end < len(draft.words) and end in used):
                    return start, end, replies[0]
            if draft.words[start] not in {"well", "um", "oh", "hmm", ",", "ok", "i", "so"}:
                break
        return None

    def _answer(self, draft: Draft, asked: str, span: Span, presence: Presence, answer: Answer) -> AnyStatement:
        """Return the statement that a reply makes."""
        text, cue = draft.quote(span), draft.quote(span)
        if asked.startswith("f:"):
            timed = next((each for each in draft.times if not each.is_age), None)
            duration = None
            if timed is not None and presence is Presence.PRESENT:
                where = draft.chars(timed.start, timed.end)
                duration = Duration(days_min=timed.days_min, days_max=timed.days_max, said=draft.quote(where), span=where)
            return Finding(
                id="",
                span=span,
                text=text,
                concept=asked,
                presence=presence,
                answer=answer,
                duration=duration,
                cue=cue,
                rule="dialogue.reply",
            )
        value: str | bool = presence is Presence.PRESENT
        if asked == "pregnancy" and answer is Answer.GIVEN:
            value = {"present": "confirmed", "absent": "denied", "possible": "possible"}[presence.value]
            presence = Presence.PRESENT
        elif answer is not Answer.GIVEN:
            value = "unknown"
        elif presence is Presence.ABSENT:
            presence = Presence.PRESENT
        return Circumstance(
            id="", span=span, text=text, name=asked, value=value, presence=presence, answer=answer, cue=cue, rule="dialogue.reply"
        )

    def _duration(self, draft: Draft, concept: str) -> list[AnyStatement]:
        """Read a bare "two days" as how long the finding has lasted."""
        timed = next((each for each in draft.times if not each.is_age), None) or next(iter(draft.times), None)
        if timed is None or any(getattr(mention, "ids", ("",))[0] == concept for mention in draft.mentions):
            return []
        span = draft.chars(timed.start, timed.end)
        said = draft.quote(span)
        duration = Duration(days_min=timed.days_min, days_max=timed.days_max, said=said, span=span)
        return [Finding(id="", span=span, text=said, concept=concept, duration=duration, rule="dialogue.reply")]

    def _value(self, draft: Draft, quantity: str) -> list[AnyStatement]:
        """Read "38.5" as the value that was asked for."""
        for number in draft.numbers:
            reading = self._reading_of(quantity, number.value)
            if reading is not None:
                span = draft.span(number.start, number.end)
                said = draft.quote(span)
                return [
                    Observation(
                        id="", span=span, text=said, quantity=quantity, value=reading[0], unit=reading[1], said=said, rule="dialogue.reply"
                    )
                ]
        return []

    def _age(self, draft: Draft) -> list[AnyStatement]:
        """Read a bare number or a stretch of time as the age."""
        for timed in draft.times:
            span = draft.chars(timed.start, timed.end)
            return [
                Circumstance(
                    id="",
                    span=span,
                    text=draft.quote(span),
                    name="age",
                    value=round(timed.days_min / _DAYS_IN_YEAR, 3),
                    unit="a",
                    rule="dialogue.reply",
                )
            ]
        for number in draft.numbers[:1]:
            span = draft.span(number.start, number.end)
            return [Circumstance(id="", span=span, text=draft.quote(span), name="age", value=number.value, unit="a", rule="dialogue.reply")]
        return []

    def unread(self, draft: Draft) -> tuple[Span, ...]:
        """Return the clauses in which nothing was recognised although they have content words."""
        found = []
        cued = {index for hit in draft.hits for index in range(hit.start, hit.end)}
        for start, end in _clauses(draft.words, draft.sentences):
            content = [
                index for index in range(start, end) if draft.words[index][0].isalpha() and draft.words[index] not in self._stop_words
            ]
            if len(content) > 1 and not any(index in draft.read for index in range(start, end)) and len(set(content) - cued) > 1:
                found.append(draft.span(content[0], content[-1] + 1))
        return tuple(found)


def _clauses(words: list[str], sentences: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return token ranges between commas and sentence ends."""
    found = []
    for start, end in sentences:
        begin = start
        for index in range(start, end):
            if words[index] in {",", "，"} or index == end - 1:
                found.append((begin, index + 1))
                begin = index + 1
    return found
