"""Why, how sure, why not and what if, as data that can be written as JSON; the reasoning behind it is rules/explanation.py."""

from __future__ import annotations

from typing import Any

from chat.answer import label_of
from chat.consultation import Consultation
from chat.errors import InputError
from chat.knowledge import Knowledge
from chat.wording import text
from kg.patient import patient_of
from kg.reasoning import Citation, Factor, Inference
from kg.record import AnyStatement, Presence
from ontologies.text import Language
from rules import explanation
from rules.explanation import Proof
from rules.grounding import ground
from rules.inference import BEFORE, infer, weigh

Json = dict[str, Any]
_PRESENCES = {"present": Presence.PRESENT, "absent": Presence.ABSENT, "possible": Presence.POSSIBLE, "unknown": Presence.UNKNOWN}
_CHANGES_SHOWN = 12


def why(consultation: Consultation, conclusion: str, knowledge: Knowledge) -> Json:
    """Explain a conclusion: `triage`, a condition, a recommendation's code, a fact or a derivation.

    Raises InputError if it was not concluded.
    """
    words = _words(consultation, knowledge)
    proof = explanation.why(consultation.inference, conclusion, words)
    if proof is None:
        raise InputError(f"{conclusion!r} was not concluded here. Ask why not, or give `triage`, a condition c:…, or a derivation's id.")
    return {
        "conclusion": conclusion,
        "proof": _proof(proof),
        "suffices": [list(each) for each in explanation.supports(consultation.inference, conclusion)],
        "alternatives": [_proof(each) for each in explanation.alternatives(consultation.inference, conclusion, words)],
    }


def proof_tree(consultation: Consultation, conclusion: str, knowledge: Knowledge) -> Proof | None:
    """Return the proof of a conclusion with the words of the statements at its leaves; None when it was not concluded."""
    return explanation.why(consultation.inference, conclusion, _words(consultation, knowledge))


def how_sure(consultation: Consultation, knowledge: Knowledge) -> Json:
    """Show for each hypothesis the word, the probability, where it starts and each bar; they sum to the score."""
    return {
        "hypotheses": [
            {
                "condition": sure.condition,
                "label": knowledge.ontology.label(sure.condition).render(consultation.language),
                "word": sure.word,
                "probability": round(sure.probability, 4),
                "share": round(sure.share, 4),
                "start": round(sure.start, 4),
                "bars": [_factor(f, knowledge, consultation) for f in sure.bars],
                "score": round(sure.score, 4),
            }
            for sure in (explanation.how_sure(h, knowledge.calibration) for h in consultation.inference.hypotheses)
        ],
        "none_of_these": consultation.inference.none_of_these,
    }


def why_not(consultation: Consultation, conclusion: str, knowledge: Knowledge) -> Json:
    """Say what speaks against a condition, what was missing for it and how far behind it is. Raises InputError for an unknown condition."""
    condition = conclusion if conclusion.startswith("c:") else f"c:{conclusion}"
    facts = ground(consultation.statements, consultation.patient, knowledge.ontology)
    for stage in BEFORE:
        facts = knowledge.engine.run(knowledge.rules, facts, stage).facts
    heard, ranking = weigh(consultation.statements, consultation.patient, facts, knowledge.calibration)
    found = explanation.why_not(condition, ranking, heard, knowledge.calibration)
    if found is None:
        raise InputError(f"Nobody described the condition {condition!r}. `iatros knowledge stats` lists what is known.")
    return {
        "condition": condition,
        "label": knowledge.ontology.label(condition).render(consultation.language),
        "excluded": found.excluded,
        "probability": found.probability,
        "place": found.place,
        "behind": round(found.behind, 4),
        "against": [_factor(f, knowledge, consultation) for f in found.against],
        "missing": [
            {"finding": f, "label": knowledge.ontology.label(f).render(consultation.language), "log_lr": gain} for f, gain in found.missing
        ],
    }


def what_if(consultation: Consultation, change: str, knowledge: Knowledge) -> Json:
    """Conclude again with one finding `present`, `absent`, `possible` or `unknown`, as in "absent f:fever". Raises InputError."""
    word, _, finding = change.strip().partition(" ")
    presence = _PRESENCES.get(word)
    if presence is None or finding.strip() not in knowledge.ontology.findings:
        raise InputError(
            f'{change!r} is no change that can be tried. Write for example "absent f:fever": {", ".join(_PRESENCES)}, then a finding.'
        )
    region = consultation.log.started.region

    def rerun(statements: tuple[AnyStatement, ...]) -> Inference:
        patient = patient_of(statements, region)
        return infer(statements, patient, knowledge.rules, knowledge.ontology, knowledge.calibration, knowledge.engine)[0]

    below = knowledge.ontology.descendants(finding.strip())
    difference = explanation.what_if(consultation.statements, finding.strip(), presence, rerun, below)
    return {
        "change": f"{word} {finding.strip()}",
        "level_before": difference.level_before,
        "level_after": difference.level_after,
        "probabilities": [
            {
                "condition": c,
                "label": knowledge.ontology.label(c).render(consultation.language),
                "before": round(before, 4),
                "after": round(after, 4),
            }
            for c, before, after in difference.probabilities[:_CHANGES_SHOWN]
        ],
        "new_questions": list(difference.new_questions),
        "recommendations_gained": list(difference.recommendations_gained),
        "recommendations_lost": list(difference.recommendations_lost),
    }


def _words(consultation: Consultation, knowledge: Knowledge) -> dict[str, str]:
    """Name each statement by what it is about and the words that it was read from."""
    language = consultation.language
    return {
        s.id: f"{label_of(s, knowledge.ontology, language)}: {_presence(s, language)} ← {s.text!r}"
        for s in consultation.statements
        for s in consultation.statements
    }


def _proof(proof: Proof) -> Json:
    if proof.rule is None:
        return {"id": proof.id, "statement": proof.conclusion}
    return {
        "id": proof.id,
        "conclusion": proof.conclusion,
        "rule": proof.rule,
        "version": proof.version,
        "citations": [_citation(c) for c in proof.citations],
        "premises": [_proof(p) for p in proof.premises],
    }


def _citation(citation: Citation) -> Json:
    return {"source": citation.source, "locator": citation.locator, "grade": citation.grade.value, "claim": citation.claim}


def _factor(factor: Factor, knowledge: Knowledge, consultation: Consultation) -> Json:
    return {
        "finding": factor.finding,
        "label": knowledge.ontology.label(factor.finding).render(consultation.language),
        "presence": factor.presence.value,
        "log_lr": round(factor.log_lr, 4),
        "grade": factor.grade.value,
        "claim": factor.claim,
        "source": factor.source,
        "statements": list(factor.statements),
    }


def _presence(statement: AnyStatement, language: Language) -> str:
    return text(f"presence.{statement.presence.value}").render(language)
