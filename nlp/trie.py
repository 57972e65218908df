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
        ways = [(node, 0)]  # where a word both goes on with a phrase and may be skipped, both ways are tried
        for index in range(at + 1, len(words)):
            word, may_skip = words[index], words[index] in skip
            onward = [(node[word], skipped) for node, skipped in ways if word in node]
            ended = next((node for node, _ in onward if None in node), None)
            if ended is not None:
                best = (index + 1, ended[None])
            ways = onward + ([(node, skipped + 1) for node, skipped in ways if skipped < _MAX_SKIPPED] if may_skip else [])
            if not ways:
                break
        return best

    def best_matches(self, words: Sequence[str]) -> list[tuple[int, int, list[Payload]]]:
        """Return matches that do not overlap, the longest first served, of equals the later one; left to right."""
        found = [(at, *match) for at in self._beginnings(words) if (match := self.longest(words, at)) is not None]
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
        reached = 0
        for at in self._beginnings(words, skip):
            if at >= reached:
                match = self.longest(words, at, skip)
                if match is not None:
                    reached = match[0]
                    found.append((at, reached, match[1]))
        return found

    def _beginnings(self, words: Sequence[str], skip: Collection[str] = ()) -> list[int]:
        """Return the tokens at which a phrase begins: it is one by itself, or the next token goes on with it or may be skipped."""
        root = self._root
        found = []
        for at in [at for at, word in enumerate(words) if word in root]:
            node = root[words[at]]
            if None in node or (at + 1 < len(words) and (words[at + 1] in node or (skip and words[at + 1] in skip))):
                found.append(at)
        return found
