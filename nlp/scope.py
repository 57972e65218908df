"""The scope of the cues that precede: one walk through a sentence keeps those in force, and gives each finding what reaches it.

A stop ends all of them, a Chinese comma ends a clause, an English comma does not end a denial.
"""

from __future__ import annotations

from bisect import bisect_left

from kg.record import Presence
from nlp.cues import TIMINGS, CueHit, cite, cue_start
from nlp.draft import Mention
from nlp.fold import is_han
from nlp.resources import data
from nlp.sentences import COMMAS

LIST_GOES_ON = frozenset({"or", "nor"})
_OWN_DENIALS = frozenset(data("lexicon.yaml")["own_denials"])
_KEPT_OVER_COMMA = frozenset({"past", "hypothetical", "recurrent", "feared"})
_COMMA_REACH = 6
_DOING = "ing"
_WELL = frozenset(data("lexicon.yaml")["well"])  # findings that say that all is well
_AND = "and"
_OWN = frozenset(["my", "his", "her", "their", "known", "have", "had"])
_COPULAS = frozenset(["is", "was", "'s", "means", "是"])
_LIST_REACH = 16  # tokens in which a list may show that it goes on
_ENDED_BY_COMMA = frozenset({"possible", "feared"})
_REPORTER = "reporter"
_SCOPED = frozenset({"absent", "present", "possible", "history", "diagnosis", *TIMINGS})


def sweep(words: list[str], mentions: list[Mention], hits: list[CueHit], start: int, end: int) -> None:
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
    commas = [index for index in range(start, end) if words[index] in COMMAS]
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
        elif words[index] in COMMAS:
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
    next_hit = bisect_left(before, at, key=cue_start)
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
            mention.timing = TIMINGS[category]
            cite(mention, reached[category], words)
    if "present" in reached:
        cite(mention, reached["present"], words)
    elif "absent" in reached:
        denial = reached["absent"]
        if (mention.normal or _apart(mention, words, denial)) and _denies_another(mention, words, denial, max(comma, last)):
            return  # "no fever, normal appetite"; "not bothered, chasing the cat"
        if not mention.normal and _denies_itself(mention, words, denial):
            return  # "no fever and no energy"
        mention.presence = Presence.PRESENT if mention.normal else Presence.ABSENT
        cite(mention, denial, words)
    elif "possible" in reached and not mention.normal:
        mention.presence = Presence.POSSIBLE
        cite(mention, reached["possible"], words)


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
