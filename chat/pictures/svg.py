"""The little of SVG that our pictures need: elements with attributes, escaped, no style and no script."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

_WIDE = 0x2E80  # from here on characters are twice as wide (CJK)


def element(name: str, content: str = "", /, **attributes: str | float) -> str:
    """Write one element; `content` is markup already. Underscores in names become hyphens, a trailing one is dropped.

    >>> element("rect", class_="bar", width=3.0)
    '<rect class="bar" width="3"/>'
    """
    written = "".join(f" {key.rstrip('_').replace('_', '-')}={quoteattr(_plain(value))}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def words(text: str, most: int, /, **attributes: str | float) -> str:
    """Write a text, cut to about `most` narrow characters; a wide character counts double."""
    return element("text", escape(shortened(text, most)), **attributes)


def shortened(text: str, most: int) -> str:
    """Cut a text to a width in narrow characters, with an ellipsis.

    >>> shortened("a very long label", 8)
    'a very …'
    """
    room = most
    for place, ch in enumerate(text):
        room -= 2 if ord(ch) > _WIDE else 1
        if room < 0:
            return text[: max(0, place - 1)] + "…"
    return text


def wrapped(text: str, width: int, most: int) -> tuple[str, ...]:
    """Break a text into at most so many lines of a width in narrow characters; what is left over is cut with an ellipsis.

    >>> wrapped("oats with yogurt and berries", 12, 2)
    ('oats with', 'yogurt and…')
    """
    lines, line = [], ""
    for word in _words_of(text):
        if line and _width(line + word.rstrip()) > width:
            lines.append(line.strip())
            line = ""
        line += word
    lines.append(line.strip())
    kept = lines[:most]
    if len(lines) > most:
        kept[-1] = shortened(f"{kept[-1]} {lines[most]}", max(width - 1, 1))
        kept[-1] = kept[-1] if kept[-1].endswith("…") else f"{kept[-1]}…"
    return tuple(shortened(line, width) for line in kept)


def _words_of(text: str) -> Iterator[str]:
    """Cut a text where a line may break: after a space, and after every wide character."""
    word = ""
    for ch in text:
        word += ch
        if ch == " " or ord(ch) > _WIDE:
            yield word
            word = ""
    if word:
        yield word


def _width(text: str) -> int:
    return sum(2 if ord(ch) > _WIDE else 1 for ch in text)


def picture(content: str, *, name: str, title: str, description: str, width: float, height: float, class_: str) -> str:
    """Wrap a picture with its text alternative (https://www.w3.org/TR/svg-aam-1.0/)."""
    alternative = element("title", escape(title), id=f"{name}-title") + element("desc", escape(description), id=f"{name}-desc")
    return element(
        "svg",
        alternative + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_plain(width)} {_plain(height)}",
        class_=class_,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
