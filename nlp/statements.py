"""From mentions to statements: the records that reasoning works on, each with its exact span."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kg.issues import Level
from kg.record import (
    Allergy,
    AnyStatement,
    Circumstance,
    Finding,
    History,
    MedicationStatus,
    MedicationUse,
    Observation,
    Presence,
    Span,
    Timing,
    Wish,
)
from nlp.complaints import complaint
from nlp.draft import Draft, Mention
from nlp.lexicon import Knowledge
from ontologies.concepts import FormKind

_CIRCUMSTANCE = "life:"
_WISH = "wish:"
_OF_PREGNANCY = frozenset({"pregnancy", "pregnancy-weeks", "postpartum-days"})
_AFTER_BIRTH = "f:postpartum"
_YOUNGEST_MOTHER = 8  # years; below, the words speak of the mother
_LOOK_BACK = 12  # statements of one finding in order of place: a repeat stands close by
_ABOUT = {  # the field that names what a statement is about, by its kind
    "finding": "concept",
    "history": "concept",
    "circumstance": "name",
    "wish": "name",
    "medication": "drug",
    "allergy": "to",
    "observation": "quantity",
}
_NUMERIC = frozenset({"cigarettes-per-day", "alcohol-units-per-week", "pregnancy-weeks", "postpartum-days"})


def common(draft: Draft, mention: Mention) -> dict[str, Any]:
    """Return the fields that every statement takes from its mention."""
    span = draft.span(mention.start, mention.end)
    return {
        "id": "",
        "span": span,
        "text": draft.quote(span),
        "presence": mention.presence,
        "subject": mention.subject,
        "relation": mention.relation,
        "timing": mention.timing,
        "cue": mention.cue,
        "rule": mention.rule,
    }


class StatementMaker:
    """Makes statements of mentions by the kind of their concept."""

    def __init__(self, ontology: Knowledge, ancestors: Callable[[str], tuple[str, ...]]) -> None:
        self._ontology = ontology
        self._ancestors = ancestors

    def make(self, draft: Draft) -> list[AnyStatement]:
        """Return the statements of all mentions, in the order of the text."""
        made: list[AnyStatement] = []
        for mention in draft.mentions:
            draft.read.update(mention.used)
            made += self._of(draft, mention)
        return made

    def _of(self, draft: Draft, mention: Mention) -> list[AnyStatement]:
        """Return the statements of one mention."""
        prefix = mention.ids[0].partition(":")[0]
        if prefix == "life":
            return _circumstance(draft, mention)
        if prefix == "wish":
            name, _, value = mention.ids[0][len(_WISH) :].partition("=")
            return [Wish(name=name, value=value, **common(draft, mention))]
        if prefix in {"d", "dc", "x"}:
            return [_medicine(draft, mention)]
        if prefix == "c":
            return [self._history(draft, mention, mention.ids[0])]
        if prefix == "t":
            return []
        return self._findings(draft, mention)

    def _findings(self, draft: Draft, mention: Mention) -> list[AnyStatement]:
        """Return the finding of a form, or all that an ambiguous form may mean."""
        if len(mention.ids) == 1:
            return [_finding(draft, mention, mention.ids[0])]
        findings = [each for each in mention.ids if each.startswith("f:")]
        chronic = [each for each in mention.ids if each.startswith("c:") and self._ontology.conditions[each].chronic]
        made: list[AnyStatement] = []
        if mention.kind is FormKind.AMBIGUOUS and len(findings) > 1:
            made += self._ambiguous(draft, mention, findings)
        else:
            made.append(_finding(draft, mention, findings[0]))
        if chronic and mention.kind is not FormKind.AMBIGUOUS:
            made.append(self._history(draft, mention, chronic[0]))
        return made

    def _ambiguous(self, draft: Draft, mention: Mention, findings: list[str]) -> list[AnyStatement]:
        """Assert what all meanings share, hold the rest possible, and ask."""
        shared = [each for each in findings if all(each == other or each in self._ancestors(other) for other in findings)]
        made: list[AnyStatement] = []
        for each in findings:
            finding = _finding(draft, mention, each)
            if each not in shared and finding.presence is Presence.PRESENT:
                finding = replace(finding, presence=Presence.POSSIBLE)
            made.append(finding)
        if not shared and mention.presence is not Presence.ABSENT:
            span = draft.span(mention.start, mention.end)
            names = " / ".join(self._ontology.findings[each].label.render(draft.language) for each in findings)
            where = f"{span.start}-{span.end}"
            draft.issues.append(complaint("ambiguous", Level.INFO, where, draft.language, said=draft.quote(span), names=names))
        return made

    def _history(self, draft: Draft, mention: Mention, concept: str) -> History:
        """Return a named disease: known, denied, past, feared, or only supposed."""
        history = History(concept=concept, diagnosed=mention.diagnosed, **common(draft, mention))
        supposed = not mention.history and not self._ontology.conditions[concept].chronic
        if supposed and history.presence is Presence.PRESENT and history.timing is Timing.CURRENT and history.relation is None:
            return replace(history, presence=Presence.POSSIBLE, rule=history.rule or "self-named")
        return history


def _finding(draft: Draft, mention: Mention, concept: str) -> Finding:
    """Return a finding with its attributes; one form that only may mean it is possible."""
    fields = common(draft, mention)
    return Finding(concept=concept, attributes=tuple(mention.attributes), duration=mention.duration, **fields)


def _medicine(draft: Draft, mention: Mention) -> MedicationUse | Allergy:
    """Return a medicine with what is done with it, or an allergy to it."""
    fields = common(draft, mention)
    if mention.allergy is not None:
        to = next((each for each in mention.ids if each.startswith("dc:")), mention.ids[0])  # who reacts to one avoids the class
        return Allergy(to=to, reaction=mention.allergy or None, **fields)
    status = MedicationStatus(mention.status or "taking")
    return MedicationUse(drug=mention.ids[0], status=status, dose=mention.dose, **fields)


def _circumstance(draft: Draft, mention: Mention) -> list[AnyStatement]:
    """Return a fact of life ("smoking=true"); a denied one turns into its opposite where that makes sense."""
    name, _, said = mention.ids[0][len(_CIRCUMSTANCE) :].partition("=")
    fields = common(draft, mention)
    value: str | float | bool = float(said) if name in _NUMERIC else said
    if said in {"true", "false"}:
        value = said == "true"
        if mention.presence is Presence.ABSENT:
            value = False
            fields["presence"] = Presence.PRESENT
    elif name == "pregnancy" and mention.presence is Presence.ABSENT:
        value, fields["presence"] = "denied", Presence.PRESENT
    elif name == "pregnancy" and mention.presence is Presence.POSSIBLE:
        value, fields["presence"] = "possible", Presence.PRESENT
    if mention.timing in {Timing.PAST, Timing.RESOLVED} and value is True:
        value, fields["timing"] = False, Timing.CURRENT
    return [Circumstance(name=name, value=value, **fields)]


def circumstance(draft: Draft, name: str, value: str | float | bool, span: Span, unit: str | None = None) -> Circumstance:
    """Return a fact of the patient's life read from a measured thing."""
    return Circumstance(id="", span=span, text=draft.quote(span), name=name, value=value, unit=unit)


