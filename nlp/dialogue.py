"""Dialogue: what a message does in the conversation, its topics, and what was not understood."""

from __future__ import annotations

from kg.record import AnyStatement, Circumstance, Span
from nlp.draft import Draft
from nlp.fold import fold, tokens_of
from nlp.phrasebook import Phrasebook
from nlp.reading import Act
from nlp.resources import data
from nlp.trie import TokenTrie

_MEDICAL = frozenset({"finding", "history", "medication", "allergy", "observation"})


class Dialogue:
    """Reads acts and topics."""

    def __init__(self, book: Phrasebook) -> None:
        table = data("dialogue.yaml")
        self._table = table
        self._acts: TokenTrie[str] = book.trie()
        for act, phrases in table["acts"].items():
            for phrase in phrases:
                self._acts.add(tokens_of(fold(phrase))[0], act)
        self._topics: TokenTrie[str] = book.trie()
        for topic, phrases in table["topics"].items():
            for phrase in phrases:
                self._topics.add(tokens_of(fold(phrase))[0], topic)
        self._medical = book.phrases(table["medical_words"])
        self._stop_words = frozenset(table["stop_words"])
        self._question_marks = frozenset(data("lexicon.yaml")["question_marks"])

    def find(self, draft: Draft) -> None:
        """Add acts and topics to the draft."""
        used = {index for mention in draft.mentions for index in mention.used}
        for start, _, acts in draft.found(self._acts):
            if start not in used:
                draft.acts.append(Act(acts[0]))
        for start, _, topics in draft.found(self._topics):
            if start not in used:
                draft.topics.append(topics[0])
        if any(topic in self._table["requests"] for topic in draft.topics):
            draft.acts.append(Act.REQUEST)
        if not self._question_marks.isdisjoint(draft.words):
            draft.acts.append(Act.QUESTION)

    def has_medical_words(self, draft: Draft) -> bool:
        """Say whether the text speaks of illness in words that nothing was made of."""
        return bool(draft.found(self._medical))

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

    def unread(self, draft: Draft) -> tuple[Span, ...]:
        """Return the clauses in which nothing was recognised although they have content words."""
        found = []
        cued = {index for hit in draft.hits for index in range(hit.start, hit.end)}
        for start, end in _clauses(draft.words, draft.sentences):
            if not draft.read.isdisjoint(range(start, end)):
                continue
            content = [
                index for index in range(start, end) if draft.words[index][0].isalpha() and draft.words[index] not in self._stop_words
            ]
            if len(content) > 1 and len(set(content) - cued) > 1:
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
