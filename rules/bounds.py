"""Limits of a number, as they stand in a rule."""

from __future__ import annotations

from dataclasses import dataclass

from rules.fact import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of a number; None where there is none. A number meets them when it lies within all."""

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    def __str__(self) -> str:
        named = (("ge", self.ge), ("gt", self.gt), ("le", self.le), ("lt", self.lt))
        return " ".join(f"{name} {number(limit)}" for name, limit in named if limit is not None)

    @property
    def limits(self) -> tuple[float, ...]:
        """Return the limits that are set, which are the boundary values to test."""
        return tuple(limit for limit in (self.ge, self.gt, self.le, self.lt) if limit is not None)

    def scaled(self, factor: float) -> Bounds:
        """Return the same limits in another unit."""

        def scale(limit: float | None) -> float | None:
            return None if limit is None else limit * factor

        return Bounds(ge=scale(self.ge), gt=scale(self.gt), le=scale(self.le), lt=scale(self.lt))

    def met_by(self, value: float, slack: float = 1e-9) -> bool:
        """Say whether `value` lies within the limits; `slack` absorbs binary rounding only."""
        return (
            (self.ge is None or value >= self.ge - slack)
            and (self.gt is None or value > self.gt + slack)
            and (self.le is None or value <= self.le + slack)
            and (self.lt is None or value < self.lt - slack)
        )
