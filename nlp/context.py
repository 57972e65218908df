"""Context: which findings are denied, doubted, past, feared or somebody else's, by the cues around them.

One sweep a sentence keeps the cues that are in force. A stop ends all of them, a Chinese comma ends a clause, an English comma does not;
the longest cue wins and pseudo cues swallow their words. The idea is that of NegEx and ConText (Chapman 2001, Harkema 2009).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from kg.record import Presence, Timing
from nlp.context_rules import ContextRule, context_rules, cue_trie
from nlp.draft import Draft, Mention, between
from nlp.fold import is_han
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import Match, TokenTrie, longest_first

_MASK = "\0"
_ENDS = frozenset(data("lexicon.yaml")["sentence_ends"])
_ASKS = frozenset(data("lexicon.yaml")["question_marks"])
_COMMAS = frozenset(",，")
_OWN_DENIALS = frozenset(data("lexicon.yaml")["own_denials"])
_TITLES = frozenset(["dr", "mrs", "mr", "ms", "st", "prof", "eg", "ie", "approx", "vs"])
_CONNECTORS = frozenset(data("lexicon.yaml")["connectors"])
_KEPT_OVER_COMMA = frozenset({"past", "hypothetical", "recurrent", "feared"})
_COMMA_REACH = 6
_DOING = "ing"
_WELL = frozenset(data("lexicon.yaml")["well"])  # findings that say that all is well
_AND = "and"
_OWN = frozenset(["my", "his", "her", "their", "known", "have", "had"])
_COPULAS = frozenset(["is", "was", "'s", "means", "是"])
_LIST_REACH = 16  # tokens in which a list may show that it goes on
_TIMINGS = {
    "hypothetical": Timing.HYPOTHETICAL,
    "feared": Timing.FEARED,
    "resolved": Timing.RESOLVED,
    "past": Timing.PAST,
    "recurrent": Timing.RECURRENT,
}
_NOT_NOW = frozenset({Timing.HYPOTHETICAL, Timing.FEARED})
_ENDED_BY_COMMA = frozenset({"possible", "feared"})
_ALWAYS = frozenset({"reporter", "writer", "family"})
_NEW_SUBJECTS = frozenset({"he", "she", "they", "reporter"})
LIST_GOES_ON = frozenset({"or", "nor"})
_OTHER = "other"
_REPORTER = "reporter"
_PEOPLE = frozenset({"subject", "proxy"})
_SCOPED = frozenset({"absent", "present", "possible", "history", "diagnosis", *_TIMINGS})


class CueHit(NamedTuple):
    """A cue found in the text (token range)."""

    start: int
    end: int
    rule: ContextRule


def sentences_of(words: list[str]) -> list[tuple[int, int]]:
    """Return token ranges of sentences. A full stop after a title ends nothing.

    >>> sentences_of(["no", "cough", ".", "fever", "?"])
    [(0, 3), (3, 5)]
    """
    ranges = []
    start = 0
    for index, word in enumerate(words):
        if word in _ENDS and not (word == "." and index and words[index - 1] in _TITLES):
            ranges.append((start, index + 1))
            start = index + 1
    if start < len(words):
        ranges.append((start, len(words)))
    return ranges


class Context:
    """Applies the context rules to the mentions of a draft."""

    def __init__(self, book: Phrasebook, rules: Iterable[ContextRule] | None = None) -> None:
        chosen = tuple(context_rules() if rules is None else rules)
        # Three tries, so that a subject ("I don't") never hides a denial ("don't have"); pseudo cues swallow in both others.
        self._tries = (
            cue_trie(book, (rule for rule in chosen if rule.category not in _PEOPLE and rule.side == "before")),
            cue_trie(book, (rule for rule in chosen if rule.category == "pseudo" or rule.side != "before")),
            cue_trie(book, (rule for rule in chosen if rule.category in _PEOPLE)),
        )
        self._open = frozenset(data("life.yaml")["open_to_context"])
        self._reporting = frozenset(data("people.yaml")["reporting"])
        self._belongings = frozenset(data("people.yaml")["belongings"])
        self._object_before = frozenset(data("people.yaml")["object_before"])
        self._not_subject_after = frozenset(data("people.yaml")["not_subject_after"])

    def find(self, draft: Draft) -> list[CueHit]:
        """Return the cues outside of what the lexicon took, longest first at each place."""
        words = draft.words
        used: set[int] = set()
        for mention in draft.mentions:
            if mention.ids[0] not in self._open:
                used |= mention.used
        if used:
            words = [_MASK if index in used else word for index, word in enumerate(words)]
        hits = []
        for trie in self._tries:
            every = draft.matched().get(trie, [])
            if used and trie is not self._tries[2]:
                every = _outside(trie, every, words, used)
            for start, end, rules in longest_first(every):
                for rule in rules:
                    if (rule.category == "proxy" or rule.relation == _OTHER) and not used.isdisjoint(range(start, end)):
                        continue  # a part of a finding's words: no "on behalf of"; "the neighbours plot against me" is mine
                    aside = self._only_reports(words, start, end, rule) or self._only_owns(draft.words, end)
                    if not (rule.category == "subject" and aside):
                        hits.append(CueHit(start, end, rule))
        return hits

    def _only_owns(self, words: list[str], end: int) -> bool:
        """Say whether a person is named only as the owner of a thing ("forgot our son's name")."""
        return words[end : end + 1] == ["'s"] and end + 1 < len(words) and words[end + 1] in self._belongings

    def _only_reports(self, words: list[str], start: int, end: int, rule: ContextRule) -> bool:
        """Say whether a person is named only as the one who says or does something ("my husband says …")."""
        if rule.relation in _ALWAYS:
            return False
        if rule.relation == "she" and words[start] == "her" and (end >= len(words) or words[end] in self._object_before):
            return True
        if start and words[start - 1] in self._not_subject_after and rule.relation not in {"he", "she", "they"}:
            return True
        return any(index < len(words) and words[index] in self._reporting for index in (end, end + 1)[: 1 if is_han(words[end - 1]) else 2])

    def apply(self, draft: Draft) -> None:
        """Set presence, timing and speaker of every mention."""
        draft.hits = sorted([*self.find(draft), *draft.extra_hits], key=lambda hit: hit.start)
        mentions = sorted(draft.mentions, key=lambda each: (each.head, each.start))
        heads, starts = [each.head for each in mentions], [hit.start for hit in draft.hits]
        for index, (start, end) in enumerate(draft.sentences):
            inside = mentions[bisect_left(heads, start) : bisect_left(heads, end)]
            if inside:
                asking = draft.words[end - 1] in _ASKS
                placed = draft.hits[bisect_left(starts, start) : bisect_left(starts, end)]
                hits = [hit for hit in placed if asking or not hit.rule.asks]
                _sweep(draft.words, inside, hits, start, end)
                _look_back(draft.words, inside, hits)
                _reply(draft, inside, index)


def _outside(trie: TokenTrie[ContextRule], every: list[Match[ContextRule]], masked: list[str], used: set[int]) -> list[Match[ContextRule]]:
    """Return the cues that keep clear of the words of findings; one that runs into them may leave a shorter one."""
    kept = []
    for match in every:
        if used.isdisjoint(range(match[0], match[1])):
            kept.append(match)
        elif (shorter := trie.longest(masked, match[0])) is not None:
            kept.append((match[0], *shorter))
    return kept


def _sweep(words: list[str], mentions: list[Mention], hits: list[CueHit], start: int, end: int) -> None:
    """Walk through a sentence with the cues in force, and give each mention what it finds."""
    starts: dict[int, list[CueHit]] = {}
    for hit in hits:
        starts.setdefault(hit.start, []).append(hit)
    before = [hit for hit in hits if hit.rule.side == "before" and hit.rule.category in {"absent", "stop"}]
    heads: dict[int, list[Mention]] = {}
    for mention in mentions:
        heads.setdefault(mention.head, []).append(mention)
    force: dict[str, CueHit] = {}
    applied: set[str] = set()
    speaker: str | None = None
    comma = last = -1
    denied = 0  # how many findings the denial in force has reached
    commas = [index for index in range(start, end) if words[index] in _COMMAS]
    for index in sorted({*heads, *starts, *commas}):
        for mention in heads.get(index, ()):
            _give(mention, words, force, comma, last)
            mention.speaker = speaker
            applied.update(force)
            denied += "absent" in force
            last = mention.end
        if index in starts:
            for hit in starts[index]:
                if hit.rule.category == "subject":
                    speaker = hit.rule.relation
                    if "feared" in applied and speaker == _REPORTER:
                        force.pop("feared", None)  # "scared it's a heart attack my chest is tight"
                else:
                    _enforce(hit, force, applied)
                    denied = 0 if hit.rule.category in {"absent", "stop"} else denied
        elif words[index] in _COMMAS:
            comma = index
            if denied == 1 and words[index + 1 : index + 2] == [_AND] and not force.get("absent", hits[0]).rule.lists:
                force.pop("absent", None)  # "nausea without vomiting, and dizziness": a list of one has no comma before its "and"
            _close_at_comma(words, force, applied, before, (index, end))
            if words[index] == "，" or (index and is_han(words[index - 1])):
                _close_clause(force, applied)


def _enforce(hit: CueHit, force: dict[str, CueHit], applied: set[str]) -> None:
    """Bring a cue into force, or end the others when it is a stop."""
    category = hit.rule.category
    if category == "stop":
        force.clear()
        applied.clear()
    elif category in _SCOPED and hit.rule.side == "before":
        if category == "absent":
            force.pop("present", None)
        force[category] = hit
        applied.discard(category)


def _close_at_comma(words: list[str], force: dict[str, CueHit], applied: set[str], before: list[CueHit], place: tuple[int, int]) -> None:
    """End at an English comma what has been used: a thing that resolved, and a denial in "no X, no Y, Z" (unless Z goes on with "or")."""
    at, end = place
    if "resolved" in applied:
        force.pop("resolved", None)
    next_hit = bisect_left(before, at, key=_start_of)
    following = before[next_hit].start if next_hit < len(before) else end
    goes_on = not LIST_GOES_ON.isdisjoint(words[at : min(following, at + _LIST_REACH)])
    if goes_on:
        return
    for category in _ENDED_BY_COMMA & applied:
        force.pop(category, None)
    if "absent" in force and not force["absent"].rule.lists:
        earlier = [hit for hit in before[max(0, next_hit - 4) : next_hit] if hit.rule.category == "absent"]
        if len(earlier) > 1:
            force.pop("absent", None)


def _close_clause(force: dict[str, CueHit], applied: set[str]) -> None:
    """End what a Chinese comma ends: all but a time or condition that nothing has used yet."""
    for category in list(force):
        if category not in _KEPT_OVER_COMMA or category in applied:
            del force[category]


def _reaches(hit: CueHit, mention: Mention, words: list[str], comma: int, last: int) -> bool:
    """Say whether a preceding cue reaches a mention, given the last comma and the end of the mention before."""
    if hit.rule.diseases and (not mention.ids[0].startswith("c:") or words[mention.start - 1] in _OWN):
        return False
    if (
        hit.rule.category == "feared"
        and mention.ids[0].startswith("f:")
        and words[mention.end : mention.end + 1]
        and words[mention.end] in _COPULAS
    ):
        return False  # "afraid this headache is a stroke": it aches, and the stroke is feared
    if hit.rule.reach is not None and mention.head - hit.end > hit.rule.reach and last < hit.end:
        return False
    return not (hit.rule.category == "absent" and comma >= hit.end and mention.head - comma > _COMMA_REACH)


def _give(mention: Mention, words: list[str], force: dict[str, CueHit], comma: int, last: int) -> None:
    """Set presence and timing from the preceding cues in force."""
    reached = {category: hit for category, hit in force.items() if _reaches(hit, mention, words, comma, last)}
    if "history" in reached or "diagnosis" in reached:
        mention.history, mention.diagnosed = True, "diagnosis" in reached
    for category in ("recurrent", "past", "resolved", "feared", "hypothetical"):
        if category in reached:
            mention.timing = _TIMINGS[category]
            _cite(mention, reached[category], words)
    if "present" in reached:
        _cite(mention, reached["present"], words)
    elif "absent" in reached:
        denial = reached["absent"]
        if (mention.normal or _apart(mention, words, denial)) and _denies_another(mention, words, denial, max(comma, last)):
            return  # "no fever, normal appetite"; "not bothered, chasing the cat"
        if not mention.normal and _denies_itself(mention, words, denial):
            return  # "no fever and no energy"
        mention.presence = Presence.PRESENT if mention.normal else Presence.ABSENT
        _cite(mention, denial, words)
    elif "possible" in reached and not mention.normal:
        mention.presence = Presence.POSSIBLE
        _cite(mention, reached["possible"], words)


def _apart(mention: Mention, words: list[str], hit: CueHit) -> bool:
    """Say whether a finding that all is well is no part of a list of what somebody does not do ("isn't smiling, playing happily")."""
    lists = hit.end < len(words) and words[hit.end].endswith(_DOING)
    return mention.ids[0] in _WELL and not lists


def _denies_another(mention: Mention, words: list[str], hit: CueHit, bar: int) -> bool:
    """Say whether a denial before "all is well" belongs to something else; a Chinese one that turns it round stands within it."""
    return bar >= hit.end or (is_han(words[mention.head]) and hit.start < mention.start)


def _denies_itself(mention: Mention, words: list[str], hit: CueHit) -> bool:
    """Say whether a finding's own words begin with a "no": then a denial that stands further before them is of something else."""
    return words[mention.start] in _OWN_DENIALS and hit.end < mention.start and words[mention.start - 1] not in LIST_GOES_ON


