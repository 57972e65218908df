"""One condition as a page: all its claims with their figures, grades and sources. What a clinician reviews, and a patient may read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from chat.errors import InputError
from chat.knowledge import Knowledge
from chat.wording import text
from ontologies.concepts import Claim, Condition, FormKind, Source
from ontologies.errors import UnknownConceptError
from ontologies.evidence import AgeRange, Evidence
from ontologies.text import Language, Text

_SECTIONS = (
    "presentations",
    "risks",
    "claims",
    "raises",
    "red_flags",
    "investigations",
    "look_alikes",
    "self_care",
    "treatments",
    "follow_up",
)
FOR_PATIENTS = frozenset({"self_care", "follow_up"})
"""The sections that a patient reads first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement of the knowledge: what it is about, what it says, and what it rests on."""

    name: str
    code: str
    figure: str
    note: str
    grade: str
    source: str | None
    locator: str | None
    printed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Statements of one kind."""

    key: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Monograph:
    """Everything that is known of one condition."""

    id: str
    label: str
    definition: str
    names: tuple[tuple[str, str], ...]  # language, names joined
    facts: tuple[tuple[str, str], ...]  # title, value
    sections: tuple[Section, ...]
    grades: tuple[tuple[str, int], ...]
    sources: tuple[Source, ...]
    where: str


def monograph(identifier: str, knowledge: Knowledge, language: Language) -> Monograph:
    """Describe a condition. Raises InputError, with the nearest names, for one that is not described."""
    ontology = knowledge.ontology
    code = identifier if identifier.startswith("c:") else f"c:{identifier}"
    condition = ontology.conditions.get(code)
    if condition is None:
        near = get_close_matches(code, ontology.conditions, n=3)
        raise InputError(
            f"There is no condition {code!r}." + (f" Did you mean {', '.join(near)}?" if near else " See `iatros knowledge stats`.")
        )
    writer = _Writer(knowledge, language)
    sections = tuple(s for key in _SECTIONS if (s := writer.section(key, condition)).rows)
    rows = [row for section in sections for row in section.rows]
    cited = sorted({row.source for row in rows if row.source})
    return Monograph(
        id=condition.id,
        label=condition.label.render(language),
        definition=condition.definition.render(language) if condition.definition else "",
        names=tuple(_names(condition)),
        facts=tuple(writer.facts(condition)),
        sections=sections,
        grades=tuple(sorted(Counter(row.grade for row in rows).items())),
        sources=tuple(ontology.sources[s] for s in cited if s in ontology.sources),
        where=condition.where,
    )


def _names(condition: Condition) -> Iterable[tuple[str, str]]:
    for language in Language:
        forms = [f.text for f in condition.forms if f.language is language and f.kind is not FormKind.HIDDEN]
        if forms:
            yield language.value, ", ".join(dict.fromkeys(forms))


