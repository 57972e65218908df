"""PROFILE.json as a PlanProfile: all faults at once, each with its place and what to do."""

from __future__ import annotations

import re
from datetime import date

from kg.care import ItemKind
from kg.issues import Issue, Level
from kg.reasoning import TriageLevel
from kg.record import Circumstances, Patient, PregnancyState, Sex
from ontologies.living_reader import MOMENTS
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.doubts import doubts_of
from optimizer.json_reader import JsonReader
from optimizer.profile import WEEKDAYS, FreeTime, HomeMeasurement, Medicine, PlanProfile, PlanWish, Visit, WishName
from optimizer.settings import minutes_of
from optimizer.wishes import well_formed

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_LAST_DAY = 6
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def from_json(raw: object, knowledge: Ontology) -> tuple[PlanProfile | None, tuple[Issue, ...]]:
    """Read a profile. Without errors it is complete; with errors there is none, and every fault is told."""
    if not isinstance(raw, dict):
        fault = Issue(
            level=Level.ERROR, message="A profile is a JSON object.", solution="See optimizer/schemas/profile.schema.json.", where="$"
        )
        return None, (fault,)
    reader = JsonReader(raw, "$")
    profile = _profile(reader, knowledge)
    reader.finish()
    reader.issues += doubts_of(profile, knowledge)
    issues = tuple(sorted(reader.issues, key=lambda issue: (issue.where, issue.message)))
    return (None if any(issue.level is Level.ERROR for issue in issues) else profile), issues


def _profile(reader: JsonReader, knowledge: Ontology) -> PlanProfile:
    start = reader.parsed("start_date", _first_day, "2026-11-23, between 1900 and 2199")
    if start is None and "start_date" not in reader.value:
        reader.fault("start_date", "A plan needs the date of its first day.", 'Add "start_date": "2026-11-23".')
    triage = reader.choice("triage", tuple(TriageLevel))
    return PlanProfile(
        start_date=start or "2000-01-01",
        person=_person(reader.inside("person")),
        history=reader.texts("history"),
        allergies=reader.texts("allergies"),
        medicines=tuple(_medicine(inner, knowledge) for inner in reader.objects("medicines")),
        targets=_known(reader, "targets", reader.texts("targets"), knowledge),
        visits=tuple(_visit(inner) for inner in reader.objects("visits")),
        measurements=tuple(_measurement(inner) for inner in reader.objects("measurements")),
        wishes=tuple(wish for inner in reader.objects("wishes") if (wish := _wish(inner)) is not None),
        free=tuple(free for inner in reader.objects("free") if (free := _free(inner)) is not None),
        triage=TriageLevel(triage) if triage else None,
    )


def _first_day(said: str) -> str:
    """Read a date whose week every calendar can write."""
    day = date.fromisoformat(said)
    if not _FIRST_YEAR <= day.year < _LAST_YEAR:
        raise ValueError(said)
    return day.isoformat()


def _known(reader: JsonReader, key: str, codes: tuple[str, ...], knowledge: Ontology) -> tuple[str, ...]:
    for code in codes:
        if code not in knowledge.targets:
            reader.fault(key, f"The target {code} is not known.", "Use an identifier of ontologies/lifestyle/targets.ttl.")
    return codes


def _person(reader: JsonReader | None) -> Patient:
    if reader is None:
        return Patient()
    sex, pregnancy = reader.choice("sex", tuple(Sex)), reader.choice("pregnancy", tuple(PregnancyState))
    person = Patient(
        age=reader.number("age", 0, 125),
        sex=Sex(sex) if sex else None,
        pregnancy=PregnancyState(pregnancy) if pregnancy else None,
        pregnancy_weeks=reader.number("pregnancy_weeks", 0, 45),
        weight_kg=reader.number("weight_kg", 1, 400),
        height_cm=reader.number("height_cm", 30, 250),
        circumstances=Circumstances(
            region=reader.text("region") or "GB",
            income=reader.choice("income", ("low", "middle", "high")),
            mobility=reader.texts("mobility"),
            disability=reader.texts("disability"),
            living_alone=reader.truth("living_alone"),
            carer=reader.truth("carer"),
            work=reader.text("work"),
            diet=reader.texts("diet"),
            smoking=reader.truth("smoking"),
            transport=reader.choice("transport", ("none", "public", "car")),
        ),
    )
    reader.finish()
    return person


def _medicine(reader: JsonReader, knowledge: Ontology) -> Medicine:
    drug = reader.text("drug") or ""
    if drug not in knowledge.drugs:
        reader.issues.append(
            Issue(
                level=Level.WARNING,
                message=f"The medicine {drug or '(none)'} is not known, so its maximum dose cannot be checked.",
                solution="Use an identifier of ontologies/drugs.",
                where=f"{reader.where}.drug",
            )
        )
    times = reader.whole("times_per_day", 1, 24, 0)
    medicine = Medicine(
        drug=drug,
        amount=reader.number("amount", 0, 100_000),
        unit=reader.text("unit"),
        times_per_day=times or None,
        clock=tuple(clock for said in reader.texts("times") if (clock := _clock(reader, "times", said)) is not None),
    )
    reader.finish()
    return medicine


def _clock(reader: JsonReader, key: str, said: str) -> int | None:
    if _CLOCK.fullmatch(said):
        return minutes_of(said)
    reader.fault(key, f'"{said}" is no time of day.', 'Write "08:00".')
    return None


def _visit(reader: JsonReader) -> Visit:
    kind = reader.choice("kind", (ItemKind.TEST, ItemKind.APPOINTMENT)) or ItemKind.APPOINTMENT
    visit = Visit(
        code=reader.text("code") or "appointment",
        kind=ItemKind(kind),
        label=_label(reader.inside("label")),
        minutes=reader.whole("minutes", 5, 480, 30),
        earliest_day=reader.whole("earliest_day", 0, _LAST_DAY, 0),
        latest_day=reader.whole("latest_day", 0, _LAST_DAY, _LAST_DAY),
        fasting=reader.truth("fasting") or False,
    )
    reader.finish()
    return visit


def _label(reader: JsonReader | None) -> Text | None:
    if reader is None:
        return None
    en, zh = reader.text("en"), reader.text("zh")
    reader.finish()
    one = en or zh
    return Text(en=en or one, zh=zh or one) if one else None


def _measurement(reader: JsonReader) -> HomeMeasurement:
    measurement = HomeMeasurement(
        quantity=reader.text("quantity") or "",
        days_per_week=reader.whole("days_per_week", 1, 7, 7),
        moment=reader.choice("moment", tuple(MOMENTS.values())) or "morning",
    )
    reader.finish()
    return measurement


def _wish(reader: JsonReader) -> PlanWish | None:
    name, value = reader.choice("name", tuple(WishName)), reader.text("value")
    reader.finish()
    if name is None or value is None:
        return None
    wish = PlanWish(name=WishName(name), value=value)
    if not well_formed(wish):
        reader.fault("value", f'"{value}" does not fit the wish {name}.', "Write times as 07:30, minutes as digits, days as monday.")
        return None
    return wish


def _free(reader: JsonReader) -> FreeTime | None:
    weekday = reader.choice("weekday", WEEKDAYS)
    said = [reader.text("start"), reader.text("end")]
    start, end = (_clock(reader, key, value) if value else None for key, value in zip(("start", "end"), said, strict=True))
    reader.finish()
    if start is None or end is None or start >= end:
        reader.fault("start", "Free time needs a start before its end.", 'Write {"start": "18:00", "end": "20:00"}.')
        return None
    return FreeTime(start=start, end=end, weekday=None if weekday is None else WEEKDAYS.index(weekday))
