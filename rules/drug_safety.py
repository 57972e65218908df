"""Safety of medicines as verified inference: each hazard becomes a rule, the engine fires it, and its derivation backs the warning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kg.reasoning import RecommendationKind, Strength
from kg.record import AnyStatement, Patient
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.atom import TYPED, Atom
from rules.dose_hazards import above_limit
from rules.fact import arguments_of
from rules.grounding import FactBase
from rules.hazard import Hazard, Person, supposes
from rules.hazards import considered, hazards_of
from rules.medicines import Use, settled, supposed_by, uses_of
from rules.relations import cited
from rules.rule import Conclusion, ConclusionType, Rule, Stage

VERSION = 1
AGAINST = "against:"
_PAIRED = frozenset({"drug_safety.interaction", "drug_safety.duplicate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What the medicines stage runs: rules for this person's hazards, the facts and typed premises that they need."""

    person: Person
    hazards: Mapping[str, Hazard]  # by the code that is concluded
    options: Mapping[str, tuple[str, ...]]  # treatment option -> codes of what speaks against it
    rules: tuple[Rule, ...]
    facts: Mapping[str, tuple[str, ...]]
    typed: tuple[Atom, ...]


def safety_rules(statements: Iterable[AnyStatement], patient: Patient, facts: FactBase) -> Safety:
    """Check every medicine that the person uses or thinks of, and every treatment that was offered, against what is known."""
    told = tuple(statements)
    supposed = supposed_by(told)
    person = Person(patient=patient, facts=facts, uses=uses_of(told), supposed=supposed)
    if person.checked:
        person = replace(person, uses=settled(person.uses))
    warnings = {h.slug: h for h in _once(h for use in person.uses for h in hazards_of(use, person))}
    against = {option: _against(option, person) for option in offered(facts)}
    rejected = {AGAINST + h.slug: h for hazards in against.values() for h in hazards if h.slug not in warnings}
    options = {option: tuple(h.slug if h.slug in warnings else AGAINST + h.slug for h in hazards) for option, hazards in against.items()}
    rules = [_rule(h, slug, RecommendationKind.WARN) for slug, h in warnings.items()]
    rules += [_rule(h, code, RecommendationKind.TREATMENT) for code, h in rejected.items()]
    return Safety(
        person=person,
        hazards={**warnings, **rejected},
        options=options,
        rules=tuple(sorted(rules, key=lambda r: r.key)),
        facts={
            **{above_limit(u).fact: (u.statement,) for u in person.uses if u.dose is not None and _exceeds(u, warnings.values())},
            **{supposes(concept).fact: (statement,) for concept, statement in supposed.items()},
        },
        typed=tuple(a for r in rules for a in r.all if isinstance(a, TYPED)),
    )


def offered(facts: FactBase) -> tuple[str, ...]:
    """List the treatments that rules recommended, sorted."""
    found = (arguments_of(f) for f in facts.support if f.startswith("recommend treatment "))
    return tuple(sorted(code for _, code in found if not code.startswith(AGAINST)))


def drugs_of(option: str, ontology: Ontology) -> tuple[str, ...]:
    """Return the drugs (or classes) that a treatment option stands for."""
    if option in ontology.treatments:
        return ontology.treatments[option].drugs
    return (option,) if option.startswith(("d:", "dc:")) else ()


def _once(hazards: Iterable[Hazard]) -> tuple[Hazard, ...]:
    """Keep one of two hazards that name the same pair of medicines: the more serious, then the first by name."""
    kept: dict[tuple[str, frozenset[str]], Hazard] = {}
    for hazard in sorted(hazards, key=lambda h: (not h.forbids, h.slug)):
        pair = frozenset({hazard.drug, hazard.subject}) if hazard.rule in _PAIRED else frozenset({hazard.slug})
        kept.setdefault((hazard.rule, pair), hazard)
    return tuple(sorted(kept.values(), key=lambda h: h.slug))


def _against(option: str, person: Person) -> tuple[Hazard, ...]:
    """Return what speaks against an option. Of a class only what holds for each member that we know."""
    found: dict[str, Hazard] = {}
    for drug in drugs_of(option, person.ontology):
        members = person.ontology.drugs_in(drug) if drug.startswith("dc:") else (drug,)
        each = [{(h.rule, h.subject): h for h in hazards_of(considered(m), person)} for m in sorted(members) if not _taken(m, person)]
        shared = set(each[0]).intersection(*each[1:]) if each else set()
        found.update({each[0][key].slug: each[0][key] for key in sorted(shared)})
    return tuple(found[slug] for slug in sorted(found))


def _taken(drug: str, person: Person) -> bool:
    """Say whether the person uses this very medicine: then the warnings already cover it."""
    return any(u.drug == drug for u in person.uses)


def _exceeds(use: Use, hazards: Iterable[Hazard]) -> bool:
    return any(h.rule == "drug_safety.dose" and h.drug == use.drug for h in hazards)


def _rule(hazard: Hazard, code: str, kind: RecommendationKind) -> Rule:
    """Write a hazard as a rule without variables. Of an option it does not rest on the option being taken."""
    premises = hazard.premises if kind is RecommendationKind.WARN else hazard.premises[1:]
    conclusions = [Conclusion(type=ConclusionType.RECOMMEND, of=code, kind=kind)]
    if hazard.level is not None:
        conclusions.append(Conclusion(type=ConclusionType.TRIAGE, of=hazard.level))
    return Rule(
        id=hazard.rule,
        version=VERSION,
        stage=Stage.DRUG_SAFETY,
        title=Text(en=hazard.rule, zh=hazard.rule),
        all=premises,
        then=tuple(conclusions),
        bindings=(("?d", hazard.drug), ("?x", hazard.subject)),
        strength=Strength.AVOID if hazard.forbids else Strength.CHECK_FIRST,
        text=hazard.text,
        purpose="Warn before a medicine does harm.",
        citations=() if hazard.evidence is None else (cited(hazard.evidence),),
    )
