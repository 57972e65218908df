"""Lints on conditions and findings: what would make the reasoning poor, unsafe or impossible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from ontologies.ages import overlap
from ontologies.concepts import Claim, Condition, LookAlike
from ontologies.evidence import AgeRange, Band
from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from ontologies.rule_use import RuleUse

FEWEST_FINDINGS = 8  # below, rivals cannot be told apart in an interview
URGENT = frozenset({"emergency", "emergency_ambulance"})
_SEX_OF = {"HasUterus": "female", "HasTestes": "male", "CanBePregnant": "female", "Pregnant": "female", "Postpartum": "female"}
_SPEAKING_AGAINST = frozenset({Band.BACKGROUND, Band.EXCLUDED, Band.RARE})
BandBounds = Mapping[Band, tuple[float, float]]


def lint_conditions(ontology: Ontology, bounds: BandBounds, use: RuleUse, today: date | None) -> Iterator[Issue]:
    """Look through every condition, then for findings that nobody uses."""
    for condition in ontology.conditions.values():
        yield from _lint_frame(condition, use, today)
        yield from _lint_claims(condition, ontology, bounds)
        yield from _lint_look_alikes(condition, ontology)
    yield from _orphans(ontology, use)


def _lint_frame(condition: Condition, use: RuleUse, today: date | None) -> Iterator[Issue]:
    where, name = condition.where, condition.id
    if not condition.history_only:
        distinct = len({claim.finding for claim in condition.claims})
        if distinct < FEWEST_FINDINGS:
            yield _warning(
                where,
                f"{name} has claims on only {distinct} findings.",
                f"State at least {FEWEST_FINDINGS}, those that speak against among them.",
            )
        if not condition.presentations:
            yield _warning(
                where, f"{name} has no v:presentation, so it can never be a candidate.", "Add rates by age, or v:historyOnly true."
            )
    if (condition.urgency in URGENT or condition.cant_miss) and not condition.history_only and not any(f.rule for f in condition.red_flags):
        yield _warning(
            where, f"{name} must not be missed but names no red-flag rule.", 'Add v:redFlag [ v:finding f:… ; v:rule "…" ; v:grade … ].'
        )
    for flag in condition.red_flags:
        if flag.rule and use.ids is not None and flag.rule not in use.ids:
            yield _error(
                flag.evidence.where, f'The red flag rule "{flag.rule}" of {name} does not exist.', "Write the rule, or correct its id."
            )
    if today is not None and condition.valid_until is not None and condition.valid_until < today.isoformat():
        yield _warning(where, f"The review of {name} was due on {condition.valid_until}.", "Review it and move v:validUntil.")


def _lint_claims(condition: Condition, ontology: Ontology, bounds: BandBounds) -> Iterator[Issue]:
    by_finding: dict[str, list[Claim]] = {}
    for claim in condition.claims:
        by_finding.setdefault(claim.finding, []).append(claim)
        yield from _band_against_probability(claim, bounds)
        yield from _impossible_link(claim, condition, ontology)
        if (claim.lr_positive is None) != (claim.lr_negative is None):
            yield _warning(
                claim.evidence.where, f"{claim.id} has one likelihood ratio without the other.", "Add the other, or use a probability."
            )
    for claims in by_finding.values():
        for one, other in combinations(claims, 2):
            if _both_apply(one, other):
                yield _warning(
                    other.evidence.where,
                    f"{one.id} and {other.id} both apply at some age.",
                    "Separate their v:ages, or leave one without v:ages.",
                )


def _both_apply(one: Claim, other: Claim) -> bool:
    if one.ages is None or other.ages is None or {one.sex, other.sex} == {"female", "male"}:
        return False
    return overlap(one.ages, other.ages)


def _band_against_probability(claim: Claim, bounds: BandBounds) -> Iterator[Issue]:
    if claim.band is None or claim.probability is None or claim.band not in bounds:
        return
    low, high = bounds[claim.band]
    if not low <= claim.probability <= high:
        message = f"{claim.id} says v:{claim.band} and {claim.probability:g}, but v:{claim.band} means {low:g} to {high:g}."
        yield _error(claim.evidence.where, message, "Drop the band, or correct the probability.")


def _impossible_link(claim: Claim, condition: Condition, ontology: Ontology) -> Iterator[Issue]:
    """Report a claim that can be true of nobody: the finding of one sex, the condition of the other; ages that never meet."""
    finding = ontology.findings[claim.finding]
    sexes = {sex for sex in (_SEX_OF.get(finding.only_if or ""), _SEX_OF.get(condition.only_if or ""), claim.sex) if sex}
    if len(sexes) > 1 and not _speaks_against(claim):
        yield _error(
            claim.evidence.where,
            f"{claim.id} can be true of nobody: it asks for both sexes.",
            "Correct v:onlyIf or v:sex, or drop the claim.",
        )
    ages = [p.ages or AgeRange() for p in condition.presentations if p.per_1000 > 0]
    if claim.ages is not None and ages and not any(overlap(claim.ages, group) for group in ages):
        message = f"{claim.id} is for ages at which {condition.id} has no rate."
        yield _warning(claim.evidence.where, message, "Correct v:ages, or add a v:presentation for them.")


def _speaks_against(claim: Claim) -> bool:
    return claim.band in _SPEAKING_AGAINST


def _lint_look_alikes(condition: Condition, ontology: Ontology) -> Iterator[Issue]:
    for rival in condition.look_alikes:
        if not (rival.points_here or rival.points_there or rival.decided_by) or _told_alike(condition, rival, ontology):
            message = f"Nothing that is known tells {condition.id} from its look-alike {rival.condition}."
            yield _warning(rival.evidence.where, message, "Add v:pointsThere, v:pointsHere, and claims on them that differ.")


def _told_alike(condition: Condition, rival: LookAlike, ontology: Ontology) -> bool:
    return _strengths(condition.claims) == _strengths(ontology.claims_of(rival.condition))


def _strengths(claims: tuple[Claim, ...]) -> dict[str, object]:
    return {claim.finding: (claim.probability, claim.band, claim.lr_positive, claim.lr_negative) for claim in claims}


def _orphans(ontology: Ontology, use: RuleUse) -> Iterator[Issue]:
    """Report findings that no condition, rule, risk or drug uses, refinements counted for their base."""
    used = set(use.findings) | set(_used(ontology))
    for finding in ontology.findings.values():
        if finding.id not in used and not used.intersection(ontology.descendants(finding.id)):
            yield _warning(finding.where, f"No condition and no rule uses {finding.id}.", "Claim it where it belongs, or take it out.")


def _used(ontology: Ontology) -> Iterator[str]:
    for condition in ontology.conditions.values():
        yield from (claim.finding for claim in condition.claims)
        yield from (risk.factor for risk in condition.risks)
        yield from (flag.finding for flag in condition.red_flags)
        yield from (one.finding for one in (*condition.urgency_raised_by, *condition.urgency_eased_by))
    for drug in ontology.drugs.values():
        yield from (effect.finding for effect in drug.side_effects)
        yield from drug.indications
        yield from (one for row in (*drug.contraindications, *drug.cautions, *drug.liver) for one in row.conditions)


def _error(where: str, message: str, solution: str) -> Issue:
    return Issue(level=Level.ERROR, message=message, solution=solution, where=where)


def _warning(where: str, message: str, solution: str) -> Issue:
    return Issue(level=Level.WARNING, message=message, solution=solution, where=where)
