"""Medicines: what is done with them, dose and schedule, allergies with their reactions."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.record import Dose, Presence, Subject, Timing
from nlp.cues import CueHit
from nlp.doses import Doses, Hourly
from nlp.draft import Draft, Mention, between, matches_between, start_of
from nlp.fold import fold, tokens_of
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.scope import LIST_GOES_ON
from nlp.trie import TokenTrie

_STATUSES = ("stopped", "took", "missed", "considering", "prescribed", "declined", "taking")
_ANYTHING = "x:any"  # "no known allergies"
_HOLDS_OVER = frozenset({"considering", "stopped", "missed", "declined"})
_LOOKS_BACK = frozenset({"stopped", "missed"})
_OVER = frozenset({"stopped", "declined"})
_NEGATIVE = frozenset({"missed", "stopped", "declined"})
_DECLINED_REACH = 8  # tokens between "avoid" and a medicine
_ADVICE_REACH = 8  # tokens between who advises, or a replaced medicine, and what follows
_ALLERGY_REACH = 12  # tokens between "allergic to" and a medicine
_CLOSES = frozenset({",", ".", "!", "?", ";", ")", "and", "but", "so"})
_NEXT = 8  # tokens after "stopped" in which another medicine would be the one that was stopped


class Medicines:
    """Completes the medicine mentions of a draft, and finds allergies to things."""

    def __init__(self, book: Phrasebook) -> None:
        table = data("medicines.yaml")
        self._statuses: TokenTrie[str] = book.trie()
        for status in _STATUSES:
            for phrase in table[status]:
                self._statuses.add(tokens_of(fold(phrase))[0], status)
        for phrase in table["kept"]:
            self._statuses.add(tokens_of(fold(phrase))[0], "taking")
        self._kept = book.phrases(table["kept"])
        self._allergy_before = book.phrases(table["allergy_before"])
        self._allergy_after = book.phrases(table["allergy_after"])
        self._zh_allergy = tuple(tokens_of(fold(table["allergy_zh"]))[0])
        self._longest_allergy = max(len(words) for trie in (self._allergy_before, self._allergy_after) for words, _ in trie.phrases())
        self._none = book.phrases(table["no_allergies"])
        self._reactions = book.phrases(table["reactions"])
        self._things: TokenTrie[str] = book.trie()
        for said, code in table["substances"].items():
            self._things.add(tokens_of(fold(said))[0], code)
        self._after: TokenTrie[str] = book.trie()
        for status, phrases in table["after"].items():
            for phrase in phrases:
                self._after.add(tokens_of(fold(phrase))[0], status)
        self._replaced = book.phrases(table["replaced"])
        self._to_me = book.phrases(table["to_me"])
        self._hedges = frozenset(tuple(tokens_of(fold(said))[0]) for said in table["drowsy"]["hedges"])
        self._sleepy = (str(table["drowsy"]["from"]), str(table["drowsy"]["to"]))
        self._mild = frozenset(tuple(tokens_of(fold(said))[0]) for said in table["drowsy"]["mild"])
        self._strong = frozenset(table["drowsy"]["strong"])
        self._harmless = frozenset(table["harmless_beside"])
        self._almost = book.phrases(table["almost"])
        self._slips = frozenset(table["slips"])
        self._closing = frozenset(tuple(tokens_of(fold(said))[0]) for said in table["after_closing"])
        self._named_again = frozenset(tuple(tokens_of(fold(said))[0]) for said in table["after_named_again"])
        self._asked_of = frozenset(table["asked_of"])
        self._long_ago = frozenset(table["long_ago"])
        self._advises = frozenset(table["advises"])
        self._doses = Doses(book)

    def find(self, draft: Draft) -> None:
        """Set status, dose and allergy of every medicine, and add allergies to things that are no medicine."""
        medicines = sorted((each for each in draft.mentions if each.is_medicine), key=start_of)
        _make_certain(draft)
        self._almost_done(draft)
        medicines = _without_parts(draft, medicines)
        allergies = self._allergic_places(draft)
        for start, _ in allergies:
            _assert_allergy(draft, start)
        if medicines:
            hourly = self._doses.hourly(draft)
            for mention in medicines:
                self._complete(draft, mention, medicines, hourly, allergies)
            self._mine(draft, medicines)
            self._only_sleepy(draft)
            self._look_back(draft, medicines)
            self._replace(draft, medicines)
            _agree(medicines)
        if allergies:
            self._other_allergies(draft, allergies)
        for start, end, _ in draft.found(self._none):
            draft.mentions.append(Mention(start=start, end=end, ids=(_ANYTHING,), presence=Presence.ABSENT, allergy=""))

    def _complete(
        self,
        draft: Draft,
        mention: Mention,
        medicines: list[Mention],
        hourly: Hourly,
        allergies: list[tuple[int, int]],
    ) -> None:
        """Set what is done with one medicine."""
        if self._allergy_place(draft, mention, allergies) is not None:
            mention.allergy = self._reaction(draft, mention)
            return
        said = _status(draft, mention, draft.found(self._statuses))
        if not said.strong and mention.start and draft.words[mention.start - 1] in self._asked_of:
            said = Said(status="considering", at=mention.start - 1, strong=True)
        mention.status, mention.sure = said.status, said.strong
        mention.dose = self._doses.of(draft, mention, medicines, hourly)
        days = self._doses.lasting(draft, mention)
        if days is not None:
            mention.dose = replace(mention.dose or Dose(), days=days)
        if mention.presence is Presence.ABSENT and matches_between(draft.found(self._kept), said.at, said.at + 1):
            mention.presence = Presence.PRESENT  # "has not taken me off …": it goes on
        if mention.presence is Presence.ABSENT and self._is_advised_against(draft, mention):
            mention.status, mention.sure = "declined", True
        if mention.presence is Presence.ABSENT and mention.status in _NEGATIVE:
            mention.presence = Presence.PRESENT  # the denial was the status itself ("haven't taken my warfarin", "no longer take")
        if mention.presence is Presence.POSSIBLE:
            mention.presence = Presence.PRESENT  # "I may have taken": safety counts it as taken
        if mention.timing in {Timing.RESOLVED, Timing.PAST}:
            asked = said.strong and said.status == "considering"
            if not asked and not _told_since(draft, mention, said) and not _in_hand(draft, mention):
                if mention.timing is Timing.PAST and (said.status == "took" or mention.rule in self._long_ago):
                    return  # "years ago I took …", "used to be on …": nothing was stopped lately, and nothing is in the body
                mention.status, mention.sure = "stopped", True
            mention.timing = Timing.CURRENT
        elif mention.timing in {Timing.HYPOTHETICAL, Timing.FEARED}:
            if mention.status == "taking" and not said.strong:
                mention.status = "considering"
            mention.timing = Timing.CURRENT

    def _is_advised_against(self, draft: Draft, mention: Mention) -> bool:
        """Say whether a denied medicine is one that somebody was told to avoid ("told by the doctor: no anti-inflammatories")."""
        first, _ = draft.sentence_of(mention.start)
        return any(word in self._advises for word in draft.words[max(first, mention.start - _ADVICE_REACH) : mention.start])

    def _mine(self, draft: Draft, medicines: list[Mention]) -> None:
        """Give the writer what somebody handed over ("a friend gave me …")."""
        for start, end, _ in draft.found(self._to_me):
            for each in between(medicines, end, draft.sentence_of(start)[1]):
                each.subject, each.relation = Subject.PATIENT, None

    def _almost_done(self, draft: Draft) -> None:
        """Deny a slip that only almost happened."""
        ends = [end for _, end, _ in draft.found(self._almost)]
        for each in draft.mentions:
            if each.ids[0] in self._slips and any(0 <= each.start - end <= 1 for end in ends):
                each.presence = Presence.ABSENT

    def _only_sleepy(self, draft: Draft) -> None:
        """Tell "a bit drowsy" after a tablet from drowsiness that is a danger sign."""
        hard, mild = self._sleepy
        if draft.patient in _children():
            return
        said = [each for each in draft.mentions if each.ids[0].startswith("f:") and each.presence is not Presence.ABSENT]
        findings = [each for each in said if each.timing not in {Timing.HYPOTHETICAL, Timing.FEARED}]
        if all(each.ids[0] == hard or each.ids[0] in self._harmless for each in findings):
            for each in findings:
                if each.ids[0] == hard and self._is_mild(draft, each):
                    each.ids = (mild,)

    def _is_mild(self, draft: Draft, mention: Mention) -> bool:
        """Say whether drowsiness is hedged ("a bit drowsy"), or said in a mild word that nothing strengthens ("groggy")."""
        before = [tuple(draft.words[max(0, mention.start - n) : mention.start]) for n in (1, 2, 3)]
        if any(words in self._hedges for words in before):
            return True
        strengthened = any(word in self._strong for word in before[-1])
        return tuple(draft.words[mention.start : mention.end]) in self._mild and not strengthened

    def _replace(self, draft: Draft, medicines: list[Mention]) -> None:
        """Tell the medicine that was given up from the one that took its place ("X was changed to Y")."""
        for start, end, _ in draft.found(self._replaced):
            before = [each for each in _up_to(medicines, start) if start - each.end <= _ADVICE_REACH]
            after = between(medicines, end, end + 3)
            if before and after:
                old, new = before[-1], after[0]
                old.status, old.sure, new.status, new.sure = "stopped", True, "taking", True

    def _look_back(self, draft: Draft, medicines: list[Mention]) -> None:
        """Apply what is said of "it" after a medicine was named ("… so I did not take it", "… 我没吃")."""
        for start, end, statuses in draft.found(self._after):
            first, last = draft.sentence_of(start)
            if tuple(draft.words[start:end]) in self._closing and end < last and draft.words[end] not in _CLOSES:
                continue  # "I don't want anyone to know"
            before = reversed(between(medicines, first, start) or self._just_named(draft, medicines, first, tuple(draft.words[start:end])))
            last_named = next((each for each in before if each.end <= start and each.allergy is None), None)
            if last_named is None or between(medicines, start, min(last, start + _NEXT)):
                continue
            if statuses[0] == "considering" and last_named.sure:
                continue
            last_named.status, last_named.sure = statuses[0], True
            if last_named.presence is Presence.ABSENT:
                last_named.presence = Presence.PRESENT

    def _just_named(self, draft: Draft, medicines: list[Mention], first: int, words: tuple[str, ...]) -> list[Mention]:
        """Return the medicines of the sentence before, for words like "stopped the tablets" that may speak of them."""
        index = draft.sentence_index(first)
        if not index or words not in self._named_again:
            return []
        return between(medicines, *draft.sentences[index - 1])

    def _allergic_places(self, draft: Draft) -> list[tuple[int, int]]:
        """Return where an allergy is spoken of."""
        before, after = draft.found(self._allergy_before), draft.found(self._allergy_after)
        found = [(start, end) for start, end, _ in before if draft.words[start] not in data("lexicon.yaml")["towards"]]
        return sorted({*found, *((start, end) for start, end, _ in after)})

    def _allergy_place(self, draft: Draft, mention: Mention, allergies: list[tuple[int, int]]) -> int | None:
        """Return where the words of an allergy to what is named begin; None where it is not named as the cause of one."""
        first, last = draft.sentence_of(mention.start)
        nearest = max(first, mention.start - _ALLERGY_REACH - self._longest_allergy)
        for start, end in allergies[bisect_left(allergies, (nearest, 0)) : bisect_left(allergies, (min(last, mention.end + 2), 0))]:
            if 0 <= mention.start - end <= _ALLERGY_REACH and not _status_between(draft.words, end, mention.start):
                return start
            if 0 <= start - mention.end <= 1:
                return mention.start
        return None

    def _reaction(self, draft: Draft, mention: Mention) -> str:
        """Return the reaction that is named in the same sentence and not denied, or nothing."""
        first, last = draft.sentence_of(mention.start)
        denied = {index for each in draft.mentions if each.presence is Presence.ABSENT for index in each.used}
        for start, end, said in matches_between(draft.found(self._reactions), first, last):
            if not mention.start <= start < mention.end and denied.isdisjoint(range(start, end)):
                return said[0]
        return ""

    def _other_allergies(self, draft: Draft, allergies: list[tuple[int, int]]) -> None:
        """Add allergies to foods, animals and the like."""
        denied = {index for each in draft.mentions if each.presence is Presence.ABSENT for index in range(each.start, each.end)}
        for start, end, codes in draft.found(self._things):
            thing = Mention(start=start, end=end, ids=(codes[0],))
            place = self._allergy_place(draft, thing, allergies)
            if place is not None:
                absent = _denial_of(draft, place) is not None or not denied.isdisjoint(range(place, end))
                thing.presence = Presence.ABSENT if absent else Presence.PRESENT
                thing.allergy = self._reaction(draft, thing)
                draft.mentions.append(thing)


def _denials_before(draft: Draft, start: int) -> list[CueHit]:
    """Return the denials that stand before a token of the same sentence."""
    hits = between(draft.hits, draft.sentence_of(start)[0], start)
    return [hit for hit in hits if hit.rule.category == "absent" and hit.rule.side == "before"]


def _denial_of(draft: Draft, start: int) -> CueHit | None:
    """Return the denial that reaches an allergy: nothing else is denied in between, unless "or" carries it on."""
    before = _denials_before(draft, start)
    if not before:
        return None
    elsewhere = any(before[-1].end <= each.head < start for each in draft.mentions) and draft.words[start - 1] not in LIST_GOES_ON
    return None if elsewhere else before[-1]


def _assert_allergy(draft: Draft, start: int) -> None:
    """Take an allergy for told where the denial before it is of something else ("no cough, 20 male, allergic to penicillin").

    Only "or" carries a denial on to it ("no asthma or allergy to penicillin"): to ask once too often is safer than a forbidden medicine.
    """
    before = _denials_before(draft, start)
    if not before or _denial_of(draft, start) is not None:
        return
    last = draft.sentence_of(start)[1]
    following = next((hit.start for hit in between(draft.hits, start + 1, last) if hit.rule.category == "absent"), last)
    for each in draft.mentions:
        if each.presence is Presence.ABSENT and start <= each.head < following and each.rule == before[-1].rule.id:
            each.presence, each.cue, each.rule = Presence.PRESENT, None, None


def _children() -> frozenset[str]:
    """Return the relations that are children, of whom drowsiness is always taken seriously."""
    return frozenset(name for name, row in data("people.yaml")["relations"].items() if row.get("dependant"))


@dataclass(frozen=True, slots=True)
class Said:
    """What the words say is done with a medicine, where, and whether they are more than "my" or "daily"."""

    status: str
    at: int
    strong: bool


def _status(draft: Draft, mention: Mention, statuses: list[tuple[int, int, list[str]]]) -> Said:
    """Return what the nearest phrase before (or right after) a medicine says of it."""
    first, last = draft.sentence_of(mention.start)
    statuses = matches_between(statuses, first, min(last, mention.end + 3))[-12:]
    before = [each for each in statuses if each[1] <= mention.start and not _is_overtaken(draft, each, mention)]
    after = [each for each in statuses if mention.end <= each[0] <= mention.end + 2 and each[0] < last and each[2][0] in _LOOKS_BACK]
    if after and (not before or before[-1][2][0] == "taking"):
        return _said(draft, after[0])
    if not before:
        return Said(status="taking", at=mention.start, strong=False)
    nearest = before[-1]
    if nearest[2][0] == "stopped" and draft.words[mention.start - 1] in data("medicines.yaml")["changed_to"]:
        return Said(status="taking", at=nearest[0], strong=True)
    earlier = before[-2] if len(before) > 1 else None
    if nearest[2][0] == "taking" and earlier is not None and earlier[2][0] in _HOLDS_OVER and nearest[0] - earlier[1] <= 2:
        return _said(draft, nearest if _medicine_between(draft, earlier[1], nearest[0]) else earlier)
    return _said(draft, nearest)


def _said(draft: Draft, match: tuple[int, int, list[str]]) -> Said:
    words = " ".join(draft.words[match[0] : match[1]])
    return Said(status=match[2][0], at=match[0], strong=words not in data("medicines.yaml")["weak"])


def _is_overtaken(draft: Draft, match: tuple[int, int, list[str]], mention: Mention) -> bool:
    """Say whether what was declined is over: another clause began before this medicine ("told to avoid X, so I took Y")."""
    if match[2][0] != "declined":
        return False
    between = draft.words[match[1] : mention.start]
    return len(between) > _DECLINED_REACH or any(word in data("medicines.yaml")["turns"] for word in between)


def _medicine_between(draft: Draft, start: int, end: int) -> bool:
    """Say whether a status was already said of another medicine ("paused sertraline while I take linezolid")."""
    return any(start <= each.start < end and each.is_medicine for each in draft.mentions)


def _status_between(words: list[str], start: int, end: int) -> bool:
    """Say whether another sentence part begins between an allergy and a medicine."""
    ends = frozenset(data("medicines.yaml")["allergy_ends"])
    return any(word in ends for word in words[start:end])


def _in_hand(draft: Draft, mention: Mention) -> bool:
    """Say whether the words of the past are part of how the medicine is used now ("left over from last year")."""
    return any(each.certain and each.start <= mention.start < each.end + _NEXT for each in draft.mentions)


def _told_since(draft: Draft, mention: Mention, said: Said) -> bool:
    """Say whether a new clause says what is done now, after the words that spoke of the past ("as a child, and was now given …")."""
    hits = [hit.end for hit in draft.hits if hit.rule.id == mention.rule and hit.end <= mention.start]
    if not hits or not said.strong or said.at < hits[-1]:
        return False
    return any(word in data("medicines.yaml")["turns"] for word in draft.words[hits[-1] : said.at + 1])


def _agree(medicines: list[Mention]) -> None:
    """Let what is surely said of a medicine hold wherever the message names it again without saying anything of its own."""
    groups: defaultdict[str, list[Mention]] = defaultdict(list)
    for each in medicines:
        if each.allergy is None:
            groups[each.ids[0]].append(each)
    for named in groups.values():
        sure = [each for each in named if each.sure and each.status != "considering"]
        if not sure or len(named) == 1:
            continue
        final = max(sure, key=start_of)
        for each in named:
            gives_way = not each.sure or (final.status == "stopped" and each.status in {"taking", "prescribed"})
            if gives_way and each.start != final.start and final.status in _OVER:
                each.status = final.status
                each.presence = Presence.PRESENT if each.presence is Presence.POSSIBLE else each.presence


def _up_to(medicines: list[Mention], at: int) -> list[Mention]:
    """Return the last medicines that end before a token; medicines do not overlap."""
    here = bisect_left(medicines, at, key=start_of)
    return [each for each in medicines[max(0, here - _ADVICE_REACH) : here] if each.end <= at]


def _without_parts(draft: Draft, medicines: list[Mention]) -> list[Mention]:
    """Drop what only names a part of the combination before it ("hydrocodone/acetaminophen")."""
    parts = [
        part
        for whole, part in pairwise(medicines)
        if draft.words[whole.end : part.start] == ["/"] and part.ids[0].removeprefix("d:") in whole.ids[0].removeprefix("d:").split("-")
    ]
    draft.mentions = [each for each in draft.mentions if each not in parts]
    return [each for each in medicines if each not in parts]


def _make_certain(draft: Draft) -> None:
    """Let a pattern of use that is asked about count as what it is: the answer must warn before it is done."""
    for each in draft.mentions:
        if each.of_use and each.presence is Presence.POSSIBLE:
            each.presence = Presence.PRESENT  # "I may have taken it twice"
        if each.certain and each.presence is not Presence.ABSENT:
            each.presence, each.timing, each.subject, each.relation = Presence.PRESENT, Timing.CURRENT, Subject.PATIENT, None
            for medicine in draft.mentions:  # whoever it was meant for, the patient has it
                if medicine.is_medicine and each.start <= medicine.start < each.end and medicine.subject is not Subject.PATIENT:
                    medicine.subject, medicine.relation = Subject.PATIENT, None
