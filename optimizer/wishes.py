"""Wishes as they come from a conversation: what cannot be understood is told and left out, never guessed."""

from __future__ import annotations

import re
from dataclasses import replace

from ontologies.text import Text
from optimizer.profile import WEEKDAYS, PlanProfile, PlanWish, WishName
from optimizer.texts import text

_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_CLOCKS = frozenset({WishName.WAKE, WishName.BEDTIME, WishName.BREAKFAST, WishName.LUNCH, WishName.DINNER})
_NUMBERS = frozenset({WishName.MIN_MINUTES, WishName.MAX_MINUTES, WishName.MAX_PREP})


def well_formed(wish: PlanWish) -> bool:
    """Say whether the value of a wish has the form that its name asks for."""
    if wish.name in _CLOCKS:
        return _CLOCK.fullmatch(wish.value) is not None
    if wish.name in _NUMBERS:
        return wish.value.isascii() and wish.value.isdigit() and len(wish.value) <= 4
    if wish.name is WishName.REST_DAY:
        return wish.value in WEEKDAYS
    return bool(wish.value.strip())


def understood(profile: PlanProfile) -> tuple[PlanProfile, tuple[Text, ...]]:
    """Keep the wishes that can be understood, each once, and word an alert for the others."""
    good = tuple(dict.fromkeys(wish for wish in profile.wishes if well_formed(wish)))
    bad = tuple(wish for wish in profile.wishes if not well_formed(wish))
    return replace(profile, wishes=good), tuple(text("alerts", "wish-unclear", wish=wish.id) for wish in bad)
