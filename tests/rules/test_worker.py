"""The native engine in a process of its own: its death costs a slice, never the caller."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from rules.compiler import CompiledRule, Slice
from rules.engine import Engine
from rules.errors import NativeError
from rules.grounding import FactBase
from rules.rule import RuleBase, Stage
from rules.worker import Isolated

PIECE = Slice(
    rules=(CompiledRule(conditions=("发热",), asserts=("b",), key=("r", ())), CompiledRule(conditions=("b",), asserts=(), key=("q", ()))),
    facts=("发热",),
)


@pytest.fixture
def isolated() -> Iterator[Isolated]:
    with Isolated(answer_within=20) as worker:
        yield worker


def test_it_answers_as_the_engine_in_process(isolated: Isolated) -> None:
    """Chaining works across the pipe, and text is not escaped on the way."""
    assert isolated.run(PIECE) == [0, 1]


def test_a_killed_worker_is_replaced_by_the_spare(isolated: Isolated) -> None:
    """The call in flight fails by name; the next one is answered."""
    os.kill(isolated.pid, signal.SIGKILL)
    with pytest.raises(NativeError, match="lost"):
        isolated.run(PIECE)
    assert isolated.run(PIECE) == [0, 1]
    assert isolated.deaths == 1


def test_a_run_survives_the_death_of_its_worker(
    isolated: Isolated, base: Callable[..., RuleBase], facts: Callable[[str], FactBase]
) -> None:
    """The verifier's closure answers with the same derivations."""
    rules, known = base("a | f:x1 | | | | {finding: f:x2}"), facts("{present: [f:x1]}")
    os.kill(isolated.pid, signal.SIGKILL)
    run = Engine(isolated).run(rules, known, Stage.SYNDROMES)
    assert run.derivations == Engine().run(rules, known, Stage.SYNDROMES).derivations
    assert run.report.fallbacks == 1


def test_a_late_answer_is_a_lost_worker() -> None:
    """A slice that never returns is given up."""
    with Isolated(answer_within=0.0) as worker, pytest.raises(NativeError, match="no answer"):
        worker.run(PIECE)
