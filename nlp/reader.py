"""The reader: a patient's message, in English or Chinese, becomes statements with their exact words.

reader = Reader(ontology)
reading = reader.read("No fever, just a cough for 3 days", turn=0, language=None, state=DialogueState())
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from kg.issues import Issue, Level
from kg.record import Presence, Timing
from nlp.attributes import Attributes
from nlp.company import Company
from nlp.complaints import complaint
from nlp.composition import Composition
from nlp.context import Context
from nlp.context_rules import ContextRule
from nlp.dialogue import Dialogue
from nlp.draft import Draft, Mention
from nlp.fold import fold, is_han
from nlp.lexicon import Knowledge, Lexicon
from nlp.life import Life
from nlp.medicines import Medicines
from nlp.people import decide_patient, mark_children
from nlp.person import demographics, observations
from nlp.phrasebook import Phrasebook
from nlp.pipeline import Step, build, draft_of
from nlp.quantities import Quantities
from nlp.reading import DialogueState, Reading
from nlp.replies import Replies
from nlp.spacy_core import Doc, SpacyLanguage
from nlp.spelling import Spelling
from nlp.statements import StatementMaker, fitting, numbered
from nlp.usage import Usage
from ontologies.concepts import Quantity
from ontologies.text import Language

MAX_CHARACTERS = 4000
_HAN_SHARE = 0.25


class ReadableOntology(Knowledge, Protocol):
    """What the reader asks of the ontology."""

    def ancestors(self, finding: str) -> tuple[str, ...]: ...
    @property
    def quantities(self) -> Mapping[str, Quantity]: ...


def language_of(text: str) -> Language:
    """Guess the language of a message from its letters.

    >>> language_of("no fever")
    <Language.EN: 'en'>
    """
    if text.isascii():
        return Language.EN
    letters = [each for each in text if each.isalpha()]
    han = sum(1 for each in letters if is_han(each))
    return Language.ZH if letters and han / len(letters) >= _HAN_SHARE else Language.EN


class Reader:
    """Reads messages. Building it costs a second; it is immutable afterwards and may be shared."""

    def __init__(self, ontology: ReadableOntology, rules: Iterable[ContextRule] | None = None) -> None:
        self._lexicon = Lexicon(ontology)
        self._book = Phrasebook()
        self._context = Context(self._book, rules)
        self._maker = StatementMaker(ontology, ontology.ancestors)
        quantities = Quantities(ontology.quantities, self._book)
        self._dialogue = Dialogue(self._book)
        self._replies = Replies(quantities.reading_of)
        steps: dict[str, Step] = {
            "spelling": Spelling(
                frozenset(self._lexicon.vocabulary), frozenset(self._lexicon.misspelt), frozenset(self._lexicon.names)
            ).find,
            "lexicon": self._lexicon.find,
            "composition": Composition(ontology.findings, self._book).find,
            "quantities": quantities.find,
            "life": Life(self._book).find,
            "usage": Usage(self._book).find,
            "happenings": Usage(self._book, "happenings.yaml").find,
            "everyday": Usage(self._book, "everyday.yaml").find,
            "company": Company(ontology.findings, ontology.ancestors, self._book).find,
            "context": self._read_context,
            "people": decide_patient,
            "medicines": Medicines(self._book).find,
            "attributes": Attributes(ontology.findings, ontology.ancestors, self._book).find,
            "dialogue": self._dialogue.find,
        }
        self._book.lay_out()
        self._steps = steps
        self._pipelines: dict[Language, SpacyLanguage] = {}
        self._components: dict[Language, tuple[Callable[[Doc], Doc], ...]] = {}

    def read(self, text: str, *, turn: int, language: Language | None, state: DialogueState) -> Reading:
        """Return what one message says. A message that is too long is refused with an issue, never cut silently."""
        if len(text) > MAX_CHARACTERS:
            spoken = language or language_of(text[:MAX_CHARACTERS])
            return Reading(issues=(_too_long(text, spoken),), language=spoken)
        spoken = language or language_of(text)
        pipeline = self._pipeline(spoken)
        doc = pipeline.make_doc(text)
        draft = draft_of(doc)
        draft.turn, draft.language, draft.state, draft.book = turn, spoken, state, self._book
        for component in self._components[spoken]:
            doc = component(doc)
        return self._reading(draft)

    def presence_of(self, text: str, start: int, end: int) -> Presence:
        """Say whether the words at a place (code points) are affirmed or denied; what has resolved counts as denied."""
        pipeline = self._pipeline(language_of(text))
        draft = draft_of(pipeline.make_doc(text))
        draft.book = self._book
        first, last = draft.token_at(start), draft.token_at(max(start, end - 1)) + 1
        mention = Mention(start=first, end=max(last, first + 1), ids=("f:given",))
        draft.mentions.append(mention)
        self._context.apply(draft)
        return Presence.ABSENT if mention.timing is Timing.RESOLVED else mention.presence

    def __getstate__(self) -> dict[str, object]:
        """Leave the pipelines out: they are made again when a message needs them."""
        return {**self.__dict__, "_pipelines": {}, "_components": {}}

    def _pipeline(self, language: Language) -> SpacyLanguage:
        """Return the pipeline of a language, made when a message first needs it."""
        if language not in self._pipelines:
            made = build(language.value, self._steps)
            self._components[language] = tuple(component for _, component in made.pipeline)  # spaCy makes this list anew each time
            self._pipelines[language] = made
        return self._pipelines[language]

    def _read_context(self, draft: Draft) -> None:
        """Apply the context rules once the children of "my 3-year-old" are known."""
        mark_children(draft)
        self._context.apply(draft)

    def _reading(self, draft: Draft) -> Reading:
        """Assemble the reading from a finished draft."""
        statements = [*self._maker.make(draft), *demographics(draft), *observations(draft)]
        statements += self._replies.find(draft, statements)
        medical = self._dialogue.is_medical(draft, statements)
        self._dialogue.settle(draft, statements, medical)
        return Reading(
            statements=numbered(fitting(statements), draft.state.first_id),
            issues=tuple(draft.issues),
            language=draft.language,
            acts=tuple(dict.fromkeys(draft.acts)),
            repairs=tuple(draft.repairs),
            medical=medical,
            topics=tuple(dict.fromkeys(draft.topics)),
            unread=self._dialogue.unread(draft),
        )


def _too_long(text: str, language: Language) -> Issue:
    """Return the issue for a message over the limit."""
    return complaint("too-long", Level.ERROR, "text", language, length=f"{len(text):,}", most=f"{MAX_CHARACTERS:,}")


__all__ = ["MAX_CHARACTERS", "Reader", "fold", "language_of"]
