"""In which language a page is shown: the one that was chosen, else that of the messages, else that of the browser."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from chat.consultation import Consultation
from ontologies.text import Language

COOKIE = "language"
_A_YEAR = 365 * 24 * 3600


def chosen_language(request: web.Request) -> Language | None:
    """Return what the person chose by the switch, now or before."""
    for said in (request.query.get("lang"), request.cookies.get(COOKIE)):
        if said in (Language.EN.value, Language.ZH.value):
            return Language(said)
    return None


def language_of(request: web.Request) -> Language:
    """Return the first language of the browser that we speak (RFC 9110, Accept-Language; order stands for weight)."""
    for part in request.headers.get("Accept-Language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("zh"):
            return Language.ZH
        if tag.startswith("en"):
            return Language.EN
    return Language.EN


def remember(request: web.Request, response: web.Response) -> web.Response:
    """Keep a choice made in the address for the next pages."""
    chosen = request.query.get("lang")
    if chosen in (Language.EN.value, Language.ZH.value) and not response.prepared:
        response.set_cookie(COOKIE, chosen, max_age=_A_YEAR, httponly=True, samesite="Lax")
    return response


def in_language(consultation: Consultation, chosen: Language | None, otherwise: Language) -> Consultation:
    """Return the consultation as it is to be shown. A bare number says nothing about the language; words do."""
    language = chosen or consultation.log.started.language or _written(consultation) or otherwise
    return consultation if language is consultation.language else replace(consultation, language=language)


def _written(consultation: Consultation) -> Language | None:
    messages = consultation.log.messages()
    for message, reading in zip(reversed(messages), reversed(consultation.readings), strict=True):
        if any(ch.isalpha() for ch in message.text):
            return reading.language
    return None
