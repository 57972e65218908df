"""`iatros batch`: a line in, a line out, in order; a bad line never stops the run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tqdm import tqdm

from chat.answer import answer
from chat.cases import Case, read_case
from chat.consultation import consult, plan
from chat.errors import InputError
from chat.knowledge import own_knowledge

_CHUNK = 8


def run(options: argparse.Namespace) -> int:
    """Answer every line of a file. Returns 1 if a line could not be used."""
    lines = read_lines(options.source)
    failures = 0
    try:
        with options.target.open("w", encoding="utf-8") as target:
            for line in answers(lines, workers=options.workers, method=options.method, planned=options.plan, region=options.region):
                failures += "error" in line
                target.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"Cannot write {options.target}: {error.strerror}. Choose a folder that you may write to.") from error
    return 1 if failures else 0


def read_lines(path: Path) -> list[str]:
    """Read the lines of a file that are not blank; undecodable bytes spoil only their own line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Give a file with one JSON object a line.") from error
    return [line.decode("utf-8", errors="replace") for line in content.splitlines() if line.strip()]


def answers(lines: list[str], *, workers: int, method: str, planned: bool, region: str) -> Iterator[dict[str, Any]]:
    """Answer lines in their order, on several processes if asked."""
    jobs = [(line, method, planned, region) for line in lines]
    with ExitStack() as stack:
        if workers > 1 and len(lines) > _CHUNK:
            pool = stack.enter_context(ProcessPoolExecutor(max_workers=workers))
            done = pool.map(answer_line, jobs, chunksize=_CHUNK)
        else:
            done = map(answer_line, jobs)
        yield from tqdm(done, total=len(lines), unit="case", disable=None)


def answer_line(job: tuple[str, str, bool, str]) -> dict[str, Any]:
    """Answer one line: {"id", "result"} or {"id", "error"}."""
    line, method, planned, region = job
    case = read_case(line)
    if not isinstance(case, Case):
        return {"id": case.identifier, "error": {"message": case.message, "solution": case.solution}}
    knowledge = own_knowledge()
    log = case.log(region)
    consultation = consult(log, knowledge, method)
    week = plan(log, consultation, knowledge) if planned else None
    return {"id": case.identifier, "result": answer(consultation, knowledge, week)}
