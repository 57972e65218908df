"""What to do: everything the rules recommend, in words, with reasons, with what speaks against it, and with its derivation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.reasoning import Hypothesis, Recommendation, RecommendationKind, Strength, Triage, TriageLevel
from ontologies.concepts import Investigation
from ontologies.evidence import AgeRange
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.drug_safety import AGAINST, Safety, drugs_of
from rules.engine import Firing
from rules.guard import GuardResult
from rules.hazards import to_check
from rules.rule import ConclusionType, Rule
from rules.wording import listed, plainly, say, texts

_ORDER = tuple(RecommendationKind)
_ITSELF = frozenset({"SelfCare", "OverTheCounter", "Talking"})
_MOST = {RecommendationKind.TEST: 12, RecommendationKind.TREATMENT: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advising:
    """What the recommendations are made of."""

    ontology: Ontology
    hypotheses: tuple[Hypothesis, ...]
    dangerous: tuple[str, ...]  # conditions whose danger passes, most dangerous first
    triage: Triage | None
    flags: GuardResult
    firings: tuple[Firing, ...]
    safety: Safety
    fertile_ages: AgeRange

    @property
    def emergency(self) -> bool:
        """Say whether somebody should go now: then nothing competes with that."""
        return self.triage is not None and self.triage.level.rank >= TriageLevel.EMERGENCY.rank

    def rank(self, condition: str) -> int:
        """Return the place of a condition in the differential."""
        return next((i for i, h in enumerate(self.hypotheses) if h.condition == condition), len(self.hypotheses))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """One conclusion of one firing, with the condition that the rule ranged over."""

    rule: Rule
    kind: RecommendationKind
    code: str
    derivation: str
    condition: str | None


def recommendations_of(advising: Advising) -> tuple[Recommendation, ...]:
    """Put all advice in order: what to do now, warnings, then tests, treatments, self-care, whom to see, what to come back for."""
    made = [r for fired in _fired(advising) for r in _WRITERS.get(fired.kind, _plain)(fired, advising)]
    made += _urgent(advising)
    kept: dict[tuple[object, ...], Recommendation] = {}
    for one in sorted(made, key=lambda r: _place(r, advising)):
        kept.setdefault((one.kind, one.code, one.text if one.kind not in _MOST else None), one)
    return tuple(_capped(kept.values()))


def _place(one: Recommendation, advising: Advising) -> tuple[object, ...]:
    rank = advising.rank(one.for_condition) if one.for_condition else -1
    return (_ORDER.index(one.kind), one.rejected, rank, one.strength is not Strength.STRONG, one.code)


def _capped(ordered: Iterable[Recommendation]) -> Iterator[Recommendation]:
    counts: dict[RecommendationKind, int] = {}
    for one in ordered:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        if counts[one.kind] <= _MOST.get(one.kind, 99):
            yield one


def _fired(advising: Advising) -> Iterator[Fired]:
    """List every recommendation that a firing concluded, sorted by its derivation's place."""
    for firing in advising.firings:
        for conclusion, derivation in zip(firing.rule.then, firing.derivations, strict=True):
            if conclusion.type is ConclusionType.RECOMMEND and conclusion.kind is not None and not conclusion.of.startswith(AGAINST):
                condition = next((v for _, v in firing.rule.bindings if v.startswith("c:") and v in advising.ontology.conditions), None)
                yield Fired(rule=firing.rule, kind=conclusion.kind, code=conclusion.of, derivation=derivation, condition=condition)


def _urgent(advising: Advising) -> Iterator[Recommendation]:
    """Say what each red flag that fired advises."""
    derivations = {d.rule: d.id for d in advising.flags.derivations}
    for flag in advising.flags.fired:
        if flag.rule.level is not None and flag.rule.level.rank >= TriageLevel.EMERGENCY.rank:
            advice = flag.rule.advice or say(f"triage.advice.{flag.rule.level}")
            yield Recommendation(
                kind=RecommendationKind.ACT_NOW,
                code=flag.rule.id,
                label=flag.rule.title,
                text=advice,
                strength=Strength.STRONG,
                derivation=derivations[flag.rule.id],
            )


