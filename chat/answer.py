"""The answer as data: the JSON object of one consultation (schemas/answer.schema.json)."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from chat.consultation import Consultation
from chat.knowledge import Knowledge
from chat.plan_json import plan_json
from chat.wording import text
from kg.asking import asked_of
from kg.care import CarePlan
from kg.issues import Issue
from kg.reasoning import Derivation, Factor, Hypothesis, Question, Recommendation, Triage
from kg.record import Allergy, AnyStatement, Circumstance, Finding, History, MedicationUse, Observation, Wish
from ontologies.concepts import FormKind
from ontologies.ontology import Ontology
from ontologies.text import Language, Text

Json = dict[str, Any]
SOFTWARE = version("iatros")
MOST_HYPOTHESES = 10
_SYNONYMS_OWN, _SYNONYMS_OTHER = 8, 4
_THING = "x:"


def answer(consultation: Consultation, knowledge: Knowledge, plan: CarePlan | None = None) -> Json:
    """Write a consultation as the JSON object that every measurement relies on."""
    language, inference = consultation.language, consultation.inference
    return {
        "language": language.value,
        "knowledge": knowledge.version,
        "software": SOFTWARE,
        "statements": [statement_json(s, knowledge.ontology, language) for s in consultation.statements],
        "triage": _triage(inference.triage, language) if inference.triage else None,
        "hypotheses": [_hypothesis(h, knowledge.ontology, language) for h in inference.hypotheses[:MOST_HYPOTHESES]],
        "recommendations": [_recommendation(r, language) for r in inference.recommendations],
        "questions": [_question(q, language) for q in consultation.questions],
        "derivations": [_derivation(d) for d in inference.derivations],
        "plan": plan_json(plan, language) if plan else None,
        "issues": [_issue(i) for i in consultation.issues],
    }


def statement_json(statement: AnyStatement, ontology: Ontology, language: Language) -> Json:
    """Write one statement with its words, its place and what decided it."""
    value, unit = _value(statement)
    return {
        "id": statement.id,
        "kind": statement.kind,
        "concept": concept_of(statement),
        "label": label_of(statement, ontology, language),
        "presence": statement.presence.value,
        "subject": statement.subject.value,
        "relation": statement.relation,
        "timing": statement.timing.value,
        "answer": statement.answer.value,
        "value": value,
        "unit": unit,
        "attributes": _attributes(statement),
        "turn": statement.span.turn if statement.span else None,
        "span": [statement.span.start, statement.span.end] if statement.span else None,
        "text": statement.text,
        "cue": statement.cue,
        "rule": statement.rule,
    }


def concept_of(statement: AnyStatement) -> str:
    """Name what a statement is about."""
    match statement:
        case Finding(concept=concept) | History(concept=concept):
            return concept
        case Observation(quantity=quantity):
            return quantity if quantity.startswith("q:") else f"q:{quantity}"
        case MedicationUse(drug=drug):
            return drug
        case Allergy(to=to):
            return to
        case Circumstance(name=name) | Wish(name=name):
            return name


def label_of(statement: AnyStatement, ontology: Ontology, language: Language) -> str:
    """Say in words what a statement is about."""
    if isinstance(statement, Circumstance):
        return _circumstance_label(statement.name, ontology).render(language)
    if isinstance(statement, Wish):
        return statement.value
    concept = concept_of(statement)
    if concept.startswith(_THING):
        return concept.removeprefix(_THING).replace("-", " ")  # a named thing such as a food: its own name is all we know
    return ontology.label(concept).render(language)


def _circumstance_label(name: str, ontology: Ontology) -> Text:
    """Name a circumstance; a question that found no answer is named by what it was about."""
    asked = asked_of(name)
    return text(f"circumstance.{name}") if asked is None or asked.concept is None else ontology.label(asked.concept)


def synonyms(condition: str, ontology: Ontology, language: Language) -> list[str]:
    """List a condition's other names, those of the reader's language first, at most twelve."""
    forms = [f for f in ontology.conditions[condition].forms if f.kind in (FormKind.PREFERRED, FormKind.ALTERNATIVE)]
    label = ontology.label(condition).render(language)
    own = [f.text for f in forms if f.language is language and f.text != label]
    other = [f.text for f in forms if f.language is not language]
    return list(dict.fromkeys(own[:_SYNONYMS_OWN] + other[:_SYNONYMS_OTHER]))


def _value(statement: AnyStatement) -> tuple[str | float | bool | None, str | None]:
    match statement:
        case Observation(value=value, unit=unit):
            return value, unit
        case Circumstance(value=value, unit=unit):
            return value, unit
        case Wish(value=value):
            return value, None
        case MedicationUse(dose=dose) if dose is not None:
            return dose.said or dose.value, dose.unit
        case _:
            return None, None


def _attributes(statement: AnyStatement) -> Json:
    match statement:
        case Finding(attributes=attributes, duration=duration):
            details: Json = {a.name: a.value for a in attributes}
            return details | ({"days": [duration.days_min, duration.days_max]} if duration else {})
        case MedicationUse(status=status):
            return {"status": status.value}
        case Allergy(reaction=reaction) if reaction:
            return {"reaction": reaction}
        case _:
            return {}


def _triage(triage: Triage, language: Language) -> Json:
    return {
        "level": triage.level.value,
        "advice": triage.advice.render(language),
        "reasons": [r.text.render(language) for r in triage.reasons],
        "suspected": triage.suspected,
        "derivation": triage.derivation,
    }


def _hypothesis(hypothesis: Hypothesis, ontology: Ontology, language: Language) -> Json:
    condition = ontology.conditions[hypothesis.condition]
    return {
        "condition": hypothesis.condition,
        "label": condition.label.render(language),
        "synonyms": synonyms(hypothesis.condition, ontology, language),
        "icd10": condition.icd10,
        "probability": round(hypothesis.probability, 4),
        "urgency": hypothesis.urgency.value,
        "cant_miss": hypothesis.cant_miss,
        "derivation": hypothesis.derivation,
        "factors": [_factor(f) for f in hypothesis.factors],
        "unexplained": list(hypothesis.unexplained),
    }


def _factor(factor: Factor) -> Json:
    return {
        "finding": factor.finding,
        "presence": factor.presence.value,
        "statements": list(factor.statements),
        "log_lr": round(factor.log_lr, 4),
        "grade": factor.grade.value,
        "claim": factor.claim,
        "source": factor.source,
    }


def _recommendation(recommendation: Recommendation, language: Language) -> Json:
    return {
        "kind": recommendation.kind.value,
        "code": recommendation.code,
        "label": recommendation.label.render(language),
        "text": recommendation.text.render(language),
        "strength": recommendation.strength.value,
        "for": recommendation.for_condition,
        "reasons": [r.render(language) for r in recommendation.reasons],
        "against": [a.render(language) for a in recommendation.against],
        "rejected": recommendation.rejected,
        "doctor_only": recommendation.doctor_only,
        "derivation": recommendation.derivation,
    }


def _question(question: Question, language: Language) -> Json:
    return {
        "finding": question.finding,
        "text": question.text.render(language),
        "reason": question.reason.render(language),
        "gain": round(question.gain, 4),
        "group": question.group,
    }


def _derivation(derivation: Derivation) -> Json:
    return {
        "id": derivation.id,
        "conclusion": derivation.conclusion,
        "rule": derivation.rule,
        "version": derivation.version,
        "premises": list(derivation.premises),
        "sources": sorted({c.source for c in derivation.citations if c.source}),
    }


def _issue(issue: Issue) -> Json:
    return {"level": issue.level.value, "message": issue.message, "solution": issue.solution, "where": issue.where}


def issues_json(issues: Iterable[Issue]) -> list[Json]:
    """Write issues as data."""
    return [_issue(i) for i in issues]
