"""From what was said to the terms of the sum: which finding counts, given which base, and through which channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.record import Presence
from rules.calibration import DifferentialConstants
from rules.likelihood import Likelihood
from rules.said import Channel, Heard, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One addend for every condition: the log ratio of a "yes" or a "no" of `finding`, given that its base `given` is present."""

    finding: str
    given: str | None
    present: bool
    presence: Presence  # as shown to people
    share: float  # 1, or less for "maybe" and for what has passed
    channel: Channel
    statements: tuple[str, ...]
    chief: bool = False


def terms_of(heard: Heard, likelihood: Likelihood) -> tuple[Term, ...]:
    """List the terms, sorted by finding.

    A refinement brings its bases with it. A denied base silences its refinements. What contradicts a stronger statement does not count.
    """
    known = tuple(s for s in heard.findings if s.finding in likelihood.column and likelihood.stated[likelihood.column[s.finding]])
    chief = chief_complaint(known)
    affirmed = _affirmed(known, likelihood)
    denied = {s.finding: s for s in known if s.presence is Presence.ABSENT and s.finding not in affirmed}
    present = (_present(f, said, affirmed, likelihood, chief) for f, said in affirmed.items())
    absent = (
        _absent(s, affirmed, likelihood) for s in denied.values() if not denied.keys() & set(likelihood.ontology.ancestors(s.finding))
    )
    return tuple(sorted((*present, *absent), key=lambda t: t.finding))


def chief_complaint(known: Iterable[Said]) -> str | None:
    """Return the first symptom that the patient named."""
    named = [s for s in known if s.presence is Presence.PRESENT and s.channel is Channel.TEXT]
    return min(named, key=lambda s: (s.place, s.finding)).finding if named else None


def _affirmed(known: Iterable[Said], likelihood: Likelihood) -> dict[str, tuple[Said, ...]]:
    """Map every finding that holds, or may hold, to what implies it: itself or its refinements."""
    affirmed: dict[str, list[Said]] = {}
    for said in known:
        if said.presence in (Presence.PRESENT, Presence.POSSIBLE):
            for finding in (said.finding, *likelihood.ontology.ancestors(said.finding)):
                if likelihood.stated[likelihood.column[finding]]:
                    affirmed.setdefault(finding, []).append(said)
    return {finding: tuple(affirmed[finding]) for finding in sorted(affirmed)}


def _present(
    finding: str, said: tuple[Said, ...], affirmed: dict[str, tuple[Said, ...]], likelihood: Likelihood, chief: str | None
) -> Term:
    constants = likelihood.constants
    best = max(said, key=lambda s: (_share(s, constants), s.finding == finding, s.finding))
    return Term(
        finding=finding,
        given=next((a for a in likelihood.ontology.ancestors(finding) if a in affirmed), None),
        present=True,
        presence=best.presence,
        share=_share(best, constants),
        channel=best.channel,
        statements=tuple(sorted({i for s in said for i in s.statements}, key=_number)),
        chief=chief is not None and finding in (chief, *likelihood.ontology.ancestors(chief)),
    )


def _absent(said: Said, affirmed: dict[str, tuple[Said, ...]], likelihood: Likelihood) -> Term:
    given = (
        a for a in likelihood.ontology.ancestors(said.finding) if a in affirmed and any(s.presence is Presence.PRESENT for s in affirmed[a])
    )
    return Term(
        finding=said.finding,
        given=next(given, None),
        present=False,
        presence=Presence.ABSENT,
        share=1.0,
        channel=said.channel,
        statements=said.statements,
    )


def _share(said: Said, constants: DifferentialConstants) -> float:
    maybe = constants.possible if said.presence is Presence.POSSIBLE else 1.0
    return maybe * (constants.resolved if said.passed else 1.0)


def _number(identifier: str) -> tuple[int, str]:
    digits = "".join(ch for ch in identifier if ch.isdigit())
    return (int(digits) if digits else -1, identifier)