def _plain(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write advice that carries its own words."""
    text = fired.rule.text or fired.rule.advice or fired.rule.title
    label = advising.ontology.label(fired.code) if advising.ontology.holds(fired.code) else fired.rule.title
    yield _made(fired, label, text)


def _made(fired: Fired, label: Text, text: Text, **more: object) -> Recommendation:
    strength = fired.rule.strength or Strength.CONSIDER
    made = {"strength": strength, "for_condition": fired.condition, **more}
    return Recommendation(kind=fired.kind, code=fired.code, label=label, text=text, derivation=fired.derivation, **made)  # type: ignore[arg-type]  # callers name its fields


def _warning(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write a warning about a medicine; other warnings carry their own words."""
    hazard = advising.safety.hazards.get(fired.code)
    if hazard is None:
        yield from _plain(fired, advising)
        return
    yield Recommendation(
        kind=fired.kind,
        code=hazard.drug,
        label=advising.safety.person.label(hazard.drug),
        text=hazard.text,
        strength=fired.rule.strength or Strength.CHECK_FIRST,
        derivation=fired.derivation,
    )


def _test(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write a test with what each result would change, and what it costs."""
    test = advising.ontology.tests.get(fired.code)
    if test is None:
        yield from _plain(fired, advising)
        return
    condition = advising.ontology.conditions.get(fired.condition or "")
    rows = [i for i in condition.investigations if i.test == test.id] if condition else []
    text = say("recommend.test", test=test.label, condition=condition.label) if condition else fired.rule.title
    burden = say("recommend.test.burden", cost=_word(test.cost), burden=_word(test.burden), place=_word(test.place))
    reasons = (*(t for row in rows[:1] for t in _results(row)), burden)
    yield _made(fired, test.label, text, reasons=reasons)


def _results(row: Investigation) -> Iterator[Text]:
    if row.if_positive is not None:
        yield say("recommend.test.positive", text=row.if_positive)
    if row.if_negative is not None:
        yield say("recommend.test.negative", text=row.if_negative)


def _treatment(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write a treatment option: rejected with its reason where something forbids it, "check first" where something is open."""
    treatment = advising.ontology.treatments.get(fired.code)
    if not advising.ontology.holds(fired.code) or fired.condition is None:
        yield from _plain(fired, advising)
        return
    condition = advising.ontology.conditions[fired.condition]
    row = next((t for t in condition.treatments if t.option == fired.code), None)
    hazards = [advising.safety.hazards[slug] for slug in advising.safety.options.get(fired.code, ())]
    checks = _checks(fired.code, advising)
    rejected = any(h.forbids for h in hazards)
    strength = Strength.AVOID if rejected else Strength.CHECK_FIRST if hazards or checks else fired.rule.strength
    label = advising.ontology.label(fired.code)
    own = (treatment.kind in _ITSELF if treatment else _over_counter(fired.code, advising)) and (
        row is None or row.setting in (None, "Home", "Pharmacy")
    )
    key = "recommend.treatment.own" if own else "recommend.treatment"
    text = (treatment.text if treatment and own else None) or say(key, option=label, condition=condition.label)
    against = (*(h.text for h in hazards), *(() if row is None or row.against is None else (row.against,)), *checks)
    reasons = () if row is None or row.for_ is None else (row.for_,)
    yield _made(
        fired,
        label,
        text,
        strength=strength,
        reasons=reasons,
        against=tuple(dict.fromkeys(against)),
        rejected=rejected,
        doctor_only=not own,
    )


def _over_counter(code: str, advising: Advising) -> bool:
    drug = advising.ontology.drugs.get(code)
    return drug is not None and drug.over_the_counter


def _checks(option: str, advising: Advising) -> tuple[Text, ...]:
    """Gather what is still to check about the drugs of an option."""
    drugs = (advising.ontology.drugs[d] for d in drugs_of(option, advising.ontology) if d in advising.ontology.drugs)
    return tuple(dict.fromkeys(t for drug in drugs for t in to_check(drug, advising.safety.person, advising.fertile_ages)))


def _self_care(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write the self-care of the leading condition, one piece of advice each; of others nothing, so that advice does not pile up."""
    condition = advising.ontology.conditions.get(fired.code)
    if condition is None:
        yield from _plain(fired, advising)
        return
    if advising.rank(condition.id) == 0:
        for advice in sorted(condition.self_care, key=lambda a: not a.do):
            yield _made(fired, condition.label, advice.text)  # what not to do says so itself: "No antibiotics", "Eat nothing until seen"


def _referral(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Name the kind of doctor, unless self-care is enough."""
    condition = advising.ontology.conditions.get(fired.code)
    if condition is None:
        yield from _plain(fired, advising)
    elif condition.specialties and not (advising.triage is not None and advising.triage.level is TriageLevel.SELF_CARE):
        specialty = listed(tuple(_specialty(s) for s in condition.specialties))
        yield _made(fired, specialty, say("recommend.referral", condition=condition.label, specialty=specialty))


def _monitoring(fired: Fired, advising: Advising) -> Iterator[Recommendation]:
    """Write what to come back for: of the leader everything, of others what must not be missed."""
    condition = advising.ontology.conditions.get(fired.code)
    if condition is None:
        yield from _plain(fired, advising)
    elif advising.rank(condition.id) == 0 or condition.id in advising.dangerous:
        for follow_up in condition.follow_up:
            yield _made(fired, condition.label, follow_up.text)
        if advising.rank(condition.id) == 0:
            yield _made(fired, condition.label, say("recommend.monitoring.general"))


def _word(value: str) -> Text:
    return texts().get(f"word.{value}", plainly(value))


def _specialty(name: str) -> Text:
    return texts().get(f"specialty.{name}", plainly(name))


_WRITERS: dict[RecommendationKind, Callable[[Fired, Advising], Iterator[Recommendation]]] = {
    RecommendationKind.WARN: _warning,
    RecommendationKind.TEST: _test,
    RecommendationKind.TREATMENT: _treatment,
    RecommendationKind.SELF_CARE: _self_care,
    RecommendationKind.REFERRAL: _referral,
    RecommendationKind.MONITORING: _monitoring,
}
