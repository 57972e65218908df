"""The spaCy pipelines: a blank language each, our own tokenizer, and the components of reading as factories.

Every component works on the draft that the tokenizer lays beside the Doc; the tokens of the Doc are those of the draft.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nlp.draft import Draft
from nlp.fold import fold, pauses, tokens_of
from nlp.sentences import sentences_of
from nlp.spacy_core import Doc, SpacyLanguage, Vocab, get_lang_class

Step = Callable[[Draft], None]
STEPS = (
    "spelling",
    "lexicon",
    "composition",
    "quantities",
    "life",
    "usage",
    "happenings",
    "everyday",
    "company",
    "context",
    "people",
    "medicines",
    "attributes",
    "dialogue",
)
_DRAFT = "iatros"


class DraftTokenizer:
    """Folds and splits a text, and keeps the draft with the Doc."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the Doc of a text."""
        folded = pauses(fold(text))
        words, starts, ends = tokens_of(folded)
        draft = Draft(text=text, folded=folded, words=words, starts=starts, ends=ends, sentences=sentences_of(words))
        doc = Doc(self.vocab, words=words)
        doc.user_data[_DRAFT] = draft
        return doc


class Component:
    """A component of the pipeline: one step on the draft, bound when the reader is built."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.step: Step | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Apply the step to the draft of a Doc."""
        if self.step is not None:
            self.step(doc.user_data[_DRAFT])
        return doc


def _factory(name: str) -> None:
    """Register one component with spaCy."""

    def make(nlp: SpacyLanguage, name: str) -> Component:  # spaCy insists on these two parameter names
        return Component(name)

    SpacyLanguage.factory(f"iatros_{name}", func=make)


for _name in STEPS:
    _factory(_name)


def build(code: str, steps: dict[str, Step]) -> SpacyLanguage:
    """Return the blank pipeline of a language with the steps of reading in their order."""
    language: SpacyLanguage = get_lang_class(code)(
        create_tokenizer=lambda blank: DraftTokenizer(blank.vocab)
    )  # what spacy.blank makes, sooner
    for name in STEPS:
        component: Any = language.add_pipe(f"iatros_{name}", name=name)
        component.step = steps.get(name)
    return language


def draft_of(doc: Doc) -> Draft:
    """Return the draft of a Doc."""
    draft: Draft = doc.user_data[_DRAFT]
    return draft
