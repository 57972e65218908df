"""Context rules as data: loading nlp/context.en.yaml and nlp/context.zh.yaml into one trie of cues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from nlp.errors import ReadingDataError
from nlp.fold import fold, tokens_of
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import TokenTrie

CATEGORIES = frozenset(
    [
        "pseudo",
        "stop",
        "absent",
        "present",
        "possible",
        "resolved",
        "past",
        "recurrent",
        "hypothetical",
        "feared",
        "history",
        "diagnosis",
        "subject",
        "relative_after",
        "proxy",
    ]
)
_LABELS = frozenset(["present", "absent", "possible", "past", "relative", "hypothetical"])
_CONTRACTED = {"'m", "'ve", "'s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextRule:
    """One cue with its category, its side, its reach and the sentence that shows it."""

    id: str
    category: str
    side: str
    phrases: tuple[str, ...]
    reach: int | None
    relation: str | None
    overrides: bool  # speaks even of what was denied ("not dizzy anymore")
    asks: bool  # only in a sentence that ends with a question mark
    lists: bool  # what follows over commas belongs to it ("denies nausea, vomiting and diarrhoea")
    closing: bool  # only where a clause ends after it ("fever, no")
    onward: frozenset[str]  # words that may follow a closing cue all the same ("has gone now", but not "has gone numb")
    crosses: bool  # looks back over a Chinese comma, to the last clause that names something ("dizzy this morning, fine now")
    diseases: bool  # speaks of diseases only ("scared my moles are a melanoma"): what is felt stays as it is
    echoes: bool  # only of a finding that has the cue's own letter ("chest stuffy yesterday, not stuffy today")
    example: str
    reads: tuple[tuple[str, str], ...]


def _rule(entry: dict[str, object], where: str) -> ContextRule:
    """Check one entry of the YAML file and make a rule of it."""
    try:
        rule = ContextRule(
            id=str(entry["id"]),
            category=str(entry["category"]),
            side=str(entry.get("side", "before")),
            phrases=tuple(str(phrase) for phrase in entry["phrases"]),  # type: ignore[attr-defined]  # YAML; the file is tested
            reach=int(str(entry["reach"])) if "reach" in entry else None,
            relation=str(entry["relation"]) if "relation" in entry else None,
            overrides=bool(entry.get("overrides")),
            asks=bool(entry.get("asks")),
            lists=bool(entry.get("lists")),
            closing=bool(entry.get("closing")),
            onward=frozenset(str(word) for word in entry.get("onward", ())),  # type: ignore[attr-defined]  # YAML; the file is tested
            crosses=bool(entry.get("crosses")),
            diseases=bool(entry.get("diseases")),
            echoes=bool(entry.get("echoes")),
            example=str(entry["example"]),
            reads=tuple((str(key), str(label)) for key, label in entry["reads"].items()),  # type: ignore[attr-defined]  # YAML; the file is tested
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise ReadingDataError(f"{where}: rule {entry.get('id', '?')} lacks or misuses a field: {fault}.") from fault
    if rule.category not in CATEGORIES or rule.side not in {"before", "after", "reply"}:
        raise ReadingDataError(f"{where}: rule {rule.id} has an unknown category or side.")
    if not {label for _, label in rule.reads} <= _LABELS:
        raise ReadingDataError(f"{where}: rule {rule.id} reads an unknown label.")
    return rule


@cache
def context_rules() -> tuple[ContextRule, ...]:
    """Return all rules of both languages in the order of the files."""
    rules = tuple(_rule(entry, name) for name in ("context.en.yaml", "context.zh.yaml") for entry in data(name))
    ids = [rule.id for rule in rules]
    repeated = {each for each in ids if ids.count(each) > 1}
    if repeated:
        raise ReadingDataError(f"Context rules share an id: {', '.join(sorted(repeated))}.")
    return rules


def _spellings(phrase: str) -> Iterable[tuple[str, ...]]:
    """Yield the tokens of a phrase, and those of its spelling without apostrophes ("i ve" → "ive")."""
    words, _, _ = tokens_of(fold(phrase))
    yield tuple(words)
    joined: list[str] = []
    for word in words:
        if word in _CONTRACTED and joined:
            joined[-1] += word[1:]
        else:
            joined.append(word)
    if len(joined) < len(words):
        yield tuple(joined)


def cue_trie(book: Phrasebook, rules: Iterable[ContextRule]) -> TokenTrie[ContextRule]:
    """Return the trie of the cues of rules."""
    trie: TokenTrie[ContextRule] = book.trie()
    for rule in rules:
        for phrase in rule.phrases:
            for words in _spellings(phrase):
                trie.add(words, rule)
    return trie
