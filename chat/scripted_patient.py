"""A scripted patient: answers an interview's questions from what a written case says, and "don't know" beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chat.consultation import Consultation
from chat.wording import text
from kg.asking import Asked, AskedKind, asked_of
from kg.record import AnyStatement, Finding, History, MedicationUse, Observation, PregnancyState, Presence, Subject, Timing
from ontologies.ontology import Ontology

_WORDS = {Presence.PRESENT: "answer.yes", Presence.ABSENT: "answer.no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedPatient:
    """What a case says of its patient: findings, diagnoses and medicines by their presence, values and lengths as they were said."""

    presences: Mapping[str, Presence]
    values: Mapping[str, str]
    lengths: Mapping[str, str]
    pregnancy: Presence

    @classmethod
    def of(cls, consultation: Consultation) -> ScriptedPatient:
        """Know what a consultation over the whole case understood."""
        own = tuple(s for s in consultation.statements if s.subject is Subject.PATIENT)
        findings = tuple(s for s in own if isinstance(s, Finding) and s.timing in (Timing.CURRENT, Timing.RECURRENT))
        return cls(
            presences=dict(_presences((*findings, *(s for s in own if isinstance(s, History | MedicationUse))))),
            values={s.quantity: s.said for s in own if isinstance(s, Observation)},
            lengths={s.concept: s.duration.said for s in findings if s.duration is not None},
            pregnancy=_pregnancy(consultation.patient.pregnancy),
        )

    def reply(self, question: str, ontology: Ontology) -> str:
        """Answer a question in a patient's words."""
        asked = asked_of(question)
        if asked is None:
            return text("answer.dont_know").en
        if asked.kind is AskedKind.SEVERAL:
            return " ".join(f"{self.reply(finding, ontology)}." for finding in asked.concepts)
        said = {AskedKind.QUANTITY: self.values, AskedKind.DURATION: self.lengths}.get(asked.kind, {}).get(asked.of)
        return said or text(_WORDS.get(self._presence(asked, ontology), "answer.dont_know")).en

    def _presence(self, asked: Asked, ontology: Ontology) -> Presence:
        """Say whether it is so: a refinement that is there brings its base, a base that is denied its refinements."""
        match asked.kind:
            case AskedKind.PERSON if asked.of == "pregnancy":
                return self.pregnancy
            case AskedKind.FINDING | AskedKind.HISTORY if asked.of.startswith("f:"):
                below = (asked.of, *ontology.descendants(asked.of))
                if any(self.presences.get(f) is Presence.PRESENT for f in below):
                    return Presence.PRESENT
                above = (asked.of, *ontology.ancestors(asked.of))
                return Presence.ABSENT if any(self.presences.get(f) is Presence.ABSENT for f in above) else Presence.UNKNOWN
            case AskedKind.HISTORY | AskedKind.MEDICINE:
                return self.presences.get(asked.of, Presence.UNKNOWN)
        return Presence.UNKNOWN


def _presences(statements: Iterable[AnyStatement]) -> Iterable[tuple[str, Presence]]:
    for statement in statements:
        match statement:
            case Finding(concept=of) | History(concept=of) | MedicationUse(drug=of):
                yield of, statement.presence


def _pregnancy(state: PregnancyState | None) -> Presence:
    if state is None:
        return Presence.UNKNOWN
    return Presence.PRESENT if state is PregnancyState.CONFIRMED else Presence.ABSENT
