"""`iatros knowledge calibrate CASES.jsonl …`: fit what turns shares into told probabilities, judge it by cross-validation, draw it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from chat.answer import synonyms
from chat.calibrating import Forecast, Found, Losses, calibrate
from chat.cases import Case, read_case
from chat.commands.evaluate import accepted_names, case_line, read_cases
from chat.consultation import consult
from chat.errors import InputError
from chat.knowledge import Knowledge, own_knowledge
from chat.pictures.reliability import reliability_plot
from chat.regions import DEFAULT_REGION
from chat.scoring import same_diagnosis
from kg.reasoning import Hypothesis
from ontologies.text import Language


def run(options: argparse.Namespace) -> int:
    """Answer all cases, each file as one set, and print the constants with what they are worth."""
    knowledge = own_knowledge()
    sets = [forecasts(source, knowledge) for source in options.cases]
    if not all(sets):
        raise InputError("A file has no case with a `dx` that was answered. Give cases with known diagnoses; nothing was fitted.")
    found = calibrate(sets, knowledge.calibration.confidence)
    if options.svg is not None:
        _write(options.svg, reliability_plot(found.groups_before, found.groups, found.shares, found.calibrated))
    sys.stdout.write(json.dumps(asdict(found), indent=1) + "\n" if options.json else as_text(found, sum(map(len, sets))))
    return 0


def forecasts(source: Path, knowledge: Knowledge) -> list[Forecast]:
    """Return what was listed for each case of a file that has a known diagnosis; a case with an empty list says nothing."""
    cases = [case for case in read_cases(source) if case.get("dx")]
    made = (forecast(case, knowledge) for case in tqdm(cases, unit="case", disable=None))
    return [f for f in made if f is not None and f.shares]


def forecast(case: Mapping[str, Any], knowledge: Knowledge) -> Forecast | None:
    """Answer one case; None for one that cannot be used."""
    read = read_case(case_line(case))
    if not isinstance(read, Case):
        return None
    hypotheses = consult(read.log(DEFAULT_REGION), knowledge).inference.hypotheses
    accepted = accepted_names(case)
    return Forecast(shares=tuple(h.share for h in hypotheses), right=tuple(_named(h, accepted, knowledge) for h in hypotheses))


def _named(hypothesis: Hypothesis, accepted: list[str], knowledge: Knowledge) -> bool:
    label = knowledge.ontology.label(hypothesis.condition)
    names = (label.en, label.zh, *synonyms(hypothesis.condition, knowledge.ontology, Language.EN))
    return any(same_diagnosis(a, name) for a in accepted for name in names)


def as_text(found: Found, count: int) -> str:
    """Write the constants, the losses and the groups for a person."""
    constants = ", ".join(f"{name}: {value}" for name, value in asdict(found.constants).items())
    lines = [f"confidence: {{{constants}}}   # {count} cases"]
    lines += [
        _line(name, losses) for name, losses in (("calibrated", found.calibrated), ("shares", found.shares), ("base rate", found.by_place))
    ]
    lines += ["told   right  of"]
    lines += [f"{group.told:.3f}  {group.right:.3f}  {group.count}" for group in found.groups]
    return "\n".join(lines) + "\n"


def _line(name: str, losses: Losses) -> str:
    return f"{name:12} log loss {losses.log_loss:.3f}  Brier {losses.brier:.3f}"


def _write(target: Path, picture: str) -> None:
    try:
        target.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise InputError(f"Cannot write {target}: {error.strerror}. Choose a folder that you may write to.") from error
