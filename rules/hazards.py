"""What speaks against a medicine for one person: the rows of the drug, matched with what is known; each hazard is an ordinary rule.

Open world: a row that could apply but is not known to gives a point to check, never "fine".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.reasoning import TriageLevel
from kg.record import MedicationStatus, PregnancyState
from ontologies.concepts import Drug, Interaction, SafetyAdvice
from ontologies.evidence import AgeRange, Evidence
from ontologies.text import Text
from rules.atom import AgeAtom, AllergyAtom, Atom, FindingAtom, FindingState, PregnancyAtom
from rules.atom import ValueAtom as Value
from rules.bounds import Bounds
from rules.dose_hazards import advised_against, exceeding, lasting, missed
from rules.hazard import IN_THE_BODY, Hazard, Person, hazard, used
from rules.medicines import LEFT_OUT, USED, Use, kinds, safety_classes
from rules.wording import say

FORBIDS = frozenset({"Contraindicated", "Avoid"})
INTERRUPTS = FORBIDS | {"CheckFirst"}
EGFR = "egfr"


def hazards_of(use: Use, person: Person) -> tuple[Hazard, ...]:
    """List what speaks against a medicine that is used or thought of, most serious first."""
    if use.status in LEFT_OUT:
        return tuple(missed(use, person))
    if use.status is MedicationStatus.DECLINED:
        return ()
    found = [*_allergies(use, person), *_duplicates(use, person), *advised_against(use, person), *_of_rows(use, person)]
    if person.checked:
        found = [h for h in found if h.forbids or h.level is not None]
    unique = {h.slug: h for h in sorted(found, key=lambda h: (h.forbids, h.slug))}
    return tuple(sorted(unique.values(), key=lambda h: (not h.forbids, h.slug)))


def _of_rows(use: Use, person: Person) -> Iterator[Hazard]:
    """The rows of the drug; of a class that was named without a drug, what holds for every member that we know."""
    drug = person.ontology.drugs.get(use.drug)
    if drug is not None:
        yield from (h for rows in (exceeding, lasting, *_ROWS) for h in rows(use, drug, person))
        return
    label = person.label(use.drug)
    members = [replace(person.ontology.drugs[d], id=use.drug, label=label) for d in sorted(person.ontology.drugs_in(use.drug))]
    each = [{(h.rule, h.subject, h.forbids): h for rows in _ROWS for h in rows(use, member, person)} for member in members]
    shared = set(each[0]).intersection(*each[1:]) if each else set()
    yield from (each[0][key] for key in sorted(shared))


def _allergies(use: Use, person: Person) -> Iterator[Hazard]:
    """An allergy to the medicine, to its class, or to a member of a class in which allergies are shared."""
    shared = kinds(use.drug, person.ontology) & safety_classes().allergy_classes
    for to in sorted({use.drug, *shared}):
        premise = AllergyAtom(of=to)
        if person.facts.holds(premise.fact):
            yield _allergy(use, premise, person, None)
    drug = person.ontology.drugs.get(use.drug)
    for row in drug.contraindications if drug is not None else ():
        for to in row.allergy_to:
            premise = AllergyAtom(of=to)
            if to not in (use.drug, *shared) and person.facts.holds(premise.fact):
                yield _allergy(use, premise, person, row.evidence)


def _allergy(use: Use, premise: AllergyAtom, person: Person, evidence: Evidence | None) -> Hazard:
    text = say("drug_safety.allergy", drug=person.label(use.drug), reason=person.label(premise.of))
    return hazard(use, ("allergy", premise.of), text, (premise,), evidence, forbids=True)


def _duplicates(use: Use, person: Person) -> Iterator[Hazard]:
    own = kinds(use.drug, person.ontology)
    for other in person.uses:
        shared = own & kinds(other.drug, person.ontology) & safety_classes().duplicates
        apart = other.drug not in own and use.drug not in kinds(other.drug, person.ontology)
        if shared and other.status in USED and apart and not (person.checked and _ordered(use, other, person)):
            text = say("drug_safety.duplicate", drug=person.label(use.drug), other=person.label(other.drug))
            yield hazard(use, ("duplicate", other.drug), text, (used(other),), None, forbids=True)


def _ordered(one: Use, other: Use, person: Person) -> bool:
    """Say whether both medicines are had on prescription only, so that whoever checked knows of both."""
    drugs = [person.ontology.drugs.get(u.drug) for u in (one, other)]
    return all(d is not None and not d.over_the_counter for d in drugs)


def _interactions(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Interactions by drug, class or enzyme role, written on either of the two drugs."""
    own = kinds(use.drug, person.ontology)
    others = [o for o in person.uses if o.status in USED and o.drug not in own and use.drug not in kinds(o.drug, person.ontology)]
    for other in others:
        partner = person.ontology.drugs.get(other.drug)
        rows = [(r, other) for r in drug.interactions if _meets(r.with_, other, person)]
        rows += [(r, other) for r in (partner.interactions if partner else ()) if _meets(r.with_, use, person)]
        for row, _ in rows:
            yield from _interaction(use, (other,), row, person)
    for row in drug.interactions:
        members = [next((o for o in others if _meets((w,), o, person)), None) for w in row.with_all]
        if members and None not in members:
            yield from _interaction(use, tuple(m for m in members if m is not None), row, person)


