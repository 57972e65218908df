"""The pages, which work without a script: plain forms that lead from one page to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web
from markupsafe import Markup

from chat.errors import InputError
from chat.monograph import FOR_PATIENTS, monograph
from chat.pictures.week import clock, day_name, week_svg
from chat.web import keys
from chat.web.doctor import doctor_view
from chat.web.encounters import Turn
from chat.web.errors import ConsentError, RegionError, RequestError, StaleError, UnknownConditionError, UnknownEncounterError
from chat.web.languages import chosen_language, in_language, language_of
from chat.web.rendering import default_region, page, render
from chat.web.requests import LONGEST_ASKED, NewCorrection, NewEncounter, age_in, form_body, number_in, parse, readable
from chat.web.result import result_of
from chat.web.talk import talk_of
from chat.web.windows import Windows
from kg.care import ItemKind, PlanItem
from ontologies.text import Language

routes = web.RouteTableDef()


def _answers(form: Mapping[str, str]) -> str:
    """Write the answers to several questions in a row, as one message."""
    return " ".join(f"{value}." for name, value in form.items() if name.startswith("answer"))


@routes.get("/")
async def start(request: web.Request) -> web.Response:
    """Show consent and the first questions."""
    return _start_page(request, {})


@routes.post("/encounters")
async def begin(request: web.Request) -> web.Response:
    """Open an encounter from the first page's form; on a mistake show the form again with what was filled in."""
    form = await form_body(request)
    try:
        wanted = _wanted(form, request)
    except RequestError as error:
        return _start_page(request, form, error)
    turn = await request.app[keys.ENCOUNTERS].start(
        region=wanted.region or request.app[keys.SETTINGS].region,
        about=wanted.about,
        age=wanted.age,
        sex=wanted.sex,
        language=wanted.language,
    )
    raise web.HTTPSeeOther(f"/encounters/{turn.log.encounter}")


@routes.get("/encounters/{id}")
async def conversation(request: web.Request) -> web.Response:
    """Show the conversation."""
    return _talk_page(request, await look(request))


@routes.post("/encounters/{id}/messages")
async def say(request: web.Request) -> web.Response:
    """Take a message or a quick reply; on a mistake show the page again with the words kept in the box."""
    form = await form_body(request)
    written = form.get("text") or _answers(form)
    try:
        turn = await request.app[keys.ENCOUNTERS].say(
            encounter_id(request), readable(written), asked=form.get("asked", "")[:LONGEST_ASKED] or None, seen=number_in(form, "seen")
        )
    except UnknownEncounterError:
        raise
    except RequestError as error:
        return _talk_page(request, await look(request), error, draft=written)
    await show_everywhere(request.app, turn)
    raise web.HTTPSeeOther(f"/encounters/{turn.log.encounter}#now")


@routes.post("/encounters/{id}/corrections")
async def correct(request: web.Request) -> web.Response:
    """Confirm, deny or remove one statement."""
    form = await form_body(request)
    wanted = parse(NewCorrection, {"statement": form.get("statement"), "action": form.get("action"), "seen": number_in(form, "seen")})
    try:
        turn = await request.app[keys.ENCOUNTERS].correct(encounter_id(request), wanted.statement, wanted.action, seen=wanted.seen)
    except StaleError as error:
        return _talk_page(request, await look(request), error)
    await show_everywhere(request.app, turn)
    back = "/result" if form.get("from") == "result" else ""
    raise web.HTTPSeeOther(f"/encounters/{turn.log.encounter}{back}")


@routes.post("/encounters/{id}/undo")
async def undo(request: web.Request) -> web.Response:
    """Take back the last message or correction."""
    form = await form_body(request)
    try:
        turn = await request.app[keys.ENCOUNTERS].undo(encounter_id(request), seen=number_in(form, "seen"))
    except UnknownEncounterError:
        raise
    except RequestError as error:
        return _talk_page(request, await look(request), error)
    await show_everywhere(request.app, turn)
    raise web.HTTPSeeOther(f"/encounters/{turn.log.encounter}#now")


@routes.get("/encounters/{id}/result")
async def result(request: web.Request) -> web.Response:
    """Show the result: urgency first."""
    turn = await look(request)
    shown = result_of(turn.consultation, request.app[keys.KNOWLEDGE])
    return page(
        request,
        "result.html.j2",
        turn.consultation.language,
        region=shown.region,
        result=shown,
        encounter=turn.log.encounter,
        number=turn.number,
    )


@routes.get("/encounters/{id}/plan")
async def week(request: web.Request) -> web.Response:
    """Make the week's plan and show it as a calendar and as a list."""
    turn = await look(request)
    shown = result_of(turn.consultation, request.app[keys.KNOWLEDGE])
    language = turn.consultation.language
    made = None if shown.emergency else await request.app[keys.ENCOUNTERS].plan(turn)
    return page(
        request,
        "plan.html.j2",
        language,
        region=shown.region,
        encounter=turn.log.encounter,
        plan=made,
        spoken=language,
        picture=Markup(week_svg(made, language)) if made else None,  # noqa: S704  # our own picture, its labels escaped
        days=[(day_name(made, day, language), [i for i in made.items if i.day == day]) for day in range(7)] if made else [],
        clock=clock,
        tally=tally,
    )


