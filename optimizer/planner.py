"""A person's week: daily template, week, placement, menu, each stage given the one before; then the independent check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kg.care import Bound, CarePlan, Certificate, PlanItem, Proof, Sacrifice, StageResult
from ontologies.living import Dish
from ontologies.ontology import Ontology
from ontologies.text import Text
from optimizer.explain import Build, settle
from optimizer.former import Former, former_of
from optimizer.hours import active_stretches
from optimizer.items import day_items, menu_items, snack_starts, week_items
from optimizer.menu import MENU_WISHES, MenuModel, Spread, build_menu, menu_result, read_counts, spread
from optimizer.needs import Needs, needs_of
from optimizer.offering import offered, permitted
from optimizer.placement import DayPlacement, day_of, place_day, placement_result, put_off, visit_stretches, within
from optimizer.profile import PlanProfile, PlanWish, WishName
from optimizer.rhythm import turn_of, turned, turned_back
from optimizer.settings import Settings, settings
from optimizer.stage import Solved, Stage, priced_bounds, solve
from optimizer.suitability import suitable_activities
from optimizer.template import TIME_WISHES, Template, TemplateModel, build_template, read_template
from optimizer.texts import text
from optimizer.verifier import verify
from optimizer.week import WEEK_WISHES, Week, WeekModel, build_week, forbid_day, read_week, visit_labels
from optimizer.wishes import understood

Model = TypeVar("Model", TemplateModel, WeekModel, MenuModel)


@dataclass(slots=True)
class _Draft:
    """The plan as it grows, stage by stage."""

    profile: PlanProfile
    needs: Needs
    knowledge: Ontology
    figures: Settings
    former: Former
    items: list[PlanItem] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    sacrifices: list[Sacrifice] = field(default_factory=list)
    conflict: list[str] = field(default_factory=list)
    alerts: list[Text] = field(default_factory=list)
    stages: list[StageResult] = field(default_factory=list)
    late: dict[tuple[int, str], int] = field(default_factory=dict)  # when a meal begins that a visit puts off, by day and meal (minutes)

    def leave_out(self, stage: str, *, settled: bool) -> None:
        """Say that a part of the plan is missing."""
        name = "no-stage" if settled else "not-settled"
        self.alerts.append(text("alerts", name, stage=text("stages", stage)))


def plan(profile: PlanProfile, knowledge: Ontology) -> CarePlan:
    """Plan seven days. The same profile and knowledge always give the same plan."""
    return _turned_plan(profile, knowledge, None)


def replan(old: CarePlan, profile: PlanProfile, knowledge: Ontology) -> CarePlan:
    """Plan again for a changed profile, keeping what need not change (after safety and benefit, before comfort and taste)."""
    return _turned_plan(profile, knowledge, old)


def _turned_plan(profile: PlanProfile, knowledge: Ontology, old: CarePlan | None) -> CarePlan:
    """Plan on the person's own clock, and say the result on the real one."""
    profile, doubts = understood(profile)
    by = turn_of(profile, settings())
    own = turned(profile, by)
    former = Former() if old is None else former_of(turned_back(old, -by), own)
    return turned_back(_plan(own, doubts, knowledge, former), by)


def _plan(profile: PlanProfile, doubts: tuple[Text, ...], knowledge: Ontology, former: Former) -> CarePlan:
    needs = needs_of(profile, knowledge)
    draft = _Draft(profile, needs, knowledge, settings(), former)
    draft.alerts += [*doubts, *needs.alerts]
    template = _template(draft)
    if template is not None:
        _week(draft, template)
        draft.items += day_items(needs, knowledge, template, draft.late, draft.figures)
        if needs.menu:
            _menu(draft, template)
    return _finished(draft)


