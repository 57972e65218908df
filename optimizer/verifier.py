"""An independent check of every plan in plain Python: it reads the items, the profile and the knowledge, never the models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from kg.care import CarePlan, ItemKind, PlanItem
from kg.reasoning import TriageLevel
from ontologies.living import NUTRIENTS
from ontologies.ontology import Ontology
from optimizer.needs import Needs, needs_of
from optimizer.profile import PlanProfile
from optimizer.settings import MINUTES_PER_DAY, Settings, settings
from optimizer.suitability import named_in

_LASTING = frozenset({ItemKind.ACTIVITY, ItemKind.TEST, ItemKind.APPOINTMENT})
_VISITS = frozenset({ItemKind.TEST, ItemKind.APPOINTMENT})


def verify(plan: CarePlan, profile: PlanProfile, knowledge: Ontology) -> tuple[str, ...]:
    """Return every violation of a safety constraint, in words; none when the plan is safe."""
    needs, figures = needs_of(profile, knowledge), settings()
    checks: tuple[Iterable[str], ...] = (
        _check_frame(plan, figures),
        _check_doses(plan, needs),
        _check_overlaps(plan),
        _check_activities(plan, profile, needs, knowledge),
        _check_visits(plan, profile),
        _check_fasting(plan, profile),
        _check_dishes(plan, needs, knowledge, figures),
        _check_daily_limits(plan, needs, knowledge),
        _check_sleep(plan, figures),
    )
    return tuple(violation for check in checks for violation in check)


def _of(plan: CarePlan, kinds: Iterable[ItemKind]) -> list[PlanItem]:
    wanted = frozenset(kinds)
    return [item for item in plan.items if item.kind in wanted]


def _check_frame(plan: CarePlan, figures: Settings) -> Iterator[str]:
    for item in plan.items:
        if not 0 <= item.day < figures.days or not 0 <= item.start < MINUTES_PER_DAY or item.minutes <= 0:
            yield f"{item.code} on day {item.day} at {item.start} lies outside the week."


def _check_doses(plan: CarePlan, needs: Needs) -> Iterator[str]:
    """Only scheduled medicines, as often as prescribed, never closer than the interval, over midnight as well."""
    taken: dict[str, list[int]] = defaultdict(list)
    for item in _of(plan, [ItemKind.DOSE]):
        taken[item.code].append(item.day * MINUTES_PER_DAY + item.start)
    known = {dose.drug: dose for dose in needs.doses}
    for drug in taken.keys() - known.keys():
        yield f"{drug} is planned although it may not be."
    for drug, dose in known.items():
        moments = sorted(taken.get(drug, []))
        if moments and len({m // MINUTES_PER_DAY for m in moments}) * dose.times != len(moments):
            yield f"{drug} is not planned {dose.times} times on each day."
        for earlier, later in pairwise(moments):
            if later - earlier < dose.interval:
                yield f"{drug} is planned twice within {later - earlier} minutes; at least {dose.interval} are needed."


def _check_overlaps(plan: CarePlan) -> Iterator[str]:
    """What takes time does not overlap; nor does it overlap sleep (that of the night before the plan included) or meals."""
    spans = [(i.day * MINUTES_PER_DAY + i.start, i) for i in _of(plan, {*_LASTING, ItemKind.MEAL, ItemKind.SLEEP})]
    spans += [(i.start - MINUTES_PER_DAY, i) for i in _of(plan, [ItemKind.SLEEP]) if i.day == 0]
    spans.sort(key=lambda span: (span[0], span[1].code))
    for (start, one), (later, other) in pairwise(spans):
        if later < start + one.minutes and (one.kind in _LASTING or other.kind in _LASTING):
            yield f"{one.code} and {other.code} overlap on day {other.day}."


def _check_activities(plan: CarePlan, profile: PlanProfile, needs: Needs, knowledge: Ontology) -> Iterator[str]:
    withheld = profile.triage is not None and profile.triage.rank >= TriageLevel.CONSULTATION_24H.rank
    for item in _of(plan, [ItemKind.ACTIVITY]):
        activity = knowledge.activities[item.code]
        if withheld or not needs.exertion:
            yield f"{item.code} is planned although exertion is withheld."
        missing = needs.limitations - activity.suits
        if missing:
            yield f"{item.code} does not suit {', '.join(sorted(missing))}."
        forbidding = needs.history & activity.not_with
        if forbidding:
            yield f"{item.code} is forbidden with {', '.join(sorted(forbidding))}."
        if needs.met_ceiling is not None and activity.met > needs.met_ceiling:
            yield f"{item.code} takes {activity.met:g} MET, more than {needs.met_ceiling:g}."
        if not activity.minutes_min <= item.minutes <= activity.minutes_max:
            yield f"{item.code} lasts {item.minutes} minutes, outside {activity.minutes_min} to {activity.minutes_max}."


def _check_visits(plan: CarePlan, profile: PlanProfile) -> Iterator[str]:
    """Each visit once, in time; if any is planned, all are."""
    planned = _of(plan, _VISITS)
    if not planned:
        return
    for n, visit in enumerate(profile.visits):
        held = [item for item in planned if item.constraint == f"visit.due:{visit.code}/{n}"]
        if len(held) != 1:
            yield f"{visit.code} is planned {len(held)} times."
        elif not visit.earliest_day <= held[0].day <= visit.latest_day:
            yield f"{visit.code} is planned on day {held[0].day}, outside {visit.earliest_day} to {visit.latest_day}."


def _check_fasting(plan: CarePlan, profile: PlanProfile) -> Iterator[str]:
    """No meal, and no medicine that goes with one, before a fasting test on its day."""
    fasting = {f"visit.due:{visit.code}/{n}" for n, visit in enumerate(profile.visits) if visit.fasting}
    for test in (item for item in _of(plan, _VISITS) if item.constraint in fasting):
        for meal in _of(plan, [ItemKind.MEAL]):
            if meal.day == test.day and meal.start < test.start + test.minutes:
                yield f"{meal.code} comes before the fasting test {test.code} on day {test.day}."


def _check_dishes(plan: CarePlan, needs: Needs, knowledge: Ontology, figures: Settings) -> Iterator[str]:
    """No dish holds, in any of its foods, what an allergy or a way of eating forbids."""
    for item in _of(plan, [ItemKind.MEAL]):
        dish = knowledge.dishes[item.code]
        holds = frozenset(thing for portion in dish.portions for thing in portion.food.contains)
        for thing in sorted(needs.forbidden):
            if thing in holds or named_in(thing, dish):
                yield f"{item.code} holds {thing}, to which the person is allergic."
        for diet in needs.diets:
            rule = figures.diets[diet]
            if holds & rule.forbids or any(pair <= holds for pair in rule.apart):
                yield f"{item.code} is not {diet}."


def _check_daily_limits(plan: CarePlan, needs: Needs, knowledge: Ontology) -> Iterator[str]:
    """Every firm limit on a nutrient holds on every day."""
    meals = _of(plan, [ItemKind.MEAL])
    for limit in needs.limits:
        if not limit.hard or limit.measure not in NUTRIENTS or limit.at_most is None:
            continue
        for day in sorted({meal.day for meal in meals}):
            total = sum(getattr(knowledge.dishes[meal.code].nutrients, limit.measure) for meal in meals if meal.day == day)
            if total * needs.portion > limit.at_most:
                yield f"Day {day} holds {total * needs.portion:.0f} of {limit.measure}; at most {limit.at_most:.0f} are allowed."


def _check_sleep(plan: CarePlan, figures: Settings) -> Iterator[str]:
    for item in _of(plan, [ItemKind.SLEEP]):
        if item.minutes < figures.day["sleep_floor_minutes"]:
            yield f"Only {item.minutes} minutes of sleep are left on day {item.day}."
