"""Lints on names: a surface form stands on one concept, and both languages have words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from ontologies.concepts import FormKind, SurfaceForm
from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from ontologies.text import Language


class Named(Protocol):
    """Whatever has names and a place."""

    @property
    def id(self) -> str: ...  # noqa: D102  # named like the record it stands for
    @property
    def forms(self) -> tuple[SurfaceForm, ...]: ...  # noqa: D102  # named like the record it stands for
    @property
    def where(self) -> str: ...  # noqa: D102  # named like the record it stands for


def lint_names(ontology: Ontology) -> Iterator[Issue]:
    """Look for forms that two concepts of a kind share, and for concepts that lack everyday words in a language."""
    kinds: tuple[tuple[str, Iterable[Named]], ...] = (
        ("findings", ontology.findings.values()),
        ("conditions", ontology.conditions.values()),
        ("medicines", chain(ontology.drugs.values(), ontology.drug_classes.values())),
        ("tests", ontology.tests.values()),
        ("quantities", ontology.quantities.values()),
    )
    for kind, concepts in kinds:
        yield from _shared_forms(kind, tuple(concepts))
    for finding in ontology.findings.values():
        yield from _missing_words(finding, patient=finding.noticed_by == "Patient")
        if finding.noticed_by == "Patient" and finding.question is None:
            yield _warning(
                finding,
                f"{finding.id} is noticed by patients but has no v:question, so it can never be asked.",
                "Add v:question in both languages.",
            )
    for condition in ontology.conditions.values():
        yield from _missing_words(condition, patient=False)


def _shared_forms(kind: str, concepts: tuple[Named, ...]) -> Iterator[Issue]:
    """Report a form on two concepts. Ambiguous on each it is meant so; ambiguous on one only, it should be on the other too."""
    bearers: dict[tuple[str, Language], list[tuple[Named, FormKind]]] = defaultdict(list)
    for concept in concepts:
        for text, language, form in {(f.text.casefold(), f.language, f.kind) for f in concept.forms}:
            bearers[text, language].append((concept, form))
    for (text, _language), found in sorted(bearers.items()):
        certain = sorted({concept.id: concept for concept, form in found if form is not FormKind.AMBIGUOUS}.values(), key=lambda c: c.id)
        everyone = sorted({concept.id for concept, _form in found})
        if len(certain) > 1:
            names = ", ".join(concept.id for concept in certain)
            for concept in certain:
                yield _error(concept, f'"{text}" stands on several {kind}: {names}; the reader cannot know which is meant.', _ONE_CONCEPT)
        elif certain and len(everyone) > 1:
            others = ", ".join(identifier for identifier in everyone if identifier != certain[0].id)
            yield _warning(
                certain[0], f'"{text}" is ambiguous on {others} but certain on {certain[0].id}.', "Make it v:ambiguousLabel here too."
            )


_ONE_CONCEPT = "Leave it on one of them, or make it v:ambiguousLabel on each: then it asks."


def _missing_words(concept: Named, *, patient: bool) -> Iterator[Issue]:
    """Report a concept whose only word in a language is its label, when the other language has more."""
    count = {language: sum(form.language is language for form in concept.forms) for language in Language}
    for language, words in count.items():
        if words < 2 and (patient or max(count.values()) > 1):
            yield _warning(
                concept,
                f"{concept.id} has no other word in @{language} than its label.",
                f"Add skos:altLabel as people say it in @{language}.",
            )


def _error(concept: Named, message: str, solution: str) -> Issue:
    return Issue(level=Level.ERROR, message=message, solution=solution, where=concept.where)


def _warning(concept: Named, message: str, solution: str) -> Issue:
    return Issue(level=Level.WARNING, message=message, solution=solution, where=concept.where)
