"""Site × sensation: findings named by a body site and what is felt there, with lists that share a head on either side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from nlp.draft import Draft, Mention
from nlp.fold import fold, is_han, tokens_of
from nlp.resources import data
from nlp.trie import TokenTrie

_CONNECT = frozenset(data("lexicon.yaml")["list_signs"])
_MASK = ""  # words that only look like a site
_MAX_FILLERS = 5
_MAX_JOINS = 5
_MAX_LIST = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """A site or a sensation in the text."""

    start: int
    end: int
    names: tuple[str, ...]


class Composition:
    """Finds the findings that a site and a sensation make together."""

    def __init__(self, findings: Collection[str]) -> None:
        table = data("sites.yaml")
        self._joins = frozenset(table["joins"])
        self._fillers = frozenset(table["fillers"])
        self._sites = _trie({_MASK: table["masks"], **{name: row["words"] for name, row in table["sites"].items()}})
        self._sensations = _trie(table["sensations"])
        self._made: dict[tuple[str, str], str] = {}
        for site, row in table["sites"].items():
            for sensation, made in row.items():
                known = [f"f:{each}" for each in ([made] if isinstance(made, str) else made or []) if f"f:{each}" in findings]
                if sensation != "words" and known:
                    self._made[site, sensation] = known[0]

    def find(self, draft: Draft) -> None:
        """Add the composed findings that no longer form of the lexicon covers."""
        sites = [part for part in _parts(self._sites, draft.words) if part.names[0] != _MASK]
        if not sites:
            return
        sensations = _parts(self._sensations, draft.words)
        if not sensations:
            return
        covered = {index: mention.used for mention in draft.mentions for index in mention.used}
        for site, sensation in self._pairs(draft.words, sites, sensations):
            self._compose(draft, site, sensation, covered)

    def _compose(self, draft: Draft, site: _Part, sensation: _Part, covered: dict[int, frozenset[int]]) -> None:
        """Add a mention for a pair that the table knows."""
        used = frozenset((*range(site.start, site.end), *range(sensation.start, sensation.end)))
        others = {covered[index] for index in used if index in covered}
        place = set(range(site.start, site.end))
        if any(used <= other or (place < other & used and len(other) > len(used)) for other in others):
            return
        for name in site.names:
            for felt in sensation.names:
                made = self._made.get((name, felt))
                if made is not None:
                    start, end = min(used), max(used) + 1
                    draft.mentions.append(
                        Mention(
                            start=start,
                            end=end,
                            ids=(made,),
                            used=used,
                            head=sensation.start,
                        )
                    )
                    return

    def _pairs(self, words: list[str], sites: list[_Part], sensations: list[_Part]) -> list[tuple[_Part, _Part]]:
        """Return each site with each sensation that belongs to it."""
        pairs = []
        felt_groups, site_groups = _groups(words, sensations), _groups(words, sites)
        first = 0
        for where in site_groups:
            while first < len(felt_groups) and felt_groups[first][-1].end + _MAX_JOINS < where[0].start:
                first += 1
            for felt in felt_groups[first:]:
                if felt[0].start > where[-1].end + _MAX_FILLERS:
                    break
                if self._belong(words, where, felt):
                    pairs += [(site, sensation) for site in where[:_MAX_LIST] for sensation in felt[:_MAX_LIST]]
        return pairs

    def _belong(self, words: list[str], where: list[_Part], felt: list[_Part]) -> bool:
        """Say whether a group of sites and a group of sensations stand together."""
        if where[-1].end <= felt[0].start:
            gap = words[where[-1].end : felt[0].start]
            return len(gap) <= _MAX_FILLERS and all(word in self._fillers for word in gap)
        if felt[-1].end <= where[0].start and not is_han(words[where[0].start]):
            gap = words[felt[-1].end : where[0].start]
            return len(gap) <= _MAX_JOINS and all(word in self._joins for word in gap)
        return False


def _trie(table: dict[str, list[str]]) -> TokenTrie[str]:
    """Return a trie of words to the name of their row."""
    trie: TokenTrie[str] = TokenTrie()
    for name, phrases in table.items():
        for phrase in phrases:
            trie.add(tokens_of(fold(phrase))[0], name)
    return trie


def _parts(trie: TokenTrie[str], words: list[str]) -> list[_Part]:
    """Return the sites or sensations of the text."""
    return [_Part(start, end, tuple(names)) for start, end, names in trie.all_matches(words)]


def _groups(words: list[str], parts: list[_Part]) -> list[list[_Part]]:
    """Return runs of parts that only connectors and small words separate."""
    groups: list[list[_Part]] = []
    for part in parts:
        if groups and _connected(words, groups[-1][-1].end, part.start):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _connected(words: list[str], start: int, end: int) -> bool:
    """Say whether only a connector (and a small word) stands between."""
    gap = words[start:end]
    return 0 < len(gap) <= 3 and gap[0] in _CONNECT and all(word in _CONNECT or word in {"my", "the", "both"} for word in gap)
