"""Reads conditions: names, frame, how often, risks, findings. What is done about them is read by `care_reader`."""

from __future__ import annotations

from ontologies.care_reader import (
    read_advice,
    read_follow_up,
    read_investigation,
    read_look_alike,
    read_red_flags,
    read_see_within_hours,
    read_specialties,
    read_treatment_option,
    read_urgency_raises,
)
from ontologies.choices import ONLY_IF, SEXES, SYSTEMS, TEMPOS, URGENCIES
from ontologies.concepts import Claim, Condition, FindingConcept, Presentation, Risk
from ontologies.evidence import Band
from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.labels_reader import read_forms, read_label, read_matches
from ontologies.text import Text
from ontologies.turtle import Node

HOURS_PER_DAY = 24.0
_BANDS = {band.value: band for band in Band}


def read_conditions(fields: FieldReader, findings: dict[str, FindingConcept]) -> dict[str, Condition]:
    """Read every condition of the graph by identifier; `findings` lend their background to risks without an exposure prevalence."""
    return {node.id: _condition(fields, node, findings) for node in fields.graph.of_type("v:Condition")}


def _condition(fields: FieldReader, node: Node, findings: dict[str, FindingConcept]) -> Condition:
    return Condition(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        definition=fields.text(node, "skos:definition"),
        icd10=fields.literal(node, "v:icd10"),
        matches=read_matches(fields, node),
        system=_required(fields, node, "v:system", SYSTEMS, ""),
        broader=fields.iri(node, "v:parent"),
        specialties=read_specialties(fields, node),
        see_within_hours=read_see_within_hours(fields, node),
        cant_miss=fields.truth(node, "v:cantMiss"),
        chronic=fields.truth(node, "v:chronic"),
        urgency=_required(fields, node, "v:urgency", URGENCIES, "consultation"),
        urgency_raised_by=tuple(r for inner in fields.nodes(node, "v:urgencyRaisedBy") for r in read_urgency_raises(fields, inner)),
        urgency_eased_by=tuple(r for inner in fields.nodes(node, "v:urgencyEasedBy") for r in read_urgency_raises(fields, inner)),
        only_if=fields.choice(node, "v:onlyIf", ONLY_IF, "") or None,
        presentations=tuple(p for inner in fields.nodes(node, "v:presentation") if (p := _presentation(fields, inner)) is not None),
        risks=tuple(r for inner in fields.nodes(node, "v:risk") if (r := _risk(fields, inner, findings)) is not None),
        claims=_claims(fields, node),
        tempo=_tempo(fields, node),
        usual_days=_usual_days(fields, node),
        course=_course(fields, node),
        red_flags=tuple(flag for inner in fields.nodes(node, "v:redFlag") for flag in read_red_flags(fields, inner)),
        investigations=tuple(read_investigation(fields, inner) for inner in fields.nodes(node, "v:investigatedBy")),
        complications=_complications(fields, node),
        look_alikes=tuple(read_look_alike(fields, inner) for inner in fields.nodes(node, "v:lookAlike") if "v:condition" in inner.fields),
        self_care=tuple(a for inner in fields.nodes(node, "v:selfCare") if (a := read_advice(fields, inner)) is not None),
        treatments=tuple(read_treatment_option(fields, inner) for inner in fields.nodes(node, "v:treatment")),
        follow_up=tuple(f for inner in fields.nodes(node, "v:followUp") if (f := read_follow_up(fields, inner)) is not None),
        status=fields.individual(node, "v:status") or "Draft",
        valid_until=fields.literal(node, "v:validUntil"),
        where=node.where,
        history_only=fields.truth(node, "v:historyOnly"),
    )


def _required(fields: FieldReader, node: Node, predicate: str, choices: dict[str, str], default: str) -> str:
    if predicate not in node.fields:
        fields.fault(node, f"{node.id} has no {predicate}.", f"Add {predicate} with one of {', '.join('v:' + name for name in choices)}.")
    return fields.choice(node, predicate, choices, default)


def _presentation(fields: FieldReader, node: Node) -> Presentation | None:
    rate = fields.number(node, "v:per1000consultations")
    if rate is None or rate < 0:
        fields.fault(node, "This v:presentation has no rate.", "Add v:per1000consultations, not below 0.")
        return None
    sex = fields.choice(node, "v:sex", SEXES, "") or None
    return Presentation(per_1000=rate, ages=fields.ages(node), sex=sex, evidence=read_evidence(fields, node))


def _risk(fields: FieldReader, node: Node, findings: dict[str, FindingConcept]) -> Risk | None:
    factor, ratio = fields.iri(node, "v:factor"), fields.number(node, "v:ratio")
    if factor is None or ratio is None or ratio <= 0:
        fields.fault(node, "This v:risk needs a v:factor and a v:ratio above 0.", "Write [ v:factor f:… ; v:ratio 2.0 ; v:grade … ].")
        return None
    exposed = fields.probability(node, "v:exposurePrevalence")
    if exposed is None:
        exposed = _mean_background(findings.get(factor))
    return Risk(factor=factor, ratio=ratio, exposure_prevalence=exposed, evidence=read_evidence(fields, node))


