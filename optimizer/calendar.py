"""The plan as iCalendar, RFC 5545 (https://www.rfc-editor.org/rfc/rfc5545). The same plan and stamp give the same bytes."""

from __future__ import annotations

from datetime import datetime, timedelta

from kg.care import CarePlan, PlanItem
from ontologies.text import Language

_LINE_OCTETS = 75  # RFC 5545, 3.1


def icalendar(plan: CarePlan, language: Language, stamp: str | None = None) -> str:
    """Write the plan with floating local times. `stamp` (ISO, UTC) is when it was made; without one it is the plan's first day."""
    made = datetime.fromisoformat(stamp or plan.start_date).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Iatros//Care plan//EN", "CALSCALE:GREGORIAN"]
    for number, item in enumerate(plan.items):
        lines += _event(plan, item, number, made, language)
    lines.append("END:VCALENDAR")
    return "".join(folded + "\r\n" for line in lines for folded in _folded(line))


def _event(plan: CarePlan, item: PlanItem, number: int, made: str, language: Language) -> list[str]:
    start = datetime.fromisoformat(plan.start_date) + timedelta(days=item.day, minutes=item.start)
    end = start + timedelta(minutes=item.minutes)
    amount = f" {item.amount}" if item.amount else ""
    return [
        "BEGIN:VEVENT",
        f"UID:{plan.start_date}-{number}-{item.code.replace(':', '-')}@iatros",
        f"DTSTAMP:{made}",
        f"DTSTART:{start:%Y%m%dT%H%M%S}",
        f"DTEND:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_escaped(item.label.render(language) + amount)}",
        f"DESCRIPTION:{_escaped(item.reason.render(language))}",
        f"CATEGORIES:{item.kind.upper()}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Escape a text value (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> list[str]:
    """Fold a line at 75 octets without cutting a character."""
    parts, current, octets = [], "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LINE_OCTETS:
            parts.append(current)
            current, octets = " ", 1
        current += character
        octets += size
    return [*parts, current]
