"""The canonical form of a Turtle file, as little as possible: what a diff would show and no reader would miss.

Comments, order and line breaks are the author's. Formatting sorts the prefixes, takes out trailing blanks and tabs, sets one blank
around `;` and `,` that stand between terms, and ends the file with one newline. It changes nothing inside strings, and it checks
that the triples are the same before and after.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

from ontologies.errors import UnreadableTurtleError
from ontologies.knowledge_files import files

_KEPT = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|<[^>\s]*>|#[^\n]*', re.DOTALL)
_PREFIX = re.compile(r"@prefix\s+(\S*:)\s*(<[^>]*>)\s*\.\s*$")
_BEFORE_COMMENT = 2  # blanks at least between the code and its comment


def format_turtle(text: str) -> str:
    """Return the canonical form. Raises UnreadableTurtleError for a text that is no valid Turtle."""
    before = _triples(text)
    lines = [_line(line) for line in _without_strings_split(text)]
    formatted = "\n".join(_prefixes_sorted(_few_empty(lines))).strip("\n") + "\n"
    if _triples(formatted) != before:
        raise UnreadableTurtleError("Formatting would change what the file says, so it was left alone. Please report the file.")
    return formatted


def format_files(root: Path | None = None, *, write: bool) -> tuple[Path, ...]:
    """Format every knowledge file and return those that were (or would be) changed; one that does not parse is left alone."""
    changed = []
    for path in files(root):
        text = path.read_text(encoding="utf-8")
        try:
            formatted = format_turtle(text)
        except UnreadableTurtleError:
            continue  # `check` reports it with its line
        if formatted != text:
            changed.append(path)
            if write:
                path.write_text(formatted, encoding="utf-8")
    return tuple(changed)


def _triples(text: str) -> Dataset:
    try:
        dataset = Dataset(parse(text.encode(), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise UnreadableTurtleError(f"This is no valid Turtle, so it was left as it is: {error.msg}.") from error
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _without_strings_split(text: str) -> list[str]:
    """Split into lines, but never inside a long string."""
    lines: list[str] = []
    start = 0
    protected = [match.span() for match in _KEPT.finditer(text) if match.group().startswith('"""')]
    position = text.find("\n")
    while position != -1:
        if not any(begin < position < end for begin, end in protected):
            lines.append(text[start:position])
            start = position + 1
        position = text.find("\n", position + 1)
    return [*lines, text[start:]]


def _line(line: str) -> str:
    """Tidy one line: its code between strings, then its comment, set off by the blanks that the author chose (two at least)."""
    if '"""' in line:
        return line
    parts: list[str] = []
    position, comment = 0, ""
    for match in _KEPT.finditer(line):
        parts.append(_code(line[position : match.start()]))
        position = match.end()
        if match.group().startswith("#"):
            comment = match.group()
            break
        parts.append(match.group())
    else:
        parts.append(_code(line[position:]))
    code = "".join(parts)
    bare = code.rstrip()
    if not comment:
        return bare
    gap = max(_BEFORE_COMMENT, len(code) - len(bare)) if bare else len(code)
    return bare + " " * gap + comment.rstrip()


def _code(code: str) -> str:
    """Write tabs as blanks, and a blank on either side of a separator that touches a term."""
    return re.sub(r"(?<=[^\s;,])([;,])(?=\s|$)", r" \1", code.replace("\t", "  "))


def _few_empty(lines: list[str]) -> list[str]:
    """Keep one empty line where there are several."""
    kept: list[str] = []
    for line in lines:
        if line or not kept or kept[-1]:
            kept.append(line)
    return kept


def _prefixes_sorted(lines: list[str]) -> list[str]:
    """Sort each block of prefix lines and align their addresses."""
    found: list[str] = []
    for is_prefix, group in groupby(lines, key=lambda line: bool(_PREFIX.match(line))):
        block = list(group)
        found.extend(_aligned(block) if is_prefix else block)
    return found


def _aligned(block: list[str]) -> list[str]:
    pairs = sorted({match.groups() for line in block if (match := _PREFIX.match(line))})
    width = max(len(prefix) for prefix, _iri in pairs)
    return [f"@prefix {prefix:<{width}} {iri} ." for prefix, iri in pairs]
