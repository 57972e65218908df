"""The working paper of one reading: folded text, tokens, mentions and measured things, filled component by component."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kg.issues import Issue
from kg.record import Attribute, Dose, Duration, Presence, Span, Subject, Timing
from nlp.numbers import Number
from nlp.phrasebook import AnyTrie, Phrasebook
from nlp.reading import Act, DialogueState, Repair
from nlp.trie import Match, TokenTrie, apart
from ontologies.concepts import FormKind
from ontologies.text import Language

if TYPE_CHECKING:
    from nlp.cues import CueHit

Payload = TypeVar("Payload")
_NO_BOOK = Phrasebook()


@dataclass(slots=True)
class Mention:
    """A place in the text where a concept is named, and what its surroundings say of it."""

    start: int  # tokens, half open
    end: int
    ids: tuple[str, ...]
    kind: FormKind = FormKind.ALTERNATIVE
    used: frozenset[int] = frozenset()  # the tokens that carry the meaning
    head: int = -1  # the token that a preceding cue must reach
    presence: Presence = Presence.PRESENT
    timing: Timing = Timing.CURRENT
    subject: Subject = Subject.PATIENT
    relation: str | None = None
    speaker: str | None = None  # grammatical subject: "reporter", "father", "he" …
    cue: str | None = None
    rule: str | None = None
    history: bool = False
    diagnosed: bool = False  # by a doctor, for what the patient has now
    normal: bool = False  # says that all is well: a denied finding, unless that itself is denied
    attributes: list[Attribute] = field(default_factory=list)
    duration: Duration | None = None
    status: str | None = None  # of a medicine
    sure: bool = False  # the status was said in so many words
    of_use: bool = False  # a pattern of how a medicine is used
    certain: bool = False  # holds though it is only asked or planned ("can I crush …")
    dose: Dose | None = None
    allergy: str | None = None  # the reaction, "" when none was named; None: no allergy

    def __post_init__(self) -> None:
        if not self.used:
            self.used = frozenset(range(self.start, self.end))
        if self.head < 0:
            self.head = self.start

    @property
    def is_medicine(self) -> bool:
        """Say whether a medicine or a class of medicines is named."""
        return self.ids[0].startswith(("d:", "dc:"))


class _Placed(Protocol):
    """What stands at a token."""

    @property
    def start(self) -> int: ...


Placed = TypeVar("Placed", bound=_Placed)


def start_of(placed: _Placed) -> int:
    """Return where a mention, a number or a cue begins."""
    return placed.start


def between(placed: list[Placed], low: int, high: int) -> list[Placed]:
    """Return those of a list in text order that begin from one token up to another."""
    return placed[bisect_left(placed, low, key=start_of) : bisect_left(placed, high, key=start_of)] if placed else []


def matches_between(found: list[Match[Payload]], low: int, high: int) -> list[Match[Payload]]:
    """Return the matches that begin from one token up to another."""
    return found[bisect_left(found, low, key=_first_of) : bisect_left(found, high, key=_first_of)] if found else []


def _first_of(match: Match[Payload]) -> int:
    """Return where a match begins."""
    return match[0]


@dataclass(slots=True)
class Measured:
    """A value read from the text: a vital sign, an age, a count of weeks."""

    name: str
    value: float
    unit: str
    start: int  # characters, half open
    end: int


@dataclass(slots=True)
class Timed:
    """A stretch of time or a point of beginning, in days."""

    days_min: float
    days_max: float
    start: int  # characters
    end: int
    is_age: bool = False
    counted: bool = True  # read from a number, not from "yesterday"
    taken: bool = False  # means something else than how long a finding has lasted


@dataclass(slots=True)
class Draft:
    """All that is known of the message while it is read."""

    text: str
    folded: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    turn: int = 0
    language: Language = Language.EN
    state: DialogueState = field(default_factory=DialogueState)
    stems: list[str] = field(default_factory=list)
    sentences: list[tuple[int, int]] = field(default_factory=list)  # token ranges
    sentence_ends: list[int] = field(default_factory=list)
    book: Phrasebook = _NO_BOOK
    mentions: list[Mention] = field(default_factory=list)
    hits: list[CueHit] = field(default_factory=list)
    extra_hits: list[CueHit] = field(default_factory=list)  # subjects that are no phrase: "my 3-year-old"
    measured: list[Measured] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    times: list[Timed] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    read: set[int] = field(default_factory=set)  # tokens that something was made of
    patient: str = "reporter"
    matches: dict[AnyTrie, list[Match[Any]]] | None = None  # of the tries of the book, also those that overlap
    parted: dict[AnyTrie, list[Match[Any]]] | None = None  # those that do not

    def __post_init__(self) -> None:
        self.sentence_ends = [end for _, end in self.sentences]

    def span(self, start: int, end: int) -> Span:
        """Return the span of a token range in the original text."""
        return Span(turn=self.turn, start=self.starts[start], end=self.ends[end - 1])

    def chars(self, start: int, end: int) -> Span:
        """Return a span from character offsets."""
        return Span(turn=self.turn, start=start, end=end)

    def quote(self, span: Span) -> str:
        """Return the words exactly as written."""
        return self.text[span.start : span.end]

    def token_at(self, char: int) -> int:
        """Return the first token that ends after a character offset."""
        return bisect_right(self.ends, char)

    def sentence_of(self, token: int) -> tuple[int, int]:
        """Return the token range of the sentence around a token."""
        index = self.sentence_index(token)
        return self.sentences[index] if index < len(self.sentences) else (0, len(self.words))

    def sentence_index(self, token: int) -> int:
        """Return the number of the sentence around a token."""
        return bisect_right(self.sentence_ends, token)

    def matched(self) -> dict[AnyTrie, list[Match[Any]]]:
        """Return the matches at every token of each trie of the book that has any, looked up once, when the words are settled."""
        if self.matches is None:
            self.matches = self.book.matches(self.words)
        return self.matches

    def found(self, trie: TokenTrie[Payload]) -> list[Match[Payload]]:
        """Return the matches of a trie in this text that do not overlap; those of the book are looked up once."""
        if self.parted is None:
            self.parted = {each: apart(every) for each, every in self.matched().items()}
        held = self.parted.get(trie)
        if held is not None:
            return held
        return [] if trie in self.book.tries else trie.all_matches(self.words)
