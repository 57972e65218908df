"""The constants of the differential, danger, triage and the interview, read from calibration.yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from kg.reasoning import TriageLevel
from ontologies.evidence import AgeRange, Band
from ontologies.plain_yaml import read_yaml
from rules.errors import RulesError

FILE = "calibration.yaml"
_AS_THEY_ARE = {"never": 0.0, "tail": 1.0, "sharpness": 1.0}  # how knowledge from before the calibration told its shares


class CalibrationError(RulesError):
    """The constants cannot be read; the text says which and where to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """How a way of telling errs: `miss` = so but not said, `false_report` = said but not so."""

    miss: float
    false_report: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """A state that conditions need: how common it is, and how much it multiplies their rate."""

    prevalence: float
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """What a condition is charged for a finding that has lasted longer than it usually does, or not long enough for how it begins."""

    tolerance: float
    slope: float
    cap: float
    new_from: Mapping[str, float]  # tempo -> days after which people come with it at the earliest
    new_slope: float
    new_cap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsaidConstants:
    """What it costs a condition that nobody spoke of a finding without which it hardly ever goes."""

    core: float  # the share of those with the condition who have a core finding, at least
    times: float  # how many times as often as anybody who consults
    mentioned: float  # share of people who name a core finding unasked
    cap: float  # of all unsaid core findings of a condition together


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentialConstants:
    """What turns rates and findings into probabilities; each field is explained in calibration.yaml."""

    bands: Mapping[Band, float]
    channels: Mapping[str, Channel]
    possible: float
    resolved: float
    unlisted_cost: float
    unlisted_chief_complaint: float
    unlisted_usual: float
    lasting: Lasting
    unsaid: UnsaidConstants
    explained_by_history: float
    group_weights: tuple[float, ...]
    background: float
    background_share: float
    alpha: float
    temperature: float
    none_of_these: float
    rate_floor: float
    rate_missing: float
    risk_cap: float
    pregnancy: Exposure
    postpartum: Exposure
    pregnancy_possible_share: float
    fertile_ages: AgeRange
    infant_below: float
    child_below: float
    known_disease_ratio: float
    known_disease_needs: float
    named_diagnosed: float
    named_supposed: float
    assumed_ages: Mapping[str, float]
    female_share: float
    consultations_by_age: tuple[tuple[AgeRange, float], ...]
    parent_unless_child_holds: float
    shown: int
    shown_at_least: float
    strong: float
    second_process_at_least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceConstants:
    """What turns shares of the differential into the probabilities that people are told."""

    never: float
    tail: float
    sharpness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerConstants:
    """When the danger of a condition counts."""

    thresholds: Mapping[TriageLevel, float]  # of conditions that must not be missed
    thresholds_other: Mapping[TriageLevel, float]
    test_threshold: float
    act_from: Mapping[TriageLevel, float]
    look_from: float
    together: float
    together_evidence: float
    cardinal: float
    cardinal_at_least: float

    def threshold(self, level: TriageLevel, *, cant_miss: bool) -> float:
        """Return from where on the danger of a condition of this class counts; infinite for classes without one."""
        return (self.thresholds if cant_miss else self.thresholds_other).get(level, math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageConstants:
    """What decides whether self-care is safe to say."""

    guard_question_matters: float
    lasting: float
    worsening_days: float
    speaks: float
    consultation_weight: float
    cant_miss_from: float
    self_care_share: float
    self_care_share_behind: float
    self_care_near: float
    self_care_evidence: float
    specific_background: float
    leader_at_least: float
    urgent_leader_at_least: float
    urgent_leader_danger: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewConstants:
    """What a question is worth, and when to stop."""

    most: int
    offered: int
    candidates: int
    information: float
    danger_weights: Mapping[TriageLevel, float]
    guard_weight: float
    premise_chance: Mapping[str, float]
    least_gain: float
    danger_reach: float
    sure: float
    age_gain: float
    sex_gain: float
    pregnancy_gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Every constant of the reasoning after the guard."""

    differential: DifferentialConstants
    confidence: ConfidenceConstants
    words: tuple[tuple[str, float], ...]  # name of the wording, lower limit of probability; highest first
    likely: float
    considered: float
    danger: DangerConstants
    triage: TriageConstants
    interview: InterviewConstants


def load_calibration(root: Path | None = None) -> Calibration:
    """Read the constants of this installation, or those under another `rules` folder.

    Raises CalibrationError when one is missing or is no number: nothing can be concluded without them.
    """
    place: Traversable = files("rules") if root is None else root
    return read_calibration(place.joinpath(FILE).read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def read_calibration(text: str) -> Calibration:
    """Make a Calibration of the YAML text."""
    try:
        data = read_yaml(text)
        return Calibration(
            differential=_differential(dict(data["differential"])),
            confidence=ConfidenceConstants(**data.get("confidence", _AS_THEY_ARE)),
            words=tuple(sorted(((str(k), float(v)) for k, v in data["words"].items()), key=lambda w: -w[1])),
            likely=float(data["facts"]["likely"]),
            considered=float(data["facts"]["considered"]),
            danger=_danger(dict(data["danger"])),
            triage=TriageConstants(**data["triage"]),
            interview=InterviewConstants(**{**data["interview"], "danger_weights": _levels(data["interview"]["danger_weights"])}),
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise CalibrationError(f"{FILE} cannot be used: {error!r}. Compare it with the fields in rules/calibration.py.") from error


def _differential(data: dict[str, Any]) -> DifferentialConstants:
    unlisted = data.pop("unlisted")
    ages = tuple((AgeRange(min_years=low, max_years=high), float(share)) for low, high, share in data["consultations_by_age"])
    return DifferentialConstants(
        **{
            **data,
            "bands": MappingProxyType({Band(k): float(v) for k, v in data["bands"].items()}),
            "channels": MappingProxyType({str(k): Channel(**v) for k, v in data["channels"].items()}),
            "unlisted_cost": float(unlisted["cost"]),
            "unlisted_chief_complaint": float(unlisted["chief_complaint"]),
            "unlisted_usual": float(unlisted["usual"]),
            "lasting": Lasting(**data["lasting"]),
            "unsaid": UnsaidConstants(**data["unsaid"]),
            "assumed_ages": MappingProxyType({str(k): float(v) for k, v in data["assumed_ages"].items()}),
            "group_weights": tuple(float(w) for w in data["group_weights"]),
            "pregnancy": Exposure(**data["pregnancy"]),
            "postpartum": Exposure(**data["postpartum"]),
            "fertile_ages": AgeRange(min_years=data["fertile_ages"][0], max_years=data["fertile_ages"][1]),
            "consultations_by_age": ages,
        }
    )


def _danger(data: dict[str, Any]) -> DangerConstants:
    parts = {**data, **{name: _levels(data[name]) for name in ("thresholds", "thresholds_other", "act_from")}}
    return DangerConstants(**parts)


def _levels(data: dict[str, Any]) -> Mapping[TriageLevel, float]:
    return MappingProxyType({TriageLevel(k): float(v) for k, v in data.items()})
