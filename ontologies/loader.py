"""Loads the knowledge: Turtle files in, an immutable `Ontology` and every complaint about them out.

>>> ontology, issues = load()
>>> "f:cough" in ontology.findings
True
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ontologies.catalogue_reader import read_quantities, read_sources, read_tests, read_treatments
from ontologies.conditions_reader import read_conditions
from ontologies.drugs_reader import read_drug_classes, read_drugs
from ontologies.fields import FieldReader
from ontologies.findings_reader import read_findings
from ontologies.issues import Issue
from ontologies.knowledge_files import concept_files, files, package_root
from ontologies.living_reader import read_activities, read_dishes, read_targets
from ontologies.ontology import Ontology
from ontologies.references import Catalogue, prune
from ontologies.source_check import check_sources
from ontologies.turtle import Graph, read_graph

__all__ = ["Loaded", "files", "in_order", "load", "load_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was read, with the nodes it was read from, for whoever looks deeper than `load` does."""

    graph: Graph
    ontology: Ontology
    issues: tuple[Issue, ...]


def load(root: Path | None = None) -> tuple[Ontology, tuple[Issue, ...]]:
    """Load every knowledge file under `root` (default: the package's own). Nothing in a file can raise; all faults come back together."""
    loaded = load_all(root)
    return loaded.ontology, loaded.issues


def load_all(root: Path | None = None) -> Loaded:
    """Load like `load` and keep the nodes."""
    top = root or package_root()
    with _without_garbage_collection():
        graph = read_graph(top, concept_files(top))
        fields = FieldReader(graph)
        quantities, dishes, targets = read_quantities(fields), read_dishes(fields), read_targets(fields)
        catalogue = _read(fields)
        dangling = prune(catalogue)
        uncited = check_sources(graph, catalogue.sources)
        ontology = Ontology(
            findings=catalogue.findings,
            conditions=catalogue.conditions,
            drugs=catalogue.drugs,
            drug_classes=catalogue.drug_classes,
            tests=catalogue.tests,
            treatments=catalogue.treatments,
            sources=catalogue.sources,
            quantities=quantities,
            activities=catalogue.activities,
            dishes=dishes,
            targets=targets,
        )
    return Loaded(graph=graph, ontology=ontology, issues=in_order([*graph.issues, *fields.issues, *dangling, *uncited]))


def _read(fields: FieldReader) -> Catalogue:
    findings = read_findings(fields)
    return Catalogue(
        findings=findings,
        conditions=read_conditions(fields, findings),
        drugs=read_drugs(fields),
        drug_classes=read_drug_classes(fields),
        tests=read_tests(fields),
        treatments=read_treatments(fields),
        sources=read_sources(fields),
        activities=read_activities(fields),
    )


def in_order(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Sort issues by file and line and drop repeats, so that two runs read alike."""
    return tuple(sorted(dict.fromkeys(issues), key=_place))


def _place(issue: Issue) -> tuple[str, int, str]:
    file, _, line = issue.where.rpartition(":")
    return (file, int(line), issue.message) if line.isdigit() else (issue.where, 0, issue.message)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Pause the collector: a load makes 100,000s of records and no garbage in circles (measured: a third of the time)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
