"""The closures and indexes of the knowledge."""

from __future__ import annotations

import pytest

from ontologies.errors import UnknownConceptError

BODY = """
f:a a v:Finding ; skos:prefLabel "a"@en , "甲"@zh .
f:b a v:Finding ; skos:broader f:a ; skos:prefLabel "b"@en , "乙"@zh .
f:c a v:Finding ; skos:broader f:b ; skos:prefLabel "c"@en , "丙"@zh .
dc:nsaid a v:DrugClass ; skos:broader dc:bleeding ; skos:prefLabel "nsaid"@en , "消炎药类"@zh .
dc:bleeding a v:DrugClass ; skos:prefLabel "bleeding"@en , "出血"@zh .
dc:cyp3a4-inhibitor a v:DrugClass ; skos:prefLabel "inhibitor"@en , "抑制剂"@zh .
d:x a v:Drug ; skos:prefLabel "x"@en , "某药"@zh ; v:class dc:nsaid ; v:enzyme [ v:role v:Inhibitor ; v:of v:CYP3A4 ; v:grade v:Expert ] .
c:p a v:Condition ; skos:prefLabel "p"@en , "父"@zh ; v:system v:Skin ; v:urgency v:SelfCare .
c:q a v:Condition ; skos:prefLabel "q"@en , "子"@zh ; v:system v:Skin ; v:urgency v:SelfCare ; v:parent c:p ;
  v:presents [ v:finding f:b ; v:band v:Rare ; v:grade v:Expert ] .
"""


@pytest.fixture
def ontology(loaded):
    found, issues = loaded(BODY)
    assert issues == ()
    return found


def test_ancestors_are_nearest_first(ontology):
    """The way up a hierarchy begins with the next concept."""
    assert ontology.ancestors("f:c") == ("f:b", "f:a")
    assert (ontology.base("f:c"), ontology.base("f:a")) == ("f:a", "f:a")


def test_descendants_are_whole_and_sorted(ontology):
    """All refinements of any depth are found."""
    assert ontology.descendants("f:a") == ("f:b", "f:c")
    assert ontology.descendants("f:unknown") == ()


def test_classes_are_closed_and_enzyme_roles_count(ontology):
    """A drug is in every class above its own and in the class of its enzyme role."""
    assert {"dc:nsaid", "dc:bleeding", "dc:cyp3a4-inhibitor"} == ontology.drug_classes_of("d:x")
    assert {"dc:nsaid", "dc:bleeding"} == ontology.drug_classes_of("dc:nsaid")
    assert ontology.drugs_in("dc:bleeding") == ("d:x",)


def test_claims_are_found_from_both_ends(ontology):
    """A claim is found by its condition, its finding and its name."""
    claim = ontology.claims_of("c:q")[0]
    assert (claim,) == ontology.claims_on("f:b")
    assert claim is ontology.claim("k:claim/q/b")
    assert ontology.children("c:p") == ("c:q",)


def test_an_unknown_label_is_refused(ontology):
    """Asking for a concept that is not there is a bug and says so."""
    assert ontology.label("c:p").en == "p"
    with pytest.raises(UnknownConceptError, match="f:nowhere"):
        ontology.label("f:nowhere")


def test_the_mappings_cannot_be_written(ontology):
    """Knowledge does not change while it is used."""
    with pytest.raises(TypeError):
        ontology.findings["f:z"] = None


def test_a_circle_of_findings_ends(loaded):
    """A circular hierarchy is reported and does not hang."""
    found, issues = loaded(BODY.replace("f:a a v:Finding ;", "f:a a v:Finding ; skos:broader f:c ;"))
    assert any("its own skos:broader" in issue.message for issue in issues)
    assert len(found.ancestors("f:c")) <= 3
