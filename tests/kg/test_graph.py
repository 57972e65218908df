"""The patient graph in RDF."""

import warnings

from rdflib import Dataset, Graph

from kg.graph import PatientGraph
from kg.record import Attribute, Duration, Finding, MedicationUse, Span

SAID = (
    Finding(
        id="s0",
        span=Span(turn=0, start=0, end=5),
        text="cough",
        concept="f:cough",
        attributes=(Attribute(name="severity", value="severe"),),
        duration=Duration(days_min=3, days_max=3, said="3 days"),
    ),
    MedicationUse(id="s1", span=Span(turn=1, start=2, end=9), text="aspirin", drug="d:aspirin"),
)


def parsed(text, form="trig"):
    """Read named graphs back."""
    dataset = Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own use of what it deprecates
        dataset.parse(data=text, format=form)
    return dataset


def test_each_turn_has_its_named_graph():
    """Statements of two turns stand in two graphs."""
    dataset = parsed(PatientGraph("e1").add(SAID).trig())
    turns = {str(g.identifier).rsplit(":", 1)[-1] for g in dataset.graphs() if len(g)}
    assert turns == {"0", "1"}


def test_a_statement_leads_to_its_span():
    """Provenance says from which characters a statement was read."""
    turtle = PatientGraph("e1").add(SAID).turtle()
    assert "wasDerivedFrom" in turtle
    assert "oa:start 2" in turtle


def test_every_export_says_the_same():
    """Turtle, TriG and JSON-LD hold the same triples; TriG and JSON-LD keep the turns apart."""
    graph = PatientGraph("e1").add(SAID)
    plain = Graph().parse(data=graph.turtle(), format="turtle")
    assert graph.statements() == ("s0", "s1")
    assert len(plain) > 15
    for form, text in (("trig", graph.trig()), ("json-ld", graph.json_ld())):
        again = parsed(text, form)
        assert {(*t[:2], t[2].toPython()) for t in again.quads()} == {(*t[:2], t[2].toPython()) for t in plain}  # 3 is 3.0
        assert {str(g.identifier).rsplit(":", 1)[-1] for g in again.graphs() if len(g)} == {"0", "1"}


def test_words_with_quotes_and_markup_survive():
    """Hostile text is only text."""
    words = '"; DROP TABLE x; <script>alert(1)</script> \\ \n'
    odd = Finding(id="s0", span=Span(turn=0, start=0, end=len(words)), text=words, concept="f:cough")
    dataset = parsed(PatientGraph("e").add([odd]).trig())
    assert any(str(o) == words for _, _, o, _ in dataset.quads())
