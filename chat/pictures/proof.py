"""A proof as a tree from left to right: the conclusion, the rules it came by, the statements it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chat.pictures.svg import element, picture, words
from rules.explanation import Proof

_BOX, _STEP, _ROW, _HEIGHT = 250.0, 300.0, 58.0, 46.0
_LABEL, _RULE = 34, 40  # narrow characters that fit into a box


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A step with its place; a leaf takes one row, a step stands in the middle of its premises."""

    proof: Proof
    depth: int
    row: float
    premises: tuple[Placed, ...]


def proof_svg(proof: Proof, *, title: str, description: str, say: Callable[[str], str] = str) -> str:
    """Draw a proof. `say` turns a canonical fact into words."""
    placed, rows = _place(proof, 0, 0.0)
    boxes = tuple(_all(placed))
    content = "".join(_lines(p) for p in boxes) + "".join(_box(p, say) for p in boxes)
    width = max(p.depth for p in boxes) * _STEP + _BOX + 4
    return picture(content, name="proof", title=title, description=description, width=width, height=rows * _ROW, class_="proof")


def _place(proof: Proof, depth: int, row: float) -> tuple[Placed, float]:
    """Lay out a step and return the next free row."""
    if not proof.premises:
        return Placed(proof=proof, depth=depth, row=row, premises=()), row + 1
    placed, following = [], row
    for premise in proof.premises:
        one, following = _place(premise, depth + 1, following)
        placed.append(one)
    middle = (placed[0].row + placed[-1].row) / 2
    return Placed(proof=proof, depth=depth, row=middle, premises=tuple(placed)), following


def _all(placed: Placed) -> Iterator[Placed]:
    yield placed
    for premise in placed.premises:
        yield from _all(premise)


def _lines(placed: Placed) -> str:
    x, y = placed.depth * _STEP + _BOX + 2, placed.row * _ROW + _ROW / 2
    return "".join(_line(x, y, p.depth * _STEP + 2, p.row * _ROW + _ROW / 2) for p in placed.premises)


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    bend = (x1 + x2) / 2
    return element(
        "path", class_="proof-line", d=f"M{x1:g},{y1:g} C{bend:g},{y1:g} {bend:g},{y2:g} {x2:g},{y2:g}", fill="none", stroke="#888888"
    )


def _box(placed: Placed, say: Callable[[str], str]) -> str:
    x, y = placed.depth * _STEP + 2, placed.row * _ROW + (_ROW - _HEIGHT) / 2
    proof = placed.proof
    kind = "statement" if proof.rule is None else "step"
    box = element("rect", class_=f"proof-{kind}", x=x, y=y, width=_BOX, height=_HEIGHT, rx=6.0, fill="#ffffff", stroke="#555555")
    below = f"{proof.id} · {proof.rule} v{proof.version}" if proof.rule else proof.id
    return (
        box
        + words(say(proof.conclusion), _LABEL, class_="proof-conclusion", x=x + 8, y=y + 19, font_size=14.0)
        + words(below, _RULE, class_="proof-rule", x=x + 8, y=y + 37, font_size=11.5)
    )
