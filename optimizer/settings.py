"""The planner's own figures, read once from settings.yaml into types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ontologies.plain_yaml import read_yaml

MINUTES_PER_DAY = 24 * 60


def minutes_of(clock: str) -> int:
    """Turn a clock time into minutes of the day.

    >>> minutes_of("08:30")
    510
    """
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def clock_of(minutes: int) -> str:
    """Turn minutes of the day into a clock time.

    >>> clock_of(510)
    '08:30'
    """
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When something of the day may begin, and when it usually does (minutes of the day)."""

    earliest: int
    latest: int
    preferred: int
    minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What a way of eating forbids, keeps apart, or asks of a dish."""

    forbids: frozenset[str]
    apart: tuple[frozenset[str], ...]
    needs_tag: str | None
    target: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """Medicines (or classes) that are not taken within so many minutes of each other."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All figures. Sections that are plain numbers stay mappings; the rest is typed."""

    slot: int
    unit: int
    days: int
    wake: Window
    bed: Window
    meals: Mapping[str, Window]
    day: Mapping[str, Any]
    doses: Mapping[str, Any]
    measurements: Mapping[str, Any]
    energy: Mapping[str, Any]
    movement: Mapping[str, Any]
    limitations_of: Mapping[str, str]
    visits: Mapping[str, Any]
    menu: Mapping[str, Any]
    solver: Mapping[str, Any]
    weights: Mapping[str, int]
    free: tuple[tuple[int, int], ...]
    diets: Mapping[str, Diet]
    allergens: Mapping[str, tuple[str, ...]]
    separations: tuple[Separation, ...]


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the figures, read once a process."""
    return read_settings(files("optimizer").joinpath("settings.yaml").read_text(encoding="utf-8"))


def read_settings(text: str) -> Settings:
    """Make the settings of a YAML text."""
    raw = read_yaml(text)
    day = raw["day"]
    return Settings(
        slot=raw["slot_minutes"],
        unit=raw["unit_minutes"],
        days=raw["days"],
        wake=_window(day["wake"]),
        bed=_window(day["bed"]),
        meals={name: _window(meal) for name, meal in day["meals"].items()},
        day=day,
        doses=raw["doses"],
        measurements=raw["measurements"],
        energy=raw["energy"],
        movement=raw["movement"],
        limitations_of=raw["limitations_of"],
        visits=raw["visits"],
        menu=raw["menu"],
        solver=raw["solver"],
        weights=raw["weights"],
        free=tuple((minutes_of(start), minutes_of(end)) for start, end in raw["free"]),
        diets={name: _diet(diet) for name, diet in raw["diets"].items()},
        allergens={name: tuple(things) for name, things in raw["allergens"].items()},
        separations=tuple(Separation(one=tuple(s["one"]), other=tuple(s["other"]), minutes=s["minutes"]) for s in raw["separations"]),
    )


def _window(raw: dict[str, Any]) -> Window:
    return Window(
        earliest=minutes_of(raw["earliest"]),
        latest=minutes_of(raw["latest"]),
        preferred=minutes_of(raw["preferred"]),
        minutes=raw.get("minutes", 0),
    )


def _diet(raw: dict[str, Any]) -> Diet:
    return Diet(
        forbids=frozenset(raw.get("forbids", ())),
        apart=tuple(frozenset(pair) for pair in raw.get("apart", ())),
        needs_tag=raw.get("needs_tag"),
        target=raw.get("target"),
    )
