"""What must not change when a case is told otherwise: never broken in guard and danger, rarely in the whole triage."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import settings

from chat.cli import main
from chat.invariants import Cases, Change, Count, Look, _compare, counted, in_two_units
from chat.knowledge import Knowledge

EVERY_DAY = 500
RUNS = max(EVERY_DAY, settings.default.max_examples)
MOST_BROKEN = 0.05  # of the whole triage: an added sign may make something harmless lead, a denied one may take it away
UNCHANGING = ("order", "repetition", "relative", "age step", "unit")


@pytest.fixture(scope="module")
def counts(knowledge: Knowledge) -> dict[str, Count]:
    """Try all properties; the whole triage, which takes longest, on every tenth person."""
    return counted(knowledge, RUNS, triage_every=10)


@pytest.mark.soak
@pytest.mark.parametrize("name", [*UNCHANGING, "red flag added", "red flag denied"])
def test_guard_and_danger_break_no_property(name: str, counts: dict[str, Count]) -> None:
    """Five hundred people each: told in another order, twice, of a relative, at another age or in another unit; a sign more, a sign denied."""
    count = counts[name]
    assert count.tried == RUNS
    assert (count.guard, count.danger) == (0, 0), count.examples


@pytest.mark.soak
@pytest.mark.parametrize("name", UNCHANGING)
def test_the_whole_triage_does_not_hang_on_the_telling(name: str, counts: dict[str, Count]) -> None:
    """What changes nothing changes no level either."""
    assert counts[name].triage == 0, counts[name].examples


@pytest.mark.soak
@pytest.mark.parametrize("name", ["red flag added", "red flag denied"])
def test_the_whole_triage_rarely_moves_against_a_sign(name: str, counts: dict[str, Count]) -> None:
    """Triage weighs rivals, so a sign may speak for something harmless; that stays rare."""
    assert counts[name].triage <= MOST_BROKEN * counts[name].triaged, counts[name].examples


def test_a_broken_property_is_counted_with_its_case() -> None:
    """A level that falls, or a danger that does, though a sign was added."""
    before = Look(guard=3, danger=np.array([1.0, -np.inf]), triage=3)
    fallen = Look(guard=2, danger=np.array([0.5, -np.inf]), triage=2)
    added, count = Change(told=(), way=1), Count()
    _compare(count, before, fallen, added, "the case")
    assert (count.guard, count.danger, count.triage, count.triaged) == (1, 1, 1, 1)
    assert count.examples == ["guard, danger, triage: the case"]
    _compare(count, fallen, before, added, "the other way")
    _compare(count, before, fallen, Change(told=(), way=1, rows=np.array([False, True])), "not about that disease")
    assert (count.guard, count.danger, count.triage, count.tried) == (2, 1, 2, 3)


def test_people_are_made_anew_by_the_same_seed(knowledge: Knowledge) -> None:
    """The same seed gives the same people, so that a violation can be found again; values are told in two units."""
    one, other = (Cases(knowledge, random.Random(4)).person(random.Random(9)) for _ in range(2))
    assert one == other
    assert in_two_units(random.Random(1)) == in_two_units(random.Random(1))


def test_the_command_reports_rates(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each property with what was tried and broken; guard and danger decide the exit code."""
    assert main(["knowledge", "invariants", "--runs", "3"]) == 0
    out = capsys.readouterr().out
    assert "red flag added" in out
    assert "0 of 3 (0.0 %)" in out
