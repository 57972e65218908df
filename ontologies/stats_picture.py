"""The counts as a picture: one bar a body system, claims by grade. It carries a text alternative and needs no script."""

from __future__ import annotations

from html import escape

from ontologies.evidence import Grade
from ontologies.stats import Stats, SystemStats

COLOURS = {Grade.MEASURED: "#1b5e8c", Grade.BANDED: "#3f88a8", Grade.STATED: "#7a6a9e", Grade.EXPERT: "#b9b4a6"}
LEFT, WIDTH, ROW, TOP = 150, 480, 24, 44


def as_svg(found: Stats) -> str:
    """Draw the claims of each body system by grade."""
    most = max((one.claims for one in found.systems), default=0) or 1
    height = TOP + ROW * len(found.systems) + 10
    rows = "".join(_row(one, TOP + ROW * index, most) for index, one in enumerate(found.systems))
    summary = "; ".join(f"{one.system} {one.claims}" for one in found.systems)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {height}" role="img" aria-labelledby="title summary" '
        f'font-family="sans-serif" font-size="12"><title id="title">Claims by body system and grade</title>'
        f'<desc id="summary">{escape(summary)}</desc>{_legend()}{rows}</svg>\n'
    )


def _legend() -> str:
    parts = []
    for index, grade in enumerate(Grade):
        x = LEFT + 110 * index
        parts.append(f'<rect x="{x}" y="12" width="12" height="12" fill="{COLOURS[grade]}"/><text x="{x + 17}" y="22">{grade.value}</text>')
    return "".join(parts)


def _row(one: SystemStats, y: int, most: int) -> str:
    parts = [f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(one.system)}</text>']
    x = float(LEFT)
    for grade, count in one.grades:
        width = WIDTH * count / most
        parts.append(f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="16" fill="{COLOURS[grade]}"/>')
        x += width
    parts.append(f'<text x="{x + 6:.1f}" y="{y + 15}">{one.claims}</text>')
    return "".join(parts)
