"""On which line each node of a Turtle text begins, found without a second parse.

A parser forgets lines. The text is scanned once for its opening brackets (blank nodes, in the order in which the parser meets them)
and for the subjects at the beginning of a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right

# Strings (long ones first), comments and IRIs may hold brackets that open nothing; a parenthesis means a list, whose nodes are unnamed too.
_TOKEN = re.compile(
    rb'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*|<[^>\s]*>|[\[(]',
    re.DOTALL,
)
_SUBJECT = re.compile(rb"^([A-Za-z][\w-]*:[\w.%-]*\w|<[^>\s]+>)(?=[\s])", re.MULTILINE)
_NEWLINE = re.compile(rb"\n")
_OPENING = b"[("
_LIST = ord("(")


class LineIndex:
    """The lines of one Turtle text."""

    def __init__(self, source: bytes) -> None:
        openings = _openings(source) if b'"""' in source else _openings_by_line(source)
        # a list has unnamed nodes too: with one, the order of brackets is not the order of nodes
        self.brackets: tuple[int, ...] = () if any(sign == _LIST for _line, sign in openings) else tuple(line for line, _sign in openings)
        self.subjects: dict[str, list[int]] = {}
        line, position = 1, 0
        for match in _SUBJECT.finditer(source):
            line += source.count(b"\n", position, match.start())
            position = match.start()
            self.subjects.setdefault(match.group(1).decode(), []).append(line)


def _openings_by_line(source: bytes) -> list[tuple[int, int]]:
    """Find openings with their sign; only lines that hold one are looked at closely, which is a tenth of them."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(source.split(b"\n"), start=1):
        if b"[" in line or b"(" in line:
            found.extend((number, line[m.start()]) for m in _TOKEN.finditer(line) if line[m.start()] in _OPENING)
    return found


def _openings(source: bytes) -> list[tuple[int, int]]:
    """Find openings in a text with strings over several lines."""
    newlines = [match.start() for match in _NEWLINE.finditer(source)]
    starts = (match.start() for match in _TOKEN.finditer(source))
    return [(bisect_right(newlines, at - 1) + 1, source[at]) for at in starts if source[at] in _OPENING]
