"""PROFILE.json: what is right is read, everything wrong is told at once with its place, and the schema says the same."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.issues import Level
from ontologies.ontology import Ontology
from optimizer.planner import plan
from optimizer.profile_reader import from_json

SCHEMA = json.loads(files("optimizer").joinpath("schemas/profile.schema.json").read_text(encoding="utf-8"))
FULL: dict[str, Any] = {
    "start_date": "2026-11-23",
    "person": {"age": 71, "sex": "male", "weight_kg": 80, "height_cm": 175, "mobility": ["bad-knees"], "diet": ["halal"], "income": "low"},
    "history": ["c:hypertension"],
    "allergies": ["x:peanut"],
    "medicines": [{"drug": "d:amlodipine", "amount": 5, "unit": "mg", "times_per_day": 1, "times": ["08:00"]}],
    "targets": ["l:activity-older-adults", "l:low-sodium"],
    "visits": [{"code": "t:hba1c", "kind": "test", "label": {"en": "blood test", "zh": "验血"}, "latest_day": 3, "fasting": True}],
    "measurements": [{"quantity": "q:weight", "days_per_week": 2, "moment": "after-waking"}],
    "wishes": [{"name": "like", "value": "a:tai-chi"}, {"name": "wake", "value": "06:30"}],
    "free": [{"weekday": "monday", "start": "18:00", "end": "20:00"}, {"start": "10:00", "end": "12:00"}],
    "triage": "consultation",
}


def test_a_full_profile_is_read_and_planned(knowledge: Ontology) -> None:
    """Every field has its place in the profile, and the plan is verified."""
    jsonschema.validate(FULL, SCHEMA)
    profile, issues = from_json(FULL, knowledge)
    assert [issue for issue in issues if issue.level is Level.ERROR] == []
    assert profile is not None
    assert profile.person.circumstances.mobility == ("bad-knees",)
    assert profile.medicines[0].clock == (480,)
    assert profile.free[0].weekday == 0
    assert plan(profile, knowledge).certificate.verified


BAD: list[tuple[dict[str, Any], str]] = [
    ({"start_date": None}, "$.start_date"),
    ({"start_date": "tomorrow"}, "$.start_date"),
    ({"person": {"age": -1}}, "$.person.age"),
    ({"person": {"age": True}}, "$.person.age"),
    ({"person": {"sex": "x"}}, "$.person.sex"),
    ({"person": []}, "$.person"),
    ({"person": {"hieght_cm": 170}}, "$.person.hieght_cm"),
    ({"history": "c:x"}, "$.history"),
    ({"history": [7]}, "$.history[0]"),
    ({"medicines": [{"drug": "d:x", "times": ["8 o'clock"]}]}, "$.medicines[0].times"),
    ({"visits": [{"code": "t:x", "latest_day": 7}]}, "$.visits[0].latest_day"),
    ({"wishes": [{"name": "fly", "value": "x"}]}, "$.wishes[0].name"),
    ({"free": [{"start": "20:00"}]}, "$.free[0].start"),
    ({"triage": "panic"}, "$.triage"),
    ({"colour": "blue"}, "$.colour"),
]


@pytest.mark.parametrize(("change", "where"), BAD)
def test_each_fault_has_its_place(knowledge: Ontology, change: dict[str, Any], where: str) -> None:
    """A bad value gives no profile, an error at its place, a solution; the schema refuses it as well."""
    raw = {key: value for key, value in {**FULL, **change}.items() if value is not None}
    profile, issues = from_json(raw, knowledge)
    assert profile is None
    assert where in [issue.where for issue in issues if issue.level is Level.ERROR]
    assert all(issue.solution for issue in issues)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(raw, SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize(
    ("change", "where"), [({"targets": ["l:none"]}, "$.targets"), ({"wishes": [{"name": "wake", "value": "early"}]}, "$.wishes[0].value")]
)
def test_what_only_the_knowledge_can_tell(knowledge: Ontology, change: dict[str, Any], where: str) -> None:
    """Unknown targets and wishes in the wrong form are errors too."""
    profile, issues = from_json({**FULL, **change}, knowledge)
    assert profile is None
    assert where in [issue.where for issue in issues]


def test_all_faults_are_told_at_once(knowledge: Ontology) -> None:
    """Three mistakes are three errors."""
    _, issues = from_json({"start_date": "x", "triage": "x", "y": 1}, knowledge)
    assert len([issue for issue in issues if issue.level is Level.ERROR]) == 3


@pytest.mark.parametrize("raw", [None, [], "text", 3, True])
def test_anything_but_an_object_is_refused(knowledge: Ontology, raw: object) -> None:
    """A profile is an object."""
    assert from_json(raw, knowledge)[0] is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(SCHEMA["properties"])) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(raw=_json)
def test_no_json_breaks_the_reader(raw: object) -> None:
    """Whatever JSON comes, there is a profile or an error, never an exception."""
    profile, issues = from_json(raw, Ontology())
    assert (profile is None) == any(issue.level is Level.ERROR for issue in issues)
