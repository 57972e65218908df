"""The concepts of the knowledge base as immutable records: what the loader makes of the Turtle files.

Identifiers are compact IRIs: `f:` finding, `c:` condition, `d:` drug, `dc:` drug class, `t:` test, `tr:` treatment, `s:` source,
`q:` quantity, `a:` activity, `m:` dish, `l:` lifestyle target. Property names are those of schema.ttl.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ontologies.evidence import AgeRange, Band, Evidence
from ontologies.text import Language, Text


class FormKind(StrEnum):
    """How a surface form relates to its concept."""

    PREFERRED = "preferred"
    ALTERNATIVE = "alternative"  # what people say
    HIDDEN = "hidden"  # frequent misspelling
    BRAND = "brand"
    AMBIGUOUS = "ambiguous"  # may mean something else too: only asks


@dataclass(frozen=True, slots=True, kw_only=True)
class SurfaceForm:
    """One way in which people write a concept."""

    text: str
    language: Language
    kind: FormKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """How often a finding is present, when asked, in people who consult for anything."""

    probability: float
    ages: AgeRange | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingConcept:
    """A symptom, sign, measured state or past event, from the patient's side."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    broader: str | None = None
    axis: str | None = None  # Site, Onset, Course, Trigger, Quality, Severity, Radiation, Relief, Time, Side
    group: str | None = None  # correlated findings share a group
    noticed_by: str = "Patient"  # Patient | Examiner | Laboratory | Device
    question: Text | None = None
    backgrounds: tuple[Background, ...] = ()
    only_if: str | None = None  # "HasUterus", "HasTestes", "CanBePregnant", "Infant", "Child", "Adult"
    abstracted_by: str | None = None  # rule id that derives it from values
    matches: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How one finding bears on one condition: a probability, a band, or a pair of likelihood ratios."""

    id: str  # k:claim/<condition>/<finding>[/<population>]
    condition: str
    finding: str
    probability: float | None = None
    band: Band | None = None
    lr_positive: float | None = None
    lr_negative: float | None = None
    among: str | None = None  # the complaint under which the ratios were measured
    spectrum: str | None = None  # "SuspectedDisease": not applied to a chat as it stands
    population: str | None = None
    ages: AgeRange | None = None
    sex: str | None = None  # "female" | "male"
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """New presentations per 1,000 consultations in one group."""

    per_1000: float
    ages: AgeRange | None
    sex: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A factor (`f:…`, `c:…` history, `dc:…`/`d:…` taken) that multiplies the rate."""

    factor: str
    ratio: float
    exposure_prevalence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyRaise:
    """A finding that makes this condition more urgent, or less."""

    finding: str
    to: str  # a TriageLevel value
    why: Text
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A finding that must not be missed here, and the rule that catches it."""

    finding: str
    rule: str
    means: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigation:
    """A test (`t:…`) or score, what it is for and what each result would change."""

    test: str | None
    score: str | None
    sequence: int
    purpose: str  # Confirm | RuleOutThis | RuleOutOther | RiskStratify | Monitor
    only_if: str | None
    population: str | None
    if_positive: Text | None
    if_negative: Text | None
    sensitivity: float | None
    specificity: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A rival condition and what tells the two apart."""

    condition: str
    points_there: tuple[str, ...]
    points_here: tuple[str, ...]
    decided_by: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something to do, or not to do, oneself."""

    do: bool
    text: Text
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentOption:
    """A treatment by line (0: at once, 1: first choice …), with what speaks for and against it."""

    line: int
    option: str  # "tr:…" or "d:…"
    setting: str | None  # Home | Pharmacy | PrimaryCare | Hospital
    population: str | None
    for_: Text | None
    against: Text | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """When to be seen again, or what to come back for (safety-netting)."""

    text: Text
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A disease or state that may explain what people say."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    definition: Text | None
    icd10: str | None
    matches: tuple[str, ...]
    system: str
    broader: str | None  # a parent condition whose probability is the sum of its children's
    specialties: tuple[str, ...]
    see_within_hours: float | None
    cant_miss: bool
    chronic: bool  # known already, it is history; its flare is a candidate of its own
    urgency: str  # a TriageLevel value
    urgency_raised_by: tuple[UrgencyRaise, ...]
    urgency_eased_by: tuple[UrgencyRaise, ...]  # where nothing raises it
    only_if: str | None  # "HasUterus", "HasTestes", "CanBePregnant", "Pregnant" …
    presentations: tuple[Presentation, ...]
    risks: tuple[Risk, ...]
    claims: tuple[Claim, ...]
    tempo: str | None  # Sudden | OverHours | OverDays | OverWeeks | Chronic
    usual_days: tuple[float, float] | None
    course: tuple[Text, ...]
    red_flags: tuple[RedFlag, ...]
    investigations: tuple[Investigation, ...]
    complications: tuple[str, ...]
    look_alikes: tuple[LookAlike, ...]
    self_care: tuple[Advice, ...]
    treatments: tuple[TreatmentOption, ...]
    follow_up: tuple[FollowUp, ...]
    status: str
    valid_until: str | None
    where: str = ""
    history_only: bool = False  # known from the history only (a contraindication, a risk); never a candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugClass:
    """A class of medicines; `broader` leads to the class above."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    broader: tuple[str, ...]
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLimit:
    """Usual and maximal doses for a group of people, in mg and hours."""

    context: str | None  # OverTheCounter | Prescription
    ages: AgeRange | None
    single_max_mg: float | None
    interval_min_hours: float | None
    max_daily_mg: float | None
    per_kg_daily_max_mg: float | None
    max_days: float | None
    evidence: Evidence
    max_days_fever: float | None = None
    single_min_mg: float | None = None
    per_kg_single_max_mg: float | None = None
    below_kg: float | None = None  # holds for people lighter than this when nobody says an age


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAdvice:
    """Advice of a safety row for one group. Exactly the fields that define the group are set."""

    advice: str  # Contraindicated | Avoid | CheckFirst | Inform | Compatible
    why: Text | None
    evidence: Evidence
    weeks_from: float | None = None
    weeks_to: float | None = None
    egfr_below: float | None = None
    ages_from: float | None = None
    below_years: float | None = None
    conditions: tuple[str, ...] = ()  # c: or f:, present or in the history
    circumstance: str | None = None  # or a form, a genotype, a use: "AdultTablet", "CYP2C9PoorMetaboliser", "Chronic"
    allergy_to: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()  # d: or dc: taken as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """What happens together with another drug or class (`with_`), or with all of several (`with_all`)."""

    with_: tuple[str, ...]
    with_all: tuple[str, ...]
    severity: str  # Avoid | CheckFirst | Inform; only the first two interrupt
    effect: Text
    manage: Text | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    """A finding that the drug may cause, with the share of those treated."""

    finding: str
    incidence_min: float | None
    incidence_max: float | None
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAndSeek:
    """A finding on which to stop the drug, and how soon to be seen then."""

    finding: str
    to: str  # a TriageLevel value
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A medicine with its full safety row."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]  # generic and brand names
    rxnorm: str | None
    atc: str | None
    classes: tuple[str, ...]
    enzymes: tuple[tuple[str, str], ...]  # (Substrate|Inhibitor|Inducer, CYP3A4 …)
    over_the_counter: bool
    indications: tuple[str, ...]
    doses: tuple[DoseLimit, ...]
    age_limits: tuple[SafetyAdvice, ...]
    pregnancy: tuple[SafetyAdvice, ...]
    breastfeeding: tuple[SafetyAdvice, ...]
    kidney: tuple[SafetyAdvice, ...]
    liver: tuple[SafetyAdvice, ...]
    older_adult: tuple[SafetyAdvice, ...]
    contraindications: tuple[SafetyAdvice, ...]
    cautions: tuple[SafetyAdvice, ...]
    interactions: tuple[Interaction, ...]
    side_effects: tuple[SideEffect, ...]
    food: Text | None
    timing: str | None  # Morning | Evening | WithMeals | BeforeMeals | Bedtime | Any | AsNeeded
    where: str = ""
    stop_and_seek: tuple[StopAndSeek, ...] = ()
    monitoring: tuple[Text, ...] = ()
    contents: tuple[tuple[str, float], ...] = ()  # mg in one unit (mL, [IU], {teaspoon}) of the weakest preparation


