"""Facts of life and wishes: smoking, alcohol, pregnancy, home, work, diet, likes and dislikes for the plan."""

from __future__ import annotations

from nlp.draft import Draft, Mention, Timed
from nlp.fold import fold, tokens_of
from nlp.numbers import Number
from nlp.phrasebook import Phrasebook
from nlp.resources import data
from nlp.trie import TokenTrie

_DAYS_IN_WEEK = 7
_NEAR = 3
_CLAUSE = 7
_WIDE = 40  # tokens around an amount in which smoking or drinking must be named
_MOST_WEEKS = 45


class Life:
    """Finds circumstances and wishes; they become mentions, so that context applies to them."""

    def __init__(self, book: Phrasebook) -> None:
        table = data("life.yaml")
        self._table = table
        self._facts: TokenTrie[str] = book.trie()
        for prefix, rows in (("life", table["circumstances"]), ("wish", table["wishes"])):
            for name, phrases in rows.items():
                for phrase in phrases:
                    self._facts.add(tokens_of(fold(phrase))[0], f"{prefix}:{name}")
        self._feelings: TokenTrie[str] = book.trie()
        for name in ("like", "dislike", "avoid"):
            for phrase in table[name]:
                self._feelings.add(tokens_of(fold(phrase))[0], name)
        self._things = book.phrases([*table["activities"], *table["foods"]])
        self._lists = {name: book.phrases(table[name]) for name in _LISTS}
        self._drinks: TokenTrie[float] = TokenTrie()
        for said, units in table["drinks"].items():
            self._drinks.add(tokens_of(fold(said))[0], float(units))
        self._counted = frozenset([*table["smoke_words"], *table["packs"], *table["minutes"], *(said[0] for said in table["minutes"])])
        self._periods: TokenTrie[float] = book.trie()
        for said, times in table["drink_periods"].items():
            self._periods.add(tokens_of(fold(said))[0], float(times))

    def find(self, draft: Draft) -> None:
        """Add circumstances and wishes to the draft."""
        for start, end, names in draft.found(self._facts):
            draft.mentions.append(Mention(start=start, end=end, ids=(names[0],)))
        self._likes(draft)
        for start, end, _ in draft.found(self._lists["no_alcohol"]):
            draft.mentions.append(_fact(start, end, "alcohol-units-per-week=0"))
        for number in draft.numbers:
            self._amount(draft, number)
        for timed in draft.times:
            self._pregnancy_time(draft, timed)

    def _likes(self, draft: Draft) -> None:
        """Add likes, dislikes and foods to avoid."""
        feelings = draft.found(self._feelings)
        if not feelings:
            return
        names = self._table["activity_names"]
        for start, end, things in draft.found(self._things):
            before = [each for each in feelings if each[1] <= start and start - each[1] <= _CLAUSE]
            if before and draft.sentence_of(start) == draft.sentence_of(before[-1][0]):
                value = names.get(things[0], things[0].replace(" ", "-"))
                draft.mentions.append(Mention(start=start, end=end, ids=(f"wish:{before[-1][2][0]}={value}",)))

    def _amount(self, draft: Draft, number: Number) -> None:
        """Read cigarettes a day, drinks a week, and minutes that are free."""
        words, table = draft.words, self._table
        if number.end >= len(words) or not self._may_count(words, number.end):
            return
        first, last = draft.sentence_of(number.start)
        clause = words[max(first, number.start - _WIDE) : min(last, number.end + _WIDE)]
        unit = words[number.end]
        if " ".join(words[number.end : number.end + 2]) in table["per_day"] and any(word in table["smoke_context"] for word in clause):
            draft.mentions.append(_fact(number.start, number.end, f"cigarettes-per-day={number.value:g}"))
        elif unit in table["packs"] and words[number.end + 1 : number.end + 2] in (["year"], ["years"]):
            return
        elif unit in table["smoke_words"] or unit in table["packs"]:
            if any(word in table["smoke_context"] for word in clause):
                each = table["cigarettes_per_pack"] if unit in table["packs"] else 1
                draft.mentions.append(_fact(number.start, number.end + 1, f"cigarettes-per-day={number.value * each:g}"))
        else:
            self._drink_or_minutes(draft, number, (first, last))

    def _may_count(self, words: list[str], at: int) -> bool:
        """Say whether the word after a number can belong to cigarettes, drinks or minutes at all."""
        word = words[at]
        return (
            word in self._counted or " ".join(words[at : at + 2]) in self._table["per_day"] or self._drinks.longest(words, at) is not None
        )

    def _drink_or_minutes(self, draft: Draft, number: Number, sentence: tuple[int, int]) -> None:
        """Read drinks a week and minutes that are free."""
        words, table = draft.words, self._table
        first, last = sentence
        clause, unit = words[max(first, number.start - _WIDE) : min(last, number.end + _WIDE)], words[number.end]
        drink = self._drinks.longest(words, number.end)
        if drink is not None and any(word in table["drink_context"] for word in clause):
            period = next((times[0] for start, _, times in draft.found(self._periods) if first <= start < last), None)
            if period is not None:
                draft.mentions.append(_fact(number.start, drink[0], f"alcohol-units-per-week={number.value * drink[1][0] * period:g}"))
        elif unit in table["minutes"] and self._near(draft, number, "max_minutes") and self._near_after(draft, number.end + 1, "a_day"):
            draft.mentions.append(Mention(start=number.start, end=number.end + 1, ids=(f"wish:max-minutes={number.value:g}",)))

    def _near(self, draft: Draft, number: Number, name: str) -> bool:
        """Say whether a phrase of a list stands shortly before a number."""
        return any(start >= number.start - 2 * _NEAR and end <= number.start for start, end, _ in draft.found(self._lists[name]))

    def _near_after(self, draft: Draft, at: int, name: str) -> bool:
        """Say whether a phrase of a list stands shortly after a token, or in Chinese before it."""
        return any(at - _CLAUSE - _NEAR <= start <= at + _NEAR for start, _, _ in draft.found(self._lists[name]))

    def _pregnancy_time(self, draft: Draft, timed: Timed) -> None:
        """Read weeks of pregnancy and days since birth from a stretch of time."""
        if not timed.counted:
            return
        start, end = draft.token_at(timed.start), draft.token_at(timed.end - 1) + 1
        days = (timed.days_min + timed.days_max) / 2
        pregnant = self._touches(draft, start, end, "weeks_pregnant") or self._told_as_weeks(draft, start, end)
        pregnant = pregnant or self._opens_with_weeks(draft, start, end, days / _DAYS_IN_WEEK)
        if pregnant and _DAYS_IN_WEEK <= days <= _MOST_WEEKS * _DAYS_IN_WEEK:
            draft.mentions.append(_fact(start, end, f"pregnancy-weeks={round(days / _DAYS_IN_WEEK, 1):g}"))
            draft.mentions.append(_fact(start, end, "pregnancy=confirmed"))
            timed.is_age, timed.taken = False, True
        elif self._touches(draft, start, end, "postpartum"):
            draft.mentions.append(_fact(start, end, f"postpartum-days={days:g}"))
            draft.mentions.append(_fact(start, end, "pregnancy=postpartum"))
            timed.is_age, timed.taken = False, True

    def _told_as_weeks(self, draft: Draft, start: int, end: int) -> bool:
        """Say whether somebody is so many weeks, and nothing after says of what ("I'm 28 weeks", not "I'm 6 weeks post op")."""
        told = any(stop == start for _, stop, _ in draft.found(self._lists["weeks_told_before"]))
        return (
            told and draft.words[end - 1] in _WEEKS and not any(at == end for at, _, _ in draft.found(self._lists["weeks_told_of_other"]))
        )

    def _opens_with_weeks(self, draft: Draft, start: int, end: int, weeks: float) -> bool:
        """Say whether a message opens with nothing but the weeks of a pregnancy ("31 weeks and my back is agony")."""
        opening = self._table["opening_weeks"]
        alone = start == 0 and draft.words[end - 1] in _WEEKS and end < len(draft.words) and draft.words[end] in opening["before"]
        return alone and bool(opening["min"] <= weeks <= opening["max"])

    def _touches(self, draft: Draft, start: int, end: int, name: str) -> bool:
        """Say whether a time stands right beside words of a list."""
        after = draft.found(self._lists[f"{name}_after"])
        before = draft.found(self._lists[f"{name}_before"])
        if not after and not before:
            return False
        return any(end <= at <= end + 1 for at, _, _ in after) or any(
            start - _NEAR <= stop <= start and not _comma_in(draft.words[stop:start]) for _, stop, _ in before
        )


_WEEKS = frozenset({"weeks", "wks", "week", "wk"})
_LISTS = (
    *("max_minutes", "a_day", "no_alcohol", "weeks_pregnant_after", "weeks_pregnant_before"),
    *("weeks_told_before", "weeks_told_of_other", "postpartum_after", "postpartum_before"),
)


def _fact(start: int, end: int, said: str) -> Mention:
    """Return a circumstance mention."""
    return Mention(start=start, end=end, ids=(f"life:{said}",))


def _comma_in(words: list[str]) -> bool:
    """Say whether a comma stands among the tokens."""
    return "," in words or "，" in words
