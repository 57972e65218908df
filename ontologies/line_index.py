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
_OPENING = ord("[")
_LIST = ord("(")


class LineIndex:
    """The lines of one Turtle text."""

    def __init__(self, source: bytes) -> None:
        self._newlines = [match.start() for match in _NEWLINE.finditer(source)]
        tokens = [match.start() for match in _TOKEN.finditer(source) if source[match.start()] in (_OPENING, _LIST)]
        self._has_lists = any(source[offset] == _LIST for offset in tokens)
        self.brackets: tuple[int, ...] = () if self._has_lists else tuple(self.line_at(offset) for offset in tokens)
        self.subjects: dict[str, list[int]] = {}
        for match in _SUBJECT.finditer(source):
            self.subjects.setdefault(match.group(1).decode(), []).append(self.line_at(match.start()))

    def line_at(self, offset: int) -> int:
        """Return the line, counted from one, of a byte offset."""
        return bisect_right(self._newlines, offset - 1) + 1
