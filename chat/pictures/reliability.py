"""A reliability plot: how often what was told as so probable came true, before and after calibration."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from chat.calibrating import Group, Losses
from chat.pictures.svg import element

_SIZE, _LEFT, _TOP = 320, 52, 40
_BEFORE, _AFTER = "#b9b4a6", "#1b5e8c"


def reliability_plot(before: Sequence[Group], after: Sequence[Group], shares: Losses, calibrated: Losses) -> str:
    """Draw both curves over the diagonal of perfect calibration, with the figures as text alternative."""
    title = "Told probability against how often it was right"
    parts = [
        element("title", title, id="title"),
        element("desc", escape(_said(after)), id="summary"),
        *_frame(),
        *_curve(before, _BEFORE),
        *_curve(after, _AFTER),
        *_legend(0, _BEFORE, f"shares as they are: log loss {shares.log_loss:.3f}, Brier {shares.brier:.3f}"),
        *_legend(1, _AFTER, f"calibrated, cross-validated: log loss {calibrated.log_loss:.3f}, Brier {calibrated.brier:.3f}"),
    ]
    box = f"0 0 {_LEFT + _SIZE + 30} {_TOP + _SIZE + 48}"
    about = {"role": "img", "aria_labelledby": "title summary", "font_family": "sans-serif", "font_size": "11"}
    return element("svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", viewBox=box, **about) + "\n"


def _said(groups: Sequence[Group]) -> str:
    return "; ".join(f"told {g.told:.2f}, right {g.right:.2f} of {g.count}" for g in groups)


def _x(value: float) -> float:
    return round(_LEFT + _SIZE * value, 1)


def _y(value: float) -> float:
    return round(_TOP + _SIZE * (1 - value), 1)


def _frame() -> list[str]:
    parts = [element("line", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), stroke="#999", stroke_dasharray="4 4")]
    for tenth in range(0, 11, 2):
        share = tenth / 10
        parts.append(element("line", x1=_x(0), y1=_y(share), x2=_x(1), y2=_y(share), stroke="#e4e1d8"))
        parts.append(element("text", f"{share:.1f}", x=_x(0) - 6, y=_y(share) + 4, text_anchor="end"))
        parts.append(element("text", f"{share:.1f}", x=_x(share), y=_y(0) + 16, text_anchor="middle"))
    parts.append(element("text", "told", x=_x(0.5), y=_y(0) + 34, text_anchor="middle"))
    parts.append(element("text", "right", x=_x(0) - 6, y=_y(1.03), text_anchor="end"))
    return parts


def _curve(groups: Sequence[Group], colour: str) -> list[str]:
    points = [(_x(g.told), _y(g.right)) for g in groups]
    line = element("polyline", points=" ".join(f"{x},{y}" for x, y in points), fill="none", stroke=colour, stroke_width=2)
    return [line, *(element("circle", cx=x, cy=y, r=3.5, fill=colour) for x, y in points)]


def _legend(row: int, colour: str, text: str) -> list[str]:
    y = 12 + 15 * row
    return [element("circle", cx=_LEFT, cy=y - 4, r=4, fill=colour), element("text", escape(text), x=_LEFT + 10, y=y)]