def _mean_background(finding: FindingConcept | None) -> float:
    """Return how common a factor is among people consulting; 0 (rare) when nobody said."""
    if finding is None or not finding.backgrounds:
        return 0.0
    return sum(background.probability for background in finding.backgrounds) / len(finding.backgrounds)


def _claims(fields: FieldReader, node: Node) -> tuple[Claim, ...]:
    """Read the claims of a condition under their stable names; a name that comes twice is a fault and the first stays."""
    claims: dict[str, Claim] = {}
    for inner in fields.nodes(node, "v:presents"):
        claim = _claim(fields, inner, node.id)
        if claim is None:
            continue
        if claim.id in claims:
            fields.fault(
                inner,
                f"{claim.finding} has a second claim under {node.id} (first at {claims[claim.id].evidence.where}).",
                "Drop one of them, or give each its own v:population.",
            )
        else:
            claims[claim.id] = claim
    return tuple(claims.values())


def _claim(fields: FieldReader, node: Node, condition: str) -> Claim | None:
    finding = fields.iri(node, "v:finding")
    if finding is None:
        fields.fault(node, f"This v:presents of {condition} names no v:finding.", "Add v:finding f:….")
        return None
    written = node.fields
    population = fields.individual(node, "v:population") if "v:population" in written else None
    claim = Claim(
        id=claim_id(condition, finding, population),
        condition=condition,
        finding=finding,
        probability=fields.probability(node, "v:probability") if "v:probability" in written else None,
        band=_band(fields, node) if "v:band" in written else None,
        lr_positive=_ratio(fields, node, "v:lrPositive") if "v:lrPositive" in written else None,
        lr_negative=_ratio(fields, node, "v:lrNegative") if "v:lrNegative" in written else None,
        among=fields.iri(node, "v:among") if "v:among" in written else None,
        spectrum=fields.individual(node, "v:spectrum") if "v:spectrum" in written else None,
        population=population,
        ages=fields.ages(node) if "v:ages" in written else None,
        sex=(fields.choice(node, "v:sex", SEXES, "") or None) if "v:sex" in written else None,
        evidence=read_evidence(fields, node),
    )
    if claim.probability is None and claim.band is None and claim.lr_positive is None and claim.lr_negative is None:
        fields.fault(node, f"The claim {claim.id} says nothing.", "Add v:probability, v:band, or v:lrPositive with v:lrNegative.")
        return None
    return claim


def claim_id(condition: str, finding: str, population: str | None) -> str:
    """Name a claim so that proofs can cite it and a comparison of two versions can find it.

    >>> claim_id("c:appendicitis", "f:fever", "Child")
    'k:claim/appendicitis/fever/Child'
    """
    name = f"k:claim/{condition.partition(':')[2]}/{finding.partition(':')[2]}"
    return name if population is None else f"{name}/{population}"


def _band(fields: FieldReader, node: Node) -> Band | None:
    name = fields.individual(node, "v:band")
    if name is not None and name not in _BANDS:
        fields.fault(node, f"v:band v:{name} is not known.", f"Use one of {', '.join('v:' + band for band in _BANDS)}.")
    return None if name is None else _BANDS.get(name)


def _ratio(fields: FieldReader, node: Node, predicate: str) -> float | None:
    value = fields.number(node, predicate)
    if value is not None and value < 0:
        fields.fault(node, f"{predicate} cannot be below 0.", "Check the figure in the source.")
        return None
    return value


def _tempo(fields: FieldReader, node: Node) -> str | None:
    return next((fields.choice(inner, "v:tempo", TEMPOS, "") or None for inner in fields.nodes(node, "v:onset")), None)


def _usual_days(fields: FieldReader, node: Node) -> tuple[float, float] | None:
    for inner in fields.nodes(node, "v:usualDuration"):
        start, end = fields.hours(inner, "v:from"), fields.hours(inner, "v:to")
        if start is not None and end is not None:
            return start / HOURS_PER_DAY, end / HOURS_PER_DAY
    return None


def _course(fields: FieldReader, node: Node) -> tuple[Text, ...]:
    return tuple(text for inner in fields.nodes(node, "v:course") if (text := fields.text(inner, "v:text")) is not None)


def _complications(fields: FieldReader, node: Node) -> tuple[str, ...]:
    """Read what it may lead to, each once, in the order written."""
    named = (identifier for inner in fields.nodes(node, "v:complication") for identifier in fields.iris(inner, "v:condition"))
    return tuple(dict.fromkeys(named))