def _cite(mention: Mention, hit: CueHit, words: list[str]) -> None:
    """Keep which words and which rule decided."""
    joint = "" if is_han(words[hit.start]) else " "
    mention.cue = joint.join(words[hit.start : hit.end])
    mention.rule = hit.rule.id


def _look_back(words: list[str], mentions: list[Mention], hits: list[CueHit]) -> None:
    """Apply the cues that follow: to the nearest mention before them, and through its list."""
    heads = {mention.head for mention in mentions}
    by_end = sorted(mentions, key=_end_of)
    bars = [hit for hit in hits if _is_bar(hit)]
    for hit in hits:
        if hit.rule.side == "after" and not _belongs_ahead(words, heads, hit) and _may_close(words, hit):
            for mention in _list_before(words, by_end, hit, bars):
                if not hit.rule.echoes or _echoed(words, mention, hit):
                    _decide_after(mention, hit, words)


def _end_of(mention: Mention) -> int:
    """Return where a mention ends."""
    return mention.end


def _start_of(hit: CueHit) -> int:
    """Return where a cue begins."""
    return hit.start


def _belongs_ahead(words: list[str], heads: set[int], hit: CueHit) -> bool:
    """Say whether a cue that could look back denies what comes next ("fever, no cough")."""
    if hit.rule.category == "resolved" and _closes(words, hit.end):
        return False  # "sick twice yesterday, nothing today, keeping water down"
    after_comma = hit.start > 0 and words[hit.start - 1] in _COMMAS
    return any(hit.end + ahead in heads for ahead in range(3 if after_comma else 1))


