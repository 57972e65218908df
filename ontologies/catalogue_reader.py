"""Reads the catalogues that conditions point into: tests, treatments, measured quantities, sources."""

from __future__ import annotations

from ontologies.choices import ACCESSES, AMOUNTS, PLACES, TREATMENT_KINDS
from ontologies.concepts import Quantity, Source, TestConcept, Treatment, UnitOf
from ontologies.fields import FieldReader
from ontologies.labels_reader import read_forms, read_label
from ontologies.turtle import Node


def read_tests(fields: FieldReader) -> dict[str, TestConcept]:
    """Read every test by identifier."""
    return {
        node.id: TestConcept(
            id=node.id,
            label=read_label(fields, node),
            forms=read_forms(fields, node),
            loinc=fields.literal(node, "v:loinc"),
            unit=fields.literal(node, "v:ucum"),
            place=fields.choice(node, "v:place", PLACES, "PrimaryCare"),
            cost=fields.choice(node, "v:cost", AMOUNTS, "Medium"),
            burden=fields.choice(node, "v:burden", AMOUNTS, "Medium"),
            where=node.where,
        )
        for node in fields.graph.of_type("v:Test")
    }


def read_treatments(fields: FieldReader) -> dict[str, Treatment]:
    """Read every treatment by identifier."""
    return {
        node.id: Treatment(
            id=node.id,
            label=read_label(fields, node),
            forms=read_forms(fields, node),
            drugs=fields.iris(node, "v:drug"),
            kind=fields.choice(node, "v:kind", TREATMENT_KINDS, "Procedure"),
            text=fields.text(node, "v:text"),
            where=node.where,
        )
        for node in fields.graph.of_type("v:Treatment")
    }


def read_quantities(fields: FieldReader) -> dict[str, Quantity]:
    """Read every quantity that has a canonical unit and possible bounds."""
    found = (_quantity(fields, node) for node in fields.graph.of_type("v:Quantity"))
    return {quantity.id: quantity for quantity in found if quantity is not None}


def _quantity(fields: FieldReader, node: Node) -> Quantity | None:
    unit, low, high = fields.literal(node, "v:ucum"), fields.number(node, "v:possibleMin"), fields.number(node, "v:possibleMax")
    if unit is None or low is None or high is None or low >= high:
        fields.fault(node, f"{node.id} needs a unit and bounds.", "Add v:ucum, v:possibleMin and a greater v:possibleMax.")
        return None
    return Quantity(
        id=node.id,
        label=read_label(fields, node),
        forms=read_forms(fields, node),
        unit=unit,
        units=tuple(_unit(fields, inner) for inner in fields.nodes(node, "v:unit")),
        possible_min=low,
        possible_max=high,
        decimals=int(fields.number(node, "v:decimals") or 0),
        loinc=fields.literal(node, "v:loinc"),
        where=node.where,
    )


def _unit(fields: FieldReader, node: Node) -> UnitOf:
    """Read a unit; canonical = value * factor + offset."""
    unit, factor, offset = fields.literal(node, "v:ucum"), fields.number(node, "v:factor"), fields.number(node, "v:offset")
    if unit is None:
        fields.fault(node, "This v:unit has no v:ucum code.", 'Add v:ucum "…".')
    return UnitOf(
        unit=unit or "",
        said=fields.literals(node, "v:said"),
        factor=1.0 if factor is None else factor,
        offset=0.0 if offset is None else offset,
    )


def read_sources(fields: FieldReader) -> dict[str, Source]:
    """Read every source by identifier."""
    return {node.id: _source(fields, node) for node in fields.graph.of_type("v:Source")}


def _source(fields: FieldReader, node: Node) -> Source:
    citation = fields.literal(node, "dct:bibliographicCitation")
    if citation is None:
        fields.fault(node, f"{node.id} does not say what it is.", 'Add dct:bibliographicCitation "…".')
    return Source(
        id=node.id,
        citation=citation or node.id,
        address=fields.literal(node, "v:address"),
        doi=fields.literal(node, "v:doi"),
        pmid=fields.literal(node, "v:pmid"),
        access=fields.choice(node, "v:access", ACCESSES, "") or None,
        looked_up=fields.literal(node, "v:lookedUp"),
        second_read=fields.literal(node, "v:secondRead"),
        where=node.where,
    )
