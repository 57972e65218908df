"""What can go wrong in the planner by our own fault: bad input becomes an Issue instead."""

from __future__ import annotations


class PlanningError(Exception):
    """The planner itself is at fault: a bug or a broken data file, never the person's wishes."""


class RangeError(PlanningError):
    """The tiers of an objective do not fit into one another, so their order would not hold."""