def _may_close(words: list[str], hit: CueHit) -> bool:
    """Say whether a cue that closes a clause stands where one ends, or goes on as it may."""
    return not hit.rule.closing or _closes(words, hit.end) or words[hit.end] in hit.rule.onward


def _closes(words: list[str], at: int) -> bool:
    """Say whether a clause ends at a token."""
    return at >= len(words) or words[at] in _ENDS or words[at] in _COMMAS


def _list_before(words: list[str], by_end: list[Mention], hit: CueHit, bars: list[CueHit]) -> list[Mention]:
    """Return the mentions that a following cue speaks of, nearest first."""
    reach = 6 if hit.rule.reach is None else hit.rule.reach
    found: list[Mention] = []
    edge = hit.start
    for index in range(bisect_right(by_end, hit.start, key=_end_of) - 1, -1, -1):
        mention = by_end[index]
        between = range(mention.end, edge)
        commas = sum(1 for place in range(mention.end, hit.start) if words[place] in _COMMAS)
        if hit.rule.id.startswith("zh.") and commas > hit.rule.crosses:
            break
        if found:
            if mention.end <= edge and any(words[place] not in _CONNECTORS for place in between):
                break
        elif len(between) > reach or (not hit.rule.crosses and _barred(bars, mention.end, hit.start)):
            break
        found.append(mention)
        if hit.rule.category == "present":
            break  # "nil cough, fever +" speaks of the fever alone
        edge = min(edge, mention.start)
    return found


