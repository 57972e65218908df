"""A week's plan as a calendar: seven columns, hours downwards. The page lists the same entries as text below it."""

from __future__ import annotations

from datetime import date, timedelta

from chat.pictures.svg import element, picture, words, wrapped
from chat.wording import text
from kg.care import CarePlan, ItemKind, PlanItem
from ontologies.text import Language

_COLUMN, _GUTTER, _HEAD, _HOUR = 150.0, 40.0, 44.0, 50.0  # in the picture's own units
_LINE = 15.0  # height of a line of a label
_DAYS = 7
_LABEL, _LINES = 20, 3  # narrow characters that fit into a column, and lines of a label
_FILL = {
    ItemKind.DOSE: "#e3d7f5",
    ItemKind.MEASUREMENT: "#d5ecf5",
    ItemKind.APPOINTMENT: "#fbd9d3",
    ItemKind.TEST: "#fbe6c8",
    ItemKind.ACTIVITY: "#d4efd9",
    ItemKind.MEAL: "#eeeade",
    ItemKind.SLEEP: "#dcdfea",
}
"""Colours for a picture that stands alone; on our pages the style sheet decides. Each entry also says in words what it is."""


def week_svg(plan: CarePlan, language: Language) -> str:
    """Draw the plan."""
    shown = [item for item in plan.items if item.kind is not ItemKind.SLEEP]
    first, last = _hours(shown)
    entries: list[str] = []
    lowest = _HEAD + (last - first) * _HOUR
    for day in range(_DAYS):
        drawn, free = _entries([i for i in shown if i.day == day], first, language)
        entries += drawn
        lowest = max(lowest, free)
    height = lowest + 6
    hours = (_hour(h, first) for h in range(first, last + 1))
    parts = [_background(height), *(_day(day, plan, language, height) for day in range(_DAYS)), *hours, *entries]
    return picture(
        "".join(parts),
        name="week",
        title=text("plan.title").render(language),
        description=text("plan.describe", count=str(len(shown))).render(language),
        width=_GUTTER + _DAYS * _COLUMN,
        height=height,
        class_="week",
    )


def day_name(plan: CarePlan, day: int, language: Language, form: str = "day") -> str:
    """Name a day of the plan with its date: `form` is "day" or "day.short"."""
    on = date.fromisoformat(plan.start_date) + timedelta(days=day)
    return (
        f"{text(f'{form}.{on.weekday()}').render(language)} {on.day}.{on.month}."
        if form == "day.short"
        else (f"{text(f'{form}.{on.weekday()}').render(language)}, {on.isoformat()}")
    )


def clock(minute: int) -> str:
    """Write minutes since midnight as a time of day.

    >>> clock(485)
    '08:05'
    """
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _hours(items: list[PlanItem]) -> tuple[int, int]:
    """Return the first and last hour that must be drawn."""
    starts = [i.start // 60 for i in items] or [8]
    ends = [min(24, -(-(i.start + i.minutes) // 60)) for i in items] or [20]
    return min(starts), max(*ends, min(starts) + 4)


def _background(height: float) -> str:
    return element("rect", class_="week-paper", x=0.0, y=0.0, width=_GUTTER + _DAYS * _COLUMN, height=height, fill="#ffffff")


def _day(day: int, plan: CarePlan, language: Language, height: float) -> str:
    x = _GUTTER + day * _COLUMN
    name = words(
        day_name(plan, day, language, "day.short"), 20, class_="week-day", x=x + _COLUMN / 2, y=28.0, text_anchor="middle", font_size=17.0
    )
    return name + element("line", class_="week-line", x1=x, y1=_HEAD, x2=x, y2=height, stroke="#d0d0d0")


def _hour(hour: int, first: int) -> str:
    y = _HEAD + (hour - first) * _HOUR
    line = element("line", class_="week-line", x1=_GUTTER, y1=y, x2=_GUTTER + _DAYS * _COLUMN, y2=y, stroke="#d0d0d0")
    return line + words(f"{hour:02d}", 4, class_="week-hour", x=_GUTTER - 8, y=y + 5, text_anchor="end", font_size=14.0)


def _entries(items: list[PlanItem], first: int, language: Language) -> tuple[list[str], float]:
    """Place a day's entries one below the other: an entry moves down when the one before needs the room for its label."""
    drawn, free = [], 0.0
    for item in sorted(items, key=lambda i: (i.start, i.code)):
        lines = wrapped(_label(item, language), _LABEL, _LINES)
        y = max(_HEAD + (item.start / 60 - first) * _HOUR, free)
        height = max(len(lines) * _LINE + 5, item.minutes / 60 * _HOUR - 2)
        free = y + height + 2
        drawn.append(_entry(item, lines, y, height))
    return drawn, free


def _label(item: PlanItem, language: Language) -> str:
    return " ".join(part for part in (clock(item.start), item.label.render(language), item.amount) if part)


def _entry(item: PlanItem, lines: tuple[str, ...], y: float, height: float) -> str:
    x = _GUTTER + item.day * _COLUMN + 3
    box = element(
        "rect", class_=f"week-item week-{item.kind.value}", x=x, y=y, width=_COLUMN - 6, height=height, rx=5.0, fill=_FILL[item.kind]
    )
    said = (
        words(line, _LABEL, class_="week-label", x=x + 6, y=y + (n + 1) * _LINE - 1, font_size=12.5, font_family="sans-serif")
        for n, line in enumerate(lines)
    )
    return box + "".join(said)
