"""Night workers: the clock is turned before planning and turned back after."""

from collections.abc import Callable

import pytest

from kg.care import ItemKind
from ontologies.ontology import Ontology
from optimizer.planner import plan, replan
from optimizer.profile import FreeTime, Medicine, PlanProfile, PlanWish, Visit
from optimizer.rhythm import turn_of, turned
from optimizer.settings import Settings

MakeProfile = Callable[..., PlanProfile]
MakeWish = Callable[[str, str], PlanWish]


@pytest.mark.parametrize(
    ("wake", "bed", "suits"),
    [("07:00", "22:45", True), ("15:00", "07:00", True), ("05:00", "21:00", True), ("05:00", "02:00", False), ("15:00", "23:00", False)],
)
def test_the_least_turn_that_suits_the_hours_of_sleep(
    make_profile: MakeProfile, wish: MakeWish, figures: Settings, wake: str, bed: str, suits: bool
) -> None:
    """After turning, both wishes lie in their windows; where no turn helps, nothing is turned."""
    profile = make_profile(wishes=(wish("wake", wake), wish("bedtime", bed)))
    by = turn_of(profile, figures)
    inside = {w.name: int(w.value[:2]) * 60 + int(w.value[3:]) for w in turned(profile, by).wishes}
    within = (
        figures.wake.earliest <= inside["wake"] <= figures.wake.latest and figures.bed.earliest <= inside["bedtime"] <= figures.bed.latest
    )
    assert within is suits
    assert suits or by == 0


def test_a_night_worker_gets_a_whole_plan(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """Sleep from 07:00 to 15:00, everything else in between, visits while awake, results in the real clock and the person's words."""
    profile = make_profile(
        wishes=(wish("wake", "15:00"), wish("bedtime", "07:00"), wish("only", "no such thing")),
        medicines=(Medicine(drug="d:levothyroxine", amount=100, unit="ug", times_per_day=1),),
        visits=(Visit(code="t:full-blood-count", kind=ItemKind.TEST),),
    )
    week = plan(profile, knowledge)
    assert week.certificate.verified
    assert {(i.start, i.minutes) for i in week.items if i.kind is ItemKind.SLEEP} == {(420, 480)}
    assert all(not 420 <= i.start < 900 for i in week.items if i.kind is not ItemKind.SLEEP)
    (test,) = (i for i in week.items if i.kind is ItemKind.TEST)
    assert 900 <= test.start <= 17 * 60
    assert all("15:00" in s.text.en for s in week.sacrifices if s.wish.startswith("wake"))
    assert replan(week, profile, knowledge).items == week.items


def test_free_time_is_cut_where_the_turned_day_begins(make_profile: MakeProfile) -> None:
    """Early hours of Tuesday belong to the turned Monday."""
    profile = make_profile(free=(FreeTime(start=300, end=600, weekday=1),))
    assert {(f.start, f.end, f.weekday) for f in turned(profile, 435).free} == {(1305, 1440, 0), (0, 165, 1)}


def test_what_cannot_be_is_explained_in_the_persons_own_times(make_profile: MakeProfile, knowledge: Ontology, wish: MakeWish) -> None:
    """Three hours of sleep: both reasons are named."""
    week = plan(make_profile(wishes=(wish("wake", "05:00"), wish("bedtime", "02:00"))), knowledge)
    assert {s.wish for s in week.sacrifices} == {"wake:05:00", "bedtime:02:00"}
    assert all(s.because for s in week.sacrifices)
