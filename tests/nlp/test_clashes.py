"""Forms that meet once they are stemmed are reported, unless they are marked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.clashes import lint_clashes
from ontologies.concepts import FindingConcept, FormKind, SurfaceForm
from ontologies.ontology import Ontology
from ontologies.text import Language, Text

from .conftest import small_ontology


def _with(*forms: tuple[str, str, FormKind]) -> Ontology:
    """Return the small ontology with more findings, each of one form."""
    house = small_ontology()
    more = {
        f"f:{name}": FindingConcept(
            id=f"f:{name}",
            label=Text(en=f"label of {name}", zh=f"{name}的名"),
            forms=(SurfaceForm(text=text, language=Language.EN, kind=kind),),
            where=f"{name}.ttl:1",
        )
        for name, text, kind in forms
    }
    return replace(house, findings={**house.findings, **more})


def test_the_small_ontology_has_no_clash() -> None:
    """Forms of their own are not reported."""
    assert list(lint_clashes(small_ontology())) == []


@pytest.mark.parametrize(("one", "other"), [("grit in my eye", "grit in the eyes"), ("shin swells", "shins are swollen")])
def test_forms_that_meet_once_stemmed_are_reported_where_the_lost_one_stands(one: str, other: str) -> None:
    """Small words and inflection do not tell two forms apart."""
    (issue,) = lint_clashes(_with(("alpha", one, FormKind.ALTERNATIVE), ("beta", other, FormKind.ALTERNATIVE)))
    assert issue.where == "beta.ttl:1"
    assert one in issue.message and other in issue.message


def test_a_form_marked_as_ambiguous_may_be_shared() -> None:
    """What asks is no clash."""
    shared = _with(("alpha", "grit in my eye", FormKind.ALTERNATIVE), ("beta", "grit in my eyes", FormKind.AMBIGUOUS))
    assert list(lint_clashes(shared)) == []
