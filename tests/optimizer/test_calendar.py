"""The calendar file: valid lines, escaped text, the same bytes each time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.care import CarePlan, Certificate, ItemKind, PlanItem
from ontologies.text import Language, Text
from optimizer.calendar import icalendar


def week(label: str = "walk; with, friends\\") -> CarePlan:
    name = Text(en=label, zh="散步")
    item = PlanItem(kind=ItemKind.ACTIVITY, code="a:walk", label=name, day=6, start=1425, minutes=30, reason=name, amount="30 min")
    certificate = Certificate(stages=(), verified=True)
    return CarePlan(items=(item,), bounds=(), sacrifices=(), conflict=(), alerts=(), certificate=certificate, start_date="2026-12-28")


def test_times_cross_midnight_and_the_year() -> None:
    """An entry late on the last day ends in the new year."""
    lines = icalendar(week(), Language.EN).split("\r\n")
    assert "DTSTART:20270103T234500" in lines
    assert "DTEND:20270104T001500" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_text_is_escaped_and_in_the_language() -> None:
    """Commas, semicolons and backslashes do not break the format."""
    assert "SUMMARY:walk\\; with\\, friends\\\\ 30 min" in icalendar(week(), Language.EN)
    assert "SUMMARY:散步 30 min" in icalendar(week(), Language.ZH)


def test_the_stamp_is_passed_in() -> None:
    """No clock is read: the same plan and stamp give the same bytes."""
    assert icalendar(week(), Language.EN, "2026-11-23T10:00:00") == icalendar(week(), Language.EN, "2026-11-23T10:00:00")
    assert "DTSTAMP:20261123T100000Z" in icalendar(week(), Language.EN, "2026-11-23T10:00:00")


@given(label=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200))
def test_no_line_is_longer_than_allowed(label: str) -> None:
    """Every line has at most 75 octets and decodes on its own."""
    for line in icalendar(week(label), Language.EN).encode().split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
