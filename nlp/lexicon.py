"""The lexicon: every surface form of the ontology in one token trie, robust to inflection and small words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Protocol

from nlp.draft import Draft, Mention
from nlp.fold import fold, tokens_of
from nlp.resources import data
from nlp.trie import TokenTrie
from ontologies.concepts import Condition, Drug, DrugClass, FindingConcept, FormKind, SurfaceForm, TestConcept
from ontologies.text import Text

_SHORT = 3
_STEMS = 1 << 16  # words whose stem is kept: all of the lexicon, and no end of what people write
_ORDER = ("f", "c", "d", "dc", "t")


class Knowledge(Protocol):
    """What the reader needs of the ontology."""

    @property
    def findings(self) -> Mapping[str, FindingConcept]: ...  # noqa: D102  # named like the record it stands for
    @property
    def conditions(self) -> Mapping[str, Condition]: ...  # noqa: D102  # named like the record it stands for
    @property
    def drugs(self) -> Mapping[str, Drug]: ...  # noqa: D102  # named like the record it stands for
    @property
    def drug_classes(self) -> Mapping[str, DrugClass]: ...  # noqa: D102  # named like the record it stands for
    @property
    def tests(self) -> Mapping[str, TestConcept]: ...  # noqa: D102  # named like the record it stands for


class _Named(Protocol):
    @property
    def label(self) -> Text: ...
    @property
    def forms(self) -> tuple[SurfaceForm, ...]: ...


@cache
def _irregular() -> dict[str, str]:
    return dict(data("lexicon.yaml")["irregular"])


@cache
def skip_words() -> frozenset[str]:
    """Return the words that may stand inside a form, as stems: that is what the text is matched by."""
    return frozenset(stem(word) for word in data("lexicon.yaml")["skip"])


@cache
def _dropped() -> frozenset[str]:
    return frozenset(data("lexicon.yaml")["drop"])


@lru_cache(maxsize=_STEMS)
def stem(word: str) -> str:
    """Return a light stem: plural, -ing, -ed and final e or y go; forms and text are stemmed alike.

    >>> [stem(word) for word in ("aching", "ached", "aches", "ache", "dizzy", "pass", "wheezes")]
    ['ach', 'ach', 'ach', 'ach', 'dizzi', 'pass', 'wheez']
    """
    if word in _irregular():
        return _irregular()[word]
    if len(word) <= _SHORT or not word.isascii() or not word.isalpha():
        return word
    bare = word
    if word.endswith("ing") and _has_vowel(word[:-3]):
        bare = _single(word[:-3])
    elif word.endswith("ied") or word.endswith("ies"):
        bare = word[:-2]
    elif word.endswith("ed") and _has_vowel(word[:-2]):
        bare = _single(word[:-2])
    elif word.endswith("es") and len(word) > _SHORT + 1:
        bare = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        bare = word[:-1]
    if bare.endswith("e") and len(bare) > _SHORT:
        return bare[:-1]
    if bare.endswith("y") and len(bare) > _SHORT:
        return bare[:-1] + "i"
    return _irregular().get(bare, bare)


def _has_vowel(part: str) -> bool:
    """Say whether what is left is long enough to be a word."""
    return len(part) >= _SHORT and any(letter in "aeiouy" for letter in part)


def _single(part: str) -> str:
    """Undo the doubling of a final consonant ("throbbing" → "throb")."""
    if len(part) > _SHORT and part[-1] == part[-2] and part[-1] not in "aeiouslz":
        return part[:-1]
    return part


def key_of(words: Iterable[str]) -> tuple[str, ...]:
    """Return the stems of a form without the words that may be skipped, unless too little would be left."""
    listed = list(words)
    kept = [word for word in listed if word not in _dropped()]
    if not kept or (len(kept) == 1 and len(listed) > 1):
        kept = listed
    return tuple(stem(word) for word in kept)


def _concepts(ontology: Knowledge) -> Iterable[tuple[str, _Named]]:
    """Yield everything that can be named in a message."""
    for table in (ontology.findings, ontology.conditions, ontology.drugs, ontology.drug_classes, ontology.tests):
        yield from table.items()


class Lexicon:
    """Finds the concepts that a text names."""

    def __init__(self, ontology: Knowledge) -> None:
        never = self._never = frozenset(data("lexicon.yaml")["never"])
        bare = frozenset(data("lexicon.yaml")["stop_words"])
        kinds: dict[tuple[str, ...], dict[str, FormKind]] = defaultdict(dict)
        self.vocabulary: set[str] = set()
        self.names: set[str] = set()  # words of medicines: a slip may not turn one into another
        self.misspelt: set[str] = set()  # slips that are forms of their own; they match only as they stand
        for concept, record in _concepts(ontology):
            for text, kind in _forms(record):
                words, _, _ = tokens_of(fold(text))
                plain = [word for word in words if word.isalnum()]
                if not plain or " ".join(plain) in never or (len(plain) == 1 and plain[0] in bare):
                    continue
                kinds[key_of(plain)].setdefault(concept, kind)
                if kind is FormKind.HIDDEN and len(plain) == 1:
                    self.misspelt.add(plain[0])
                elif kind is not FormKind.HIDDEN:
                    if concept[:2] in {"d:", "dc"}:
                        self.names.update(plain)
                    self.vocabulary.update(word for word in plain if word.isascii() and word.isalpha())
        self._only_denied = {word: concept for word, concept in data("lexicon.yaml")["only_denied"].items() if concept in ontology.findings}
        self._denied_by = frozenset(data("lexicon.yaml")["denied_by"])
        self._capitals = frozenset(data("lexicon.yaml")["capitals"])
        self._troubles = frozenset(data("lexicon.yaml")["troubles"])
        nearly = data("refine.yaml")["nearly"]
        self._nearly_words = frozenset(tuple(tokens_of(fold(said))[0]) for said in nearly["words"])
        self._almost = {one: other for one, other in nearly["to"].items() if other in ontology.findings}
        self._medicines: TokenTrie[tuple[str, ...]] = TokenTrie()
        self._trie: TokenTrie[tuple[tuple[str, ...], FormKind]] = TokenTrie()
        for key, concepts in kinds.items():
            self._trie.add(key, _settle(concepts))
            medicines = tuple(each for each in concepts if each.startswith(("d:", "dc:")))
            if medicines:
                self._medicines.add(key, medicines)
        self._medicine_begins = frozenset(words[0] for words, _ in self._medicines.phrases())
        for said in data("lexicon.yaml")["masks"]:
            key = tuple(stem(word) for word in tokens_of(fold(said))[0])
            if not self._trie.exact(key):
                self._trie.add(key, ((), FormKind.HIDDEN))
        self.size = self._trie.size

    def find(self, draft: Draft) -> None:
        """Add a mention for every longest form in the text."""
        draft.stems = [stem(word) for word in draft.words]
        skip = skip_words()
        for start, end, payloads in self._trie.all_matches(draft.stems, skip):
            if end - start == 1 and (draft.words[start] in self._never or self._only_looks_short(draft, start)):
                continue
            ids, kind = payloads[0]
            if kind is FormKind.HIDDEN and end - start == 1 and draft.words[start] not in self.misspelt:
                continue
            if not ids:
                continue
            denied = draft.words[start] == "no" and end < len(draft.words) and draft.words[end] in self._troubles  # "no sleep disturbance"
            mention = Mention(start=start + denied, end=end, ids=self._nearly(draft.words, start, ids), kind=kind)
            draft.mentions.append(mention)
            if ids[0].startswith("f:") and not self._medicine_begins.isdisjoint(draft.stems[start:end]):
                self._medicines_in(draft, start, end)
        if not self._only_denied.keys().isdisjoint(draft.words):
            self._denied_only(draft)

    def _denied_only(self, draft: Draft) -> None:
        """Add what a word means only where it is denied ("no temperature")."""
        for index, word in enumerate(draft.words):
            denied = word in self._only_denied and index and draft.words[index - 1] in self._denied_by
            if denied and not any(index in mention.used for mention in draft.mentions):
                draft.mentions.append(Mention(start=index, end=index + 1, ids=(self._only_denied[word],)))

    def _only_looks_short(self, draft: Draft, at: int) -> bool:
        """Say whether an everyday word is no abbreviation because it is not in capitals ("ten" is not TEN)."""
        if draft.words[at] not in self._capitals:
            return False
        return not draft.text[draft.starts[at] : draft.ends[at]].isupper() or draft.text.isupper()

    def _medicines_in(self, draft: Draft, start: int, end: int) -> None:
        """Add the medicine that a finding's words name ("missed my warfarin", "allergic to penicillin"): it must not get lost in them."""
        for index in range(start, end):
            match = self._medicines.longest(draft.stems, index)
            if match is not None and match[0] <= end:
                draft.mentions.append(Mention(start=index, end=match[0], ids=match[1][0]))
                return

    def _nearly(self, words: list[str], at: int, ids: tuple[str, ...]) -> tuple[str, ...]:
        """Return what something is when it only nearly happened ("almost fainted")."""
        instead = self._almost.get(ids[0])
        if instead is None:
            return ids
        before = any(tuple(words[max(0, at - size) : at]) in self._nearly_words for size in range(1, 7))
        return (instead,) if before else ids


def _forms(record: _Named) -> Iterable[tuple[str, FormKind]]:
    """Yield the surface forms of a concept, its labels included."""
    yield record.label.en, FormKind.PREFERRED
    yield record.label.zh, FormKind.PREFERRED
    for form in record.forms:
        yield form.text, form.kind


def _settle(concepts: dict[str, FormKind]) -> tuple[tuple[str, ...], FormKind]:
    """Order the concepts of one form: sure before ambiguous, findings first; ambiguous only when nothing is sure."""
    sure = [each for each, kind in concepts.items() if kind is not FormKind.AMBIGUOUS]
    ids = sorted(sure or concepts, key=lambda each: (_ORDER.index(each.split(":")[0]), each))
    return tuple(ids), concepts[ids[0]]
