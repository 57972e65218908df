"""Sentences and clauses: the signs that end them."""

from __future__ import annotations

from nlp.resources import data

COMMAS = frozenset(",，")
SENTENCE_ENDS = frozenset(data("lexicon.yaml")["sentence_ends"])
CLAUSE_ENDS = COMMAS | SENTENCE_ENDS
_TITLES = frozenset(["dr", "mrs", "mr", "ms", "st", "prof", "eg", "ie", "approx", "vs"])


def sentences_of(words: list[str]) -> list[tuple[int, int]]:
    """Return token ranges of sentences. A full stop after a title ends nothing.

    >>> sentences_of(["no", "cough", ".", "fever", "?"])
    [(0, 3), (3, 5)]
    """
    ranges = []
    start = 0
    for index, word in enumerate(words):
        if word in SENTENCE_ENDS and not (word == "." and index and words[index - 1] in _TITLES):
            ranges.append((start, index + 1))
            start = index + 1
    if start < len(words):
        ranges.append((start, len(words)))
    return ranges
