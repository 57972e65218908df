"""What the rules use of the knowledge, told from above, since this floor does not know the rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """Ids of the rules, findings they name, sources they cite. `ids` is None when nobody told."""

    ids: frozenset[str] | None = None
    findings: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
