"""Every context rule is shown by its example, and is needed by it."""

from __future__ import annotations

import pytest

from nlp.context_rules import ContextRule, context_rules
from nlp.errors import ReadingDataError
from nlp.reader import Reader
from nlp.reading import DialogueState
from ontologies.ontology import Ontology

from .conftest import labels

RULES = context_rules()


def _labels(reader: Reader, rule: ContextRule) -> dict[str, str]:
    return labels(reader.read(rule.example, turn=0, language=None, state=DialogueState()))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_example_reads_as_it_says(reader: Reader, rule: ContextRule) -> None:
    """The example sentence of a rule is read with the labels that stand beside it."""
    found = _labels(reader, rule)
    assert {concept: found.get(concept) for concept, _ in rule.reads} == dict(rule.reads)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_example_needs_its_rule(ontology: Ontology, reader: Reader, rule: ContextRule) -> None:
    """Without its rule the example is read differently, or by another rule."""
    without = Reader(ontology, [each for each in RULES if each.id != rule.id])
    found = without.read(rule.example, turn=0, language=None, state=DialogueState())
    cited = {each.rule for each in found.statements}
    whole = reader.read(rule.example, turn=0, language=None, state=DialogueState())
    assert rule.id not in cited
    assert found.statements != whole.statements


def test_languages_have_the_same_categories() -> None:
    """English and Chinese rules cover the same categories."""
    english = {rule.category for rule in RULES if rule.id.startswith("en.")}
    chinese = {rule.category for rule in RULES if rule.id.startswith("zh.")}
    assert english == chinese


def test_rule_with_unknown_category_is_refused() -> None:
    """A rule file with a category that nothing reads is a clear error."""
    from nlp.context_rules import _rule

    with pytest.raises(ReadingDataError, match="unknown category"):
        _rule({"id": "x", "category": "nonsense", "phrases": ["no"], "example": "No.", "reads": {}}, "here")
