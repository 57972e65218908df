"""What a patient should know of how their words were read: repairs, what was not understood, and what cannot be right."""

from __future__ import annotations

from collections.abc import Iterable

from chat.consultation_types import Consultation
from chat.wording import text

_UNREAD = 3  # clauses quoted; a longer list helps nobody


def reading_remarks(consultation: Consultation) -> tuple[str, ...]:
    """Return the remarks in the order of their weight: what is asked, what was repaired, what was left out."""
    asked = (f"{issue.message} {issue.solution}".strip() for issue in consultation.issues)
    return tuple(dict.fromkeys((*asked, *_repairs(consultation), *tuple(_unread(consultation))[-_UNREAD:])))


def _repairs(consultation: Consultation) -> Iterable[str]:
    for reading in consultation.readings:
        for repair in reading.repairs:
            yield text("understood.repair", written=repair.written, read=repair.read).render(consultation.language)


def _unread(consultation: Consultation) -> Iterable[str]:
    messages = consultation.log.messages()
    for message, reading in zip(messages, consultation.readings, strict=True):
        for span in reading.unread:
            yield text("understood.unread", words=message.text[span.start : span.end]).render(consultation.language)
