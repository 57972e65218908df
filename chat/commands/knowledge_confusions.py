"""`iatros knowledge confusions CASES.jsonl`: which conditions are mistaken for which, and the findings that would tell them apart."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chat.answer import synonyms
from chat.commands.evaluate import accepted_names, read_cases, results_of
from chat.knowledge import Knowledge, own_knowledge
from chat.scoring import same_diagnosis
from ontologies.text import Language
from rules.likelihood import Likelihood

_TELLING = 5  # findings named for each side of a pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """A condition that was taken for another, how often, in which cases, and what speaks for each against the other."""

    condition: str
    taken_for: str
    times: int
    cases: tuple[str, ...]
    for_condition: tuple[tuple[str, float], ...]  # finding, ln(p here / p there)
    for_other: tuple[tuple[str, float], ...]


def run(options: argparse.Namespace) -> int:
    """Answer the cases and list the pairs, the commonest first."""
    knowledge = own_knowledge()
    cases = [case for case in read_cases(options.cases) if case.get("dx")]
    found = confusions(cases, list(results_of(cases, workers=1, method="full")), knowledge)[: options.most]
    body = json.dumps([asdict(c) for c in found], ensure_ascii=False, indent=1) + "\n" if options.json else _text(found, knowledge)
    sys.stdout.write(body)
    return 0


def confusions(cases: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any] | None], knowledge: Knowledge) -> list[Confusion]:
    """Pair each missed condition with the one that led; cases whose diagnosis nobody described are left out."""
    pairs: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], list[str]] = {}
    for case, result in zip(cases, results, strict=True):
        leader = next((h["condition"] for h in (result or {}).get("hypotheses", [])), None)
        meant = described(accepted_names(case), knowledge)
        if leader is not None and meant and leader not in meant:
            pairs[meant[0], leader] += 1
            where.setdefault((meant[0], leader), []).append(str(case["id"]))
    likelihood = Likelihood(knowledge.ontology, knowledge.calibration.differential)
    return [
        _confusion(pair, times, where[pair], likelihood) for pair, times in sorted(pairs.items(), key=lambda entry: (-entry[1], entry[0]))
    ]


def described(names: Sequence[str], knowledge: Knowledge) -> tuple[str, ...]:
    """List the conditions that go by one of these names."""
    ontology = knowledge.ontology
    return tuple(
        condition.id
        for condition in ontology.conditions.values()
        for own in ((condition.label.en, condition.label.zh, *synonyms(condition.id, ontology, Language.EN)),)
        if any(same_diagnosis(name, each) for name in names for each in own)
    )


def _confusion(pair: tuple[str, str], times: int, cases: Sequence[str], likelihood: Likelihood) -> Confusion:
    condition, other = pair
    gains = sorted(_ratios(condition, other, likelihood), key=lambda gain: (-gain[1], gain[0]))
    return Confusion(
        condition=condition,
        taken_for=other,
        times=times,
        cases=tuple(cases),
        for_condition=tuple(gain for gain in gains[:_TELLING] if gain[1] > 0),
        for_other=tuple(gain for gain in reversed(gains[-_TELLING:]) if gain[1] < 0),
    )


def _ratios(condition: str, other: str, likelihood: Likelihood) -> Iterator[tuple[str, float]]:
    """Compare the chance of each finding that one of two conditions states; of what the other does not state the background counts."""
    table = likelihood.table(None, None)
    stated = [table.chance[likelihood.row[code]] for code in (condition, other)]
    here, there = (np.where(np.isnan(chance), table.background, chance) for chance in stated)
    for column, finding in enumerate(likelihood.findings):
        if not np.isnan(stated[0][column]) or not np.isnan(stated[1][column]):
            yield finding, round(math.log(float(here[column]) / float(there[column])), 2)


def _text(found: Sequence[Confusion], knowledge: Knowledge) -> str:
    lines = []
    for each in found:
        label, other = (knowledge.ontology.label(code).en for code in (each.condition, each.taken_for))
        lines.append(f"{each.times} × {label} ({each.condition}) taken for {other} ({each.taken_for}): {', '.join(each.cases)}")
        for name, findings in ((label, each.for_condition), (other, each.for_other)):
            said = ", ".join(f"{knowledge.ontology.label(f).en} ({gain:+.1f})" for f, gain in findings)
            lines.append(f"    tells {name}: {said or 'nothing that the knowledge holds: it cannot tell them apart'}")
    return "\n".join(lines) + "\n" if lines else "No condition was taken for another.\n"
