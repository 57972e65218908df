"""Reads the rows of a drug's safety table: each says, for one group of people, how far the drug may be used."""

from __future__ import annotations

from dataclasses import replace

from ontologies.ages import PER_YEAR
from ontologies.choices import ADVICE
from ontologies.concepts import SafetyAdvice
from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.turtle import Node


def read_age_limit(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the age below which the drug is not for; a limit of one form only names the form as its circumstance."""
    months, years = fields.number(node, "v:minMonths"), fields.number(node, "v:minYears")
    below = years if years is not None else None if months is None else months / PER_YEAR["month"]
    if below is None and fields.number(node, "v:minKg") is None:
        fields.fault(node, "This v:ageLimit has no limit.", "Add v:minYears, v:minMonths or v:minKg.")
    predicate = "v:below" if "v:below" in node.fields else "v:advice"
    row = _row(fields, node, predicate, "Contraindicated")
    return replace(row, below_years=below, circumstance=fields.individual(node, "v:form"))


def read_pregnancy(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the advice for some weeks of pregnancy; without weeks it holds for all."""
    row = _stated(fields, node, "v:pregnancy")
    return replace(row, weeks_from=fields.number(node, "v:weeksFrom"), weeks_to=fields.number(node, "v:weeksTo"))


def read_breastfeeding(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the advice while breast-feeding."""
    return _stated(fields, node, "v:breastfeeding")


def read_kidney(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the advice below some filtration rate."""
    return replace(_stated(fields, node, "v:kidney"), egfr_below=fields.number(node, "v:egfrBelow"))


def read_liver(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the advice in a liver disease."""
    return replace(_stated(fields, node, "v:liver"), conditions=_conditions(fields, node))


def read_older_adult(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read the advice from some age on, perhaps only together with other drugs or for long use."""
    return replace(
        _stated(fields, node, "v:olderAdult"),
        ages_from=fields.number(node, "v:agesFrom"),
        with_=fields.iris(node, "v:with"),
        conditions=_conditions(fields, node),
        circumstance=fields.individual(node, "v:duration"),
    )


def read_contraindication(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read who must not take the drug."""
    return _group(fields, node, "Contraindicated")


def read_caution(fields: FieldReader, node: Node) -> SafetyAdvice:
    """Read who should ask first."""
    return _group(fields, node, "CheckFirst")


def _group(fields: FieldReader, node: Node, default: str) -> SafetyAdvice:
    circumstance = next(
        (name for predicate in ("v:circumstance", "v:masks", "v:genotype", "v:form") if (name := fields.individual(node, predicate))), None
    )
    row = replace(
        _row(fields, node, "v:advice", default),
        conditions=_conditions(fields, node),
        circumstance=circumstance,
        allergy_to=fields.iris(node, "v:allergyTo"),
        with_=(*fields.iris(node, "v:duplicate"), *fields.iris(node, "v:with")),
        below_years=fields.number(node, "v:belowYears"),
        ages_from=fields.number(node, "v:agesFrom"),
    )
    if not (row.conditions or row.circumstance or row.allergy_to or row.with_ or row.below_years or row.ages_from):
        fields.fault(
            node,
            "This safety row does not say whom it concerns.",
            "Add v:condition, v:finding, v:history, v:allergyTo, v:circumstance, v:with …",
        )
    return row


def _stated(fields: FieldReader, node: Node, predicate: str) -> SafetyAdvice:
    if "v:advice" not in node.fields:
        fields.fault(
            node,
            f"This {predicate} row gives no v:advice.",
            "Add v:advice v:Contraindicated, v:Avoid, v:CheckFirst, v:Inform or v:Compatible.",
        )
    return _row(fields, node, "v:advice", "CheckFirst")


def _row(fields: FieldReader, node: Node, predicate: str, default: str) -> SafetyAdvice:
    why = next((predicate for predicate in ("v:why", "v:detail", "v:reaction") if predicate in node.fields), "v:why")
    return SafetyAdvice(
        advice=fields.choice(node, predicate, ADVICE, default), why=fields.text(node, why), evidence=read_evidence(fields, node)
    )


def _conditions(fields: FieldReader, node: Node) -> tuple[str, ...]:
    """Return the conditions and findings of a row, present or in the history."""
    return tuple(identifier for predicate in ("v:condition", "v:finding", "v:history") for identifier in fields.iris(node, predicate))
