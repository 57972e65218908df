"""Gated spelling repair: only a token that is no English word may change, and only into a word of the lexicon."""

from __future__ import annotations

from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from nlp.draft import Draft
from nlp.fold import tokens_of
from nlp.lexicon import stem
from nlp.reading import Repair
from nlp.resources import data
from nlp.trie import TokenTrie

if TYPE_CHECKING:
    from symspellpy import SymSpell
    from symspellpy.suggest_item import SuggestItem

_SHORTEST = 5
_LONG = 8
_FREQUENT = 12000  # a frequent word one slip away makes a repair unsure
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_COMMONEST = 1000  # such words are no targets: "theyre" is not "there"
_REMEMBERED = 4096  # unknown words whose repair is kept: a service that runs for months must not grow
_DICTIONARY = "frequency_dictionary_en_82_765.txt"


@cache
def english_words() -> list[str]:
    """Return English words, most frequent first: a gate, never loaded into SymSpell (that takes seconds)."""
    text = files("symspellpy").joinpath(_DICTIONARY).read_text(encoding="utf-8-sig")
    return [line.partition(" ")[0] for line in text.splitlines()]


class Spelling:
    """Repairs misspelt medical words, and shows what it did."""

    def __init__(self, vocabulary: frozenset[str], misspelt: frozenset[str], names: frozenset[str]) -> None:
        table = data("lexicon.yaml")
        english = english_words()
        self._vocabulary = vocabulary
        self._too_common = frozenset(english[:_COMMONEST])
        self._known: dict[str, str] = table["misspelt"]
        self._gate = (frozenset(english) | frozenset(table["ordinary"]) | frozenset(table["irregular"]) | misspelt) - frozenset(self._known)
        self._stems = frozenset(stem(each) for each in vocabulary)
        self._names = names
        self._frequent = frozenset(english[:_FREQUENT])
        self._cache: dict[str, str | None] = {}
        self._shorthand: TokenTrie[tuple[str, ...]] = TokenTrie()
        for said, meant in table["shorthand"].items():
            self._shorthand.add(tokens_of(said)[0], tuple(tokens_of(meant)[0]))

    def __getstate__(self) -> dict[str, object]:
        """Leave out what was read: repairs of patients' words are kept nowhere."""
        return {**self.__dict__, "_cache": {}}

    @cached_property
    def _targets(self) -> SymSpell:
        """Return the index of medical words, made when the first unknown word turns up."""
        from symspellpy import SymSpell  # noqa: PLC0415  # as late as its index

        index = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word in sorted(self._vocabulary):
            if len(word) >= _SHORTEST and word not in self._too_common:
                index.create_dictionary_entry(word, 1)
        return index

    def _near(self, word: str, reach: int) -> list[SuggestItem]:
        """Return the medical words that are nearest to a token."""
        from symspellpy import Verbosity  # noqa: PLC0415  # as late as its index

        found: list[SuggestItem] = self._targets.lookup(word, Verbosity.CLOSEST, max_edit_distance=reach)
        return found

    def find(self, draft: Draft) -> None:
        """Replace misspelt tokens in the draft; offsets stay those of the original."""
        self._expand(draft)
        gate, vocabulary = self._gate, self._vocabulary
        for index, word in enumerate(draft.words):
            if len(word) < _SHORTEST or word in gate or word in vocabulary or not (word.isascii() and word.isalpha()):
                continue
            read = self._remembered(word)
            if read is not None:
                draft.words[index] = read
                span = draft.span(index, index + 1)
                draft.repairs.append(Repair(span=span, written=draft.quote(span), read=read))

    def _remembered(self, word: str) -> str | None:
        """Return the repair of a word, looked for once."""
        if word not in self._cache:
            if len(self._cache) >= _REMEMBERED:
                self._cache.clear()
            self._cache[word] = self._repair(word)
        return self._cache[word]

    def _expand(self, draft: Draft) -> None:
        """Write out clinical shorthand, token for token ("n/v")."""
        for start, end, readings in self._shorthand.all_matches(draft.words):
            for index, read in zip(range(start, end), readings[0], strict=True):
                if read != draft.words[index]:
                    self._replace(draft, index, read)

    def _replace(self, draft: Draft, index: int, read: str) -> None:
        """Read a token as another word, and show it."""
        draft.words[index] = read
        span = draft.span(index, index + 1)
        draft.repairs.append(Repair(span=span, written=draft.quote(span), read=read))

    def _repair(self, word: str) -> str | None:
        """Return the medical word that a token was meant to be, or None when that is not sure."""
        if word in self._known:
            return self._known[word]
        if word.endswith("s") and (word[:-1] in self._gate or word[:-1] in self._vocabulary):
            return None
        if word.endswith(("ing", "ed", "ly", "er")) and any(word.removesuffix(end) in self._gate for end in ("ing", "ed", "ly", "er")):
            return None
        if stem(word) in self._stems:
            return None
        reach = 2 if len(word) >= _LONG else 1
        found = self._near(word, reach)
        sure = [each.term for each in found if each.term[0] == word[0] and not _other_ending(word, each.term, each.distance)]
        distance = found[0].distance if found else 0
        if any(term in self._names and distance > 1 for term in sure) or self._english_beside(word, distance, sure):
            return None
        if len(sure) == 1 or (len(sure) > 1 and len({each.rstrip("s") for each in sure}) == 1):
            return str(sure[0])
        return None

    def _english_beside(self, word: str, distance: int, sure: list[str]) -> bool:
        """Say whether an everyday word is as near as the medical one: any when that is two slips off, a frequent one otherwise."""
        words = self._gate if distance > 1 else self._frequent
        return any(each in words and each not in sure and each not in self._vocabulary for each in _one_slip(word))


def _one_slip(word: str) -> set[str]:
    """Return all strings that are one deletion, swap, change or insertion away."""
    parts = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    near = {left + right[1:] for left, right in parts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    near |= {left + letter + right[1:] for left, right in parts if right for letter in _LETTERS}
    return near | {left + letter + right for left, right in parts for letter in _LETTERS}


def _other_ending(word: str, term: str, distance: int) -> bool:
    """Say whether two words differ in their ending only: then they are two words, not a slip ("nocturia", "nocturnal")."""
    shared = next((index for index, (one, other) in enumerate(zip(word, term, strict=False)) if one != other), min(len(word), len(term)))
    return distance > 1 and shared >= min(len(word), len(term)) - 2
