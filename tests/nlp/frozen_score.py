"""Scores a reading against what a person reads in a sentence: six-way label, span, details, and red flags raised or missed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.record import Finding, History
from nlp.reading import Reading

from .conftest import label_of

HERE = Path(__file__).parent
Row = tuple[str, list[list[Any]]]


@dataclass(slots=True)
class Score:
    """Counts over a corpus, with what was read wrong."""

    labels: list[bool] = field(default_factory=list)
    spans_wanted: list[bool] = field(default_factory=list)
    spans_read: list[bool] = field(default_factory=list)
    exact: list[bool] = field(default_factory=list)
    details: list[bool] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def rates(self) -> dict[str, float]:
        """Return label accuracy, overlapping span F1, share of exact spans, and detail accuracy."""
        recall, precision = _share(self.spans_wanted), _share(self.spans_read)
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        return {"labels": _share(self.labels), "spans": round(f1, 3), "exact": _share(self.exact), "details": _share(self.details)}


def frozen(name: str) -> dict[str, Any]:
    """Return a frozen corpus, for example `frozen.zh`."""
    document: dict[str, Any] = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return document


def score(rows: Iterable[Row], read: Callable[[str], Reading], ancestors: Callable[[str], tuple[str, ...]]) -> Score:
    """Read every sentence and count."""
    result = Score()
    for text, wants in rows:
        _score_row(result, text, wants, read(text), ancestors)
    return result


def _score_row(result: Score, text: str, wants: list[list[Any]], reading: Reading, ancestors: Callable[[str], tuple[str, ...]]) -> None:
    """Count one sentence."""
    said = [each for each in reading.statements if isinstance(each, Finding | History) and each.span is not None]
    places = [(text.index(want[0]), text.index(want[0]) + len(want[0])) for want in wants]
    for want, place in zip(wants, places, strict=True):
        accepted = set(want[1].split())
        near = [each for each in said if _overlap(_place(each), place)]
        fitting = [each for each in near if {each.concept, *ancestors(each.concept)} & accepted]
        labelled = any(label_of(each) in want[2].split() for each in fitting)
        if "present" not in want[2].split() and any(label_of(each) == "present" for each in fitting):
            result.alarms.append(f"{text}: {want[0]}")
        if want[2] == "present" and not any(label_of(each) == "present" for each in fitting):
            result.missed.append(f"{text}: {want[0]}")
        result.labels.append(labelled)
        result.spans_wanted.append(bool(fitting))
        if fitting:
            result.exact.append(any(_place(each) == place for each in fitting))
        for name, value in (want[3] if len(want) > 3 else {}).items():
            result.details.append(_has(fitting, name, value))
            if not result.details[-1]:
                result.wrong.append(f"{text}: {want[0]} {name}={value}")
        if not labelled:
            got = [f"{each.concept}:{label_of(each)}" for each in near]
            result.wrong.append(f"{text}: {want[0]} {want[1]} {want[2]}, read {got}")
    for each in {_place(each): each for each in said}.values():
        hit = any(_overlap(_place(each), place) for place in places)
        result.spans_read.append(hit)
        if not hit:
            result.wrong.append(f"{text}: read too much {each.text} {each.concept}:{label_of(each)}")


def _place(each: Finding | History) -> tuple[int, int]:
    assert each.span is not None
    return each.span.start, each.span.end


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _has(fitting: list[Finding | History], name: str, value: Any) -> bool:
    """Say whether a statement carries a detail; a duration may be off by a third."""
    if name == "days":
        lasting = [each.duration for each in fitting if isinstance(each, Finding) and each.duration is not None]
        return any(each.days_min * 0.75 <= value <= each.days_max * 1.34 for each in lasting)
    return any(detail.name == name and detail.value == value for each in fitting if isinstance(each, Finding) for detail in each.attributes)


def _share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 3) if flags else 1.0
