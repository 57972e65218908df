"""The pages for people; every form works without a script."""

from __future__ import annotations

from aiohttp import web
from markupsafe import Markup

from chat.answer import answer
from chat.errors import InputError
from chat.explanations import proof_tree, what_if, why_not
from chat.log import Message
from chat.pictures.proof import proof_svg
from chat.pictures.week import clock, day_name, week_svg
from chat.proof import proof_of
from chat.web import keys, views
from chat.web.encounters import Turn
from chat.web.errors import ConsentError, RegionError
from chat.web.languages import chosen_language, in_language, language_of
from chat.web.rendering import default_region, page
from chat.web.requests import NewCorrection, NewEncounter, age_in, form_body, number_in, parse, readable
from chat.wording import text
from kg.reasoning import RecommendationKind as Kind
from ontologies.text import Language
from optimizer.calendar import icalendar

_QUICK = ("answer.yes", "answer.no", "answer.dont_know", "answer.skip")
_DAYS = 7


def _language(request: web.Request) -> Language:
    return chosen_language(request) or language_of(request)


async def start(request: web.Request) -> web.Response:
    """Show what this is, ask for consent and whom it is about."""
    regions = request.app[keys.KNOWLEDGE].regions
    return page(request, "start.html.j2", _language(request), regions=tuple(regions.values()))


async def begin(request: web.Request) -> web.Response:
    """Open an encounter and go to it."""
    form = await form_body(request)
    if form.get("consent") != "yes":
        raise ConsentError
    body = {"consent": True, "about": form.get("about", "me"), "sex": form.get("sex") or None, "region": form.get("region") or None}
    new = parse(NewEncounter, {**body, "age": age_in(form), "language": chosen_language(request)})
    region = new.region or default_region(request).code
    if region not in request.app[keys.KNOWLEDGE].regions:
        raise RegionError
    turn = await request.app[keys.ENCOUNTERS].start(region=region, about=new.about, age=new.age, sex=new.sex, language=new.language)
    raise web.HTTPSeeOther(f"/encounters/{turn.log.encounter}")


async def _turn(request: web.Request) -> Turn:
    """Read the encounter of the address, in the language in which it is to be shown."""
    turn = await request.app[keys.ENCOUNTERS].look(request.match_info["id"])
    shown = in_language(turn.consultation, chosen_language(request), language_of(request))
    return Turn(log=turn.log, consultation=shown)


async def talk(request: web.Request) -> web.Response:
    """Show the conversation, the open question and what was understood."""
    turn = await _turn(request)
    consultation, knowledge = turn.consultation, request.app[keys.KNOWLEDGE]
    triage = consultation.inference.triage
    question = consultation.questions[0] if consultation.questions else None
    return page(
        request,
        "talk.html.j2",
        consultation.language,
        turn=turn,
        region=views.region_of(consultation, knowledge),
        messages=[m for m in consultation.log.messages() if isinstance(m, Message)],
        question=question.text.render(consultation.language) if question and triage else None,
        question_reason=question.reason.render(consultation.language) if question else "",
        asked=question.finding if question and triage else "",
        quick=[text(key).render(consultation.language) for key in _quick(question.finding if question else "")],
        triage=triage,
        advice=triage.advice.render(consultation.language) if triage else "",
        alarming=triage is not None and triage.level in views.ALARMING,
        statements=views.statements(consultation, knowledge),
        issues=[f"{i.message} {i.solution}" for i in consultation.issues],
        unread=_unread(turn),
        lang_texts=consultation.language,
    )


def _quick(asked: str) -> tuple[str, ...]:
    """Offer the replies that fit the question; a number or a date is written."""
    if asked == "sex":
        return ("answer.female", "answer.male", "answer.skip")
    return _QUICK if asked.startswith(("f:", "c:")) or asked == "pregnancy" else ("answer.dont_know", "answer.skip")


def _unread(turn: Turn) -> list[str]:
    """Quote what was not understood of the last message."""
    messages, readings = turn.consultation.log.messages(), turn.consultation.readings
    if not readings:
        return []
    words = messages[-1].text
    return [words[s.start : s.end] for s in readings[-1].unread]


async def say(request: web.Request) -> web.Response:
    """Take a message or a quick reply."""
    form = await form_body(request)
    words = readable(form.get("quick") or form.get("text", ""))
    encounters = request.app[keys.ENCOUNTERS]
    await encounters.say(request.match_info["id"], words, asked=form.get("asked") or None, seen=number_in(form, "seen"))
    raise web.HTTPSeeOther(f"/encounters/{request.match_info['id']}")


async def correct(request: web.Request) -> web.Response:
    """Confirm, deny or remove something that was understood."""
    form = await form_body(request)
    body = {"statement": form.get("statement", ""), "action": form.get("action", ""), "seen": number_in(form, "seen")}
    new = parse(NewCorrection, body)
    await request.app[keys.ENCOUNTERS].correct(request.match_info["id"], new.statement, new.action, seen=new.seen)
    raise web.HTTPSeeOther(f"/encounters/{request.match_info['id']}#understood")


async def undo(request: web.Request) -> web.Response:
    """Take back the last answer."""
    form = await form_body(request)
    await request.app[keys.ENCOUNTERS].undo(request.match_info["id"], seen=number_in(form, "seen"))
    raise web.HTTPSeeOther(f"/encounters/{request.match_info['id']}")


