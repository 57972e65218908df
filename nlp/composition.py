"""Site × sensation: findings named by a body site and what is felt there, with lists that share a head on either side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from kg.record import Presence
from nlp.draft import Draft, Mention
from nlp.fold import fold, is_han, tokens_of
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.sentences import CLAUSE_ENDS, COMMAS
from nlp.trie import Match, TokenTrie
from ontologies.concepts import FormKind

_CONNECT = frozenset(data("lexicon.yaml")["list_signs"])
_MASK = ""  # words that only look like a site
_THINGS = frozenset(
    (*data("sites.yaml")["lesions"]["of"], "discharge", "bleeding", "injury", "weight")
)  # what is felt that has features of its own
_FINE = "fine"  # the sensation that all is well
_AND = "and"
_WHERE = frozenset(["in", "on", "of", "around", "near", "at", "under"])
_NORMAL_RULE = "composition.normal"
_MAX_FILLERS = 8
_ELIDED_REACH = 14  # tokens from a site to the comma after which it is left out
_IT = frozenset(["it", "its", "they", "theyre"])
_MAX_IT = 3  # small words between "it" and what it does
_MAX_JOINS = 8
_MAX_LIST = 4


class _Part(NamedTuple):
    """A site or a sensation in the text."""

    start: int
    end: int
    names: tuple[str, ...]


class Composition:
    """Finds the findings that a site, or a function, and what is said of it make together."""

    def __init__(self, findings: Collection[str], book: Phrasebook) -> None:
        sites, functions = data("sites.yaml"), data("functions.yaml")
        self._joins = frozenset((*sites["joins"], *functions["joins"]))
        self._fillers = frozenset((*sites["fillers"], *functions["fillers"]))
        self._sites: TokenTrie[str] = book.trie()
        self._sensations: TokenTrie[str] = book.trie()
        _extend(self._sites, {_MASK: [*sites["masks"], *functions["masks"]]})
        _extend(self._sensations, sites["sensations"])
        _extend(self._sensations, functions["sensations"])
        for table in (sites["sites"], functions["functions"]):
            _extend(self._sites, {name: row["words"] for name, row in table.items()})
        self._after_only = frozenset(tuple(tokens_of(fold(said))[0]) for said in functions["after_only"])
        self._unless_before = frozenset(functions["unless_before"])
        self._unless_after = frozenset(functions["unless_after"])
        self._moves = frozenset(sites["moves"])
        lesions = sites["lesions"]
        self._lesion, self._on = frozenset(lesions["of"]), frozenset(lesions["on"])
        self._of_lesion = {felt: f"f:{made}" for felt, made in lesions["makes"].items() if f"f:{made}" in findings}
        self._not_of_site = frozenset(lesions["makes"])
        self._gone = frozenset(sites["gone"])
        self._denials = frozenset(word for said in data("refine.yaml")["denials"] for word in tokens_of(fold(said))[0])
        self._made: dict[tuple[str, str], tuple[str, ...]] = {}
        for site, sensation, made in _rows(sites["sites"], findings):
            self._made[site, sensation] = made[:1]  # the first that the knowledge base has
        rows = ((frozenset(row["sites"]), frozenset(row["sensations"]), f"f:{row['makes']}") for row in sites["together"])
        self._together = [row for row in rows if row[2] in findings]
        for site, sensation, made in _rows(functions["functions"], findings):
            self._made[site, sensation] = made

    def find(self, draft: Draft) -> None:
        """Add the composed findings that no longer form of the lexicon covers."""
        sites = [part for part in _parts(draft.found(self._sites)) if part.names[0] != _MASK]
        if not sites:
            return
        sensations = _parts(draft.found(self._sensations))
        if not sensations:
            return
        covered = {index: mention for mention in draft.mentions for index in mention.used}
        pairs = self._pairs(draft.words, sites, sensations)
        spotted = self._spotted(draft.words, sites, sensations)
        for site, sensation in pairs:
            self._compose(draft, site, sensation, covered, of_lesion=site.start in spotted and sensation.start >= site.end)
        self._compose_together(draft, pairs)
        paired = {felt.start for _, felt in pairs}
        alone = [felt for felt in sensations if felt.start not in paired]
        placed = [(felt, self._place_left_out(draft.words, felt)) for felt in alone]
        left_out = [(felt, at) for felt, at in placed if at is not None]
        if left_out:
            self._compose_elided(draft, _elided(draft, sites, left_out))

    def _spotted(self, words: list[str], sites: list[_Part], sensations: list[_Part]) -> frozenset[int]:
        """Return where the sites begin on which there are spots or sores: what follows is said of these."""
        ends = {felt.end for felt in sensations if self._lesion & set(felt.names)}
        places = {index for site in sites for index in range(site.start, site.end)}
        found = set()
        for site in sites if ends else []:
            at, on = site.start, False
            while at > 0 and at not in ends:
                listed = words[at - 1] in _CONNECT and at in places  # "face and nose"; but in "chest and my legs" the legs are their own
                if not (at - 1 in places or listed or (words[at - 1] in self._joins and words[at - 1] not in _CONNECT)):
                    break
                at -= 1
                on = on or words[at] in self._on
            if on and at in ends:
                found.add(site.start)
        return frozenset(found)

    def _place_left_out(self, words: list[str], felt: _Part) -> int | None:
        """Return where a place is left out: at "it" or the comma of ", really sore,"; in Chinese at that of a denial ("hurts, not red")."""
        if is_han(words[felt.start]):
            return _comma_before(words, felt.start, self._fillers) if self._denied(words, felt.start) else None
        at = felt.start - 1
        while at >= 0 and felt.start - at <= _MAX_IT and words[at] in self._fillers and words[at] not in _IT:
            at -= 1
        if at < 0 or felt.start - at > _MAX_IT + 1:
            return None
        closes = felt.end == len(words) or words[felt.end] in CLAUSE_ENDS or words[felt.end] == _AND
        return at if words[at] in _IT or (words[at] in COMMAS and closes) else None

    def _denied(self, words: list[str], at: int) -> bool:
        """Say whether a Chinese denial, of one sign or two, stands right before a token."""
        gone = at + 1 < len(words) and words[at + 1] in self._gone  # "not sore any more" speaks of the soreness named before
        return is_han(words[at]) and not self._denials.isdisjoint(words[max(0, at - 2) : at]) and not gone

    def _compose_elided(self, draft: Draft, pairs: list[tuple[_Part, _Part]]) -> None:
        """Add what is said of a site that an earlier clause named ("the knee hurts, not red", "my tongue is white and it's sore")."""
        taken = {index for mention in draft.mentions for index in mention.used}
        for site, felt in pairs:
            used = frozenset(range(felt.start, felt.end))
            made = next((self._made[name, what] for name in site.names for what in felt.names if (name, what) in self._made), None)
            if made is not None and _FINE not in felt.names and taken.isdisjoint(used):
                draft.mentions.append(_mention(used, felt, made, normal=False))
                taken |= used

    def _compose_together(self, draft: Draft, pairs: list[tuple[_Part, _Part]]) -> None:
        """Add what several sites make together ("spots on the palms … and on the soles")."""
        for row, wanted, made in self._together:
            fitting = [(site, felt) for site, felt in pairs if row & set(site.names) and wanted & set(felt.names)]
            if row <= {name for site, _ in fitting for name in site.names}:
                site, felt = fitting[-1]
                used = frozenset((*range(site.start, site.end), *range(felt.start, felt.end)))
                draft.mentions.append(_mention(used, felt, (made,), normal=False))

    def _compose(self, draft: Draft, site: _Part, sensation: _Part, covered: dict[int, Mention], *, of_lesion: bool) -> None:
        """Add a mention for a pair that the table knows; it takes the place of a form that is only a part of it."""
        used = frozenset((*range(site.start, site.end), *range(sensation.start, sensation.end)))
        found = next(
            ((felt, self._made[name, felt]) for name in site.names for felt in sensation.names if (name, felt) in self._made), None
        )
        if of_lesion and self._not_of_site & set(sensation.names):
            felt = next(name for name in sensation.names if name in self._not_of_site)
            found = (felt, (self._of_lesion[felt],)) if felt in self._of_lesion else None
        if found is None or site.start == sensation.start:
            return
        felt, made = found
        if felt == _FINE:
            whole = next((covered[index] for index in range(site.start, site.end) if index in covered), None)
            denied = whole is not None and any(draft.words[index] in self._denials for index in whole.used)  # "not eating well"
            if not denied and self._is_news(draft.words, site, sensation):
                if whole is not None and whole.ids == made and whole in draft.mentions:
                    draft.mentions.remove(whole)  # the function is named by a word of its trouble
                draft.mentions.append(_mention(used, sensation, made, normal=True))
            return
        around = covered.get(site.start)
        if around is not None and used <= around.used and not (of_lesion and around.start >= site.start):
            return
        others = {id(covered[index]): covered[index] for index in used if index in covered}.values()
        place = set(range(site.start, site.end))
        if of_lesion:  # a form that reads the same words of the place alone is mistaken too
            draft.mentions = [each for each in draft.mentions if each.start < site.start or not used <= each.used]
            others = {id(each): each for each in others if each.start < site.start or not used <= each.used}.values()
        if any(used <= other.used or (place < other.used & used and len(other.used) > len(used)) for other in others):
            return
        for other in others:
            if other.used < used and other.ids[0].startswith("f:") and other in draft.mentions:
                draft.mentions.remove(other)
        draft.mentions.append(_mention(used, sensation, made, normal=False))

    def _is_news(self, words: list[str], site: _Part, sensation: _Part) -> bool:
        """Say whether "fine" is said of the site as it is now."""
        if sensation.end <= site.start and tuple(words[sensation.start : sensation.end]) in self._after_only:
            return False
        first, last = min(site.start, sensation.start), max(site.end, sensation.end)
        before = {*_clause_before(words, first), *words[site.end : sensation.start]}
        return not before & self._unless_before and not (last < len(words) and words[last] in self._unless_after)

    def _pairs(self, words: list[str], sites: list[_Part], sensations: list[_Part]) -> list[tuple[_Part, _Part]]:
        """Return each site with each sensation that belongs to it."""
        pairs = []
        felt_groups, site_groups = _groups(words, sensations), _groups(words, sites)
        starts = {site.start: site.end for site in sites}
        ends = frozenset(starts.values())
        first = 0
        for where in site_groups:
            while first < len(felt_groups) and felt_groups[first][-1].end + _MAX_JOINS < where[0].start:
                first += 1
            may_precede = not is_han(words[where[0].start])
            for index in range(first, len(felt_groups)):
                felt = felt_groups[index]
                if where[-1].end <= felt[0].start:
                    if not self._follows(words, where, felt, starts):
                        break  # what stands further on does not follow either
                elif not (may_precede and self._precedes(words, where, felt, ends)):
                    continue
                once = {sensation.names: sensation for sensation in reversed(felt[:_MAX_LIST])}
                pairs += [(site, sensation) for site in where[:_MAX_LIST] for sensation in reversed(once.values())]
        return pairs

    def _follows(self, words: list[str], where: list[_Part], felt: list[_Part], sites: dict[int, int]) -> bool:
        """Say whether a group of sensations behind a group of sites belongs to it."""
        if felt[0].start > where[-1].end + _MAX_FILLERS:
            return False
        if felt[-1].end in sites and _AND in words[where[-1].end : felt[0].start]:
            return False  # "runny nose and itchy throat": what itches comes after
        gap = words[_past_place(words, where[-1].end, sites) : felt[0].start]
        return len(gap) <= _MAX_FILLERS and all(word in self._fillers or word.isdigit() for word in gap)

    def _precedes(self, words: list[str], where: list[_Part], felt: list[_Part], ends: frozenset[int]) -> bool:
        """Say whether a group of sensations before a group of English sites belongs to it."""
        if felt[-1].end > where[0].start:
            return False
        gap = words[felt[-1].end : where[0].start]
        if felt[0].start in ends and not self._moves.isdisjoint(gap):
            return False  # "chest pain going down my left arm": the chest hurts, and the pain goes somewhere
        return len(gap) <= _MAX_JOINS and all(word in self._joins for word in gap) and gap[:1] != [_AND]


def _elided(draft: Draft, sites: list[_Part], sensations: list[tuple[_Part, int]]) -> list[tuple[_Part, _Part]]:
    """Return sensations whose clause names no site, with the last site before it in the sentence."""
    found = []
    for felt, at in sensations:
        index = bisect_right(sites, at, key=_end_of) - 1
        near = index >= 0 and at - sites[index].end <= _ELIDED_REACH
        if near and draft.sentence_index(sites[index].start) == draft.sentence_index(at):
            found.append((sites[index], felt))
    return found


def _comma_before(words: list[str], at: int, fillers: frozenset[str]) -> int | None:
    """Return the comma before a token when only small words stand between."""
    for index in range(at - 1, max(-1, at - 1 - _MAX_FILLERS), -1):
        if words[index] in COMMAS:
            return index
        if words[index] not in fillers:
            return None
    return None


def _end_of(part: _Part) -> int:
    """Return where a part ends."""
    return part.end


def _clause_before(words: list[str], at: int) -> list[str]:
    """Return the two words before a token, as far as they stand in its clause."""
    near = words[max(0, at - 2) : at]
    return [word for index, word in enumerate(near) if all(each.isalpha() and each not in _CONNECT for each in near[index:])]


def _past_place(words: list[str], at: int, sites: dict[int, int]) -> int:
    """Return the token after "in my neck" when a site says where another one is ("glands in my neck are up")."""
    if at < len(words) and words[at] in _WHERE:
        return next((sites[start] for start in (at + 1, at + 2) if start in sites), at)
    return at


def _mention(used: frozenset[int], sensation: _Part, made: tuple[str, ...], *, normal: bool) -> Mention:
    """Return the mention of a pair; several findings are an open question unless they are denied."""
    kind = FormKind.AMBIGUOUS if len(made) > 1 else FormKind.ALTERNATIVE
    mention = Mention(start=min(used), end=max(used) + 1, ids=made, used=used, head=sensation.start, kind=kind, normal=normal)
    if normal:
        mention.presence, mention.rule = Presence.ABSENT, _NORMAL_RULE
    return mention


def _rows(table: dict[str, dict[str, Any]], findings: Collection[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield site, sensation and the findings they make, as far as the knowledge base has them."""
    for site, row in table.items():
        for sensation, made in row.items():
            named = [made] if isinstance(made, str) else made or []
            known = tuple(f"f:{each}" for each in named if f"f:{each}" in findings)
            if sensation != "words" and known:
                yield site, sensation, known


