"""A service that runs for months does not grow: consultations leave nothing behind."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from chat.consultation import consult, single_message
from chat.knowledge import Knowledge
from chat.log import Started

CONSULTATIONS = 10_000 if os.environ.get("IATROS_SOAK") else 150
MESSAGES = (
    "I have had a sore throat and a runny nose for {n} days, no fever, and a pain called xq{n}zv",
    "crushing chest pain since {n} minutes, sweating, I take warfarin {n} mg",
    "我咳嗽{n}天了，没有发烧",
    "my {n} year old is vomiting and will not drink wqk{n}",
)
STATUS = Path("/proc/self/status")


def resident() -> float:
    """Return the memory of this process in MiB."""
    gc.collect()
    line = next(line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@pytest.mark.soak
@pytest.mark.skipif(not STATUS.exists(), reason="the memory of a process is read from /proc")
def test_consultations_leave_nothing_behind(knowledge: Knowledge) -> None:
    """Ever new words, numbers, ages: what is kept of them is bounded."""

    def hold(count: int, start: int) -> None:
        for n in range(start, start + count):
            text = MESSAGES[n % len(MESSAGES)].format(n=n % 100 + 1)
            consult(single_message(f"{text} {n}", started=Started(at="", age=float(n % 90), sex="female")), knowledge)

    hold(150, 0)
    before = resident()
    hold(CONSULTATIONS, 150)
    assert resident() - before < 12
