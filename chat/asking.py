"""Which questions are put at once: those of one group, each with its own answer."""

from __future__ import annotations

from collections.abc import Sequence

from kg.reasoning import Question


def together(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the first question with those that follow in its group; what is no finding is asked alone."""
    if not questions:
        return ()
    first = questions[0]
    if not first.finding.startswith("f:") or first.group is None:
        return (first,)
    rest = (q for q in questions[1:] if q.group == first.group and q.finding.startswith("f:"))
    return tuple({q.finding: q for q in (first, *rest)}.values())


def asked_together(questions: Sequence[Question]) -> str:
    """Name what is asked at once, as the answer sends it back."""
    return " ".join(question.finding for question in questions)