def _finished(draft: _Draft) -> CarePlan:
    """Put the parts in order and have them checked."""
    items = tuple(sorted(draft.items, key=lambda item: (item.day, item.start, item.kind, item.code)))
    unchecked = CarePlan(
        items=items,
        bounds=tuple({bound.name: bound for bound in draft.bounds}.values()),
        sacrifices=tuple({sacrifice.wish: sacrifice for sacrifice in draft.sacrifices}.values()),
        conflict=tuple(dict.fromkeys(draft.conflict)),
        alerts=tuple(draft.alerts),
        certificate=Certificate(stages=tuple(draft.stages), verified=False),
        start_date=draft.profile.start_date,
    )
    violations = verify(unchecked, draft.profile, draft.knowledge)
    certificate = Certificate(stages=tuple(draft.stages), verified=not violations, violations=violations)
    return CarePlan(
        items=items,
        bounds=unchecked.bounds,
        sacrifices=unchecked.sacrifices,
        conflict=unchecked.conflict,
        alerts=unchecked.alerts,
        certificate=certificate,
        start_date=unchecked.start_date,
    )


def _solved(
    draft: _Draft, build: Callable[[tuple[PlanWish, ...], bool], Model], stage_of: Callable[[Model], Stage], names: tuple[WishName, ...]
) -> tuple[Model, Solved] | None:
    """Solve a stage with all firm wishes; if that cannot be, find out what must give, say so, and solve without it."""
    wishes = tuple(wish for wish in draft.profile.wishes_of(*names) if wish.firm)
    model = build(wishes, False)
    solved = solve(stage_of(model))
    if solved.value is None and solved.settled:
        explaining: Build = lambda some: stage_of(build(some, True))  # noqa: E731  # two spellings of one short function
        settlement = settle(explaining, wishes)
        draft.sacrifices += settlement.sacrifices
        draft.conflict += settlement.conflict
        if not settlement.minimal:
            draft.alerts.append(text("alerts", "not-minimal"))
        if settlement.possible:
            model = build(settlement.kept, False)
            solved = solve(stage_of(model))
    if solved.value is None:
        stage = stage_of(model)
        draft.stages.append(StageResult(stage=stage.name, proof=Proof.INFEASIBLE, objective=0, bound=0))
        draft.leave_out(stage.name, settled=solved.settled)
        return None
    return model, solved


def _template(draft: _Draft) -> Template | None:
    def build(wishes: tuple[PlanWish, ...], explaining: bool) -> TemplateModel:
        return build_template(
            draft.profile,
            draft.needs,
            draft.knowledge,
            draft.figures,
            wishes=wishes,
            explaining=explaining,
            old=None if explaining else draft.former.template,
        )

    found = _solved(draft, build, lambda model: model.stage, TIME_WISHES)
    if found is None:
        return None
    model, solved = found
    draft.stages.append(solved.result("template"))
    draft.bounds += priced_bounds(model.stage, solved)
    return read_template(model, solved, draft.figures)


def _week(draft: _Draft, template: Template) -> None:
    figures = draft.figures
    _without_too_long(draft, template)
    stretches = tuple(active_stretches(draft.profile, day, template, figures) for day in range(figures.days))

    def build(wishes: tuple[PlanWish, ...], explaining: bool) -> WeekModel:
        return build_week(
            draft.profile,
            draft.needs,
            draft.knowledge,
            figures,
            stretches=stretches,
            wishes=wishes,
            explaining=explaining,
            old=None if explaining else draft.former.week,
        )

    if draft.needs.exertion and not suitable_activities(draft.knowledge, draft.needs):
        draft.alerts.append(text("alerts", "no-activity"))
    found = _solved(draft, build, lambda model: model.stage, WEEK_WISHES)
    placed = None if found is None else _placed(draft, template, found, stretches)
    if placed is None:
        return
    model, solved, week, days = placed
    draft.stages += [solved.result("week"), placement_result(days)]
    draft.bounds += priced_bounds(model.stage, solved)
    starts = {key: start for day in days for key, start in day.starts.items()}
    draft.items += week_items(draft.profile, draft.knowledge, week, starts)
    draft.late.update(late_meals(draft, week, starts, template))


Placed = tuple[WeekModel, Solved, Week, tuple[DayPlacement, ...]]


