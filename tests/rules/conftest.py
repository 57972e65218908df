"""A small hand-made ontology and short ways to write rules, cases and facts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ontologies.concepts import FindingConcept, Quantity, UnitOf
from ontologies.ontology import Ontology
from ontologies.text import Text
from rules.casefile import facts_of, read_given
from rules.grounding import FactBase
from rules.language import Library, read_rules
from rules.rule import RuleBase, Stage
from rules.yaml_source import Source

BROADER = {
    "f:pain-low": "f:pain",
    "f:pain-low-right": "f:pain-low",
    "f:pain-severe": "f:pain",
    "f:fever-high": "f:fever",
}
BASES = ("f:pain", "f:fever", "f:rash", "f:cough", "f:vomiting", "f:fainting", "f:stiff", "f:bleeding", *(f"f:x{i}" for i in range(40)))


def _text(name: str) -> Text:
    return Text(en=name, zh=name)


def _finding(name: str) -> FindingConcept:
    return FindingConcept(id=name, label=_text(name), forms=(), broader=BROADER.get(name))


def _quantity(name: str, unit: str, decimals: int, *others: UnitOf) -> Quantity:
    return Quantity(id=name, label=_text(name), forms=(), unit=unit, units=others, possible_min=0, possible_max=1e6, decimals=decimals)


ONTOLOGY = Ontology(
    findings={name: _finding(name) for name in (*BASES, *BROADER)},
    quantities={
        "q:temperature": _quantity("q:temperature", "Cel", 1, UnitOf(unit="[degF]", said=("F",), factor=5 / 9, offset=-160 / 9)),
        "q:leukocytes": _quantity("q:leukocytes", "10*9/L", 1, UnitOf(unit="/uL", said=(), factor=0.001, offset=0)),
        "q:heart-rate": _quantity("q:heart-rate", "/min", 0),
    },
)


@pytest.fixture(name="ontology")
def _ontology() -> Ontology:
    return ONTOLOGY


@pytest.fixture
def facts() -> Callable[[str], FactBase]:
    """Ground a case written as the `given` of a test file."""

    def build(given: str) -> FactBase:
        source = Source("case")
        (node,) = source.entries(f"[{given}]")
        read = read_given(source, node)
        assert not source.issues, source.issues
        return facts_of(read, ONTOLOGY)

    return build


@pytest.fixture
def library() -> Callable[[str, Stage], Library]:
    """Read rules written without the fields that every rule has."""

    def build(text: str, stage: Stage = Stage.SYNDROMES) -> Library:
        return read_rules(text, "test.yaml", stage)

    return build


@pytest.fixture
def base(library: Callable[[str, Stage], Library]) -> Callable[[str, Stage], RuleBase]:
    """Make a rule base of lines `id | all | any | at_least | unless | then`; empty parts are left out."""

    def build(lines: str, stage: Stage = Stage.SYNDROMES) -> RuleBase:
        read = library("\n".join(entry(line) for line in lines.strip().splitlines()), stage)
        assert not read.issues, [str(i) for i in read.issues]
        return RuleBase(rules=tuple(sorted(read.rules, key=lambda r: r.id)), scores=tuple(read.scores))

    return build


def entry(line: str) -> str:
    """Write one rule as YAML."""
    name, every, one, counter, unless, then = (part.strip() for part in line.split("|"))
    parts = ", ".join(
        part
        for part in (f"all: [{every}]" if every else "", f"any: [{one}]" if one else "", f"at_least: {counter}" if counter else "")
        if part
    )
    forbidden = f"\n  unless: [{unless}]" if unless else ""
    return f"- id: {name}\n  version: 1\n  title: {{en: t, zh: t}}\n  purpose: p\n  when: {{{parts}}}{forbidden}\n  then: {then}"