@dataclass(frozen=True, slots=True, kw_only=True)
class TestConcept:
    """An examination or laboratory test."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    loinc: str | None
    unit: str | None
    place: str  # Home | PrimaryCare | Hospital
    cost: str  # Low | Medium | High
    burden: str  # Low | Medium | High
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A treatment that is not (only) one drug: a procedure, a course, a class of drugs, a habit."""

    id: str
    label: Text
    forms: tuple[SurfaceForm, ...]
    drugs: tuple[str, ...]  # "d:…" or "dc:…" that it stands for, checked for safety
    kind: str  # SelfCare | OverTheCounter | Prescription | Procedure | Talking | Device
    text: Text | None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOf:
    """A unit in which a quantity is said: canonical = value * factor + offset."""

    unit: str  # UCUM
    said: tuple[str, ...]  # "F", "fahrenheit", "度"
    factor: float
    offset: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something that is measured, its canonical unit and the values that can be true of a living person."""

    id: str  # "q:temperature"
    label: Text
    forms: tuple[SurfaceForm, ...]
    unit: str
    units: tuple[UnitOf, ...]
    possible_min: float
    possible_max: float
    decimals: int  # printed precision in the canonical unit
    loinc: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A record of what was really read."""

    id: str
    citation: str
    address: str | None
    doi: str | None
    pmid: str | None
    access: str | None  # FullText | Abstract | Excerpt | SecondaryCopy; None for a standard work named exactly
    looked_up: str | None
    second_read: str | None = None  # the day a second reader compared its claims with it
    where: str = ""