def _extend(trie: TokenTrie[str], table: dict[str, list[str]]) -> None:
    """Add words to a trie that stand for the name of their row."""
    for name, phrases in table.items():
        for phrase in phrases:
            trie.add(tokens_of(fold(phrase))[0], name)


def _parts(matches: list[Match[str]]) -> list[_Part]:
    """Return the sites or sensations of the text."""
    return [_Part(start, end, tuple(names)) for start, end, names in matches]


def _groups(words: list[str], parts: list[_Part]) -> list[list[_Part]]:
    """Return runs of parts that only connectors and small words separate."""
    groups: list[list[_Part]] = []
    for part in parts:
        if (
            groups
            and (_connected(words, groups[-1][-1].end, part.start) or _in_a_row(groups[-1][-1], part))
            and (_FINE in part.names) is (_FINE in groups[-1][-1].names)
        ):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _in_a_row(one: _Part, next_one: _Part) -> bool:
    """Say whether two adjectives stand in a row ("swollen tight calf"); in "red spots" the first belongs to the second."""
    return one.end == next_one.start and _THINGS.isdisjoint(next_one.names) and _THINGS.isdisjoint(one.names)


def _connected(words: list[str], start: int, end: int) -> bool:
    """Say whether only a connector (and a small word) stands between."""
    gap = words[start:end]
    if not gap:
        return is_han(words[start])  # "red swollen hot painful" is one run of Chinese letters
    return len(gap) <= 3 and gap[0] in _CONNECT and all(word in _CONNECT or word in {"my", "the", "both"} for word in gap)
