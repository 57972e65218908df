"""Reads what is done about a condition: red flags, tests, look-alikes, self-care, treatments, whom to see, follow-up."""

from __future__ import annotations

from ontologies.choices import ONLY_IF, URGENCIES
from ontologies.concepts import Advice, FollowUp, Investigation, LookAlike, RedFlag, TreatmentOption, UrgencyRaise
from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.text import Text
from ontologies.turtle import Node

_NO_REASON = Text(en="", zh="")
_KINDS = {"Do": "Do", "DoNot": "DoNot"}


def read_urgency_raises(fields: FieldReader, node: Node) -> tuple[UrgencyRaise, ...]:
    """Read the findings that make the condition more urgent."""
    to, evidence = fields.choice(node, "v:to", URGENCIES, "consultation_24h"), read_evidence(fields, node)
    why = fields.text(node, "v:why") or _NO_REASON
    return tuple(UrgencyRaise(finding=finding, to=to, why=why, evidence=evidence) for finding in _concepts(fields, node, "v:finding"))


def read_red_flags(fields: FieldReader, node: Node) -> tuple[RedFlag, ...]:
    """Read the findings that must not be missed, with their rule."""
    rule, means, evidence = fields.literal(node, "v:rule") or "", fields.iri(node, "v:means"), read_evidence(fields, node)
    return tuple(RedFlag(finding=finding, rule=rule, means=means, evidence=evidence) for finding in _concepts(fields, node, "v:finding"))


def read_investigation(fields: FieldReader, node: Node) -> Investigation:
    """Read a test or score and what its results would change."""
    test, score = fields.iri(node, "v:test"), fields.literal(node, "v:score")
    if test is None and score is None:
        fields.fault(node, "This v:investigatedBy names neither test nor score.", "Add v:test t:… or v:score with the id of its rule.")
    return Investigation(
        test=test,
        score=score,
        sequence=int(fields.number(node, "v:sequence") or 1),
        purpose=fields.individual(node, "v:purpose") or "Confirm",
        only_if=fields.choice(node, "v:onlyIf", ONLY_IF, "") or None,
        population=fields.individual(node, "v:population"),
        if_positive=fields.text(node, "v:ifPositive"),
        if_negative=fields.text(node, "v:ifNegative"),
        sensitivity=fields.probability(node, "v:sensitivity"),
        specificity=fields.probability(node, "v:specificity"),
        evidence=read_evidence(fields, node),
    )


def read_look_alike(fields: FieldReader, node: Node) -> LookAlike:
    """Read a rival and what tells the two apart."""
    return LookAlike(
        condition=_concept(fields, node, "v:condition"),
        points_there=fields.iris(node, "v:pointsThere"),
        points_here=fields.iris(node, "v:pointsHere"),
        decided_by=fields.iris(node, "v:decidedBy"),
        evidence=read_evidence(fields, node),
    )


def read_advice(fields: FieldReader, node: Node) -> Advice | None:
    """Read something to do, or not to do, oneself."""
    text = _wording(fields, node, "v:selfCare")
    if text is None:
        return None
    return Advice(do=fields.choice(node, "v:kind", _KINDS, "Do") == "Do", text=text, evidence=read_evidence(fields, node))


def read_treatment_option(fields: FieldReader, node: Node) -> TreatmentOption:
    """Read a treatment by line, with what speaks for and against it."""
    return TreatmentOption(
        line=int(fields.number(node, "v:line") or 0),
        option=_concept(fields, node, "v:option"),
        setting=fields.individual(node, "v:setting"),
        population=fields.individual(node, "v:population"),
        for_=fields.text(node, "v:for"),
        against=fields.text(node, "v:against"),
        evidence=read_evidence(fields, node),
    )


def read_follow_up(fields: FieldReader, node: Node) -> FollowUp | None:
    """Read when to be seen again or what to come back for."""
    text = _wording(fields, node, "v:followUp")
    return None if text is None else FollowUp(text=text, evidence=read_evidence(fields, node))


def read_specialties(fields: FieldReader, node: Node) -> tuple[str, ...]:
    """Read who treats it, the specialist to see first in front."""
    first = [name for inner in fields.nodes(node, "v:seeWhom") for name in fields.individuals(inner, "v:specialty")]
    return tuple(dict.fromkeys([*first, *fields.individuals(node, "v:specialty")]))


def read_see_within_hours(fields: FieldReader, node: Node) -> float | None:
    """Read within how many hours to be seen."""
    return next((hours for inner in fields.nodes(node, "v:seeWhom") if (hours := fields.hours(inner, "v:within")) is not None), None)


def _wording(fields: FieldReader, node: Node, predicate: str) -> Text | None:
    text = fields.text(node, "v:text")
    if text is None:
        fields.fault(node, f"This {predicate} has no text.", 'Add v:text "…"@en , "…"@zh.')
    return text


def _concept(fields: FieldReader, node: Node, predicate: str) -> str:
    """Return the one concept that a field must name; the empty string, which refers to nothing, when it does not."""
    named = _concepts(fields, node, predicate)
    return named[0] if named else ""


def _concepts(fields: FieldReader, node: Node, predicate: str) -> tuple[str, ...]:
    named = fields.iris(node, predicate)
    if not named:
        fields.fault(node, f"This entry names no {predicate}.", f"Add {predicate} with an identifier.")
    return named
