"""Measured values: kind first, unit second, plausibility third. What cannot be true is asked about, never guessed silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kg.issues import Level
from nlp.complaints import complaint
from nlp.draft import Draft, Measured, Mention
from nlp.fold import fold, tokens_of
from nlp.numbers import Number
from nlp.phrasebook import Phrasebook, phrase_trie
from nlp.resources import data
from nlp.trie import TokenTrie
from ontologies.concepts import Quantity, UnitOf


@dataclass(frozen=True, slots=True)
class _Kind:
    """A word for a quantity in the text (token range)."""

    start: int
    end: int
    names: tuple[str, ...]


class Measures:
    """Finds vital signs, body measures and laboratory values."""

    def __init__(self, quantities: Mapping[str, Quantity], book: Phrasebook) -> None:
        self._table = data("quantities.yaml")
        self._known = {identifier.removeprefix("q:"): record for identifier, record in quantities.items()}
        self._kinds = _kind_trie(book, self._known, self._table["kinds"])
        self._units = _unit_trie(self._known)
        self._fillers = frozenset(self._table["fillers"])
        self._weak = frozenset(self._table["weak"])
        self._alone = frozenset(self._table["alone"])
        self._alone_units = frozenset(self._table["alone_units"])
        self._open_unit_means: dict[str, str] = self._table["open_unit_means"]
        self._ambient = self._table["ambient"]
        self._ambient_before = phrase_trie(self._ambient["before"])
        self._ambient_after = phrase_trie(self._ambient["after"])
        self._pressure = frozenset(tuple(tokens_of(fold(said))[0]) for said in self._table["pressure"])

    def find(self, draft: Draft, numbers: list[Number], used: set[int]) -> None:
        """Add the values of the text; numbers that are times are left alone."""
        free = [number for number in numbers if number.start not in used and draft.words[number.start] not in {"a", "an"}]
        if not free:
            return
        kinds = [_Kind(start, end, tuple(names)) for start, end, names in draft.found(self._kinds)]
        taken: set[int] = set()
        for position, number in enumerate(free):
            if number.start in taken or self._of_a_room(draft.words, number):
                continue
            following = free[position + 1] if position + 1 < len(free) else None
            if following is not None and self._blood_pressure(draft, number, following):
                taken.add(following.start)
            else:
                self._value(draft, number, following, kinds, taken)

    def reading_of(self, quantity: str, value: float) -> tuple[float, str] | None:
        """Return a bare value in the canonical unit, or None when it cannot be this quantity."""
        if quantity not in self._known:
            return None
        bounds = self._table["plausible"].get(quantity, self._bounds(quantity))
        plausible = [each for each in self._readings(quantity, value) if _within(each, bounds)]
        record = self._known[quantity]
        return (round(plausible[0], max(record.decimals, 2)), record.unit) if plausible else None

    def _blood_pressure(self, draft: Draft, upper: Number, lower: Number) -> bool:
        """Read "160/95" and "160 over 95" when both numbers can be a blood pressure."""
        words = draft.words
        between = words[upper.end : lower.start]
        named = any(
            tuple(words[max(0, at - size) : at]) in self._pressure
            for at in range(max(0, upper.start - 5), upper.start + 1)
            for size in (1, 2)
        )
        joined = len(between) == 1 and between[0] in self._table["over"]
        if not joined and not (named and (not between or between in (["，"], [","]))):
            return False
        bounds = self._table["bare_pressure"]
        fits = _within(upper.low, bounds["systolic"]) and _within(lower.low, bounds["diastolic"]) and upper.low > lower.low
        after = words[lower.end] if lower.end < len(words) else ""
        if not fits and named and joined:
            self._ask(draft, upper.start, lower.end)
            return True
        if not fits or after == "/" or "systolic-pressure" not in self._known:
            return False
        span = draft.starts[upper.start], draft.ends[lower.end - 1]
        draft.measured.append(Measured("systolic-pressure", upper.low, self._known["systolic-pressure"].unit, *span))
        draft.measured.append(Measured("diastolic-pressure", lower.low, self._known["diastolic-pressure"].unit, *span))
        draft.read.update(range(upper.start, lower.end))
        return True

    def _value(self, draft: Draft, number: Number, following: Number | None, kinds: list[_Kind], taken: set[int]) -> None:
        """Read one number as the value of the kind that is named beside it."""
        if following is not None and self._feet_and_inches(draft, number, following):
            taken.add(following.start)
            return
        unit = self._units.longest(draft.words, number.end) if number.end < len(draft.words) else None
        kind = self._kind_of(draft.words, number, kinds, unit[0] if unit else number.end)
        options = [each for each in unit[1] if kind is None or each[0] in kind.names] if unit else []
        if unit is not None and options and kind is None:
            options = self._telling(draft.words, unit, options)
        if unit is not None and options:
            self._with_unit(draft, number, following, (unit[0], options), kind=kind, taken=taken)
        elif kind is not None and not self._other_unit(draft.words, number):
            self._without_unit(draft, number, kind)
        elif kind is None and unit is None:
            self._bare_temperature(draft, number)

    def _of_a_room(self, words: list[str], number: Number) -> bool:
        """Say whether a number of degrees is told of a room, the weather or a bath."""
        unit = self._units.longest(words, number.end) if number.end < len(words) else None
        if unit is None or not any(name == "temperature" for name, _ in unit[1]):
            return False
        if unit[0] < len(words) and self._ambient_after.longest(words, unit[0]) is not None:
            return True
        start = max(0, number.start - self._ambient["reach"])
        clause = next((at + 1 for at in range(number.start - 1, start - 1, -1) if words[at] in self._ambient["ends"]), start)
        return any(self._ambient_before.longest(words, at) is not None for at in range(clause, number.start))

    def _feet_and_inches(self, draft: Draft, feet: Number, inches: Number) -> bool:
        """Read a height like 5'11."""
        if draft.folded[draft.ends[feet.end - 1] : draft.starts[inches.start]].strip() != "'" or "height" not in self._known:
            return False
        by_unit = {unit.unit: unit.factor for unit in self._known["height"].units}
        value = feet.low * by_unit.get("[ft_i]", 0) + inches.low * by_unit.get("[in_i]", 0)
        if not self._possible("height", value):
            return False
        self._keep(draft, "height", value, feet.start, inches.end)
        return True

    def _telling(
        self, words: list[str], unit: tuple[int, list[tuple[str, UnitOf]]], options: list[tuple[str, UnitOf]]
    ) -> list[tuple[str, UnitOf]]:
        """Keep the quantities that a unit tells by itself."""
        said = words[unit[0] - 1] if words[unit[0] - 1] in self._alone_units else None
        if said is None and not any(word in self._alone_units for word in words[unit[0] - 3 : unit[0]]):
            dated = words[unit[0] : unit[0] + 1] == ["/"]  # "5/10/2024"
            return [each for each in options if each[0] == "pain-score" and words[unit[0] - 1] in {"10", "ten"} and not dated]
        return [each for each in options if each[0] in self._alone]

    def _kind_of(self, words: list[str], number: Number, kinds: list[_Kind], end: int) -> _Kind | None:
        """Return the kind named right before a number, or right after it."""
        for kind in reversed(kinds):
            if kind.end <= number.start:
                gap = words[kind.end : number.start]
                if len(gap) <= self._table["max_gap"] and all(word in self._fillers for word in gap):
                    return kind
                break
        return next((kind for kind in kinds if end <= kind.start <= end + 2 and "tall" in words[kind.start : kind.end]), None)

    def _other_unit(self, words: list[str], number: Number) -> bool:
        """Say whether the number counts something else ("pulse for 3 times")."""
        if number.end >= len(words):
            return False
        word = words[number.end]
        return (
            word in {"times", "days", "/", "x", "weeks", "year", "years", "hours"}
            or word in data("times.yaml")["units"]
            or word in self._table["dose_units"]
        )

    def _with_unit(
        self,
        draft: Draft,
        number: Number,
        following: Number | None,
        unit: tuple[int, list[tuple[str, UnitOf]]],
        *,
        kind: _Kind | None,
        taken: set[int],
    ) -> None:
        """Convert a value whose unit was said."""
        end, options = unit
        name, how = options[0]
        possible = [each for each in options if self._possible(each[0], number.value * each[1].factor + each[1].offset)]
        if possible:
            name, how = possible[0]
        value = number.value * how.factor + how.offset
        end, extra = self._second_part(draft, end, following, taken, draft.words[number.end])
        value += extra
        if not self._possible(name, value):
            fallback = [
                each for each in self._readings(name, number.value) if draft.words[number.end] in {"degrees", self._table["degree"], "°"}
            ]
            if not fallback:
                if kind is not None or name == "temperature":
                    self._ask(draft, number.start, end)
                return
            value = fallback[0]
        self._keep(
            draft,
            name,
            value,
            (kind.start if kind is not None and kind.end <= number.start and name not in self._weak else number.start),
            end,
        )

    def _second_part(self, draft: Draft, end: int, following: Number | None, taken: set[int], unit: str) -> tuple[int, float]:
        """Return what follows a unit that has a smaller one: "5 ft 11", "11 stone 4", "1 m 75", "38 degrees 5"."""
        if following is None or following.start != end or following.low != following.high:
            return end, 0.0
        value, words = following.low, draft.words
        if unit in self._table["feet"] or unit == "'":
            extra = value * 2.54
        elif unit in self._table["stones"]:
            extra = value * 0.45359237
        elif unit in self._table["metres"]:
            extra = value if value >= 10 else value * 10
        elif unit == self._table["degree"] and value < 10:
            extra = value / 10
        else:
            return end, 0.0
        taken.add(following.start)
        after = following.end
        if after < len(words) and words[after] in {"in", "inch", "inches", "lb", "lbs", "pounds", "cm"}:
            after += 1
        return after, extra

    def _without_unit(self, draft: Draft, number: Number, kind: _Kind) -> None:
        """Choose the unit that makes a value plausible; ask when two do, or none."""
        value = number.value
        for name in kind.names:
            between = self._table["ask_between"].get(name)
            if between is not None and _within(value, between):
                self._ask(draft, kind.start, number.end)
                if name in self._open_unit_means:
                    draft.mentions.append(Mention(start=kind.start, end=number.end, ids=(self._open_unit_means[name],)))
                return
            plausible = [
                reading
                for reading in self._readings(name, value)
                if _within(reading, self._table["plausible"].get(name, self._bounds(name)))
            ]
            if plausible:
                start = number.start if name in self._weak else min(kind.start, number.start)
                self._keep(draft, name, plausible[0], start, number.end)
                return
        said = " ".join(draft.words[kind.start : kind.end])
        if not set(kind.names) & self._weak or said in self._table["asked_words"]:
            self._ask(draft, kind.start, number.end)

    def _readings(self, name: str, value: float) -> list[float]:
        """Return what a value without a unit can be, in the canonical unit, that unit first."""
        return [reading for unit in self._known[name].units if self._possible(name, reading := value * unit.factor + unit.offset)]

    def _bare_temperature(self, draft: Draft, number: Number) -> None:
        """Read a bare "38.2": a decimal between the lowest and highest body temperature and no unit."""
        rule = self._table["bare_temperature"]
        word = draft.words[number.start]
        after = draft.words[number.end] if number.end < len(draft.words) else ""
        if (
            "temperature" in self._known
            and "." in word
            and _within(number.low, [rule["min"], rule["max"]])
            and len(word.partition(".")[2]) == rule["decimals"]
            and after not in self._table["dose_units"]
            and after not in {"%", "kg", "cm", "/"}
        ):
            self._keep(draft, "temperature", number.value, number.start, number.end)

    def _bounds(self, name: str) -> list[float]:
        """Return what is possible at all."""
        return [self._known[name].possible_min, self._known[name].possible_max]

    def _possible(self, name: str, value: float) -> bool:
        """Say whether a living person can have this value."""
        return _within(value, self._bounds(name))

    def _keep(self, draft: Draft, name: str, value: float, start: int, end: int) -> None:
        """Add a value in its canonical unit."""
        record = self._known[name]
        draft.measured.append(Measured(name, round(value, max(record.decimals, 2)), record.unit, draft.starts[start], draft.ends[end - 1]))
        draft.read.update(range(start, end))

    def _ask(self, draft: Draft, start: int, end: int) -> None:
        """Ask about a value that cannot be true, or whose unit is open."""
        span = draft.span(start, end)
        where = f"{span.start}-{span.end}"
        draft.issues.append(complaint("value", Level.WARNING, where, draft.language, said=draft.quote(span)))


def _within(value: float, bounds: list[float]) -> bool:
    """Say whether a value lies between two bounds, both included."""
    return bounds[0] <= value <= bounds[1]


def _kind_trie(book: Phrasebook, known: Mapping[str, Quantity], more: Mapping[str, list[str]]) -> TokenTrie[str]:
    """Return the words that name a quantity."""
    trie: TokenTrie[str] = book.trie()
    for name, record in known.items():
        for said in (record.label.en, record.label.zh, *(form.text for form in record.forms), *more.get(name, ())):
            words = tokens_of(fold(said))[0]
            if words:
                trie.add(words, name)
    return trie


def _unit_trie(known: Mapping[str, Quantity]) -> TokenTrie[tuple[str, UnitOf]]:
    """Return the words that name a unit, with the quantities that are measured in it."""
    trie: TokenTrie[tuple[str, UnitOf]] = TokenTrie()
    for name, record in known.items():
        for unit in record.units:
            for said in unit.said:
                words = tokens_of(fold(said))[0]
                if words:
                    trie.add(words, (name, unit))
    return trie