class _Writer:
    """Words the statements of a condition in one language."""

    def __init__(self, knowledge: Knowledge, language: Language) -> None:
        self._ontology = knowledge.ontology
        self._language = language

    def facts(self, condition: Condition) -> Iterable[tuple[str, str]]:
        """Give the plain facts at the head of the page."""
        usual = f"{condition.usual_days[0]:g}–{condition.usual_days[1]:g}" if condition.usual_days else ""
        values = {
            "urgency": self._say(text(f"level.{condition.urgency}")),
            "icd10": condition.icd10 or "",
            "matches": ", ".join(condition.matches),
            "system": condition.system,
            "specialties": ", ".join(condition.specialties),
            "tempo": condition.tempo or "",
            "days": usual,
            "course": " ".join(self._say(c) for c in condition.course),
            "complications": ", ".join(self._name(c) for c in condition.complications),
            "cant_miss": self._say(text("presence.present")) if condition.cant_miss else "",
            "chronic": self._say(text("presence.present")) if condition.chronic else "",
            "status": condition.status,
        }
        return ((self._say(text(f"monograph.{key}")), value) for key, value in values.items() if value)

    def section(self, key: str, condition: Condition) -> Section:
        """Write the statements of one kind."""
        rows: Iterable[Row] = getattr(self, f"_{key}")(condition)
        return Section(key=key, title=self._say(text(f"monograph.{key}")), rows=tuple(rows))

    def _presentations(self, condition: Condition) -> Iterable[Row]:
        for p in condition.presentations:
            group = " ".join(part for part in (ages_in_words(p.ages), p.sex or "") if part)
            yield self._row(self._say(text("monograph.per_1000")), "", f"{p.per_1000:g}", group, p.evidence)

    def _risks(self, condition: Condition) -> Iterable[Row]:
        for r in condition.risks:
            yield self._row(self._name(r.factor), r.factor, f"× {r.ratio:g}", "", r.evidence)

    def _claims(self, condition: Condition) -> Iterable[Row]:
        for c in sorted(condition.claims, key=lambda c: (-(c.probability or 0.0), c.finding)):
            about = (ages_in_words(c.ages), c.sex or "", c.population or "", self._among(c), c.spectrum or "")
            yield self._row(self._name(c.finding), c.finding, _figure(c), " ".join(part for part in about if part), c.evidence)

    def _among(self, claim: Claim) -> str:
        return self._say(text("monograph.among", thing=self._name(claim.among))) if claim.among else ""

    def _raises(self, condition: Condition) -> Iterable[Row]:
        for u in (*condition.urgency_raised_by, *condition.urgency_eased_by):
            yield self._row(self._name(u.finding), u.finding, self._say(text(f"level.{u.to}")), self._say(u.why), u.evidence)

    def _red_flags(self, condition: Condition) -> Iterable[Row]:
        for flag in condition.red_flags:
            yield self._row(self._name(flag.finding), flag.finding, flag.rule, flag.means or "", flag.evidence)

    def _investigations(self, condition: Condition) -> Iterable[Row]:
        for i in sorted(condition.investigations, key=lambda i: i.sequence):
            code = i.test or i.score or ""
            rates = [f"{word} {value:g}" for word, value in (("sens", i.sensitivity), ("spec", i.specificity)) if value is not None]
            results = [f"{sign} {self._say(said)}" for sign, said in (("+", i.if_positive), ("−", i.if_negative)) if said]
            yield self._row(self._name(code), code, " ".join([i.purpose, *rates]), " ".join(results), i.evidence)

    def _look_alikes(self, condition: Condition) -> Iterable[Row]:
        for rival in condition.look_alikes:
            here, there = (", ".join(self._name(f) for f in found) for found in (rival.points_here, rival.points_there))
            parts = [self._say(text(key, things=said)) for key, said in (("monograph.here", here), ("monograph.there", there)) if said]
            yield self._row(self._name(rival.condition), rival.condition, "", " ".join(parts), rival.evidence)

    def _self_care(self, condition: Condition) -> Iterable[Row]:
        for advice in condition.self_care:
            yield self._row(self._say(advice.text), "", "", "", advice.evidence)

    def _treatments(self, condition: Condition) -> Iterable[Row]:
        for option in sorted(condition.treatments, key=lambda o: (o.line, o.option)):
            reasons = [f"{sign} {self._say(said)}" for sign, said in (("+", option.for_), ("−", option.against)) if said]
            figure = f"{option.line} {option.setting or ''}".strip()
            yield self._row(self._name(option.option), option.option, figure, " ".join(reasons), option.evidence)

    def _follow_up(self, condition: Condition) -> Iterable[Row]:
        for follow in condition.follow_up:
            yield self._row(self._say(follow.text), "", "", "", follow.evidence)

    def _row(self, name: str, code: str, figure: str, note: str, evidence: Evidence) -> Row:
        return Row(
            name=name,
            code=code,
            figure=figure,
            note=note,
            grade=evidence.grade.value,
            source=evidence.source,
            locator=evidence.locator,
            printed=evidence.printed,
        )

    def _name(self, code: str) -> str:
        try:
            return self._ontology.label(code).render(self._language)
        except UnknownConceptError:
            return code.rpartition(":")[2].replace("-", " ")

    def _say(self, words: Text) -> str:
        return words.render(self._language)


def _figure(claim: Claim) -> str:
    """Write a claim's number: a probability, a band, or ratios."""
    parts = [f"{claim.probability:.0%}" if claim.probability is not None else "", claim.band.value if claim.band else ""]
    parts += [f"{sign} {ratio:g}" for sign, ratio in (("LR+", claim.lr_positive), ("LR−", claim.lr_negative)) if ratio is not None]
    return " ".join(part for part in parts if part)


def ages_in_words(ages: AgeRange | None) -> str:
    """Write a range of ages.

    >>> ages_in_words(AgeRange(min_years=65)), ages_in_words(AgeRange(min_years=5, max_years=10))
    ('65+', '5–10')
    """
    if ages is None:
        return ""
    low, high = f"{ages.min_years:g}", f"{ages.max_years:g}"
    return f"{low}+" if high == "inf" else f"{low}–{high}"
