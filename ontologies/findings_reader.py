"""Reads findings: what a person may notice, an examiner see, a laboratory measure or a history hold."""

from __future__ import annotations

from ontologies.choices import NOTICERS, ONLY_IF
from ontologies.concepts import Background, FindingConcept
from ontologies.evidence_reader import read_evidence
from ontologies.fields import FieldReader
from ontologies.labels_reader import read_forms, read_label, read_matches
from ontologies.turtle import Node

TYPES = ("v:Finding", "v:HistoryItem")


def read_findings(fields: FieldReader) -> dict[str, FindingConcept]:
    """Read every finding of the graph by identifier."""
    return {node.id: _finding(fields, node) for node in fields.graph.of_type(*TYPES)}


def _finding(fields: FieldReader, node: Node) -> FindingConcept:
    return FindingConcept(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        broader=fields.iri(node, "skos:broader"),
        axis=fields.individual(node, "v:axis"),
        group=fields.individual(node, "v:group"),
        noticed_by=_noticed_by(fields, node),
        question=fields.text(node, "v:question"),
        backgrounds=tuple(
            background for inner in fields.nodes(node, "v:background") if (background := _background(fields, inner)) is not None
        ),
        only_if=fields.choice(node, "v:onlyIf", ONLY_IF, "") or None,
        abstracted_by=fields.literal(node, "v:abstractedBy"),
        matches=read_matches(fields, node),
        where=node.where,
    )


def _noticed_by(fields: FieldReader, node: Node) -> str:
    """Return who notices it; what the patient can notice among others counts as the patient's."""
    names = fields.individuals(node, "v:noticedBy")
    for name in names:
        if name not in NOTICERS:
            fields.fault(node, f"v:noticedBy v:{name} is not known.", "Use v:Patient, v:Examiner, v:Laboratory or v:Device.")
    return "Patient" if "Patient" in names or not names else names[0]


def _background(fields: FieldReader, node: Node) -> Background | None:
    """Read one background; one that counts only what people mention by themselves is no background when asked."""
    probability = fields.probability(node, "v:probability")
    if probability is None:
        if "v:probability" not in node.fields:
            fields.fault(
                node, "This v:background has no v:probability.", "Add v:probability, the share of people consulting who have it when asked."
            )
        return None
    if fields.individual(node, "v:basis") == "Mentioned":
        return None
    return Background(probability=probability, ages=fields.ages(node), evidence=read_evidence(fields, node))
