"""The knowledge by rows and columns: what each condition and finding is for the differential, and the factors made of the numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from ontologies.concepts import Claim, Condition
from ontologies.ontology import Ontology
from rules.calibration import Channel, DifferentialConstants
from rules.claims import SUSPECTED, Chosen, choose
from rules.rates import SEXED, STATES
from rules.tables import Floats, Table, Tables
from rules.urgencies import Urgencies

_CHOICES_KEPT = 50_000
_ALMOST = 0.999


class Likelihood:
    """Indexes an ontology once; hands out the table of a person and the claims behind a number."""

    def __init__(self, ontology: Ontology, constants: DifferentialConstants) -> None:
        """Index conditions and findings; tables are made on demand and kept."""
        self.ontology = ontology
        self.constants = constants
        self.conditions = tuple(sorted(c.id for c in ontology.conditions.values() if not c.history_only))
        self.findings = tuple(sorted(ontology.findings))
        self.row = {c: i for i, c in enumerate(self.conditions)}
        self.column = {f: i for i, f in enumerate(self.findings)}
        self.parent = np.array([self._parent(f) for f in self.findings], dtype=np.intp)
        self._by_depth = sorted(range(len(self.findings)), key=lambda i: (-len(ontology.ancestors(self.findings[i])), i))
        self._claims = self._grouped_claims()
        self.ratios = self._ratios()
        self._tables = Tables(ontology, self.conditions, self.findings, self._claims, constants)
        stated = np.zeros(len(self.findings), dtype=np.bool_)
        stated[[column for _, column in self._claims]] = True
        self.stated = self._with_ancestors(stated)  # findings that some condition speaks of, refinements included

        self.askable = self._askable()
        self.askable_roots, self.askable_below = self._askable_by_base()
        described = [ontology.conditions[c] for c in self.conditions]
        self.urgencies = Urgencies.of(described)
        self.cant_miss = np.array([c.cant_miss for c in described], dtype=np.bool_)
        self.sexed = np.array([c.only_if in SEXED or any(p.sex for p in c.presentations) for c in described], dtype=np.bool_)
        self.limited_rows = _grouped_rows((c.only_if, row) for row, c in enumerate(described) if c.only_if)  # to whom alone
        self.parents = tuple(row for row, c in enumerate(self.conditions) if ontology.children(c))
        self._choices: dict[tuple[str, str, float | None, str | None], Chosen | None] = {}
        self.risk_rows = self._risk_rows()
        self.circumstances = self._circumstances()
        self.usual_length = np.array([_usual_length(ontology.conditions[c]) for c in self.conditions])
        self.least_length = np.array([_least_length(ontology.conditions[c], constants) for c in self.conditions])

    def table(self, age: float | None, sex: str | None) -> Table:
        """Return the numbers for an age and sex. Ages act only at the limits that the knowledge states."""
        return self._tables.of(age, sex)

    @property
    def cuts(self) -> tuple[float, ...]:
        """Return the ages at which a number changes."""
        return self._tables.cuts

    def chosen(self, condition: str, finding: str, age: float | None, sex: str | None) -> Chosen | None:
        """Return the claim behind P(finding | condition): its own, or the greatest of its refinements."""
        key = (condition, finding, self._tables.group_age(age), sex)
        if key not in self._choices:
            if len(self._choices) >= _CHOICES_KEPT:
                self._choices.clear()
            self._choices[key] = self._choose(*key)
        return self._choices[key]

    def _choose(self, condition: str, finding: str, age: float | None, sex: str | None) -> Chosen | None:
        row = self.row[condition]
        options = [finding, *self.ontology.descendants(finding)]
        found = [self._chosen(row, self.column[f], age, sex) for f in options if f in self.column]
        return max((c for c in found if c is not None), key=lambda c: (c.probability, c.claim.finding == finding), default=None)

    def _chosen(self, row: int, column: int, age: float | None, sex: str | None) -> Chosen | None:
        claims = self._claims.get((row, column))
        return choose(claims, age, sex, self.constants.bands) if claims else None

    def _parent(self, finding: str) -> int:
        above = self.ontology.ancestors(finding)
        return self.column[above[0]] if above else -1

    def _grouped_claims(self) -> dict[tuple[int, int], tuple[Claim, ...]]:
        grouped: dict[tuple[int, int], list[Claim]] = {}
        for condition, row in self.row.items():
            for claim in self.ontology.claims_of(condition):
                if claim.finding in self.column:
                    grouped.setdefault((row, self.column[claim.finding]), []).append(claim)
        return {key: tuple(claims) for key, claims in sorted(grouped.items())}

    def _ratios(self) -> dict[int, tuple[tuple[int, Claim], ...]]:
        """Index published likelihood ratios by finding: only those with a complaint, and not from people already suspected."""
        ratios: dict[int, list[tuple[int, Claim]]] = {}
        for (row, column), claims in self._claims.items():
            for claim in claims:
                usable = claim.lr_positive is not None or claim.lr_negative is not None
                if usable and claim.among in self.column and claim.spectrum != SUSPECTED:
                    ratios.setdefault(column, []).append((row, claim))
        return {column: tuple(pairs) for column, pairs in ratios.items()}

    def _askable(self) -> tuple[int, ...]:
        """List the findings that a person can answer for and that some condition speaks of."""
        findings = self.ontology.findings
        return tuple(
            i for i, f in enumerate(self.findings) if self.stated[i] and findings[f].noticed_by == "Patient" and findings[f].question
        )

    def _askable_by_base(self) -> tuple[dict[str | None, tuple[int, ...]], dict[str, tuple[int, ...]]]:
        """Split what may be asked: base findings by whom they can happen to, and refinements by the finding right above them."""
        roots: dict[str | None, list[int]] = {}
        below: dict[str, list[int]] = {}
        for column in self.askable:
            finding = self.findings[column]
            above = self.ontology.ancestors(finding)
            same = below.setdefault(above[0], []) if above else roots.setdefault(self.ontology.findings[finding].only_if, [])
            same.append(column)
        return {only_if: tuple(columns) for only_if, columns in roots.items()}, {base: tuple(columns) for base, columns in below.items()}

    def _risk_rows(self) -> dict[str, NDArray[np.intp]]:
        """Map every risk factor to the conditions that it drives: there it is in the rate, and no finding as well."""
        described = (self.ontology.conditions[c] for c in self.conditions)
        driven = (dict.fromkeys((*(r.factor for r in c.risks), *STATES.get(c.only_if or "", ()))) for c in described)
        return _grouped_rows((factor, row) for row, factors in enumerate(driven) for factor in factors)

    def _circumstances(self) -> frozenset[str]:
        """Tell circumstances (a habit, an exposure, the family) from complaints: more conditions name them as a risk than as a sign."""
        signs = Counter(column for _, column in self._claims)
        return frozenset(f for f, rows in self.risk_rows.items() if f in self.column and len(rows) >= signs[self.column[f]])

    def _with_ancestors(self, stated: NDArray[np.bool_]) -> NDArray[np.bool_]:
        for column in self._by_depth:
            if self.parent[column] >= 0 and stated[column]:
                stated[self.parent[column]] = True
        for column in reversed(self._by_depth):
            if self.parent[column] >= 0 and stated[self.parent[column]]:
                stated[column] = True
        return stated


def _grouped_rows(pairs: Iterable[tuple[str, int]]) -> dict[str, NDArray[np.intp]]:
    rows: dict[str, list[int]] = {}
    for name, row in pairs:
        rows.setdefault(name, []).append(row)
    return {name: np.array(found, dtype=np.intp) for name, found in rows.items()}


def _usual_length(condition: Condition) -> float:
    """Return the log of the most days that a condition usually lasts; infinite for chronic ones and where nobody says."""
    endless = condition.chronic or condition.tempo == "Chronic" or condition.usual_days is None
    return math.inf if endless or condition.usual_days is None else math.log(max(condition.usual_days[1], 1e-6))


def _least_length(condition: Condition, constants: DifferentialConstants) -> float:
    """Return the log of the days after which people come with a condition at the earliest; −∞ where it may begin at once."""
    days = constants.lasting.new_from.get(condition.tempo or "")
    return -math.inf if days is None else math.log(days)


def log_ratio_present(q: Floats, r: Floats, channel: Channel) -> Floats:
    """Return log ratio of a yes of a channel with misses and false reports: what a "yes" says."""
    hit, false = 1 - channel.miss, channel.false_report
    return np.log((hit * q + false * (1 - q)) / (hit * r + false * (1 - r)))


def log_ratio_absent(q: Floats, r: Floats, channel: Channel) -> Floats:
    """Return log ratio of a no of a channel with misses and false reports: what a "no" says."""
    miss, true = channel.miss, 1 - channel.false_report
    return np.log((miss * q + true * (1 - q)) / (miss * r + true * (1 - r)))


def caps(channel: Channel) -> tuple[float, float]:
    """Return the least and the greatest factor that a channel can give."""
    return math.log(channel.miss / (1 - channel.false_report)), math.log((1 - channel.miss) / channel.false_report)


def conditional(
    table: Table, columns: Sequence[int], given: Sequence[int], rows: NDArray[np.intp] | None = None
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return q and r of findings given their nearest present base (−1: none), and where the condition is silent about both.

    A condition that lists only the base gets q = r: no gain, no loss. `rows` narrows the conditions.
    """
    chance = table.chance if rows is None else table.chance[rows]
    own = chance[:, columns]
    base = np.array(given, dtype=np.intp)
    rooted = base < 0
    background = table.background[columns]
    above = np.where(rooted[None, :], 1.0, chance[:, base])
    above_background = np.where(rooted, 1.0, table.background[base])
    r = np.minimum(background / above_background, _ALMOST)
    q = np.minimum(own / np.where(np.isnan(above), above_background[None, :], above), _ALMOST)
    silent = np.isnan(own)
    return np.where(silent, r[None, :], q), r, silent & rooted[None, :]


def grouped_rows(pairs: Sequence[tuple[int, Claim]]) -> Mapping[int, tuple[Claim, ...]]:
    """Group claims by the row of their condition."""
    return {row: tuple(c for _, c in members) for row, members in groupby(sorted(pairs, key=lambda p: p[0]), key=lambda p: p[0])}
