"""What triage weighs: the differential, the arguments of guard and rules, and how long and in what direction things have gone."""

from __future__ import annotations

from dataclasses import dataclass

from kg.reasoning import Hypothesis, TriageLevel
from ontologies.concepts import Condition
from ontologies.text import Text
from rules.differential import Ranking
from rules.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """Something that asks for at least a level. `open` marks a red flag with a premise still open."""

    level: TriageLevel
    text: Text
    derivation: str
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known when the level is decided."""

    ranking: Ranking
    hypotheses: tuple[Hypothesis, ...]
    arguments: tuple[Argument, ...]  # of the guard and of rules about the person
    open_premises: tuple[str, ...]  # findings that would complete a red flag
    medicines_only: bool
    missed_dose_only: bool  # nothing was told but that a dose was forgotten
    durations: dict[str, float]  # finding -> days it has lasted at least
    worsening: frozenset[str]  # findings that are said to get worse


def _eased(condition: Condition, ranking: Ranking) -> TriageLevel:
    """Return how soon a condition should be seen where nothing raises it."""
    eased = (TriageLevel(e.to) for e in condition.urgency_eased_by if e.finding in ranking.present)
    return min((TriageLevel(condition.urgency), *eased), key=lambda level: level.rank)


def urgency(condition: Condition, ranking: Ranking) -> tuple[TriageLevel, Text | None]:
    """Return how soon a condition should be seen here, and what made it more urgent than usual."""
    level, why = _eased(condition, ranking), None
    for raised in condition.urgency_raised_by:
        to = TriageLevel(raised.to)
        if raised.finding in ranking.present and to.rank > level.rank:
            finding = ranking.likelihood.ontology.label(raised.finding)
            level, why = to, say("triage.reason.raised", condition=condition.label, finding=finding, why=raised.why)
    return level, why
