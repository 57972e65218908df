"""What we were told: statements, each with the words that it was read from, and the person they are about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar


class Presence(StrEnum):
    """Whether the thing said is so."""

    PRESENT = "present"
    ABSENT = "absent"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


class Subject(StrEnum):
    """Whom the statement is about. The patient is whom the message is about, not always who writes it."""

    PATIENT = "patient"
    RELATIVE = "relative"
    OTHER = "other"


class Timing(StrEnum):
    """When it holds. Only `current` and `recurrent` count as present to the rules."""

    CURRENT = "current"
    RECURRENT = "recurrent"
    RESOLVED = "resolved"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"
    FEARED = "feared"


class Answer(StrEnum):
    """How a question was answered."""

    GIVEN = "given"
    DONT_KNOW = "dont_know"
    REFUSED = "refused"


class Sex(StrEnum):
    """Sex as far as risk and anatomy depend on it."""

    FEMALE = "female"
    MALE = "male"


class PregnancyState(StrEnum):
    """What is known of a pregnancy; `None` on the patient means nothing was said."""

    CONFIRMED = "confirmed"
    POSSIBLE = "possible"
    DENIED = "denied"
    POSTPARTUM = "postpartum"
    BREASTFEEDING = "breastfeeding"


class MedicationStatus(StrEnum):
    """What the person does with a medicine."""

    TAKING = "taking"
    STOPPED = "stopped"
    TOOK = "took"  # once or for a short while, recently
    MISSED = "missed"
    CONSIDERING = "considering"  # "can I take …?"
    PRESCRIBED = "prescribed"  # not started
    DECLINED = "declined"  # named, but not taken: avoided, advised against, only on an old list


class MedicineRole(StrEnum):
    """What several statuses have in common, for rules to rest on."""

    USING = "using"  # in the body: taking or took
    CONCERNS = "concerns"  # used, prescribed or thought of: not stopped, missed or declined
    NEW = "new"  # no long-standing treatment: taken once, prescribed or thought of
    HAS = "has"  # used, prescribed, thought of, or a dose of it was missed

    @property
    def statuses(self) -> frozenset[MedicationStatus]:
        """Return the statuses in which a medicine plays this role."""
        body = frozenset({MedicationStatus.TAKING, MedicationStatus.TOOK})
        wanted = frozenset({MedicationStatus.CONSIDERING, MedicationStatus.PRESCRIBED})
        match self:
            case MedicineRole.USING:
                return body
            case MedicineRole.CONCERNS:
                return body | wanted
            case MedicineRole.NEW:
                return wanted | {MedicationStatus.TOOK}
            case MedicineRole.HAS:
                return body | wanted | {MedicationStatus.MISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open range of code points in the original text of one turn."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A detail of a finding, for example `severity=severe`, `side=left`, `onset=sudden`, `pain-score=8`."""

    name: str
    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """How long something has lasted, as an interval in days (equal bounds when exact)."""

    days_min: float
    days_max: float
    said: str
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """An amount of a medicine and how often it is taken. Unknown parts are None."""

    value: float | None = None  # one taking, in `unit`
    unit: str | None = None  # UCUM: mg, ug, g, mL, or "{tablet}"
    times_per_day: float | None = None
    total_per_day: float | None = None  # in `unit`, when said as such
    interval_hours: float | None = None  # between two takings, when said as such
    days: float | None = None  # for how long it has been taken day after day, when said as such
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What every statement has. `span` is None for what came from a form rather than from words."""

    kind: ClassVar[str] = "statement"

    id: str  # s0, s1 … unique in the encounter
    span: Span | None
    text: str  # the words, exactly as written
    presence: Presence = Presence.PRESENT
    subject: Subject = Subject.PATIENT
    relation: str | None = None  # which relative: "father", "sibling", "child" …
    timing: Timing = Timing.CURRENT
    cue: str | None = None  # the words that decided presence, subject or timing
    rule: str | None = None  # id of the context rule behind the cue
    answer: Answer = Answer.GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Statement):
    """A symptom, sign or other clinical finding (`f:…`)."""

    kind: ClassVar[str] = "finding"
    concept: str
    attributes: tuple[Attribute, ...] = ()
    duration: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Statement):
    """A measured value. `value` is in `unit` (UCUM, the quantity's own canonical unit); `said` keeps the words."""

    kind: ClassVar[str] = "observation"
    quantity: str  # "temperature", "systolic-pressure" … a name in ontologies/quantities.ttl
    value: float
    unit: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationUse(Statement):
    """A medicine (`d:…` or a class `dc:…`) and what is done with it."""

    kind: ClassVar[str] = "medication"
    drug: str
    status: MedicationStatus = MedicationStatus.TAKING
    dose: Dose | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergy(Statement):
    """An allergy or intolerance to a drug (`d:…`), a class (`dc:…`) or a named thing (`x:peanut`)."""

    kind: ClassVar[str] = "allergy"
    to: str
    reaction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History(Statement):
    """A diagnosis (`c:…`) or a past event (`f:past-…`) of the patient, or of a relative when `subject` says so."""

    kind: ClassVar[str] = "history"
    concept: str
    diagnosed: bool = False  # a doctor gave this name to what the patient has now


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance(Statement):
    """A fact of the person's life. `name` is one of the names in `kg/README.md`; `value` is typed by the name."""

    kind: ClassVar[str] = "circumstance"
    name: str  # "age" (years), "sex", "pregnancy", "pregnancy-weeks", "smoking", "alcohol", "living-alone" …
    value: str | float | bool
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(Statement):
    """Something wanted of the plan."""

    kind: ClassVar[str] = "wish"
    name: str  # "like", "dislike", "avoid", "free-time", "max-minutes", "diet", "goal" …
    value: str


AnyStatement = Finding | Observation | MedicationUse | Allergy | History | Circumstance | Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What shapes a person's options beside their symptoms. None means that nobody said."""

    region: str = "GB"  # ISO 3166-1 alpha-2; decides numbers to call, names of drugs, units
    income: str | None = None  # "low" | "middle" | "high"
    mobility: tuple[str, ...] = ()  # "wheelchair", "walking-aid", "bad-knees", "housebound", "bedbound", "poor-balance" …
    disability: tuple[str, ...] = ()  # "blind", "deaf", "cognitive", "one-handed"
    living_alone: bool | None = None
    carer: bool | None = None  # somebody helps at home
    work: str | None = None
    diet: tuple[str, ...] = ()  # "vegetarian", "vegan", "halal", "kosher", "lactose-free", "gluten-free", "low-salt"
    smoking: bool | None = None
    cigarettes_per_day: float | None = None
    alcohol_units_per_week: float | None = None
    transport: str | None = None  # "none" | "public" | "car"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The person the message is about, as far as known. Ages in years (a fraction for infants)."""

    age: float | None = None
    sex: Sex | None = None
    life_stage: str | None = None  # newborn, infant, toddler, child, adult, elder: what the person is called when no age is known
    has_uterus: bool | None = None  # None: unknown
    has_testes: bool | None = None
    pregnancy: PregnancyState | None = None
    pregnancy_weeks: float | None = None
    postpartum_days: float | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    circumstances: Circumstances = field(default_factory=Circumstances)
