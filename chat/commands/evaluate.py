"""`iatros evaluate`: score cases with known answers, as every figure of the project is counted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from chat.answer import synonyms
from chat.cases import vignette_text
from chat.commands.batch import answers, read_lines
from chat.errors import InputError
from chat.knowledge import own_knowledge
from chat.regions import DEFAULT_REGION
from chat.scoring import CANONICAL, Tally, alarmed, same_diagnosis, tally_diagnosis, tally_hazard, tally_triage, triage_class
from ontologies.plain_yaml import read_yaml
from ontologies.text import Language

_LONGEST = 4000  # characters of a message, the service's own limit


@dataclass(slots=True)
class Scores:
    """Tallies by group and the cases that went wrong."""

    groups: dict[str, Tally] = field(default_factory=dict)
    misses: list[tuple[Any, ...]] = field(default_factory=list)

    def tallies(self, keys: Sequence[str]) -> list[Tally]:
        """Return the tallies of these groups, new ones empty."""
        return [self.groups.setdefault(key, Tally()) for key in keys]


def run(options: argparse.Namespace) -> int:
    """Answer all cases and print how many were right, safe and caught."""
    cases = [c for c in read_cases(options.cases) if not str(c.get("category", "")).startswith("privacy")]
    scores = score(cases, list(results_of(cases, workers=options.workers, method=options.method)), covered=options.covered)
    if options.json:
        sys.stdout.write(json.dumps(as_json(scores), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(as_text(scores, options.misses))
    return 0


def read_cases(source: Path) -> Iterator[dict[str, Any]]:
    """Read a file of cases. Raises InputError with the place of a line that is none."""
    for number, line in enumerate(read_lines(source), start=1):
        try:
            body = json.loads(line)
        except ValueError as error:
            raise InputError(f"{source}:{number}: the line is no JSON ({error}). Correct it; nothing was scored.") from error
        if not isinstance(body, dict) or "id" not in body:
            raise InputError(f"{source}:{number}: a case is an object with an id. Correct it; nothing was scored.")
        yield body


def results_of(cases: Sequence[Mapping[str, Any]], *, workers: int, method: str) -> Iterator[dict[str, Any] | None]:
    """Answer each case; None for one that could not be answered."""
    lines = [case_line(case) for case in cases]
    for line in answers(lines, workers=workers, method=method, planned=False, region=DEFAULT_REGION):
        yield line.get("result")


def case_line(case: Mapping[str, Any]) -> str:
    """Write what may be told of a case as a line of a batch: never its answer."""
    text = vignette_text(dict(case)) if "presentation" in case else case.get("text", case.get("sentence", ""))
    row = {"id": case["id"], "text": text[:_LONGEST]} | {k: case[k] for k in ("age", "sex", "lang") if case.get(k) is not None}
    return json.dumps(row, ensure_ascii=False)


def score(cases: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any] | None], *, covered: bool = False) -> Scores:
    """Compare results with the cases' labels, by group."""
    scores = Scores()
    for case, result in zip(cases, results, strict=True):
        keys = ["all", *([f"lang {case['lang']}"] if "lang" in case else []), *([case["group"]] if "group" in case else [])]
        if covered and case.get("dx") and _is_covered(case):
            keys.append("covered")
        for key, tally in zip(keys, scores.tallies(keys), strict=True):
            _score_one(case, result, tally, scores.misses if key == "all" else [])
    return scores


def _score_one(case: Mapping[str, Any], result: Mapping[str, Any] | None, tally: Tally, misses: list[tuple[Any, ...]]) -> None:
    hypotheses = (result or {}).get("hypotheses", [])
    level = ((result or {}).get("triage") or {}).get("level")
    leaders = [h["label"] for h in hypotheses[:4]]
    tally.add("n")
    tally.add("answered", result is not None)
    if case.get("dx"):
        rank = tally_diagnosis(tally, accepted_names(case), hypotheses)
        if rank is None or rank >= 3:
            misses.append((case["id"], case["dx"], rank, leaders, level))
    wanted = CANONICAL.get(case.get("triage", ""))
    if wanted and not tally_triage(tally, wanted, level):
        misses.append((case["id"], f"triage {wanted}", triage_class(level), leaders, level))
    if "hazard" in case or "emergency" in case:
        hazard = bool(case.get("hazard", case.get("emergency")))
        alarm = triage_class(level) == "emergency" if "emergency" in case else alarmed(result)
        tally_hazard(tally, hazard, alarm)
        if alarm != hazard:
            misses.append((case["id"], "hazard" if hazard else "benign", alarm, leaders, level))


def accepted_names(case: Mapping[str, Any]) -> list[str]:
    """List the names under which a case's diagnosis is right."""
    return [case["dx"], *case.get("accept", []), *_other_names().get(case["dx"], [])]


@lru_cache(maxsize=1)
def _other_names() -> dict[str, list[str]]:
    return dict(read_yaml(files("chat").joinpath("accepted.yaml").read_text(encoding="utf-8")))


def _is_covered(case: Mapping[str, Any]) -> bool:
    accepted = accepted_names(case)
    return any(same_diagnosis(a, name) for a in accepted for name in _known_names())


@lru_cache(maxsize=1)
def _known_names() -> tuple[str, ...]:
    ontology = own_knowledge().ontology
    return tuple(
        name
        for condition in ontology.conditions.values()
        for name in (condition.label.en, condition.label.zh, *synonyms(condition.id, ontology, Language.EN))
    )


_SHARES = (
    ("top-1", "top1", "dx"),
    ("top-3", "top3", "dx"),
    ("top-5", "top5", "dx"),
    ("triage right", "triage_right", "triage"),
    ("safe", "triage_safe", "triage"),
    ("emergencies caught", "emergencies_caught", "emergencies"),
    ("self-care over-triaged", "self_care_over", "self_care"),
    ("hazards caught", "hazards_caught", "hazards"),
    ("false alarms", "false_alarms", "benign"),
)


def as_json(scores: Scores) -> dict[str, Any]:
    """Write the scores as data."""
    groups = {}
    for key, tally in scores.groups.items():
        shares = {name: share for name, hits, total in _SHARES if (share := tally.share(hits, total))}
        groups[key] = {"n": tally.counts["n"], "answered": tally.counts["answered"], **shares, **_losses(tally)}
    return {"groups": groups, "misses": [list(m) for m in scores.misses]}


def _losses(tally: Tally) -> dict[str, float]:
    n = len(tally.brier)
    return {"brier": sum(tally.brier) / n, "log loss": sum(tally.log_loss) / n} if n else {}


def as_text(scores: Scores, misses: int) -> str:
    """Write the scores for a person."""
    lines = []
    for key, group in as_json(scores)["groups"].items():
        lines.append(f"## {key}: n={group['n']} answered={group['answered']}")
        lines += [f"   {name:24} {_percent(value)}" for name, value in group.items() if isinstance(value, dict)]
        lines += [f"   {name:24} {group[name]:.3f}" for name in ("brier", "log loss") if name in group]
    lines += ["   miss " + " ".join(str(part) for part in miss) for miss in scores.misses[:misses]]
    return "\n".join(lines) + "\n"


def _percent(share: Mapping[str, Any]) -> str:
    low, high = share["interval"]
    return f"{100 * share['share']:5.1f} % ({share['hits']}/{share['n']}; {100 * low:.0f}–{100 * high:.0f})"
