"""The cues that follow: they speak of the nearest finding before them, and through its list."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from kg.record import Presence, Timing
from nlp.cues import TIMINGS, CueHit, cite, cue_start
from nlp.draft import Mention
from nlp.resources import data
from nlp.sentences import CLAUSE_ENDS, COMMAS

_CONNECTORS = frozenset(data("lexicon.yaml")["connectors"])
_NOT_NOW = frozenset({Timing.HYPOTHETICAL, Timing.FEARED})
_NEW_SUBJECTS = frozenset({"he", "she", "they", "reporter"})


def look_back(words: list[str], mentions: list[Mention], hits: list[CueHit]) -> None:
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


def _belongs_ahead(words: list[str], heads: set[int], hit: CueHit) -> bool:
    """Say whether a cue that could look back denies what comes next ("fever, no cough")."""
    if hit.rule.category == "resolved" and _closes(words, hit.end):
        return False  # "sick twice yesterday, nothing today, keeping water down"
    after_comma = hit.start > 0 and words[hit.start - 1] in COMMAS
    return any(hit.end + ahead in heads for ahead in range(3 if after_comma else 1))


def _may_close(words: list[str], hit: CueHit) -> bool:
    """Say whether a cue that closes a clause stands where one ends, or goes on as it may."""
    return not hit.rule.closing or _closes(words, hit.end) or words[hit.end] in hit.rule.onward


def _closes(words: list[str], at: int) -> bool:
    """Say whether a clause ends at a token."""
    return at >= len(words) or words[at] in CLAUSE_ENDS


def _list_before(words: list[str], by_end: list[Mention], hit: CueHit, bars: list[CueHit]) -> list[Mention]:
    """Return the mentions that a following cue speaks of, nearest first."""
    reach = 6 if hit.rule.reach is None else hit.rule.reach
    found: list[Mention] = []
    edge = hit.start
    for index in range(bisect_right(by_end, hit.start, key=_end_of) - 1, -1, -1):
        mention = by_end[index]
        between = range(mention.end, edge)
        commas = sum(1 for place in range(mention.end, hit.start) if words[place] in COMMAS)
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
    index = bisect_left(bars, start, key=cue_start)
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
    elif category in TIMINGS:
        mention.timing, mention.presence = TIMINGS[category], Presence.PRESENT
    elif category == "absent":
        mention.presence = Presence.ABSENT
    elif category == "possible":
        mention.presence = Presence.POSSIBLE
    cite(mention, hit, words)
