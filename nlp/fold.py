"""Folding and tokens: apostrophes, full-width signs, traditional characters and case, one code point to one code point.

Because every fold keeps the length, an offset into the folded text is an offset into what the person wrote.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from nlp.resources import data

_WORD = re.compile(
    r"[a-z]++(?!')"  # nine words in ten
    r"|[a-z]+n't|[a-z]+(?='(?:ll|re|ve|d|s|m)(?![a-z]))|'(?:ll|re|ve|d|s|m)(?![a-z])|[a-z]+'[a-z]+|[a-z]+"
    r"|\d+(?:[.,]\d+)*"  # number
    r"|[^\sa-z\d]"  # sign
    r"|\n"
)
_JOINS = {"-", "'"}
_GAP = re.compile("(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_COMMA = "，"
_SEGMENTED = 3  # Chinese letters a gap: fewer, and the text was split into words, not into clauses


@cache
def _table() -> dict[int, str]:
    """Return the translation table of all folds, with what has no folded form of length one left alone."""
    folds = data("fold.yaml")
    table = {ord(code): plain for code, plain in folds["signs"].items()}
    table |= {ord(pair[0]): pair[1] for line in folds["pairs"] for pair in line.split()}
    table |= {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
    table |= {code: chr(code).lower() for code in range(0x41, 0x5B)}
    table |= {code: _bare_letter(chr(code)) for code in range(0xC0, 0x180)}
    table |= {
        code: " " for code in (*range(0x20), 0x7F, 0xA0, 0x3000, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF) if code != 0x0A
    }
    for code in range(0xFF21, 0xFF3B):
        table[code] = chr(code - 0xFEE0).lower()
    return table


def _bare_letter(letter: str) -> str:
    """Return a Latin letter without its accent, in lower case."""
    return unicodedata.normalize("NFD", letter)[0].lower()


def fold(text: str) -> str:
    """Return the text in the form that all patterns are matched on, of exactly the same length.

    >>> fold("I’m FEELING Fiévreux")
    "i'm feeling fievreux"
    """
    return text.translate(_table())


def pauses(folded: str) -> str:
    """Return the text with a Chinese comma for the blank that people write between Chinese clauses, of the same length.

    >>> [word for word in tokens_of(pauses("\u6ca1\u70e7 \u54b3"))[0]] == ["\u6ca1", "\u70e7", "\uff0c", "\u54b3"]
    True
    """
    gaps = len(_GAP.findall(folded))
    if not gaps or gaps * _SEGMENTED > sum(1 for letter in folded if is_han(letter)):
        return folded
    return _GAP.sub(lambda match: _COMMA.ljust(len(match.group())), folded)


def tokens_of(folded: str) -> tuple[list[str], list[int], list[int]]:
    """Return words, starts and ends. A hyphen inside a word joins and is no token; apostrophes of negations are dropped.

    >>> tokens_of("don't have x-ray, 38.5")[0]
    ['dont', 'have', 'x', 'ray', ',', '38.5']
    """
    spans = [match.span() for match in _WORD.finditer(folded)]
    words = [folded[start:end] for start, end in spans]
    if "-" in folded or "'" in folded:
        kept = [
            (word.replace("'", "") if "'" in word and word[0] != "'" else word, span)
            for word, span in zip(words, spans, strict=True)
            if not (word in _JOINS and _joins(folded, span[0]))
        ]
        words, spans = [word for word, _ in kept], [span for _, span in kept]
    return words, [start for start, _ in spans], [end for _, end in spans]


def _joins(folded: str, at: int) -> bool:
    """Say whether the sign at this place stands between two letters or digits without a space."""
    return 0 < at < len(folded) - 1 and folded[at - 1].isalnum() and folded[at + 1].isalnum()


def is_han(word: str) -> bool:
    """Say whether a token is a Chinese character."""
    return len(word) == 1 and "\u3400" <= word <= "\u9fff"
