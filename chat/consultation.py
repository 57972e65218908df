"""The spine: from a log of what was written to what is concluded, asked and planned. Read this module first.

Two pure functions, without HTTP, clock or randomness: the same log and the same knowledge give the same answer.

    consult   read → settle contradictions → person → infer → verify → next question
    plan      person, medicines, targets and wishes → a week with its certificate
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chat.consultation_types import Consultation
from chat.knowledge import Knowledge
from chat.log import Corrected, Log, Message, Replied, Started
from chat.wording import text
from kg.asking import asked_of
from kg.care import CarePlan
from kg.corrections import Contradiction, in_force
from kg.issues import Issue, Level
from kg.patient import patient_of
from kg.reasoning import Inference, Question, Reason, Triage, TriageLevel
from kg.record import AnyStatement, Circumstance, Subject
from nlp.reading import DialogueState, Reading
from ontologies.text import Language, Text
from rules.inference import infer

__all__ = ["Consultation", "consult", "plan", "single_message"]


def consult(log: Log, knowledge: Knowledge, method: str = "full") -> Consultation:
    """Answer what the log holds so far. Never raises for what a person can write; problems become issues."""
    readings = tuple(_read(log, knowledge))
    record = in_force((*_from_form(log.started), *(s for r in readings for s in r.statements)), log.corrections())
    patient = patient_of(record.statements, log.started.region)
    unclear = any(_unclear(reading) for reading in readings)
    concluded, report = infer(
        record.statements, patient, knowledge.rules, knowledge.ontology, knowledge.calibration, knowledge.engine, method, unclear
    )
    inference = _hold_emergency(concluded, log)
    return Consultation(
        log=log,
        language=_language(log, readings),
        readings=readings,
        statements=record.statements,
        contradictions=record.contradictions,
        patient=patient,
        inference=inference,
        report=report,
        questions=(*_to_settle(record.contradictions, knowledge), *inference.questions),
        issues=(*(i for r in readings for i in r.issues), *_conflicts(log.started, readings, _language(log, readings))),
    )


def plan(log: Log, consultation: Consultation, knowledge: Knowledge) -> CarePlan:
    """Plan a week for this person: their medicines, tests, movement, meals and sleep."""
    from chat.planning import profile_of  # noqa: PLC0415  # ortools takes half a second to import; most answers need no plan
    from optimizer.planner import plan as plan_week  # noqa: PLC0415  # as above

    return plan_week(profile_of(log, consultation, knowledge), knowledge.ontology)


def _read(log: Log, knowledge: Knowledge) -> Iterable[Reading]:
    """Read the messages in order; each is read knowing what was asked and said before."""
    known: tuple[AnyStatement, ...] = ()
    for turn, message in enumerate(log.messages()):
        unknown = _not_askable(message, turn, knowledge)
        state = DialogueState(asked=None if unknown else message.asked, first_id=len(known), known=known)
        reading = knowledge.reader.read(message.text, turn=turn, language=message.language, state=state)
        reading = replace(reading, issues=(*unknown, *reading.issues))
        known += reading.statements
        yield reading


def _not_askable(message: Message, turn: int, knowledge: Knowledge) -> tuple[Issue, ...]:
    """Complain of a message that answers a question nobody can have asked."""
    asked = None if message.asked is None else asked_of(message.asked)
    known = asked is not None and all(knowledge.ontology.holds(concept) for concept in asked.concepts)
    if message.asked is None or known:
        return ()
    return (
        Issue(
            level=Level.WARNING,
            message=f"The message answers {message.asked!r}, which is no question of this program; it was read by itself.",
            solution="Give the `finding` of a question as it was asked, or leave `asked` out.",
            where=f"turn {turn}",
        ),
    )


def _unclear(reading: Reading) -> bool:
    """Say whether there was talk of illness, not of somebody else's alone, that may not have been understood."""
    others = any(s.subject is not Subject.PATIENT for s in reading.statements)
    return reading.medical and (bool(reading.unread) or not others)


def _from_form(started: Started) -> tuple[AnyStatement, ...]:
    """Turn what the form said into statements without a span; words may supersede them."""
    said = {"age": started.age, "sex": started.sex}
    return tuple(
        Circumstance(id=f"form-{name}", span=None, text=str(value), name=name, value=value)
        for name, value in said.items()
        if value is not None
    )


def _language(log: Log, readings: tuple[Reading, ...]) -> Language:
    """Answer in the language last written, unless the person chose one."""
    chosen = [m.language for m in log.messages() if m.language]
    if chosen:
        return chosen[-1]
    return log.started.language or (readings[-1].language if readings else Language.EN)


def _hold_emergency(inference: Inference, log: Log) -> Inference:
    """Keep an emergency that was already told, until it is lowered by an explicit correction."""
    told = _highest_told(log)
    now = inference.triage.level.rank if inference.triage else -1
    if told is None or told.rank < TriageLevel.EMERGENCY.rank or now >= told.rank:
        return inference
    advice = text(f"advice.{told.value}")
    held = Triage(
        level=told,
        advice=advice,
        derivation=inference.triage.derivation if inference.triage else "",
        reasons=(Reason(text=text("triage.held")), *(inference.triage.reasons if inference.triage else ())),
    )
    return replace(inference, triage=held)


def _highest_told(log: Log) -> TriageLevel | None:
    """Return the highest level told since the last explicit correction."""
    levels: list[TriageLevel] = []
    for event in log.events:
        if isinstance(event, Replied) and event.level:
            levels.append(TriageLevel(event.level))
        elif isinstance(event, Corrected):
            levels.clear()
    return max(levels, key=lambda level: level.rank, default=None)


def _to_settle(contradictions: tuple[Contradiction, ...], knowledge: Knowledge) -> tuple[Question, ...]:
    """Ask about each contradiction before anything else."""
    return tuple(
        Question(
            finding=c.concept,
            text=text("contradiction.ask", thing=knowledge.ontology.label(c.concept)),
            reason=text("contradiction.reason"),
            gain=1.0,
            group="contradiction",
        )
        for c in contradictions
    )


def _conflicts(started: Started, readings: tuple[Reading, ...], language: Language) -> tuple[Issue, ...]:
    """Say so where the words and the form disagree; the words win."""
    form = {"age": started.age, "sex": started.sex}
    said = [s for r in readings for s in r.statements if isinstance(s, Circumstance) and s.subject.value == "patient"]
    return tuple(
        Issue(
            level=Level.WARNING,
            message=_conflict(s.name, s.value, form[s.name], language),
            solution=text("issue.conflict.solution").render(language),
            where=s.id,
        )
        for s in said
        if form.get(s.name) is not None and form[s.name] != s.value
    )


def _conflict(name: str, said: object, form: object, language: Language) -> str:
    return text("issue.conflict", name=text(f"circumstance.{name}"), said=_word(said), form=_word(form)).render(language)


def _word(value: object) -> Text:
    """Word a sex or an age."""
    return text(f"answer.{value}") if isinstance(value, str) else Text(en=f"{value:g}", zh=f"{value:g}")


def single_message(text: str, *, started: Started, asked: str | None = None, encounter: str = "single") -> Log:
    """Make the log of one message, as `ask` and `batch` use it."""
    return Log(encounter=encounter, events=(started, Message(at="", text=text, asked=asked, language=started.language)))
