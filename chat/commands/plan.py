"""`iatros plan`: a week for the person of a profile."""

from __future__ import annotations

import argparse
import json
import sys

from chat.errors import InputError
from chat.knowledge import own_knowledge
from chat.plan_json import plan_json
from kg.care import CarePlan
from kg.issues import Level
from ontologies.text import Language


def run(options: argparse.Namespace) -> int:
    """Plan from PROFILE.json; all that is wrong with the profile is said at once."""
    from chat.planning import with_targets  # noqa: PLC0415  # as below
    from optimizer.planner import plan  # noqa: PLC0415  # ortools takes long to import; other commands do not need it
    from optimizer.profile_reader import from_json  # noqa: PLC0415  # as above

    raw = _read(options)
    profile, issues = from_json(raw, own_knowledge().ontology)
    for issue in issues:
        sys.stderr.write(f"{issue}\n")
    if profile is None or any(i.level is Level.ERROR for i in issues):
        return 1
    if isinstance(raw, dict) and "targets" not in raw:
        profile = with_targets(profile, own_knowledge())
    week = plan(profile, own_knowledge().ontology)
    sys.stdout.write(_render(week, options))
    return 0


def _read(options: argparse.Namespace) -> object:
    try:
        return json.loads(options.profile.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"Cannot read {options.profile}: {error.strerror}. Give a profile as JSON.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{options.profile} is no JSON: {error}. See optimizer/schemas/profile.schema.json.") from error


def _render(week: CarePlan, options: argparse.Namespace) -> str:
    language = Language(options.lang)
    if options.ics:
        from optimizer.calendar import icalendar  # noqa: PLC0415  # only for this form

        return icalendar(week, language)
    if options.svg:
        from chat.pictures.week import week_svg  # noqa: PLC0415  # only for this form

        return week_svg(week, language)
    return json.dumps(plan_json(week, language), ensure_ascii=False, indent=1) + "\n"
