"""`iatros bench`: start-up, reading, a turn, a plan and memory; medians of five, with what dominates each."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from chat.consultation import consult, single_message
from chat.knowledge import Knowledge, own_knowledge
from chat.log import Started
from nlp.reading import DialogueState
from ontologies.plain_yaml import read_yaml
from optimizer.generate import generate
from optimizer.planner import plan

_REPEATS = 5
_READINGS = 400
_PROFILE_SEED = 2026


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    figures = measure(options.plans)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{name:34} {value}\n" for name, value in figures.items())
    return 0


def measure(plans: int) -> dict[str, Any]:
    """Take every figure once."""
    knowledge = own_knowledge()
    messages = read_yaml(files("chat").joinpath("bench.yaml").read_text(encoding="utf-8"))["messages"]
    return {
        "start-up to first answer, s": _median(_start_up),
        **_loading(),
        "reading, messages/s": _reading(knowledge, messages),
        **_turns(knowledge, messages),
        **_plans(knowledge, plans),
        "memory of one worker, MiB": _memory(),
    }


def _start_up() -> float:
    command = [sys.executable, "-m", "chat.cli", "ask", "I have a headache", "--age", "40", "--json"]
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # our own command, fixed arguments
    return time.perf_counter() - began


def _loading() -> dict[str, float]:
    """Show what start-up is made of, each part in a fresh process."""
    parts = {
        "  of it imports, s": "import chat.consultation",
        "  of it knowledge, s": "import chat.consultation; from chat.knowledge import load_knowledge; load_knowledge()",
    }
    taken = {name: _median(lambda code=code: _python(code)) for name, code in parts.items()}  # type: ignore[misc]  # a default binds the loop's value
    taken["  of it knowledge, s"] = round(taken["  of it knowledge, s"] - taken["  of it imports, s"], 3)
    return taken


def _python(code: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)  # noqa: S603  # our own code, fixed
    return time.perf_counter() - began


def _median(measured: Callable[[], float]) -> float:
    return round(statistics.median(measured() for _ in range(_REPEATS)), 3)


def _reading(knowledge: Knowledge, messages: list[str]) -> int:
    state = DialogueState(asked=None, first_id=0, known=())
    rates = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        for i in range(_READINGS):
            knowledge.reader.read(messages[i % len(messages)], turn=0, language=None, state=state)
        rates.append(_READINGS / (time.perf_counter() - began))
    return round(statistics.median(rates))


def _turns(knowledge: Knowledge, messages: list[str]) -> dict[str, float]:
    logs = [single_message(m, started=Started(at="", age=48.0, sex="female")) for m in messages]
    taken = []
    for log in logs * (_REPEATS * 4):
        began = time.perf_counter()
        consult(log, knowledge)
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return {"a turn, ms p50": round(statistics.median(taken), 2), "a turn, ms p99": round(taken[int(0.99 * (len(taken) - 1))], 2)}


def _plans(knowledge: Knowledge, count: int) -> dict[str, float]:
    taken, proved = [], 0
    for profile in generate(count, _PROFILE_SEED, knowledge.ontology):
        began = time.perf_counter()
        week = plan(profile, knowledge.ontology)
        taken.append(time.perf_counter() - began)
        proved += all(stage.proof.value == "optimal" for stage in week.certificate.stages)
    return {
        "a plan, s p50": round(statistics.median(taken), 3),
        "a plan, s max": round(max(taken), 3),
        "plans proved optimal in every stage, %": round(100 * proved / count, 1),
    }


def _memory() -> float:
    """Return the peak resident size of a fresh process that answered once."""
    code = (
        "import resource; from chat.knowledge import own_knowledge; from chat.consultation import *; from chat.log import Started; "
        "consult(single_message('I have a cough', started=Started(at='')), own_knowledge()); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)  # noqa: S603  # our own code, fixed
    return round(int(done.stdout.split()[-1]) / 1024, 1)
