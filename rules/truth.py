"""How well a premise is known: the six values on which the guard, the scores and the grounding rest."""

from __future__ import annotations

from enum import StrEnum


class Truth(StrEnum):
    """How a premise stands. Two-valued rules fire on TRUE only."""

    TRUE = "true"
    POSSIBLE = "possible"  # said to be possible, or partly within the limits
    PERSON = "person"  # open because age, sex, anatomy or pregnancy is unknown
    DONT_KNOW = "dont_know"  # asked; the person does not know, or did not want to say
    OPEN = "open"  # nobody said anything
    FALSE = "false"