async def result(request: web.Request) -> web.Response:
    """Show urgency first, then possibilities and what to do."""
    turn = await _turn(request)
    consultation, knowledge = turn.consultation, request.app[keys.KNOWLEDGE]
    language, inference = consultation.language, consultation.inference
    triage = inference.triage
    return page(
        request,
        "result.html.j2",
        language,
        turn=turn,
        region=views.region_of(consultation, knowledge),
        triage=triage,
        advice=triage.advice.render(language) if triage else "",
        reasons=[r.text.render(language) for r in triage.reasons] if triage else [],
        alarming=triage is not None and triage.level in views.ALARMING,
        possibilities=views.possibilities(consultation, knowledge),
        cant_miss=[knowledge.ontology.label(c).render(language) for c in inference.cant_miss],
        warnings=views.advice(consultation, Kind.WARN),
        act_now=views.advice(consultation, Kind.ACT_NOW),
        self_care=views.advice(consultation, Kind.SELF_CARE),
        treatments=views.advice(consultation, Kind.TREATMENT),
        rejected=views.rejected(consultation),
        tests=views.advice(consultation, Kind.TEST),
        referrals=views.advice(consultation, Kind.REFERRAL),
        come_back=views.advice(consultation, Kind.MONITORING),
        lifestyle=views.advice(consultation, Kind.LIFESTYLE),
        open_questions=bool(consultation.questions),
    )


async def week(request: web.Request) -> web.Response:
    """Show the plan as a calendar and as a list."""
    turn = await _turn(request)
    triage, language = turn.consultation.inference.triage, turn.consultation.language
    if triage is not None and triage.level in views.ALARMING:
        return page(request, "error.html.j2", language, words=text("plan.not_in_emergency").render(language))
    plan = await request.app[keys.ENCOUNTERS].plan(turn)
    days = [(day_name(plan, d, language), [i for i in plan.items if i.day == d]) for d in range(_DAYS)]
    return page(
        request,
        "plan.html.j2",
        language,
        turn=turn,
        plan=plan,
        days=days,
        clock=clock,
        picture=Markup(week_svg(plan, language)),  # noqa: S704  # our own picture; every text in it is escaped
        language=language,
    )


async def week_ics(request: web.Request) -> web.Response:
    """Give the plan as iCalendar."""
    turn = await _turn(request)
    body = icalendar(await request.app[keys.ENCOUNTERS].plan(turn), turn.consultation.language)
    return _download(body, "text/calendar", "week.ics")


async def doctor(request: web.Request) -> web.Response:
    """Show the whole reasoning: marked text, proof, factors, sources, why not, what if."""
    turn = await _turn(request)
    consultation, knowledge = turn.consultation, request.app[keys.KNOWLEDGE]
    language = consultation.language
    await request.app[keys.ENCOUNTERS].audit(turn.log.encounter, "doctor's page")
    asked = {name: request.query.get(name, "").strip() for name in ("why", "why_not", "what_if")}
    conclusion = asked["why"] or ("triage" if consultation.inference.triage else "")
    proof = proof_tree(consultation, conclusion, knowledge) if conclusion else None
    picture = (
        proof_svg(
            proof,
            title=text("doctor.proof_of", thing=conclusion).render(language),
            description=text("doctor.proof_describe").render(language),
        )
        if proof
        else ""
    )
    sources = sorted({c.source for d in consultation.inference.derivations for c in d.citations if c.source})
    return page(
        request,
        "doctor.html.j2",
        language,
        turn=turn,
        texts=[views.marked(m.text, i, consultation, knowledge) for i, m in enumerate(consultation.log.messages())],
        body=answer(consultation, knowledge),
        proof=Markup(picture),  # noqa: S704  # our own picture; every text in it is escaped
        conclusion=conclusion,
        hypotheses=[
            (v, views.factor_rows(h, language, knowledge), h)
            for v, h in zip(views.possibilities(consultation, knowledge, 10), consultation.inference.hypotheses, strict=False)
        ],
        sources=[knowledge.ontology.sources[s] for s in sources if s in knowledge.ontology.sources],
        asked=asked,
        explained=await _explain(request, turn, asked),
        report=consultation.report,
        version=knowledge.version,
    )


async def _explain(request: web.Request, turn: Turn, asked: dict[str, str]) -> dict[str, object] | str | None:
    """Answer "why not" and "what if"; an unknown name is said, not an error."""
    knowledge, encounters = request.app[keys.KNOWLEDGE], request.app[keys.ENCOUNTERS]
    try:
        if asked["why_not"]:
            return await encounters.run(lambda: why_not(turn.consultation, asked["why_not"], knowledge))
        if asked["what_if"]:
            return await encounters.run(lambda: what_if(turn.consultation, asked["what_if"], knowledge))
    except InputError as error:
        return str(error)
    return None


async def proof(request: web.Request) -> web.Response:
    """Give the proof as JSON-LD."""
    turn = await request.app[keys.ENCOUNTERS].look(request.match_info["id"])
    return _download(proof_of(turn.consultation, request.app[keys.KNOWLEDGE]), "application/ld+json", "proof.jsonld")


async def graph(request: web.Request) -> web.Response:
    """Give the patient graph as TriG."""
    turn = await request.app[keys.ENCOUNTERS].look(request.match_info["id"])
    return _download(turn.consultation.graph().turtle(), "application/trig", "graph.trig")


def _download(body: str, content_type: str, name: str) -> web.Response:
    return web.Response(text=body, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = (
    web.get("/", start),
    web.post("/encounters", begin),
    web.get("/encounters/{id}", talk),
    web.post("/encounters/{id}/messages", say),
    web.post("/encounters/{id}/corrections", correct),
    web.post("/encounters/{id}/undo", undo),
    web.get("/encounters/{id}/result", result),
    web.get("/encounters/{id}/plan", week),
    web.get("/encounters/{id}/plan.ics", week_ics),
    web.get("/encounters/{id}/doctor", doctor),
    web.get("/encounters/{id}/proof.jsonld", proof),
    web.get("/encounters/{id}/graph.trig", graph),
)
