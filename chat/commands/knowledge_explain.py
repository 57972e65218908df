"""`iatros knowledge explain RULE`: one rule in words, who uses it, and with --case why it fires or does not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from difflib import get_close_matches

from chat.consultation import consult, single_message
from chat.errors import InputError
from chat.knowledge import Knowledge, own_knowledge
from chat.log import Started
from ontologies.text import Language
from rules.atom import Atom, concept_of
from rules.grounding import FactBase, ground
from rules.inference import BEFORE
from rules.rule import Rule
from rules.testing import library_cases
from rules.trace import Trace, trace


def run(options: argparse.Namespace) -> int:
    """Print the rule, and its trace on a message."""
    knowledge = own_knowledge()
    rule = _rule(options.rule, knowledge)
    sys.stdout.writelines(line + "\n" for line in described(rule, knowledge))
    if options.case is not None:
        language = Language(options.lang) if options.lang else None
        started = Started(at="", region=options.region, age=options.age, sex=options.sex, language=language)
        sys.stdout.writelines(line + "\n" for line in traced(rule, options.case, started, knowledge))
    return 0


def _rule(identifier: str, knowledge: Knowledge) -> Rule:
    rule = knowledge.rules.rule(identifier)
    if rule is None:
        close = get_close_matches(identifier, [r.id for r in knowledge.rules.rules], n=3, cutoff=0.5)
        hint = f"Did you mean {', '.join(close)}?" if close else "Look in rules/library for its name."
        raise InputError(f"There is no rule {identifier!r}. {hint}")
    return rule


def described(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    """Write a rule in words, one thing a line."""
    yield f"{rule.id} (version {rule.version}, {rule.status}, {rule.where})"
    yield f"{rule.title.en} / {rule.title.zh}"
    yield f"purpose: {rule.purpose}"
    yield from (f"  every    {_words(atom, knowledge)}" for atom in rule.all)
    yield from (f"  one of   {_words(atom, knowledge)}" for atom in rule.any)
    if rule.at_least is not None:
        yield from (f"  {rule.at_least.n} of     {_words(atom, knowledge)}" for atom in rule.at_least.of)
    yield from (f"  unless   {_words(atom, knowledge)}" for atom in rule.unless)
    yield from (f"  for      {one.variable}: {one.predicate or f'{one.subject} {one.relation}'}" for one in rule.ranges)
    yield from (f"  then     {conclusion.fact}" for conclusion in rule.then)
    if rule.misuse:
        yield f"misuse: {rule.misuse}"
    yield from (f"source: {citation.source or 'expert'} {citation.locator or ''}".rstrip() for citation in rule.citations)
    users = sorted(_users(rule, knowledge))
    yield f"its conclusions are used by: {', '.join(users) or 'no other rule'}"
    yield f"cases: {sum(case.of == rule.id for case in library_cases())}"


def traced(rule: Rule, text: str, started: Started, knowledge: Knowledge) -> Iterator[str]:
    """Write why a rule fires or does not on a message."""
    consultation = consult(single_message(text, started=started), knowledge)
    facts = ground(consultation.statements, consultation.patient, knowledge.ontology)
    found = trace(rule, _before(facts, rule, knowledge), consultation.inference.derivations)
    said = {s.id: s.text for s in consultation.statements}
    yield ""
    yield f"on this message it {'fires' if found.outcome == 'fires' else f'is {found.outcome}'}"
    yield from _shown(found, said, knowledge)
    yield from (f"  held back: {reason}" for reason in found.missing)


def _before(facts: FactBase, rule: Rule, knowledge: Knowledge) -> FactBase:
    """Run the stages before a rule's own."""
    for stage in BEFORE:
        if stage is rule.stage:
            break
        facts = knowledge.engine.run(knowledge.rules, facts, stage).facts
    return facts


def _shown(found: Trace, said: dict[str, str], knowledge: Knowledge) -> Iterator[str]:
    for one in found.premises:
        behind = ", ".join(f'"{said[each]}"' if each in said else each for each in one.behind)
        yield f"  {one.part:8} {one.truth:9} {_words(one.atom, knowledge)}{f'  from {behind}' if behind else ''}"


def _users(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    concluded = {conclusion.fact for conclusion in rule.then}
    for other in knowledge.rules.rules:
        if other.id != rule.id and any(atom.fact in concluded for atom in (*other.premises, *other.unless)):
            yield other.id


def _words(atom: Atom, knowledge: Knowledge) -> str:
    """Write a premise as its fact, with the label of its concept."""
    concept = concept_of(atom)
    return f"{atom.fact} ({knowledge.ontology.label(concept).en})" if concept and knowledge.ontology.holds(concept) else atom.fact