def _echoed(words: list[str], mention: Mention, hit: CueHit) -> bool:
    """Say whether a cue repeats a letter of a finding's words between its "not" and its "any more"."""
    return not {words[index] for index in range(hit.start + 1, hit.end - 1)}.isdisjoint(words[index] for index in mention.used)


def _is_bar(hit: CueHit) -> bool:
    """Say whether a cue is a stop or a new subject, over which nothing looks back."""
    return hit.rule.category == "stop" or (hit.rule.category == "subject" and hit.rule.relation in _NEW_SUBJECTS)


def _barred(bars: list[CueHit], start: int, end: int) -> bool:
    """Say whether a bar stands between a finding and what follows it."""
    index = bisect_left(bars, start, key=_start_of)
    return index < len(bars) and bars[index].start < end


def _decide_after(mention: Mention, hit: CueHit, words: list[str]) -> None:
    """Set what a following cue says, unless the mention was denied already."""
    category = hit.rule.category
    if category == "relative_after":
        mention.speaker = hit.rule.relation
    elif category == "resolved" and hit.rule.overrides and mention.presence is not Presence.ABSENT:
        return  # "can't see the point any more" has not gone
    elif category == "present":
        mention.presence = Presence.PRESENT
    elif (mention.presence is Presence.ABSENT and not hit.rule.overrides) or mention.timing in _NOT_NOW:
        return
    elif category == "past" and mention.history:
        return  # "diagnosed last year" is known, not over
    elif category in _TIMINGS:
        mention.timing, mention.presence = _TIMINGS[category], Presence.PRESENT
    elif category == "absent":
        mention.presence = Presence.ABSENT
    elif category == "possible":
        mention.presence = Presence.POSSIBLE
    _cite(mention, hit, words)


def _reply(draft: Draft, mentions: list[Mention], index: int) -> None:
    """Let the first words of the next sentence answer one that asks ("Fever? No."), unless they deny what follows them."""
    end = draft.sentences[index][1]
    if draft.words[end - 1] not in _ASKS or index + 1 >= len(draft.sentences):
        return
    for hit in between(draft.hits, end, end + 1):
        if hit.rule.side == "reply" and not any(each.start == hit.end for each in draft.mentions):
            for mention in mentions:
                mention.presence = Presence.ABSENT if hit.rule.category == "absent" else Presence.PRESENT
                mention.timing = Timing.CURRENT
                _cite(mention, hit, draft.words)
