"""Fills the templates. Everything that a person wrote is escaped; nothing is marked safe but our own SVG."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chat.regions import DEFAULT_REGION, Region
from chat.web import keys
from chat.web.languages import remember
from chat.wording import text
from ontologies.text import Language

STATIC = Path(str(files("chat").joinpath("static")))


def make_environment() -> Environment:
    """Prepare the templates once."""
    folder = str(files("chat").joinpath("templates"))
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["dial"] = dial
    environment.globals["static"] = static_address
    return environment


def render(environment: Environment, template: str, language: Language, **values: Any) -> str:
    """Fill a template; `t(key, …)` is a sentence in the page's language."""

    def translate(key: str, /, **parts: str) -> str:
        return text(key, **parts).render(language)

    other = Language.ZH if language is Language.EN else Language.EN
    return environment.get_template(template).render(t=translate, lang=language.value, other_lang=other.value, **values)


def page(request: web.Request, template: str, language: Language, /, status: int = 200, **values: Any) -> web.Response:
    """Answer with a whole page."""
    values.setdefault("region", default_region(request))
    body = render(request.app[keys.TEMPLATES], template, language, here=request.path, **values)
    response = web.Response(text=body, content_type="text/html", charset="utf-8", status=status)
    return remember(request, response)


def default_region(request: web.Request) -> Region:
    """Return the region that the server was started with."""
    regions = request.app[keys.KNOWLEDGE].regions
    return regions.get(request.app[keys.SETTINGS].region, regions[DEFAULT_REGION])


def dial(number: str) -> str:
    """Write a telephone number as a link needs it.

    >>> dial("1-800-222-1222")
    '18002221222'
    """
    return "".join(ch for ch in number if ch.isdigit() or ch == "+")


@lru_cache(maxsize=16)
def static_address(name: str) -> str:
    """Return the address of a static file with its version, so that browsers may keep it for long."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"