def _placed(
    draft: _Draft, template: Template, found: tuple[WeekModel, Solved], stretches: tuple[tuple[tuple[int, int], ...], ...]
) -> Placed | None:
    """Place each day; what does not fit is ruled out of the week, which is then solved again."""
    model, solved = found
    for _round in range(draft.figures.solver["repairs"]):
        week = read_week(model, solved, draft.figures)
        days = [
            place_day(day_of(draft.profile, week, day, stretches[day]), template, draft.figures, draft.former.starts)
            for day in range(draft.figures.days)
        ]
        wrong = [day for day, placement in enumerate(days) if placement.solved.value is None]
        if not wrong:
            return model, solved, week, tuple(days)
        for day in wrong:
            forbid_day(model, week, day, draft.figures)
        solved = solve(model.stage)
        if solved.value is None:
            break
    draft.stages.append(StageResult(stage="week", proof=Proof.INFEASIBLE, objective=0, bound=0))
    draft.leave_out("placement", settled=True)
    return None


def late_meals(draft: _Draft, week: Week, starts: Mapping[tuple[str, int], int], template: Template) -> dict[tuple[int, str], int]:
    """Return when one may eat what a visit puts off: breakfast on the day of a fasting test, a meal that falls into a long visit."""
    late: dict[tuple[int, str], int] = {}
    for n, day in week.visits.items():
        visit, start = draft.profile.visits[n], starts["visit", n]
        late |= {(day, meal): after for meal, after in put_off(visit, start, template, draft.figures).items()}
        if visit.fasting:
            resume = start + visit.minutes + draft.figures.visits["fasting_to_meal_minutes"]
            late[day, "breakfast"] = max(resume, template.meals["breakfast"])
    return late


def _without_too_long(draft: _Draft, template: Template) -> None:
    """Say which visits no day can hold, and plan the others."""
    turn = draft.profile.turn
    fitting, labels = [], visit_labels(draft.profile, draft.knowledge)
    for visit, label in zip(draft.profile.visits, labels, strict=True):
        if within(visit_stretches(visit, template, draft.figures, turn), visit.minutes):
            fitting.append(visit)
        else:
            draft.alerts.append(text("alerts", "visit-too-long", visit=label))
    draft.profile = replace(draft.profile, visits=tuple(fitting))


def _menu(draft: _Draft, template: Template) -> None:
    """Plan the dishes: from the offered ones, and if these cannot do from all that are permitted."""
    old = draft.former.days
    every = permitted(draft.profile, draft.needs, draft.knowledge, draft.figures)
    few = offered(every, draft.profile, draft.needs, draft.figures, kept=() if old is None else old.values())
    found = _menu_of_few(draft, few) or _menu_of_all(draft, every)
    if found is None:
        return
    model, solved, days = found
    draft.stages.append(menu_result(solved, days))
    draft.bounds += priced_bounds(model.stage, solved if days.kept else days.solved)
    starts = draft.late | snack_starts(template, draft.items, draft.late, draft.figures)
    draft.items += menu_items(days.days, draft.knowledge, template, starts, draft.needs)


_Menu = tuple[MenuModel, Solved, Spread]


def _build_menu(draft: _Draft, dishes: tuple[Dish, ...], wishes: tuple[PlanWish, ...], explaining: bool) -> MenuModel:
    old = None if explaining else draft.former.days
    return build_menu(draft.profile, draft.needs, dishes, draft.figures, wishes=wishes, explaining=explaining, old=old)


def _menu_of_few(draft: _Draft, dishes: tuple[Dish, ...]) -> _Menu | None:
    model = _build_menu(draft, dishes, tuple(wish for wish in draft.profile.wishes_of(*MENU_WISHES) if wish.firm), explaining=False)
    solved = solve(model.stage)
    if solved.value is None:
        return None
    days = spread(model, read_counts(model, solved), draft.needs, draft.figures, old=draft.former.days)
    return None if days is None else (model, solved, days)


def _menu_of_all(draft: _Draft, dishes: tuple[Dish, ...]) -> _Menu | None:
    found = _solved(
        draft, lambda wishes, explaining: _build_menu(draft, dishes, wishes, explaining), lambda model: model.stage, MENU_WISHES
    )
    if found is None:
        return None
    model, solved = found
    days = spread(model, read_counts(model, solved), draft.needs, draft.figures, old=draft.former.days)
    if days is None:
        draft.stages.append(StageResult(stage="menu", proof=Proof.INFEASIBLE, objective=0, bound=0))
        draft.leave_out("menu", settled=False)
        return None
    return model, solved, days
