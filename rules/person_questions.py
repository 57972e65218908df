"""Questions about the person and about values and durations: asked when they would change something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from kg.reasoning import Question, TriageLevel
from kg.record import PregnancyState
from ontologies.text import Text
from rules.calibration import InterviewConstants
from rules.differential import Ranking
from rules.said import Heard
from rules.wording import say

_PREGNANCY = ("Pregnant", "Postpartum")
_PERSON = frozenset({"age", "sex", "anatomy", "pregnancy"})


class Premise(Protocol):
    """An open premise of a red flag."""

    @property
    def asks(self) -> str: ...  # noqa: D102 — see OpenPremise
    @property
    def level(self) -> TriageLevel: ...  # noqa: D102 — see OpenPremise
    @property
    def title(self) -> Text: ...  # noqa: D102 — see OpenPremise
    @property
    def suspected(self) -> bool: ...  # noqa: D102 — see OpenPremise


def person_questions(ranking: Ranking, heard: Heard, premises: Sequence[Premise], constants: InterviewConstants) -> list[Question]:
    """Ask for age, sex and pregnancy where they matter, and for what only a measurement or a length of time can settle."""
    questions = [q for q in (_age(ranking, heard, constants), _sex(ranking, heard, constants)) if q is not None]
    if _pregnancy_matters(ranking, heard, constants):
        questions.append(_ask("pregnancy", constants.pregnancy_gain))
    seen = {q.finding for q in questions} | heard.asked
    for premise in sorted(premises, key=lambda p: (-p.level.rank, p.asks)):
        question = _of_premise(premise, ranking, constants)
        if question is not None and question.finding not in seen:
            seen.add(question.finding)
            questions.append(question)
    return questions


def _ask(name: str, gain: float) -> Question:
    return Question(finding=name, text=say(f"question.{name}"), reason=say(f"question.reason.{name}"), gain=round(gain, 4), group="person")


def _age(ranking: Ranking, heard: Heard, constants: InterviewConstants) -> Question | None:
    return None if ranking.patient.age is not None or "age" in heard.asked else _ask("age", constants.age_gain)


def _sex(ranking: Ranking, heard: Heard, constants: InterviewConstants) -> Question | None:
    """Ask for the sex by the share of the differential that depends on it."""
    if ranking.patient.sex is not None or "sex" in heard.asked:
        return None
    return _ask("sex", constants.sex_gain * float(ranking.probability[ranking.likelihood.sexed].sum()))


def _pregnancy_matters(ranking: Ranking, heard: Heard, constants: InterviewConstants) -> bool:
    """Say whether a pregnancy is possible, unknown, and would bring a condition within reach."""
    patient, index = ranking.patient, ranking.likelihood
    fertile = patient.age is None or index.constants.fertile_ages.contains(patient.age)
    unknown = patient.pregnancy in (None, PregnancyState.POSSIBLE) and "pregnancy" not in heard.asked
    if patient.has_uterus is not True or not fertile or not unknown:
        return False
    rows = [index.limited_rows[only_if] for only_if in _PREGNANCY if only_if in index.limited_rows]
    return any(bool(np.any(ranking.danger[r] > -constants.danger_reach)) for r in rows)


def _of_premise(premise: Premise, ranking: Ranking, constants: InterviewConstants) -> Question | None:
    """Ask for a premise that is no finding: a measured value, how long it lasts, how bad it is, a known disease, the person."""
    text = _wording(premise.asks, ranking)
    if text is None:
        return None
    name = "sex" if premise.asks == "anatomy" else premise.asks
    group = "person" if name in _PERSON else "measure"
    gain = round(constants.guard_weight * _chance(premise, constants) * constants.danger_weights.get(premise.level, 1.0), 4)
    return Question(finding=name, text=text, reason=say("question.reason.guard", title=premise.title), gain=gain, group=group)


def _chance(premise: Premise, constants: InterviewConstants) -> float:
    """Say how probable the premise is taken to be: a suspected red flag hangs on it alone."""
    known_before = premise.asks.startswith(("history ", "taking "))
    return 1.0 if premise.suspected else constants.premise_chance["history" if known_before else "measure"]


def _wording(asks: str, ranking: Ranking) -> Text | None:
    ontology = ranking.likelihood.ontology
    kind, _, of = asks.partition(" ")
    if asks in _PERSON:
        return say(f"question.{asks}")
    if asks.startswith("q:") and asks in ontology.quantities:
        return say("question.value", quantity=ontology.label(asks))
    if kind == "duration" and of in ontology.findings:
        return say("question.duration", finding=ontology.label(of))
    if kind == "attribute" and of.endswith(" severity") and of.split(" ")[0] in ontology.findings:
        return say("question.severity", finding=ontology.label(of.split(" ")[0]))
    if kind == "history" and of in ontology.conditions:
        return say("question.history", condition=ontology.label(of))
    if kind == "taking" and ontology.holds(of):
        return say("question.medicine", drug=ontology.label(of))
    return None