def observation(draft: Draft, name: str, value: float, unit: str, span: Span) -> Observation:
    """Return a measured value of the patient."""
    said = draft.quote(span)
    return Observation(id="", span=span, text=said, quantity=name, value=value, unit=unit, said=said)


def _about(each: AnyStatement) -> str:
    """Return what a statement is about, whatever its kind calls it."""
    return str(getattr(each, _ABOUT[each.kind]))


def _place(each: AnyStatement) -> tuple[int, int]:
    """Return where the words of a statement stand."""
    return (each.span.start, each.span.end) if each.span else (0, 0)


def _said_before(earlier: list[Finding], finding: Finding) -> bool:
    """Say whether a statement of the same finding says the same of the same words."""
    start, end = _place(finding)
    for other in earlier:
        first, last = _place(other)
        same = other.presence is finding.presence and other.timing is finding.timing and other.subject is finding.subject
        if same and last > start and first < end:
            return True
    return False


def fitting(statements: list[AnyStatement]) -> list[AnyStatement]:
    """Drop a pregnancy state that cannot be the patient's: a man's or a small child's ("he still breastfeeds"), or what lies ahead."""
    facts = {each.name: each.value for each in statements if isinstance(each, Circumstance)}
    age = facts.get("age")
    if facts.get("sex") == "male" or (isinstance(age, float) and age < _YOUNGEST_MOTHER):
        return [each for each in statements if not (isinstance(each, Circumstance) and each.name in _OF_PREGNANCY)]
    if "pregnancy-weeks" in facts and "postpartum-days" not in facts:
        return [each for each in statements if not _of_after_birth(each)]  # "12 weeks pregnant … they recheck it postpartum"
    return statements


def _of_after_birth(each: AnyStatement) -> bool:
    """Say whether a statement is that a birth lies behind."""
    state = isinstance(each, Circumstance) and each.name == "pregnancy" and each.value == "postpartum"
    return state or (isinstance(each, Finding) and each.concept == _AFTER_BIRTH)


def numbered(statements: list[AnyStatement], first: int) -> tuple[AnyStatement, ...]:
    """Order statements by their place in the text, drop repeats, give ids."""
    seen: set[Any] = set()
    of_finding: dict[str, list[Finding]] = {}
    kept: list[AnyStatement] = []
    for each in sorted(statements, key=_place):
        identity = (each.kind, _place(each), _about(each))
        if identity in seen:
            continue
        if isinstance(each, Finding):
            earlier = of_finding.setdefault(each.concept, [])
            if _said_before(earlier[-_LOOK_BACK:], each):
                continue
            earlier.append(each)
        seen.add(identity)
        kept.append(each)
    for index, each in enumerate(kept):
        object.__setattr__(each, "id", f"s{first + index}")  # nobody holds them yet; a copy costs as much as making them
    return tuple(kept)
