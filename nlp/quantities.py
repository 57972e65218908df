"""Quantities of a message: numbers first, then what each number measures."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.draft import Draft
from nlp.measures import Measures
from nlp.numbers import numbers_of
from nlp.phrasebook import Phrasebook
from nlp.times import Times
from ontologies.concepts import Quantity


class Quantities:
    """Finds times, ages and measured values."""

    def __init__(self, quantities: Mapping[str, Quantity], book: Phrasebook) -> None:
        self._times = Times(book)
        self._measures = Measures(quantities, book)

    def find(self, draft: Draft) -> None:
        """Add the times and values of the text to the draft."""
        numbers = numbers_of(draft.words, draft.folded, draft.starts, draft.ends)
        draft.numbers = numbers
        used = self._times.find(draft, numbers)
        self._measures.find(draft, numbers, used)

    def reading_of(self, quantity: str, value: float) -> tuple[float, str] | None:
        """Return a bare value of a known quantity in its canonical unit, or None when it cannot be one."""
        return self._measures.reading_of(quantity, value)
