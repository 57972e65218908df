"""What one look at the log gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat.log import Log
from kg.corrections import Contradiction
from kg.issues import Issue
from kg.reasoning import EngineReport, Inference, Question
from kg.record import AnyStatement, Patient
from nlp.reading import Reading
from ontologies.text import Language

if TYPE_CHECKING:
    from kg.graph import PatientGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Consultation:
    """Everything that one look at the log gives: what was understood, concluded and should be asked next."""

    log: Log
    language: Language
    readings: tuple[Reading, ...]  # one a message, in order
    statements: tuple[AnyStatement, ...]  # in force
    contradictions: tuple[Contradiction, ...]
    patient: Patient
    inference: Inference
    report: EngineReport
    questions: tuple[Question, ...]
    issues: tuple[Issue, ...]

    def graph(self) -> PatientGraph:
        """Build the patient graph in RDF, one named graph a turn."""
        from kg.graph import PatientGraph  # noqa: PLC0415  # rdflib takes long to import; most answers need no graph

        return PatientGraph(self.log.encounter).add(s for r in self.readings for s in r.statements)
