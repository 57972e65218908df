"""The counts, as data, as a table and as a picture."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from ontologies.evidence import Grade
from ontologies.ontology import Ontology
from ontologies.stats import as_data, as_table, stats
from ontologies.stats_picture import as_svg

BODY = """
f:a a v:Finding ; skos:prefLabel "a"@en , "甲"@zh ; skos:altLabel "aa"@en ; v:background [ v:probability 0.1 ; v:grade v:Expert ] .
s:b a v:Source ; dct:bibliographicCitation "B." .
c:p a v:Condition ; skos:prefLabel "p"@en , "父"@zh ; v:system v:Skin ; v:urgency v:Emergency ; v:cantMiss true ;
  v:presents [ v:finding f:a ; v:band v:Rare ; v:grade v:Banded ; dct:source s:b ] .
"""


@pytest.fixture
def found(loaded):
    return stats(loaded(BODY)[0])


def test_concepts_forms_and_grades_are_counted(found):
    """Each kind, language and grade has its number."""
    assert (dict(found.kinds)["conditions"], dict(found.kinds)["findings"], dict(found.kinds)["sources"]) == (1, 1, 1)
    assert as_data(found)["forms"] == {"en": 3, "zh": 2}
    assert dict(found.grades) == {Grade.EXPERT: 1, Grade.BANDED: 1, Grade.MEASURED: 0, Grade.STATED: 0}


def test_a_system_counts_its_conditions_and_claims(found):
    """Conditions, can't-miss ones and claims stand by body system."""
    assert (found.systems[0].system, found.systems[0].conditions, found.systems[0].cant_miss, found.systems[0].claims) == ("Skin", 1, 1, 1)


def test_sources_read_twice_are_counted(loaded):
    """A source with a day of second reading counts; one without does not."""
    twice = BODY + 's:c a v:Source ; dct:bibliographicCitation "C." ; v:secondRead "2026-11-26"^^xsd:date .'
    found = stats(loaded(twice)[0])
    assert (found.second_read, as_data(found)["second_read"]) == (1, 1)
    assert "read twice" in as_table(found)


def test_the_table_names_what_it_counts(found):
    """A reader finds each kind and each system in the text."""
    assert all(word in as_table(found) for word in ("conditions", "drug classes", "words in zh", "Banded", "Skin"))


def test_the_picture_is_well_formed_and_has_a_text_alternative(found):
    """The SVG parses and says in words what it shows."""
    root = ET.fromstring(as_svg(found))
    assert "Skin 1" in "".join(root.itertext())


def test_nothing_is_counted_as_nothing():
    """An empty ontology has a table and a picture too."""
    empty = stats(Ontology())
    assert "conditions" in as_table(empty)
    assert ET.fromstring(as_svg(empty)) is not None
