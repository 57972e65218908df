"""Reads what stands behind a claim: grade, source, place, print, arithmetic, cohort."""

from __future__ import annotations

from ontologies.evidence import Evidence, Grade
from ontologies.fields import FieldReader
from ontologies.turtle import Node

_GRADES = {grade.value: grade for grade in Grade}


def read_evidence(fields: FieldReader, node: Node) -> Evidence:
    """Read the evidence fields of a claim; a missing grade is a fault and counts as Expert."""
    written = node.fields
    if "dct:source" not in written and "v:printed" not in written and "v:cohort" not in written and "v:region" not in written:
        return Evidence(grade=_grade(fields, node), locator=fields.literal(node, "v:locator"), where=node.where)  # nine claims in ten
    return Evidence(
        grade=_grade(fields, node),
        source=next(iter(fields.iris(node, "dct:source")), None),
        locator=fields.literal(node, "v:locator"),
        printed=fields.literal(node, "v:printed"),
        computation=fields.literal(node, "v:computation"),
        cohort=fields.literal(node, "v:cohort"),
        cohort_ages=fields.ages(node, "v:cohortAges") if "v:cohortAges" in written else None,
        region=fields.literals(node, "v:region"),
        where=node.where,
    )


def _grade(fields: FieldReader, node: Node) -> Grade:
    name = fields.individual(node, "v:grade")
    if name is None:
        fields.fault(
            node,
            "This claim has no v:grade, so that nobody can see how far to trust it.",
            "Add v:grade v:Expert, or v:Measured, v:Banded, v:Stated with its source.",
        )
        return Grade.EXPERT
    if name not in _GRADES:
        fields.fault(node, f"v:grade v:{name} is not known.", "Use v:Measured, v:Banded, v:Stated or v:Expert.")
    return _GRADES.get(name, Grade.EXPERT)