def _meets(named: Iterable[str], other: Use, person: Person) -> bool:
    return not kinds(other.drug, person.ontology).isdisjoint(named)


def _interaction(use: Use, others: tuple[Use, ...], row: Interaction, person: Person) -> Iterator[Hazard]:
    """Only Avoid and CheckFirst interrupt, and CheckFirst not between medicines that are both established."""
    established = all(not u.new and not kinds(u.drug, person.ontology) & safety_classes().self_chosen for u in (use, *others))
    if person.checked and row.manage is not None:
        return
    if row.severity == "Avoid" or (row.severity == "CheckFirst" and not established):
        labels = [person.label(o.drug) for o in others]
        other = labels[0] if len(labels) == 1 else Text(en=" and ".join(t.en for t in labels), zh="\u548c".join(t.zh for t in labels))
        key = "drug_safety.interaction.managed" if row.manage else "drug_safety.interaction"
        slots = {"manage": row.manage} if row.manage else {}
        text = say(key, drug=person.label(use.drug), other=other, effect=row.effect, **slots)
        premises = tuple(used(o) for o in others)
        subject = "+".join(o.drug for o in others)
        yield hazard(use, ("interaction", subject), text, premises, row.evidence, forbids=row.severity == "Avoid")


def _states(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Diseases and findings that forbid a medicine or ask for care; care interrupts only what is new."""
    for rows, kind in ((drug.contraindications, "contraindication"), (drug.cautions, "caution")):
        for row in rows:
            forbids = row.advice in FORBIDS
            if not forbids and (row.advice != "CheckFirst" or not use.new):
                continue
            for concept in row.conditions:
                premise = person.known(concept)
                if premise is not None:
                    key = "drug_safety.contraindication" if forbids else "drug_safety.caution"
                    text = say(key, drug=drug.label, reason=person.label(concept))
                    yield hazard(use, (kind, concept), text, (premise,), row.evidence, forbids=forbids)


def _ages(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Limits for children, and what the old should avoid."""
    age = person.patient.age
    if age is None:
        return
    for row in (*drug.age_limits, *drug.older_adult):
        whole = row.circumstance is None  # a limit of one form only (adult tablets) says nothing of the drug
        young = whole and row.below_years is not None and age < row.below_years and row.advice in INTERRUPTS
        old = row.ages_from is not None and age >= row.ages_from and row.advice in FORBIDS and not row.with_ and use.new
        if young or old:
            bounds = Bounds(lt=row.below_years) if young else Bounds(ge=row.ages_from)
            text = say("drug_safety.age" if young else "drug_safety.older", drug=drug.label)
            subject = "young" if young else "old"
            yield hazard(use, ("age", subject), text, (AgeAtom(bounds=bounds),), row.evidence, forbids=row.advice in FORBIDS)


def _pregnancy(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Rows by week of pregnancy, and for breastfeeding. Unknown weeks mean every row; "check first" interrupts only what is new."""
    state, weeks = person.patient.pregnancy, person.patient.pregnancy_weeks
    if state is None:
        return
    feeding = state in (PregnancyState.POSTPARTUM, PregnancyState.BREASTFEEDING)
    rows = drug.breastfeeding if feeding else drug.pregnancy if state is not PregnancyState.DENIED else ()
    kind = "breastfeeding" if feeding else "pregnancy"
    for row in rows:
        if _interrupts(row, use) and _here(row, person) and (feeding or _in_weeks(row, weeks)):
            why = row.why or say("drug_safety.why.unspecified")
            text = say(f"drug_safety.{kind}", drug=drug.label, why=why)
            premise = PregnancyAtom(states=(state,))
            yield hazard(use, (kind, kind), text, (premise,), row.evidence, forbids=row.advice in FORBIDS)


def _here(row: SafetyAdvice, person: Person) -> bool:
    """Say whether advice holds where the person lives: where authorities differ, each row names its regions."""
    return not row.evidence.region or person.patient.circumstances.region in row.evidence.region


def _interrupts(row: SafetyAdvice, use: Use) -> bool:
    return row.advice in FORBIDS or (row.advice == "CheckFirst" and use.new)


def _in_weeks(row: SafetyAdvice, weeks: float | None) -> bool:
    if weeks is None:
        return True
    return (row.weeks_from is None or weeks >= row.weeks_from) and (row.weeks_to is None or weeks < row.weeks_to + 1)


def _organs(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """Kidney rows by measured eGFR, or by a known kidney disease of unknown degree; liver rows by known disease."""
    measured = EGFR in person.facts.readings.values
    for row in drug.kidney:
        if not _interrupts(row, use):
            continue
        by_value = Value(of=EGFR, bounds=Bounds(lt=row.egfr_below), unit="mL/min/{1.73_m2}") if row.egfr_below is not None else None
        if measured and by_value is not None:
            if person.facts.readings.judge(by_value)[1] and person.facts.evaluated((by_value,)).holds(by_value.fact):
                yield _organ(use, drug, "kidney", by_value, row, forbids=row.advice in FORBIDS)
        else:
            known = _first_known((*row.conditions, *safety_classes().kidney_disease), person)
            if known is not None:
                yield _organ(use, drug, "kidney", known, row, forbids=False)
    for row in drug.liver:
        known = _first_known(row.conditions or safety_classes().liver_disease, person)
        if known is not None and _interrupts(row, use):
            yield _organ(use, drug, "liver", known, row, forbids=row.advice in FORBIDS)


def _harm(use: Use, drug: Drug, person: Person) -> Iterator[Hazard]:
    """A finding on which the medicine must be stopped."""
    for row in drug.stop_and_seek:
        premise = FindingAtom(state=FindingState.PRESENT, of=row.finding)
        if use.status in IN_THE_BODY and person.facts.holds(premise.fact):
            text = say("drug_safety.stop", drug=drug.label, finding=person.label(row.finding))
            found = hazard(use, ("stop", row.finding), text, (premise,), row.evidence, forbids=True)
            yield replace(found, level=TriageLevel(row.to))


def _first_known(concepts: Iterable[str], person: Person) -> Atom | None:
    return next((premise for c in concepts if (premise := person.known(c)) is not None), None)


def _organ(use: Use, drug: Drug, kind: str, premise: Atom, row: SafetyAdvice, *, forbids: bool) -> Hazard:
    return hazard(use, (kind, kind), say(f"drug_safety.{kind}", drug=drug.label), (premise,), row.evidence, forbids=forbids)


def to_check(drug: Drug, person: Person, fertile_ages: AgeRange) -> tuple[Text, ...]:
    """List what nobody said and what would matter: open world, so that silence never means "fine"."""
    patient = person.patient
    fertile = patient.has_uterus is not False and (patient.age is None or fertile_ages.contains(patient.age))
    wanted = {
        "allergy": not any(f.startswith("allergy ") or f.startswith("not allergy") for f in person.facts.support),
        "pregnancy": patient.pregnancy is None and fertile and any(r.advice in INTERRUPTS for r in drug.pregnancy),
        "age": patient.age is None and bool(drug.age_limits),
        "kidney": EGFR not in person.facts.readings.values and any(r.advice in INTERRUPTS for r in drug.kidney),
        "liver": any(r.advice in INTERRUPTS for r in drug.liver),
        "others": not any(u.drug != drug.id for u in person.uses) and any(i.severity in INTERRUPTS for i in drug.interactions),
    }
    return tuple(say(f"drug_safety.check.{name}") for name, open_ in wanted.items() if open_)


def considered(drug: str) -> Use:
    """Return the use of an option that is only thought of."""
    return Use(drug=drug, status=MedicationStatus.CONSIDERING, statement="")


_ROWS = (_interactions, _states, _ages, _pregnancy, _organs, _harm)
