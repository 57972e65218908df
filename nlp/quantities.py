"""Quantities of a message: numbers first, then what each number measures."""

from __future__ import annotations

from collections.abc import Mapping

from nlp.draft import Draft
from nlp.numbers import numbers_of
from nlp.times import Times
from ontologies.concepts import Quantity


class Quantities:
    """Finds times, ages and measured values."""

    def __init__(self, quantities: Mapping[str, Quantity]) -> None:
        self._quantities = quantities
        self._times = Times()

    def find(self, draft: Draft) -> None:
        """Add the times and values of the text to the draft."""
        numbers = numbers_of(draft.words, draft.folded, draft.starts, draft.ends)
        self._times.find(draft, numbers)
