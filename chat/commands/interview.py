"""`iatros interview`: a scripted patient answers the engine's questions from the case, else "don't know"."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from tqdm import tqdm

from chat.answer import answer
from chat.asking import asked_together, together
from chat.cases import vignette_text
from chat.commands.batch import read_lines
from chat.commands.evaluate import accepted_names
from chat.consultation import Consultation, consult
from chat.errors import InputError
from chat.knowledge import Knowledge, own_knowledge
from chat.log import Log, Message, Started
from chat.scoring import rank_of, wilson
from chat.scripted_patient import ScriptedPatient
from kg.asking import AskedKind, asked_of

_MOST_QUESTIONS = 20
_MARKS = (0, 1, 2, 4, 6, 8, 10, 12, 16, 20)  # numbers of questions after which the curve is read


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview: the rank of the right diagnosis after each number of questions (None: not among ten)."""

    identifier: Any
    ranks: tuple[int | None, ...]

    def rank_after(self, questions: int) -> int | None:
        """Return the rank after so many questions, or the last if it ended before."""
        return self.ranks[min(questions, len(self.ranks) - 1)]


def run(options: argparse.Namespace) -> int:
    """Interview every case and print accuracy against the number of questions."""
    knowledge = own_knowledge()
    cases = [_case(line, n, options) for n, line in enumerate(read_lines(options.cases), start=1)]
    interviews = [interview(case, knowledge) for case in tqdm(cases, unit="case", disable=None) if case.get("dx")]
    curve = _curve(interviews)
    if options.json:
        sys.stdout.write(json.dumps(curve, indent=1) + "\n")
    else:
        sys.stdout.writelines(_line(point) + "\n" for point in curve["points"])
        sys.stdout.write(f"questions asked: median {curve['median_questions']}, most {curve['most_questions']}\n")
    return 0


def interview(case: dict[str, Any], knowledge: Knowledge) -> Interview:
    """Open with demographics and the chief complaint, then answer what is asked."""
    full = vignette_text(case) if "presentation" in case else case["text"]
    opening = f"{case['demographics']}. {case['chief']}." if "presentation" in case else full
    started = Started(at="", age=case.get("age"), sex=case.get("sex"))
    patient = ScriptedPatient.of(consult(Log(encounter="truth", events=(started, Message(at="", text=full))), knowledge))
    log = Log(encounter=str(case["id"]), events=(started, Message(at="", text=opening)))
    ranks: list[int | None] = []
    while True:
        consultation = consult(log, knowledge)
        ranks.append(rank_of(accepted_names(case), answer(consultation, knowledge)["hypotheses"]))
        asked = _next(consultation)
        if asked is None or len(ranks) > _MOST_QUESTIONS:
            return Interview(identifier=case["id"], ranks=tuple(ranks))
        log = log.append(Message(at="", text=patient.reply(asked, knowledge.ontology), asked=asked))


def _next(consultation: Consultation) -> str | None:
    asked = {finding for m in consultation.log.messages() for finding in _parts(m.asked)}
    open_ = [q for q in consultation.questions if q.finding not in asked]
    return asked_together(together(open_)) or None


def _parts(asked: str | None) -> tuple[str, ...]:
    """Name what a question asked: each finding, where several were asked at once."""
    about = None if asked is None else asked_of(asked)
    return about.concepts if about is not None and about.kind is AskedKind.SEVERAL else (asked or "",)


def _case(line: str, number: int, options: argparse.Namespace) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except ValueError as error:
        raise InputError(f"{options.cases}:{number}: the line is no JSON ({error}). Correct it.") from error
    if not isinstance(case, dict) or not ("text" in case or "presentation" in case):
        raise InputError(f"{options.cases}:{number}: a case has a text or a presentation. Correct it.")
    return case


def _curve(interviews: list[Interview]) -> dict[str, Any]:
    lengths = [len(i.ranks) - 1 for i in interviews] or [0]
    return {
        "points": [_point(interviews, mark) for mark in _MARKS],
        "median_questions": statistics.median(lengths),
        "most_questions": max(lengths),
    }


def _point(interviews: list[Interview], questions: int) -> dict[str, Any]:
    ranks = [i.rank_after(questions) for i in interviews]
    n = len(ranks)
    hits = {f"top{k}": sum(r is not None and r < k for r in ranks) for k in (1, 3, 5)}
    return {"questions": questions, "n": n, **hits, "top1_interval": list(wilson(hits["top1"], n))}


def _line(point: dict[str, Any]) -> str:
    n = point["n"] or 1
    shares = "  ".join(f"top-{k} {100 * point[f'top{k}'] / n:5.1f} %" for k in (1, 3, 5))
    return f"{point['questions']:3} questions  {shares}  (n={point['n']})"
