"""Lints of the rule base against the ontology and against itself; every complaint names file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from itertools import combinations

from kg.reasoning import Citation, TriageLevel
from ontologies.issues import Issue, Level
from ontologies.ontology import Ontology
from ontologies.rule_use import RuleUse
from rules.atom import Atom, FindingAtom, ScoreAtom, ValueAtom, concept_of
from rules.entailment import entails, excludes, weaker
from rules.relations import RELATIONS
from rules.rule import Conclusion, ConclusionType, Rule, RuleBase, Score, Stage, Status
from rules.strata import cycle_issues

_OPPOSITES = {"finding": "absent", "absent": "finding"}


def lint(base: RuleBase, ontology: Ontology) -> tuple[Issue, ...]:
    """Return every complaint about the rules, sorted by place."""
    rules = [r for r in base.rules if r.status is not Status.RETIRED]
    issues = [
        *_unknown(base, ontology),
        *(issue for rule in rules for issue in _unreachable(rule, ontology)),
        *(issue for stage in Stage for issue in _against_each_other([r for r in rules if r.stage is stage], ontology)),
        *(issue for stage in Stage for issue in cycle_issues(base.of(stage), ontology)),
    ]
    return tuple(sorted(set(issues), key=lambda i: (i.where.rpartition(":")[0], int(i.where.rpartition(":")[2] or 0), i.message)))


def lint_references(base: RuleBase, ontology: Ontology) -> tuple[Issue, ...]:
    """Return the complaints about what rules name and nobody describes; rules that are faulty otherwise can be asked for these too."""
    return tuple(_unknown(base, ontology))


def use_of(base: RuleBase) -> RuleUse:
    """Tell the lints of the ontology what the rules use: ids, findings, sources."""
    concepts = {c for _, atoms, conclusions, _ in _entries(base) for c in _concepts(atoms, conclusions)}
    cited = {c.source for _, _, _, citations in _entries(base) for c in citations if c.source is not None}
    ids = {r.id for r in base.rules} | {s.id for s in base.scores}
    return RuleUse(ids=frozenset(ids), findings=frozenset(c for c in concepts if c.startswith("f:")), sources=frozenset(cited))


Entry = tuple[Rule | Score, tuple[Atom, ...], tuple[Conclusion, ...], tuple[Citation, ...]]


def _entries(base: RuleBase) -> Iterator[Entry]:
    for rule in base.rules:
        yield rule, rule.premises + rule.unless, rule.then, rule.citations
    for score in base.scores:
        atoms = score.applies_all + score.applies_any + tuple(a for item in score.items for a in item.all + item.any)
        verdicts = score.verdicts
        cited = score.citations + tuple(c for v in verdicts for c in v.citations)
        yield score, atoms, tuple(c for v in verdicts for c in v.then), cited


def _concepts(atoms: Iterable[Atom], conclusions: Iterable[Conclusion]) -> Iterator[str]:
    named = [c for a in atoms if (c := concept_of(a)) is not None]
    for concept in (*named, *(c.of for c in conclusions)):
        if ":" in concept and not concept.startswith(("?", "x:")):
            yield concept


def _unknown(base: RuleBase, ontology: Ontology) -> Iterator[Issue]:
    """Complain about ids, units, relations, scores and sources that are nowhere described."""
    known = {*ontology.findings, *ontology.conditions, *ontology.drugs, *ontology.drug_classes}
    known |= {*ontology.tests, *ontology.treatments, *ontology.targets}
    scores = {score.id for score in base.scores}
    for entry, atoms, conclusions, citations in _entries(base):
        for concept in sorted(set(_concepts(atoms, conclusions)) - known):
            yield _error(entry, f"{concept} is not described anywhere.", _did_you_mean(concept, known))
        for atom in atoms:
            yield from _unknown_value(entry, atom, ontology)
            if isinstance(atom, ScoreAtom) and atom.score not in scores:
                yield _error(entry, f"There is no score '{atom.score}'.", _did_you_mean(atom.score, scores))
        for source in sorted({c.source for c in citations if c.source is not None} - set(ontology.sources)):
            yield _error(entry, f"The source {source} is not described anywhere.", _did_you_mean(source, ontology.sources))
        for one in entry.ranges if isinstance(entry, Rule) else ():
            if one.relation is not None and one.relation not in RELATIONS:
                yield _error(entry, f"There is no relation '{one.relation}'.", f"Use one of: {', '.join(sorted(RELATIONS))}.")


def _unknown_value(entry: Rule | Score, atom: Atom, ontology: Ontology) -> Iterator[Issue]:
    if not isinstance(atom, ValueAtom):
        return
    quantity = ontology.quantities.get(f"q:{atom.of}")
    if quantity is None:
        yield _error(entry, f"The quantity q:{atom.of} is not described anywhere.", _did_you_mean(f"q:{atom.of}", ontology.quantities))
    elif atom.unit != quantity.unit and atom.unit not in {u.unit for u in quantity.units}:
        yield _error(
            entry,
            f"{atom.of} is not measured in '{atom.unit}'.",
            f"Use one of: {', '.join(sorted({quantity.unit, *(u.unit for u in quantity.units)}))}.",
        )


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.75)
    return f"Did you mean {close[0]}?" if close else "Correct the id, or describe it in the ontology."


def _error(entry: Rule | Score, message: str, solution: str) -> Issue:
    return Issue(level=Level.ERROR, message=f"{entry.id}: {message}", solution=solution, where=entry.where)


def _unreachable(rule: Rule, ontology: Ontology) -> Iterator[Issue]:
    """Complain about premises that can never hold together."""
    for first, second in combinations(rule.all, 2):
        if excludes(first, second, ontology):
            yield _error(rule, f"It can never fire: '{first.fact}' and '{second.fact}' exclude each other.", "Take one of the two out.")
        elif entails(first, second, ontology) and isinstance(first, FindingAtom):
            yield _note(rule, f"'{second.fact}' follows from '{first.fact}'.", "Keep the narrower premise only.")
        elif entails(second, first, ontology) and isinstance(first, FindingAtom):
            yield _note(rule, f"'{first.fact}' follows from '{second.fact}'.", "Keep the narrower premise only.")
    for atom in rule.unless:
        for premise in rule.all:
            if entails(premise, atom, ontology):
                yield _error(
                    rule,
                    f"It can never fire: '{premise.fact}' is a premise, and 'unless' forbids '{atom.fact}'.",
                    "Take one of the two out.",
                )


def _note(rule: Rule, message: str, solution: str) -> Issue:
    return Issue(level=Level.INFO, message=f"{rule.id}: {message}", solution=solution, where=rule.where)


def _against_each_other(rules: list[Rule], ontology: Ontology) -> Iterator[Issue]:
    """Complain about rules that another makes needless, or that conclude the opposite from the same."""
    for first, second in combinations(rules, 2):
        if not _share(first, second):
            continue
        for weak, strong in ((first, second), (second, first)):
            if weaker(weak, strong, ontology):
                if _covers(weak, strong):
                    message = f"{strong.id}: It adds nothing: {weak.id} ({weak.where}) fires wherever it does and concludes as much."
                    yield Issue(
                        level=Level.WARNING, message=message, solution="Delete it, or make its conclusion stronger.", where=strong.where
                    )
                    break
                if _opposed(weak, strong):
                    yield _error(
                        strong, f"It contradicts {weak.id} ({weak.where}), which fires wherever it does.", "Narrow one of the two."
                    )
                    break


def _share(first: Rule, second: Rule) -> bool:
    """Say whether two rules conclude about the same thing; others need not be compared."""
    about = {c.of for c in first.then if c.type is not ConclusionType.TRIAGE} | {
        c.type.value for c in first.then if c.type is ConclusionType.TRIAGE
    }
    other = {c.of for c in second.then if c.type is not ConclusionType.TRIAGE} | {
        c.type.value for c in second.then if c.type is ConclusionType.TRIAGE
    }
    return not about.isdisjoint(other)


def _covers(weak: Rule, strong: Rule) -> bool:
    levels = (weak.level, strong.level)
    if levels[0] is not None and levels[1] is not None:
        return TriageLevel(levels[0]).rank >= TriageLevel(levels[1]).rank
    return {c.fact for c in strong.then} <= {c.fact for c in weak.then}


def _opposed(first: Rule, second: Rule) -> bool:
    facts = {(c.type.value, c.of, c.verdict) for c in first.then}
    for conclusion in second.then:
        opposite = _OPPOSITES.get(conclusion.type.value)
        if opposite is not None and (opposite, conclusion.of, None) in facts:
            return True
        if conclusion.type is ConclusionType.HYPOTHESIS and any(
            t == "hypothesis" and of == conclusion.of and v != conclusion.verdict for t, of, v in facts
        ):
            return True
    return False
