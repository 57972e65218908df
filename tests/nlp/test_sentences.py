"""The sentence corpora: six-way labels of findings and diagnoses, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from .conftest import Read, labels

_HERE = Path(__file__).parent
_AT_LEAST = 0.95  # share of labels that must be right; the rest are known gaps, listed by the failure message


def _corpus(language: str) -> list[tuple[str, dict[str, str]]]:
    return [(text, want) for text, want in yaml.safe_load((_HERE / f"sentences.{language}.yaml").read_text(encoding="utf-8"))]


def _wrong(read: Read, language: str) -> tuple[int, list[str]]:
    total, wrong = 0, []
    for text, want in _corpus(language):
        found = labels(read(text))
        for concept, label in want.items():
            total += 1
            if found.get(concept) != label:
                wrong.append(f"{text!r}: {concept} {label}, read {found.get(concept)}")
    return total, wrong


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_of_the_corpus(read: Read, language: str) -> None:
    """Nearly all labels of the corpus are read as a person would."""
    total, wrong = _wrong(read, language)
    assert 1 - len(wrong) / total >= _AT_LEAST, "\n".join(wrong)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_false_alarm(read: Read, language: str) -> None:
    """What was denied, feared, past or somebody else's is never read as the patient's present finding."""
    alarming = {"f:chest-pain", "c:myocardial-infarction", "c:stroke", "f:fainting", "f:breathlessness"}
    false = []
    for text, want in _corpus(language):
        found = labels(read(text))
        false += [
            f"{text!r}: {concept}"
            for concept, label in want.items()
            if concept in alarming and label != "present" and found.get(concept) == "present"
        ]
    assert false == []


@pytest.mark.parametrize(("language", "least"), [("en", 200), ("zh", 130)])
def test_corpus_is_large(language: str, least: int) -> None:
    """The corpus keeps its size."""
    assert len(_corpus(language)) >= least
