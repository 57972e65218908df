"""The rule language: YAML entries of rules/library become rules and scores; every fault is an Issue with file and line."""

from __future__ import annotations

from dataclasses import dataclass, field

from ontologies.issues import Issue
from rules.rule import Rule, Score, Stage
from rules.rule_reader import read_rule
from rules.score_reader import read_score
from rules.yaml_source import Source


@dataclass(slots=True)
class Library:
    """What a file, or all files, hold."""

    rules: list[Rule] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    faulty: list[Rule] = field(default_factory=list)  # what could be read of rules that are left out, to be checked all the same

    def add(self, other: Library) -> None:
        """Take in the content of another."""
        self.rules += other.rules
        self.scores += other.scores
        self.issues += other.issues
        self.faulty += other.faulty


def read_rules(content: str, name: str, stage: Stage) -> Library:
    """Read the rules and scores of one file; what is faulty is left out and complained about."""
    source = Source(name)
    library = Library(issues=source.issues)
    for node in source.entries(content):
        found = source.fields(node)
        before = len(source.issues)
        if "score" in found:
            score = read_score(source, node)
            library.scores += [score] if score is not None and len(source.issues) == before else []
        elif found:
            rule = read_rule(source, node, stage)
            if rule is not None:
                (library.rules if len(source.issues) == before else library.faulty).append(rule)
    return library
