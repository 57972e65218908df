"""The numbers of the differential for one age and sex: everything that does not change with them is laid out once.

Conditions are rows, findings columns. Few pairs are spoken of, so what is known is kept as places in the flat table.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kg.record import Sex
from ontologies.concepts import Claim, Condition, FindingConcept
from ontologies.evidence import AgeRange, Band
from ontologies.ontology import Ontology
from rules.calibration import DifferentialConstants
from rules.claims import choose, nearest_age, probability_of
from rules.rates import base_rate

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Claims = Mapping[tuple[int, int], tuple[Claim, ...]]  # by row and column
_KEPT = 8  # a table is 5 MB and is made in two milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All numbers for one age and sex. `chance[c, f]` is P(f | c), NaN where c says nothing of f."""

    log_rate: Floats  # of each condition, per 1,000 consultations
    chance: Floats
    background: Floats
    core_rows: Places  # conditions and the findings that hardly ever are missing in them (`Unsaid` in calibration)
    core_columns: Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Findings of one depth and the findings right above them, and the places at which a condition may speak of the former."""

    columns: Places
    parents: Places
    lower: Places  # in the flat table
    upper: Places
    upper_columns: Places


class Tables:
    """Makes the table of an age and sex on demand and keeps the last ones. Ages act only at the limits that the knowledge states."""

    def __init__(
        self,
        ontology: Ontology,
        rows: Sequence[str],
        columns: Sequence[str],
        claims: Claims,
        constants: DifferentialConstants,
    ) -> None:
        conditions, findings = [ontology.conditions[c] for c in rows], [ontology.findings[f] for f in columns]
        self._shape = (len(conditions), len(findings))
        self._constants = constants
        self.cuts = _cuts(ontology, claims)  # ages at which a number changes
        self._rates = _rates(conditions, self.cuts, constants)
        self._rated = np.array([bool(c.presentations) for c in conditions], dtype=np.bool_)
        self._noticed = np.array([f.noticed_by == "Patient" and not ontology.ancestors(f.id) for f in findings], dtype=np.bool_)
        of_findings = [_backgrounds(f, self.cuts, constants) for f in findings]
        self._backgrounds = np.array(of_findings).reshape(len(findings), len(self.cuts) + 1).T.copy()
        self._lay_out(claims)
        self._lifts = _lifts([ontology.ancestors(f) for f in columns], {f: column for column, f in enumerate(columns)}, claims)
        self._made: dict[tuple[float | None, str | None], Table] = {}

    def _lay_out(self, claims: Claims) -> None:
        """Sort what is claimed into figures, coincidences, and what depends on age and sex."""
        figures: list[tuple[int, float]] = []
        coincidences: list[tuple[int, int]] = []
        self._varied: list[tuple[int, int, tuple[Claim, ...]]] = []
        for (row, column), of_pair in claims.items():
            place = row * self._shape[1] + column
            if len(of_pair) > 1 or of_pair[0].ages is not None or of_pair[0].sex is not None:
                self._varied.append((place, column, of_pair))
            elif (figure := probability_of(of_pair[0], self._constants.bands)) is None:
                continue
            elif of_pair[0].band is Band.BACKGROUND:
                coincidences.append((place, column))
            else:
                figures.append((place, figure))
        self._places = np.array([place for place, _ in figures], dtype=np.intp)
        self._figures = np.array([figure for _, figure in figures])
        self._coincident = np.array([place for place, _ in coincidences], dtype=np.intp)
        self._coincident_columns = np.array([column for _, column in coincidences], dtype=np.intp)

    def of(self, age: float | None, sex: str | None) -> Table:
        """Return the numbers for an age and sex."""
        key = (self.group_age(age), sex)
        if key not in self._made:
            if len(self._made) >= _KEPT:
                del self._made[next(iter(self._made))]
            self._made[key] = self._make(*key)
        return self._made[key]

    def group_age(self, age: float | None) -> float | None:
        """Return the lower limit of the narrowest age group that holds an age."""
        return None if age is None else self.cuts[self._group(age)]

    def _group(self, age: float) -> int:
        return max(bisect_right(self.cuts, age) - 1, 0)

    def _make(self, age: float | None, sex: str | None) -> Table:
        group = len(self.cuts) if age is None else self._group(age)  # what is meant for no age stands last
        background = self._backgrounds[group].copy()
        coincidence = np.maximum(self._constants.background_share * background, self._constants.bands[Band.BACKGROUND])
        chance = np.full(self._shape, np.nan)
        flat = chance.reshape(-1)
        flat[self._places] = self._figures
        flat[self._coincident] = coincidence[self._coincident_columns]
        for place, column, claims in self._varied:
            chosen = choose(claims, age, sex, self._constants.bands)
            if chosen is not None:
                flat[place] = coincidence[column] if chosen.claim.band is Band.BACKGROUND else chosen.probability
        for lift in self._lifts:
            np.maximum.at(background, lift.parents, background[lift.columns])
        for lift in self._lifts:
            speaks = flat[lift.lower] > background[lift.upper_columns]
            np.fmax.at(flat, lift.upper[speaks], flat[lift.lower[speaks]])
        core = self._constants.unsaid
        usual = (chance >= core.core) & (chance > core.times * background[None, :]) & self._noticed[None, :]
        rows, columns = np.nonzero(usual)
        return Table(log_rate=np.log(self._rate(group, sex)), chance=chance, background=background, core_rows=rows, core_columns=columns)

    def _rate(self, group: int, sex: str | None) -> Floats:
        if sex is not None:
            of_sex: Floats = self._rates[sex][group]
            return of_sex
        female = self._constants.female_share
        mixed = female * self._rates[Sex.FEMALE.value][group] + (1 - female) * self._rates[Sex.MALE.value][group]
        rate: Floats = np.where(self._rated, mixed, self._constants.rate_missing)
        return rate


def background_of(finding: FindingConcept, age: float | None, constants: DifferentialConstants) -> float:
    """Return how often a finding is present in people who consult, at an age."""
    if not finding.backgrounds:
        return constants.background
    if age is None:
        return sum(b.probability for b in finding.backgrounds) / len(finding.backgrounds)
    found, _ = nearest_age(finding.backgrounds, age)
    return constants.background if found is None else found.probability


def _cuts(ontology: Ontology, claims: Claims) -> tuple[float, ...]:
    """List every limit of age that the knowledge states."""
    ranges = [c.ages for of_pair in claims.values() for c in of_pair]
    ranges += [p.ages for c in ontology.conditions.values() for p in c.presentations]
    ranges += [b.ages for f in ontology.findings.values() for b in f.backgrounds]
    return tuple(sorted({0.0, *_limits(ranges)}))


def _limits(ranges: Sequence[AgeRange | None]) -> set[float]:
    return {limit for r in ranges if r is not None for limit in (r.min_years, r.max_years) if not math.isinf(limit)}


def _rates(conditions: Sequence[Condition], cuts: Sequence[float], constants: DifferentialConstants) -> dict[str, Floats]:
    """Return the rates of conditions for each sex, by age group and at last for an unknown age."""
    rates = {sex.value: np.empty((len(cuts) + 1, len(conditions))) for sex in Sex}
    for row, condition in enumerate(conditions):
        same = all(p.sex is None for p in condition.presentations)
        shared = _rates_by_age(condition, cuts, Sex.FEMALE.value, constants) if same else None
        for sex, of_sex in rates.items():
            of_sex[:, row] = _rates_by_age(condition, cuts, sex, constants) if shared is None else shared
    return rates


def _rates_by_age(condition: Condition, cuts: Sequence[float], sex: str, constants: DifferentialConstants) -> list[float]:
    """Work out the rate of a condition once between its own limits of age."""
    starts = sorted({0.0, *_limits([p.ages for p in condition.presentations])})
    own = [base_rate(condition, age, sex, constants) for age in starts]
    return [*(own[bisect_right(starts, cut) - 1] for cut in cuts), base_rate(condition, None, sex, constants)]


def _backgrounds(finding: FindingConcept, cuts: Sequence[float], constants: DifferentialConstants) -> list[float]:
    """Return the backgrounds of a finding by age group, and at last for an unknown age."""
    unknown = background_of(finding, None, constants)
    if all(b.ages is None for b in finding.backgrounds):
        return [background_of(finding, 0.0, constants)] * len(cuts) + [unknown]
    return [*(background_of(finding, age, constants) for age in cuts), unknown]


def _lifts(ancestors: Sequence[tuple[str, ...]], column_of: Mapping[str, int], claims: Claims) -> tuple[Lift, ...]:
    """Lay out, deepest first, how a finding gets what its refinements have: the larger background and the larger chance."""
    parent = np.array([column_of[above[0]] if above else -1 for above in ancestors], dtype=np.intp)
    spoken: dict[int, set[int]] = {}
    for row, column in claims:
        spoken.setdefault(column, set()).add(row)
    lifts: list[Lift] = []
    for depth in range(max(map(len, ancestors), default=0), 0, -1):
        columns = np.array([column for column, above in enumerate(ancestors) if len(above) == depth], dtype=np.intp)
        pairs = [(row, column) for column in columns.tolist() for row in sorted(spoken.get(column, ()))]
        lifts.append(_lift(columns, np.array(pairs, dtype=np.intp).reshape(-1, 2), parent))
        for row, column in pairs:
            spoken.setdefault(int(parent[column]), set()).add(row)
    return tuple(lifts)


def _lift(columns: Places, pairs: Places, parent: Places) -> Lift:
    rows, lower = pairs[:, 0] * len(parent), pairs[:, 1]
    return Lift(columns=columns, parents=parent[columns], lower=rows + lower, upper=rows + parent[lower], upper_columns=parent[lower])
