"""A lint on forms as the reader matches them: forms that differ in spelling may meet once stemmed, and then one is never read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.issues import Issue, Level
from nlp.fold import fold, tokens_of
from nlp.lexicon import Knowledge, key_of
from ontologies.concepts import FormKind, SurfaceForm
from ontologies.text import Language

_SOLUTION = "Leave it on one of them and give the other a form that is its own, or make it v:ambiguousLabel on each: then it asks."
_Bearers = dict[str, tuple[str, str]]  # concept → the form as it was written, and where


def lint_clashes(ontology: Knowledge) -> Iterator[Issue]:
    """Report forms of two concepts of a kind that the reader cannot tell apart, unless at most one of them is certain.

    A medicine may share its name with its class: the reader takes the medicine, which belongs to the class.
    """
    for table in (ontology.findings, ontology.conditions, ontology.drugs, ontology.drug_classes, ontology.tests):
        keys: defaultdict[tuple[str, ...], _Bearers] = defaultdict(dict)
        for concept, record in table.items():
            labels = (
                SurfaceForm(text=record.label.en, language=Language.EN, kind=FormKind.PREFERRED),
                SurfaceForm(text=record.label.zh, language=Language.ZH, kind=FormKind.PREFERRED),
            )
            for form in (*labels, *record.forms):
                words = [word for word in tokens_of(fold(form.text))[0] if word.isalnum()]
                if words and form.kind is not FormKind.AMBIGUOUS:
                    keys[key_of(words)].setdefault(concept, (form.text, record.where))
        yield from _met(keys)


def _met(keys: dict[tuple[str, ...], _Bearers]) -> Iterator[Issue]:
    """Report each key with several bearers, at the bearer whose form is not read: the reader takes the first in the alphabet."""
    for _key, bearers in sorted(keys.items()):
        first, *others = sorted(bearers)
        for other in others:
            message = f'"{bearers[other][0]}" of {other} is read as "{bearers[first][0]}" of {first}: their stems are the same.'
            yield Issue(level=Level.ERROR, message=message, solution=_SOLUTION, where=bearers[other][1])