@routes.get("/encounters/{id}/doctor")
async def doctor(request: web.Request) -> web.Response:
    """Show the whole reasoning, and answer why, why not and what if."""
    turn = await look(request)
    encounters = request.app[keys.ENCOUNTERS]
    await encounters.audit(turn.log.encounter, "doctor")
    query = {name: value[:200] for name, value in request.query.items()}
    shown = await encounters.run(lambda: doctor_view(turn.consultation, request.app[keys.KNOWLEDGE], query))
    region = result_of(turn.consultation, request.app[keys.KNOWLEDGE]).region
    return page(request, "doctor.html.j2", turn.consultation.language, region=region, encounter=turn.log.encounter, view=shown)


@routes.get("/conditions/{name}")
async def condition(request: web.Request) -> web.Response:
    """Show one condition with all its claims, grades and sources."""
    language = chosen_language(request) or language_of(request)
    try:
        shown = monograph(request.match_info["name"][:100], request.app[keys.KNOWLEDGE], language)
    except InputError as error:
        raise UnknownConditionError from error
    return page(request, "condition.html.j2", language, monograph=shown, for_patients=FOR_PATIENTS)


def tally(items: list[PlanItem]) -> list[tuple[str, int]]:
    """Count a day's entries by kind, in the order in which kinds matter."""
    counts: Counter[ItemKind] = Counter(item.kind for item in items if item.kind is not ItemKind.SLEEP)
    return [(kind.value, counts[kind]) for kind in ItemKind if counts[kind]]


async def look(request: web.Request) -> Turn:
    """Read the encounter of the address in the language in which it is to be shown."""
    turn = await request.app[keys.ENCOUNTERS].look(encounter_id(request))
    return in_the_language_of(turn, chosen_language(request), language_of(request))


def in_the_language_of(turn: Turn, chosen: Language | None, otherwise: Language) -> Turn:
    """Return the turn as it is to be shown."""
    return replace(turn, consultation=in_language(turn.consultation, chosen, otherwise))


def encounter_id(request: web.Request) -> str:
    """Return the encounter that the address names. Raises UnknownEncounterError for one that cannot be."""
    identifier = request.match_info["id"]
    if not (identifier.isascii() and len(identifier) <= 64):
        raise UnknownEncounterError
    return identifier


def live_part(app: web.Application, turn: Turn) -> tuple[str, str]:
    """Render what changes from turn to turn, and what a screen reader should say of it."""
    talk = talk_of(turn, app[keys.KNOWLEDGE])
    html = render(app[keys.TEMPLATES], "live.html.j2", turn.consultation.language, talk=talk, error=None)
    return html, talk.announcement


async def show_everywhere(app: web.Application, turn: Turn) -> None:
    """Send the new state to every open window of the encounter."""
    windows: Windows = app[keys.WINDOWS]
    for window, chosen in windows.on(turn.log.encounter):
        await send_state(app, window, in_the_language_of(turn, chosen, Language.EN))


async def send_state(app: web.Application, window: web.WebSocketResponse, turn: Turn, kind: str = "state") -> None:
    """Send one window how the encounter stands. A window that is gone is no error."""
    html, announcement = live_part(app, turn)
    message = {
        "type": kind,
        "number": turn.number,
        "asked": turn.asked_at_once,
        "html": html,
        "announce": announcement,
        "lang": turn.consultation.language,
    }
    try:
        await window.send_json(message)
    except (ConnectionError, RuntimeError):
        return


def _wanted(form: dict[str, str], request: web.Request) -> NewEncounter:
    if form.get("consent") != "yes":
        raise ConsentError
    region = form.get("region") or None
    if region is not None and region not in request.app[keys.KNOWLEDGE].regions:
        raise RegionError
    chosen = chosen_language(request)
    body = {"consent": True, "about": form.get("about") or "me", "age": age_in(form), "sex": form.get("sex") or None, "region": region}
    return parse(NewEncounter, {**body, "language": chosen.value if chosen else None})


def _start_page(request: web.Request, form: dict[str, str], error: RequestError | None = None) -> web.Response:
    language = chosen_language(request) or language_of(request)
    own = default_region(request)
    regions = [(code, r.name.render(language)) for code, r in request.app[keys.KNOWLEDGE].regions.items()]
    return page(
        request,
        "start.html.j2",
        language,
        status=error.status if error else 200,
        error=error.render(language) if error else None,
        form=form,
        regions=regions,
        own=own,
    )


def _talk_page(request: web.Request, turn: Turn, error: RequestError | None = None, draft: str = "") -> web.Response:
    language = turn.consultation.language
    talk = talk_of(turn, request.app[keys.KNOWLEDGE])
    return page(
        request,
        "talk.html.j2",
        language,
        status=error.status if error else 200,
        region=talk.result.region,
        talk=talk,
        error=error.render(language) if error else None,
        draft=draft,
    )
