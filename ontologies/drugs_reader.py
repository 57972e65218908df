"""Reads medicines with their safety rows. The rows themselves are read by `safety_reader`."""

from __future__ import annotations

from ontologies.choices import SEVERITIES, URGENCIES
from ontologies.concepts import DoseLimit, Drug, DrugClass, Interaction, SideEffect, StopAndSeek
from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.labels_reader import read_forms, read_label
from ontologies.safety_reader import (
    read_age_limit,
    read_breastfeeding,
    read_caution,
    read_contraindication,
    read_kidney,
    read_liver,
    read_older_adult,
    read_pregnancy,
)
from ontologies.text import Text
from ontologies.turtle import Node

_UNSAID = Text(en="", zh="")


def read_drug_classes(fields: FieldReader) -> dict[str, DrugClass]:
    """Read every class of medicines by identifier."""
    return {
        node.id: DrugClass(
            id=node.id,
            label=read_label(fields, node),
            forms=read_forms(fields, node),
            broader=fields.iris(node, "skos:broader"),
            where=node.where,
        )
        for node in fields.graph.of_type("v:DrugClass")
    }


def read_drugs(fields: FieldReader) -> dict[str, Drug]:
    """Read every medicine by identifier."""
    return {node.id: _drug(fields, node) for node in fields.graph.of_type("v:Drug")}


def _drug(fields: FieldReader, node: Node) -> Drug:
    def rows(predicate: str) -> tuple[Node, ...]:
        return fields.nodes(node, predicate)

    return Drug(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        rxnorm=fields.literal(node, "v:rxnorm"),
        atc=fields.literal(node, "v:atc"),
        classes=fields.iris(node, "v:class"),
        enzymes=tuple(pair for row in rows("v:enzyme") for pair in _enzymes(fields, row)),
        over_the_counter=any("OverTheCounter" in fields.individuals(row, "v:context") for row in rows("v:availability")),
        indications=_indications(fields, node),
        doses=tuple(_dose(fields, row) for row in rows("v:dose")),
        age_limits=tuple(read_age_limit(fields, row) for row in rows("v:ageLimit")),
        pregnancy=tuple(read_pregnancy(fields, row) for row in rows("v:pregnancy")),
        breastfeeding=tuple(read_breastfeeding(fields, row) for row in rows("v:breastfeeding")),
        kidney=tuple(read_kidney(fields, row) for row in rows("v:kidney")),
        liver=tuple(read_liver(fields, row) for row in rows("v:liver")),
        older_adult=tuple(read_older_adult(fields, row) for row in rows("v:olderAdult")),
        contraindications=tuple(read_contraindication(fields, row) for row in rows("v:contraindication")),
        cautions=tuple(read_caution(fields, row) for row in rows("v:caution")),
        interactions=tuple(_interaction(fields, row) for row in rows("v:interaction")),
        side_effects=tuple(effect for row in rows("v:sideEffect") for effect in _side_effects(fields, row)),
        food=next((text for row in rows("v:food") if (text := fields.text(row, "v:text")) is not None), None),
        timing=_timing(fields, node),
        where=node.where,
        stop_and_seek=tuple(stop for row in rows("v:stopAndSeek") for stop in _stops(fields, row)),
        contents=tuple(_content(fields, row) for row in rows("v:content")),
        monitoring=tuple(text for row in rows("v:monitoring") if (text := fields.text(row, "v:watch")) is not None),
    )


def _content(fields: FieldReader, node: Node) -> tuple[str, float]:
    """Read how many mg one unit of the weakest preparation holds."""
    unit, mg = fields.literal(node, "v:perUnit"), fields.number(node, "v:contentMg")
    if unit is None or not mg:
        fields.fault(node, "This v:content lacks v:perUnit or v:contentMg.", 'Write v:content [ v:perUnit "mL" ; v:contentMg 24 ].')
    return unit or "", mg or 0.0


def _enzymes(fields: FieldReader, node: Node) -> tuple[tuple[str, str], ...]:
    role = fields.individual(node, "v:role") or "Substrate"
    return tuple((role, enzyme) for enzyme in fields.individuals(node, "v:of"))


def _indications(fields: FieldReader, node: Node) -> tuple[str, ...]:
    """Read what the drug is for, each once, findings and conditions in the order written."""
    named = (
        identifier
        for row in fields.nodes(node, "v:indication")
        for predicate in ("v:finding", "v:condition")
        for identifier in fields.iris(row, predicate)
    )
    return tuple(dict.fromkeys(named))


def _dose(fields: FieldReader, node: Node) -> DoseLimit:
    days, days_pain = fields.number(node, "v:maxDays"), fields.number(node, "v:maxDaysPain")
    return DoseLimit(
        context=fields.individual(node, "v:context"),
        ages=fields.ages(node),
        single_max_mg=fields.number(node, "v:singleMaxMg"),
        interval_min_hours=fields.number(node, "v:intervalMinHours"),
        max_daily_mg=fields.number(node, "v:maxDailyMg"),
        per_kg_daily_max_mg=fields.number(node, "v:perKgDailyMaxMg"),
        max_days=days if days is not None else days_pain,
        evidence=read_evidence(fields, node),
        max_days_fever=fields.number(node, "v:maxDaysFever"),
        single_min_mg=fields.number(node, "v:singleMinMg"),
        per_kg_single_max_mg=fields.number(node, "v:perKgSingleMaxMg"),
        below_kg=fields.number(node, "v:belowKg"),
    )


def _interaction(fields: FieldReader, node: Node) -> Interaction:
    with_, with_all = fields.iris(node, "v:with"), fields.iris(node, "v:withAll")
    if not with_ and not with_all:
        fields.fault(node, "This v:interaction names no partner.", "Add v:with d:… or dc:…, or v:withAll for several together.")
    if "v:severity" not in node.fields:
        fields.fault(node, "This v:interaction has no v:severity.", "Add v:severity v:Avoid, v:CheckFirst or v:Inform.")
    return Interaction(
        with_=with_,
        with_all=with_all,
        severity=fields.choice(node, "v:severity", SEVERITIES, "CheckFirst"),
        effect=fields.text(node, "v:effect") or _UNSAID,
        manage=fields.text(node, "v:manage"),
        evidence=read_evidence(fields, node),
    )


def _side_effects(fields: FieldReader, node: Node) -> tuple[SideEffect, ...]:
    low, high = fields.probability(node, "v:incidenceMin"), fields.probability(node, "v:incidenceMax")
    evidence = read_evidence(fields, node)
    return tuple(
        SideEffect(finding=finding, incidence_min=low, incidence_max=high, evidence=evidence) for finding in fields.iris(node, "v:finding")
    )


def _stops(fields: FieldReader, node: Node) -> tuple[StopAndSeek, ...]:
    to, evidence = fields.choice(node, "v:to", URGENCIES, "consultation_24h"), read_evidence(fields, node)
    return tuple(StopAndSeek(finding=finding, to=to, evidence=evidence) for finding in fields.iris(node, "v:finding"))


def _timing(fields: FieldReader, node: Node) -> str | None:
    return next((pattern for row in fields.nodes(node, "v:timing") if (pattern := fields.individual(row, "v:pattern"))), None)
