"""Checks that every identifier a record refers to exists, and takes out those that do not, so that no reader stumbles over them.

What proofs and reasoning rest on (findings of claims, parents, sources, classes, tests, treatments) must exist: an error.
A rival or complication that nobody has described yet, or a drug that the base does not hold, is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from ontologies.concepts import Condition, Drug, DrugClass, FindingConcept, Interaction, SafetyAdvice, Source, TestConcept, Treatment
from ontologies.issues import Issue, Level
from ontologies.living import Activity

LIKENESS = 6  # signs that a misspelt identifier shares with the right one, the prefix included


@dataclass(slots=True)
class Catalogue:
    """Every concept that was read, before it becomes an ontology."""

    findings: dict[str, FindingConcept]
    conditions: dict[str, Condition]
    drugs: dict[str, Drug]
    drug_classes: dict[str, DrugClass]
    tests: dict[str, TestConcept]
    treatments: dict[str, Treatment]
    sources: dict[str, Source]
    activities: dict[str, Activity]

    def of(self, prefix: str) -> Mapping[str, object]:
        """Return the concepts that have this prefix."""
        concepts: dict[str, Mapping[str, object]] = {
            "f": self.findings,
            "c": self.conditions,
            "d": self.drugs,
            "dc": self.drug_classes,
            "t": self.tests,
            "tr": self.treatments,
            "s": self.sources,
        }
        return concepts.get(prefix, {})


@dataclass(slots=True)
class ReferenceCheck:
    """Prunes unknown references and reports each."""

    catalogue: Catalogue
    issues: list[Issue] = field(default_factory=list)
    _hints: dict[str, str] = field(default_factory=dict)

    def known(self, identifier: str, where: str, prefixes: Container[str], level: Level = Level.ERROR) -> bool:
        """Say whether a reference holds, and report it when not. The empty string was reported by the reader already."""
        prefix = identifier.partition(":")[0]
        if not identifier:
            return False
        if prefix in prefixes and identifier in self.catalogue.of(prefix):
            return True
        self.issues.append(
            Issue(
                level=level,
                message=f"{identifier} is not described anywhere, so it is left out here.",
                solution=self._hint(identifier, prefix),
                where=where,
            )
        )
        return False

    def _hint(self, identifier: str, prefix: str) -> str:
        if identifier not in self._hints:
            alike = [
                one for one in self.catalogue.of(prefix) if one[:LIKENESS] == identifier[:LIKENESS]
            ]  # cheap first, edit distance is slow
            close = get_close_matches(identifier, alike, n=1, cutoff=0.8)
            self._hints[identifier] = f"Did you mean {close[0]}?" if close else "Describe it, or correct the identifier."
        return self._hints[identifier]

    def all_known(self, identifiers: tuple[str, ...], where: str, prefixes: Container[str], level: Level = Level.ERROR) -> tuple[str, ...]:
        """Keep the references that hold."""
        if all(identifier in self.catalogue.of(identifier.partition(":")[0]) for identifier in identifiers):
            return identifiers
        return tuple(identifier for identifier in identifiers if self.known(identifier, where, prefixes, level))


def prune(catalogue: Catalogue) -> list[Issue]:
    """Take unknown references out of the catalogue, in place, and return what was found."""
    check = ReferenceCheck(catalogue)
    _prune_findings(check)
    for condition in list(catalogue.conditions.values()):
        catalogue.conditions[condition.id] = _pruned_condition(check, condition)
    for drug in list(catalogue.drugs.values()):
        catalogue.drugs[drug.id] = _pruned_drug(check, drug)
    for group in list(catalogue.drug_classes.values()):
        catalogue.drug_classes[group.id] = replace(group, broader=check.all_known(group.broader, group.where, {"dc"}))
    for treatment in list(catalogue.treatments.values()):
        kept = check.all_known(treatment.drugs, treatment.where, {"d", "dc"}, Level.WARNING)
        catalogue.treatments[treatment.id] = replace(treatment, drugs=kept)
    for activity in list(catalogue.activities.values()):
        forbidding = check.all_known(tuple(sorted(activity.not_with)), activity.where, {"c"})
        catalogue.activities[activity.id] = replace(activity, not_with=frozenset(forbidding))
    return check.issues


def _prune_findings(check: ReferenceCheck) -> None:
    findings = check.catalogue.findings
    for finding in list(findings.values()):
        if finding.broader is None:
            continue
        if not check.known(finding.broader, finding.where, {"f"}):
            findings[finding.id] = replace(finding, broader=None)
        elif _circular(finding, findings):
            check.issues.append(
                Issue(
                    level=Level.ERROR,
                    message=f"{finding.id} is, over several steps, its own skos:broader.",
                    solution="Break the circle.",
                    where=finding.where,
                )
            )
            findings[finding.id] = replace(finding, broader=None)


def _circular(finding: FindingConcept, findings: Mapping[str, FindingConcept]) -> bool:
    seen = set()
    above = finding.broader
    while above is not None and above in findings and above not in seen:
        seen.add(above)
        above = findings[above].broader
    return finding.id in seen


def _pruned_condition(check: ReferenceCheck, condition: Condition) -> Condition:
    where = condition.where
    broader = condition.broader if condition.broader and check.known(condition.broader, where, {"c"}) else None
    return replace(
        condition,
        broader=broader,
        claims=tuple(claim for claim in condition.claims if check.known(claim.finding, claim.evidence.where, {"f"})),
        risks=tuple(risk for risk in condition.risks if check.known(risk.factor, risk.evidence.where, {"f", "c", "d", "dc"})),
        urgency_raised_by=tuple(r for r in condition.urgency_raised_by if check.known(r.finding, r.evidence.where, {"f"})),
        urgency_eased_by=tuple(r for r in condition.urgency_eased_by if check.known(r.finding, r.evidence.where, {"f"})),
        red_flags=tuple(flag for flag in condition.red_flags if check.known(flag.finding, flag.evidence.where, {"f"})),
        investigations=tuple(i for i in condition.investigations if i.test is None or check.known(i.test, i.evidence.where, {"t"})),
        complications=check.all_known(condition.complications, where, {"c"}, Level.WARNING),
        look_alikes=tuple(
            replace(
                rival,
                points_there=check.all_known(rival.points_there, rival.evidence.where, {"f"}),
                points_here=check.all_known(rival.points_here, rival.evidence.where, {"f"}),
                decided_by=check.all_known(rival.decided_by, rival.evidence.where, {"t"}),
            )
            for rival in condition.look_alikes
            if check.known(rival.condition, rival.evidence.where, {"c"}, Level.WARNING)
        ),
        treatments=tuple(t for t in condition.treatments if check.known(t.option, t.evidence.where, {"tr", "d", "dc"})),
    )


def _pruned_drug(check: ReferenceCheck, drug: Drug) -> Drug:
    rows: Callable[[tuple[SafetyAdvice, ...]], tuple[SafetyAdvice, ...]] = lambda advice: _pruned_rows(check, advice)  # noqa: E731  # a short name, used six times below
    return replace(
        drug,
        classes=check.all_known(drug.classes, drug.where, {"dc"}),
        indications=check.all_known(drug.indications, drug.where, {"c", "f"}, Level.WARNING),
        liver=rows(drug.liver),
        older_adult=rows(drug.older_adult),
        contraindications=rows(drug.contraindications),
        cautions=rows(drug.cautions),
        interactions=tuple(kept for one in drug.interactions if (kept := _pruned_interaction(check, one)) is not None),
        side_effects=tuple(effect for effect in drug.side_effects if check.known(effect.finding, effect.evidence.where, {"f"})),
        stop_and_seek=tuple(stop for stop in drug.stop_and_seek if check.known(stop.finding, stop.evidence.where, {"f"})),
    )


def _pruned_rows(check: ReferenceCheck, rows: tuple[SafetyAdvice, ...]) -> tuple[SafetyAdvice, ...]:
    """Keep a row as long as somebody is left whom it concerns; a row that was about everybody stays as it is."""
    kept = []
    for row in rows:
        where = row.evidence.where
        conditions = check.all_known(row.conditions, where, {"c", "f"}, Level.WARNING)
        allergy_to = check.all_known(row.allergy_to, where, {"d", "dc"}, Level.WARNING)
        with_ = check.all_known(row.with_, where, {"d", "dc"}, Level.WARNING)
        lost_all = not (conditions or allergy_to or with_) and bool(row.conditions or row.allergy_to or row.with_)
        if not (lost_all and row.circumstance is None):
            kept.append(replace(row, conditions=conditions, allergy_to=allergy_to, with_=with_))
    return tuple(kept)


def _pruned_interaction(check: ReferenceCheck, interaction: Interaction) -> Interaction | None:
    """Keep an interaction as long as a partner is left; with_all needs every one of them."""
    where = interaction.evidence.where
    with_ = check.all_known(interaction.with_, where, {"d", "dc"}, Level.WARNING)
    together = check.all_known(interaction.with_all, where, {"d", "dc"}, Level.WARNING)
    if len(together) < len(interaction.with_all):
        together = ()
    return replace(interaction, with_=with_, with_all=together) if with_ or together else None
