"""`iatros bench`: start-up, reading, a turn, a plan and memory; medians of five, with what dominates each.

Times are the processor's, which on a quiet machine are those of the clock: nothing here waits or runs in parallel.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from chat.commands.bench_shares import shares
from chat.consultation import consult, single_message
from chat.knowledge import Knowledge, own_knowledge
from chat.log import Started
from nlp.reader import MAX_CHARACTERS
from nlp.reading import DialogueState
from ontologies.plain_yaml import read_yaml
from optimizer.generate import generate
from optimizer.planner import plan
from rules.grounding import ground
from rules.guard import guard

_REPEATS = 5
_READINGS = 400
_PROFILE_SEED = 2026
_NOTHING_ASKED = DialogueState(asked=None, first_id=0, known=())
_PARTS = {  # what a start is made of; each line does what the one before does, and more
    "Python itself": "pass",
    "imports (spaCy is two thirds of them)": "import chat.answer, chat.consultation",
    "knowledge from the cache": "import chat.answer, chat.consultation; from chat.knowledge import own_knowledge; own_knowledge()",
}
_ANEW = "import chat.answer, chat.consultation; from chat.knowledge import load_knowledge; load_knowledge()"
_ANSWERED = (
    "import chat.answer; from chat.knowledge import own_knowledge; from chat.consultation import *; from chat.log import Started; "
    "consult(single_message('I have a cough', started=Started(at='')), own_knowledge()); "
)
_PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"  # ru_maxrss keeps the parent's


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    figures = measure(options.plans)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{name:42} {value}\n" for name, value in figures.items())
    return 0


def measure(plans: int) -> dict[str, Any]:
    """Take every figure."""
    knowledge = own_knowledge()
    messages = read_yaml(files("chat").joinpath("bench.yaml").read_text(encoding="utf-8"))["messages"]
    return {**_start_up(), **_reading(knowledge, messages), **_turns(knowledge, messages), **_plans(knowledge, plans), **_memory()}


def _start_up() -> dict[str, Any]:
    ask = ["-m", "chat.cli", "ask", "I have a headache", "--age", "40", "--json"]
    whole = _median(lambda: _seconds(ask))
    reached = {name: _median(lambda code=code: _seconds(["-c", code])) for name, code in _PARTS.items()}  # type: ignore[misc]  # a default binds the loop's value
    anew = _median(lambda: _seconds(["-c", _ANEW])) - reached["imports (spaCy is two thirds of them)"]
    steps = [*reached.items(), ("the answer", whole)]
    taken = [(name, after - before) for (name, after), before in zip(steps, [0.0, *(r for _, r in steps)], strict=False)]
    return {
        "start-up to first answer, s": round(whole, 3),
        "  start-up is": ", ".join(f"{name} {seconds:.2f}" for name, seconds in sorted(taken, key=lambda t: -t[1])),
        "  without the cache, s": round(whole + anew - taken[2][1], 3),
        "  knowledge read from its files, s": round(anew, 3),
    }


def _seconds(arguments: list[str]) -> float:
    """Measure the processor's time of a process from its start to its end."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)  # noqa: S603  # our own code, fixed
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime - began.ru_utime + ended.ru_stime - began.ru_stime


def _median(measured: Callable[[], float]) -> float:
    return statistics.median(measured() for _ in range(_REPEATS))


def _reading(knowledge: Knowledge, messages: list[str]) -> dict[str, Any]:
    def read(text: str) -> None:
        knowledge.reader.read(text, turn=0, language=None, state=_NOTHING_ASKED)

    taken = [sorted(_milliseconds(read, messages[i % len(messages)]) for i in range(_READINGS)) for _ in range(_REPEATS)]
    longest = [(m * (MAX_CHARACTERS // len(m) + 1))[:MAX_CHARACTERS] for m in messages]
    return {
        "reading, messages/s": round(1000 * _READINGS / statistics.median(sum(times) for times in taken)),
        "reading, ms p99": round(statistics.median(_of(times, 0.99) for times in taken), 2),
        "reading 4,000 characters, ms at most": round(max(_median(lambda text=text: _milliseconds(read, text)) for text in longest), 1),  # type: ignore[misc]  # a default binds the loop's value
        "  reading is dominated by": shares(lambda: list(map(read, messages * _REPEATS))),
    }


def _turns(knowledge: Knowledge, messages: list[str]) -> dict[str, Any]:
    logs = [single_message(m, started=Started(at="", age=48.0, sex="female")) for m in messages]
    taken = sorted(_milliseconds(lambda log: consult(log, knowledge), log) for log in logs * (_REPEATS * 4))
    grounds = [(c, ground(c.statements, c.patient, knowledge.ontology)) for c in (consult(log, knowledge) for log in logs)]
    guards = sorted(_milliseconds(lambda g: guard(knowledge.rules, g[1], knowledge.engine), g) for g in grounds * (_REPEATS * 4))
    return {
        "a turn, ms p50": round(_of(taken, 0.5), 2),
        "a turn, ms p99": round(_of(taken, 0.99), 2),
        "  a turn is dominated by": shares(lambda: [consult(log, knowledge) for log in logs * _REPEATS]),
        "the guard alone, ms p50": round(_of(guards, 0.5), 2),
    }


def _milliseconds(call: Callable[[Any], object], argument: Any) -> float:
    """Measure the processor's time: what somebody else does on the machine does not count."""
    began = time.process_time()
    call(argument)
    return 1000 * (time.process_time() - began)


def _of(ordered: list[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]


def _plans(knowledge: Knowledge, count: int) -> dict[str, Any]:
    taken, proved = [], 0
    people = list(generate(count, _PROFILE_SEED, knowledge.ontology))
    for profile in people:
        began = time.process_time()  # the solver has one thread
        week = plan(profile, knowledge.ontology)
        taken.append(time.process_time() - began)
        proved += all(stage.proof.value == "optimal" for stage in week.certificate.stages)
    return {
        "a plan, s p50": round(statistics.median(taken), 3),
        "a plan, s max": round(max(taken), 3),
        "plans proved optimal in every stage, %": round(100 * proved / count, 1),
        "  a plan is dominated by": shares(lambda: plan(people[0], knowledge.ontology)),
    }


def _memory() -> dict[str, Any]:
    """Return the peak resident size of a fresh process that answered once, and what it grew by on the way."""
    codes = [*_PARTS.values(), _ANSWERED]
    peaks = [_peak(code) for code in codes]
    grown = [after - before for after, before in zip(peaks, [0.0, *peaks], strict=False)]
    names = [*_PARTS, "the first answer"]
    return {
        "memory of one worker, MiB": peaks[-1],
        "  memory is": ", ".join(f"{name} {mebibytes:.0f}" for name, mebibytes in zip(names, grown, strict=True)),
    }


def _peak(code: str) -> float:
    done = subprocess.run([sys.executable, "-c", f"{code}\n{_PEAK}"], check=True, capture_output=True, text=True)  # noqa: S603  # our own code, fixed
    return round(int(done.stdout.split()[-1]) / 1024, 1)
