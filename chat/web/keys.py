"""What the application carries, typed (https://docs.aiohttp.org/en/stable/web_advanced.html#application-s-config)."""

from __future__ import annotations

from aiohttp import web
from jinja2 import Environment

from chat.knowledge import Knowledge
from chat.settings import Settings
from chat.web.encounters import Encounters
from chat.web.windows import Windows

SETTINGS = web.AppKey("settings", Settings)
KNOWLEDGE = web.AppKey("knowledge", Knowledge)
ENCOUNTERS = web.AppKey("encounters", Encounters)
WINDOWS = web.AppKey("windows", Windows)
TEMPLATES = web.AppKey("templates", Environment)
