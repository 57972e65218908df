"""The conversation as a person sees it: what was said, how urgent it is so far, and the one question that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chat.asking import asked_together, together
from chat.knowledge import Knowledge
from chat.web.encounters import Turn
from chat.web.result import Result, result_of
from chat.wording import text
from kg.asking import AskedKind, asked_of
from kg.reasoning import Question
from nlp.reading import Act
from ontologies.text import Language
from rules.wording import say, texts

_YES_NO = ("answer.yes", "answer.no", "answer.dont_know", "answer.skip")
_SEX = ("answer.female", "answer.male", "answer.dont_know", "answer.skip")
_OPEN = ("answer.dont_know", "answer.skip")
_HINTS = {"age": "talk.hint_age", "duration": "talk.hint_duration", "q": "talk.hint_value"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing said, by the person or by the program."""

    speaker: str  # "you" | "program"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One of several things that are asked at once, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The open question with its quick replies; `rows` where several things of one group are asked at once."""

    finding: str
    text: str
    reason: str
    rows: tuple[Row, ...]
    replies: tuple[str, ...]
    hint: str
    number: int  # of this question, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Everything on the conversation's page."""

    encounter: str
    number: int
    lines: tuple[Line, ...]
    remark: str
    question: Asking | None
    result: Result
    can_undo: bool
    announcement: str
    most: int  # questions at most


def talk_of(turn: Turn, knowledge: Knowledge) -> Talk:
    """Put an encounter into the words of its page."""
    consultation = turn.consultation
    language = consultation.language
    result = result_of(consultation, knowledge)
    open_ = together(consultation.questions) if turn.log.messages() else ()
    question = _asking(open_, language, _answered(turn) + 1) if open_ else None
    remark = _remark(turn, result)
    return Talk(
        encounter=turn.log.encounter,
        number=turn.number,
        lines=tuple(_lines(turn, knowledge)),
        remark=remark,
        question=question,
        result=result,
        can_undo=bool(turn.log.effective()),
        most=knowledge.calibration.interview.most,
        announcement=" ".join(part for part in (remark, result.title, question.text if question else "") if part),
    )


def _lines(turn: Turn, knowledge: Knowledge) -> Iterable[Line]:
    """List what was said, each answer after its question."""
    language = turn.consultation.language
    yield Line(speaker="program", text=text("program.hello").render(language))
    for message in turn.log.messages():
        if message.asked:
            yield Line(speaker="program", text=_question_text(message.asked, knowledge, language))
        yield Line(speaker="you", text=message.text)


def _question_text(asked: str, knowledge: Knowledge, language: Language) -> str:
    """Word a question that was asked earlier."""
    about = asked_of(asked)
    if about is not None and about.kind is AskedKind.SEVERAL:
        return " ".join(_question_text(finding, knowledge, language) for finding in about.concepts)
    finding = knowledge.ontology.findings.get(asked)
    if finding is not None and finding.question is not None:
        return finding.question.render(language)
    if f"question.{asked}" in texts():
        return say(f"question.{asked}").render(language)
    concept = asked.rsplit(" ", maxsplit=1)[-1]
    return knowledge.ontology.label(concept).render(language) if knowledge.ontology.holds(concept) else concept


def _answered(turn: Turn) -> int:
    return sum(1 for message in turn.log.messages() if message.asked)


def _asking(questions: tuple[Question, ...], language: Language, number: int) -> Asking:
    if len(questions) == 1:
        return _asking_one(questions[0], language, number)
    rows = tuple(Row(text=q.text.render(language), reason=q.reason.render(language)) for q in questions)
    return Asking(
        finding=asked_together(questions),
        text=text("talk.several").render(language),
        reason=" ".join(dict.fromkeys(row.reason for row in rows)),
        rows=rows,
        replies=tuple(text(key).render(language) for key in _YES_NO),
        hint="",
        number=number,
    )


def _asking_one(question: Question, language: Language, number: int) -> Asking:
    kind = question.finding.partition(" ")[0].partition(":")[0]
    keys = _SEX if question.finding == "sex" else _OPEN if kind in _HINTS or kind == "attribute" else _YES_NO
    return Asking(
        finding=question.finding,
        text=question.text.render(language),
        reason=question.reason.render(language),
        rows=(),
        replies=tuple(text(key).render(language) for key in keys),
        hint=text(_HINTS[kind]).render(language) if kind in _HINTS else "",
        number=number,
    )


def _remark(turn: Turn, result: Result) -> str:
    """Say what the last message calls for besides the next question."""
    messages, readings = turn.log.messages(), turn.consultation.readings
    if not messages:
        return ""
    language, last = turn.consultation.language, readings[-1]
    if Act.DISTRESS in last.acts:
        return text("talk.distress", number=result.region.crisis).render(language)
    if messages[-1].asked and messages[-1].asked in (turn.asked, turn.asked_at_once):
        return text("talk.repeat").render(language)
    if Act.THANKS in last.acts:
        return text("program.thanks").render(language)
    if result.level is None:
        return text("program.no_medical_content").render(language)
    return "" if turn.consultation.questions or result.emergency else text("program.enough").render(language)
