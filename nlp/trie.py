"""A token trie with longest match, the one matcher of the house: words for English, characters for Chinese."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar

Payload = TypeVar("Payload")
_MAX_SKIPPED = 3


class TokenTrie(Generic[Payload]):
    """Phrases and what they stand for. Looking up costs one dictionary access a token."""

    def __init__(self) -> None:
        self._root: dict[str | None, Any] = {}
        self.size = 0

    def add(self, words: Sequence[str], payload: Payload) -> None:
        """Store one phrase; several payloads may stand on the same phrase."""
        node = self._root
        for word in words:
            node = node.setdefault(word, {})
        held: list[Payload] = node.setdefault(None, [])
        if payload not in held:
            held.append(payload)
            self.size += 1

    def exact(self, words: Sequence[str]) -> list[Payload]:
        """Return what stands on exactly this phrase."""
        node = self._root
        for word in words:
            following = node.get(word)
            if following is None:
                return []
            node = following
        held: list[Payload] = node.get(None, [])
        return held

    def longest(self, words: Sequence[str], at: int, skip: Collection[str] = ()) -> tuple[int, list[Payload]] | None:
        """Return the end and the payloads of the longest phrase that begins at a token, or None.

        Tokens in `skip` may stand inside a phrase (three at most), never at its beginning.
        """
        node = self._root.get(words[at])
        if node is None:
            return None
        best = (at + 1, node[None]) if None in node else None
        skipped = 0
        for index in range(at + 1, len(words)):
            word = words[index]
            following = node.get(word)
            if following is not None:
                node = following
                if None in node:
                    best = (index + 1, node[None])
            elif word in skip and skipped < _MAX_SKIPPED:
                skipped += 1
            else:
                break
        return best

    def best_matches(self, words: Sequence[str]) -> list[tuple[int, int, list[Payload]]]:
        """Return matches that do not overlap, the longest first served, of equals the later one; left to right."""
        found = []
        for at, word in enumerate(words):
            if word in self._root:
                match = self.longest(words, at)
                if match is not None:
                    found.append((at, match[0], match[1]))
        if len(found) < 2:
            return found
        found.sort(key=lambda each: (each[0] - each[1], -each[0]))
        taken: set[int] = set()
        kept = []
        for each in found:
            place = range(each[0], each[1])
            if taken.isdisjoint(place):
                taken.update(place)
                kept.append(each)
        kept.sort(key=lambda each: each[0])
        return kept

    def all_matches(self, words: Sequence[str], skip: Collection[str] = ()) -> list[tuple[int, int, list[Payload]]]:
        """Return the longest match at each token, left to right, not overlapping."""
        found = []
        at = 0
        while at < len(words):
            if words[at] not in self._root:
                at += 1
                continue
            match = self.longest(words, at, skip)
            if match is None:
                at += 1
            else:
                found.append((at, match[0], match[1]))
                at = match[0]
        return found
