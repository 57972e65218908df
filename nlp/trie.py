"""A token trie with longest match, the one matcher of the house: words for English, characters for Chinese."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Generic, TypeVar

Payload = TypeVar("Payload")
Match = tuple[int, int, list[Payload]]  # first token, token after the last, what stands on the phrase
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

    def phrases(self) -> Iterator[tuple[tuple[str, ...], list[Payload]]]:
        """Yield every phrase with what stands on it."""
        open_nodes: list[tuple[tuple[str, ...], dict[str | None, Any]]] = [((), self._root)]
        while open_nodes:
            words, node = open_nodes.pop()
            for word, following in node.items():
                if word is None:
                    yield words, following
                else:
                    open_nodes.append(((*words, word), following))

    def longest(self, words: Sequence[str], at: int, skip: Collection[str] = ()) -> tuple[int, list[Payload]] | None:
        """Return the end and the payloads of the longest phrase that begins at a token, or None.

        Tokens in `skip` may stand inside a phrase (three at most), never at its beginning.
        """
        node = self._root.get(words[at])
        if node is None:
            return None
        if skip:
            return _longest_skipping(node, words, at, skip)
        best = (at + 1, node[None]) if None in node else None
        for index in range(at + 1, len(words)):
            node = node.get(words[index])
            if node is None:
                break
            if None in node:
                best = (index + 1, node[None])
        return best

    def all_matches(self, words: Sequence[str], skip: Collection[str] = ()) -> list[Match[Payload]]:
        """Return the longest match at each token, left to right, not overlapping."""
        found: list[Match[Payload]] = []
        root, reached, last = self._root, 0, len(words) - 1
        for at, word in enumerate(words):
            if at < reached or word not in root:
                continue
            node = root[word]
            if at < last and ((following := words[at + 1]) in node or following in skip):
                match = self.longest(words, at, skip)
                if match is not None:
                    reached = match[0]
                    found.append((at, *match))
            elif None in node:
                reached = at + 1
                found.append((at, reached, node[None]))
        return found


def _longest_skipping(node: dict[str | None, Any], words: Sequence[str], at: int, skip: Collection[str]) -> tuple[int, list[Any]] | None:
    """Return the longest phrase from its first node on, as if words to skip were not there, or are there, whichever goes further.

    Where a word both goes on with a phrase and may be skipped, both ways are tried. There is one way for nearly all words, which is
    then walked without lists: that takes half of the time.
    """
    best = (at + 1, node[None]) if None in node else None
    skipped = 0
    for index in range(at + 1, len(words)):
        word = words[index]
        if word not in skip:
            if word not in node:
                return best
            node = node[word]
            if None in node:
                best = (index + 1, node[None])
        elif word in node:
            return _longest_of_ways([(node, skipped)], words, index, skip) or best
        elif skipped < _MAX_SKIPPED:
            skipped += 1
        else:
            return best
    return best


def _longest_of_ways(
    ways: list[tuple[dict[str | None, Any], int]], words: Sequence[str], at: int, skip: Collection[str]
) -> tuple[int, list[Any]] | None:
    """Return the longest phrase that one of several ways (a node, and how many words were skipped to reach it) leads to."""
    best = None
    for index in range(at, len(words)):
        word, may_skip = words[index], words[index] in skip
        onward = [(node[word], skipped) for node, skipped in ways if word in node]
        ended = next((node for node, _ in onward if None in node), None)
        if ended is not None:
            best = (index + 1, ended[None])
        ways = onward + ([(node, skipped + 1) for node, skipped in ways if skipped < _MAX_SKIPPED] if may_skip else [])
        if not ways:
            break
    return best


def apart(found: list[Match[Payload]]) -> list[Match[Payload]]:
    """Return the matches that do not overlap one before them; left to right.

    >>> apart([(0, 2, []), (1, 3, []), (2, 4, [])])
    [(0, 2, []), (2, 4, [])]
    """
    if len(found) < 2:
        return found
    kept: list[Match[Payload]] = []
    reached = 0
    for each in found:
        if each[0] >= reached:
            kept.append(each)
            reached = each[1]
    return kept


def longest_first(found: list[Match[Payload]]) -> list[Match[Payload]]:
    """Return the matches that do not overlap, the longest first served, of equals the later one; left to right.

    >>> longest_first([(0, 2, []), (1, 4, []), (4, 5, [])])
    [(1, 4, []), (4, 5, [])]
    """
    if len(found) < 2:
        return found
    taken: set[int] = set()
    kept = []
    for each in sorted(found, key=_longest_then_later):
        place = range(each[0], each[1])
        if taken.isdisjoint(place):
            taken.update(place)
            kept.append(each)
    kept.sort(key=_place_of)
    return kept


def _longest_then_later(match: Match[Payload]) -> tuple[int, int]:
    """Return the order in which matches are served."""
    return match[0] - match[1], -match[0]


def _place_of(match: Match[Payload]) -> int:
    """Return where a match begins."""
    return match[0]
