"""All phrase lists that are looked for in a whole text, laid into one trie, so that one walk over the text serves all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nlp.fold import fold, tokens_of
from nlp.trie import Match, TokenTrie

AnyTrie = TokenTrie[Any]
_END = ""  # no token: stands behind the last one, so that a walk ends without counting


class Phrasebook:
    """Hands out tries, and looks all of them up together. Some forty lists would otherwise each go over every word."""

    def __init__(self) -> None:
        self.tries: set[AnyTrie] = set()
        self._root: dict[str | None, Any] = {}

    def trie(self) -> AnyTrie:
        """Return a new trie of this book, still to be filled."""
        made: AnyTrie = TokenTrie()
        self.tries.add(made)
        return made

    def phrases(self, phrases: Iterable[str]) -> TokenTrie[str]:
        """Return a trie of this book with phrases that each stand for themselves."""
        made: TokenTrie[str] = self.trie()
        _fill(made, phrases)
        return made

    def lay_out(self) -> None:
        """Lay the tries into one, once they are filled.

        What stands at a node is, for each trie, the longest phrase on the way to it: a walk needs to look at its last node only.
        """
        for trie in self.tries:
            for words, payloads in trie.phrases():
                node = self._root
                for word in words:
                    node = node.setdefault(word, {})
                node.setdefault(None, {})[trie] = (len(words), payloads)
        _hand_down(self._root, {})

    def matches(self, words: Sequence[str]) -> dict[AnyTrie, list[Match[Any]]]:
        """Return for each trie that has any its longest match at every token, in the order of the text."""
        found: dict[AnyTrie, list[Match[Any]]] = {}
        root = self._root
        ended = [*words, _END]
        for at, word in enumerate(words):
            node = root.get(word)
            if node is None:
                continue
            end = at + 1
            while (following := node.get(ended[end])) is not None:
                node = following
                end += 1
            for trie, length, payloads in node.get(None, ()):
                match = (at, at + length, payloads)
                if trie in found:
                    found[trie].append(match)
                else:
                    found[trie] = [match]
        return found


def phrase_trie(phrases: Iterable[str]) -> TokenTrie[str]:
    """Return a trie of phrases that each stand for themselves, for single places: it is in no book."""
    made: TokenTrie[str] = TokenTrie()
    _fill(made, phrases)
    return made


def _fill(trie: TokenTrie[str], phrases: Iterable[str]) -> None:
    """Put phrases into a trie as written."""
    for phrase in phrases:
        trie.add(tokens_of(fold(phrase))[0], phrase)


def _hand_down(node: dict[str | None, Any], inherited: dict[AnyTrie, tuple[int, list[Any]]]) -> None:
    """Write to every node, as a tuple, what ends at it or on the way to it."""
    own = node.pop(None, None)
    if own is not None:
        inherited = {**inherited, **own}
    for following in node.values():
        _hand_down(following, inherited)
    if inherited:
        node[None] = tuple((trie, *match) for trie, match in inherited.items())
