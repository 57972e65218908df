"""Negation of given words, beside negspaCy (its better term set, `en`) on the same sentences in the same run.

With `IATROS_NEGEX=CASES.jsonl` (rows of `sentence`, `concept` and `negation`) the two are compared on that file as well.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import spacy
from negspacy.negation import Negex
from negspacy.termsets import termset
from spacy.tokens import Span

from kg.record import Presence
from nlp.reader import Reader
from ontologies.loader import load
from ontologies.plain_yaml import read_yaml

HERE = Path(__file__).parent
GIVEN = os.environ.get("IATROS_NEGEX")


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence with the place of one concept, and whether that is denied."""

    text: str
    start: int
    end: int
    denied: bool


Judge = Callable[[Marked], bool]


def own() -> Iterator[Marked]:
    """Read the sentences of the repository, the concept in brackets."""
    for label, sentences in read_yaml((HERE / "clinical.en.yaml").read_text("utf-8")).items():
        for sentence in sentences:
            start, end = sentence.index("["), sentence.index("]") - 1
            yield Marked(text=re.sub(r"[\[\]]", "", sentence).lower(), start=start, end=end, denied=label == "denied")


def given(path: Path) -> Iterator[Marked]:
    """Read rows whose sentence holds the concept; those that do not are left out for both."""
    for line in path.read_text().splitlines():
        row = json.loads(line)
        text, concept = row["sentence"].lower(), row["concept"].lower()
        start = text.find(concept)
        if start >= 0:
            yield Marked(text=text, start=start, end=start + len(concept), denied=row["negation"] == "Negated")


def f1(judge: Judge, rows: Sequence[Marked]) -> float:
    """Return the F1 of calling a concept denied."""
    said = [(judge(row), row.denied) for row in rows]
    hits = sum(a and b for a, b in said)
    return 2 * hits / (sum(a for a, _ in said) + sum(b for _, b in said))


@pytest.fixture(scope="module")
def ours() -> Judge:
    """Return our reader's judgement."""
    reader = Reader(load()[0])
    return lambda row: reader.presence_of(row.text, row.start, row.end) is Presence.ABSENT


@pytest.fixture(scope="module")
def theirs() -> Judge:
    """Return negspaCy's judgement, the concept given to it as an entity."""
    model = spacy.blank("en")
    model.add_pipe("sentencizer")
    negex = Negex(model, "negex", neg_termset=termset("en").get_patterns(), ent_types=[], extension_name="negex", chunk_prefix=[])

    def judge(row: Marked) -> bool:
        document = model(row.text)
        span = document.char_span(row.start, row.end, label="GIVEN", alignment_mode="expand")
        assert isinstance(span, Span)
        document.ents = [span]
        (entity,) = negex(document).ents
        return bool(entity._.negex)

    return judge


@pytest.mark.parametrize(
    "rows", [pytest.param(list(own()), id="own"), *([pytest.param(list(given(Path(GIVEN))), id="given")] if GIVEN else [])]
)
def test_negation_is_read_better_than_by_negspacy(rows, ours, theirs):
    """F1 is at least .97, and above the peer's on the same rows."""
    mine, peer = f1(ours, rows), f1(theirs, rows)
    wrong = "\n".join(row.text for row in rows if ours(row) is not row.denied)
    sys.stdout.write(f"\nnegation F1 on {len(rows)} rows: {mine:.3f}, negspaCy {peer:.3f}\n{wrong}\n")  # shown with -s
    assert mine >= 0.97, wrong
    assert mine > peer
