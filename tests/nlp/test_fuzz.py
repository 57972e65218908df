"""The whole reader on mutilated messages, and on messages with something beside the point: nothing crashes, nothing else changes."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp.reader import Reader
from nlp.reading import DialogueState, Reading
from ontologies.loader import load
from ontologies.plain_yaml import read_yaml
from ontologies.text import Language

HERE = Path(__file__).parent
RUNS = 1_000_000 if os.environ.get("IATROS_SOAK") else 10_000
ODD = [
    "\0",
    "\u202e",
    "\ufeff",
    "🤒",
    "👨‍👩‍👧",
    "é",
    "ﬁ",
    "½",
    "٣",
    "，",
    "。",
    "？",
    "\n\n",
    "  ",
    "<b>",
    "';--",
    "{{",
    "\\",
    "…",
    "“",
    "38,5",
    "-1",
    "1e9",
    "3/4",
    "no",
    "没",
    "不是",
    "if",
    "℃",
]
BESIDE = {
    Language.EN: [
        "The weather is nice today.",
        "Thank you for your time.",
        "I watched the football last night.",
        "My neighbour sold her car.",
    ],
    Language.ZH: ["今天天气很好。", "谢谢您。", "昨晚我看了一场足球赛。", "邻居把车卖了。"],
}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load()[0])


def read(reader: Reader, text: str) -> Reading:
    return reader.read(text, turn=0, language=None, state=DialogueState())


def corpus(*names: str) -> list[str]:
    """Gather the sentences of corpus files."""
    entries = (read_yaml((HERE / name).read_text("utf-8")) for name in names)
    return [text for body in entries for text, *_ in (body["sentences"] if isinstance(body, dict) else body)]


ENGLISH = corpus("sentences.en.yaml", "lay.en.yaml", "frozen.en.yaml")
CHINESE = corpus("sentences.zh.yaml", "frozen.zh.yaml")


def mutilated(count: int, seed: int) -> Iterator[str]:
    """Cut, double, swap, join and litter sentences of both languages."""
    dice, pool = random.Random(seed), ENGLISH + CHINESE
    for _ in range(count):
        text = dice.choice(pool)
        for _ in range(dice.randint(1, 6)):
            at, to = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
            match dice.randint(0, 5):
                case 0:
                    text = text[:at] + text[to:]
                case 1:
                    text = text[:to] + text[at:]
                case 2:
                    text = text[:at] + dice.choice(ODD) + text[at:]
                case 3:
                    text = text[:at] + text[at:to][::-1] + text[to:]
                case 4:
                    text = text[:at] + dice.choice(pool) + text[at:]
                case _:
                    text = (
                        text[:at]
                        + chr(dice.choice((dice.randint(0, 0x2FF), dice.randint(0x4E00, 0x9FFF), dice.randint(0, 0xD7FF))))
                        + text[at:]
                    )
        yield text[:4000]


def test_no_mutilated_message_stops_the_reader(reader: Reader) -> None:
    """Each is read, and every span quotes the words that it stands for."""
    for text in mutilated(RUNS, seed=26):
        for statement in read(reader, text).statements:
            if statement.span is not None:
                assert 0 <= statement.span.start < statement.span.end <= len(text), text
                assert text[statement.span.start : statement.span.end] == statement.text, text


@pytest.mark.parametrize("language", [Language.EN, Language.ZH])
@pytest.mark.parametrize("which", range(4))
def test_a_sentence_beside_the_point_changes_nothing_else(reader: Reader, language: Language, which: int) -> None:
    """Small talk after a message leaves every finding, its presence and its time as they were."""
    extra = BESIDE[language][which]
    changed = []
    for text in ENGLISH if language is Language.EN else CHINESE:
        ended = text if text.rstrip()[-1:] in ".!?。！？…" else text + (". " if language is Language.EN else "。")
        alone, beside = (labels(read(reader, each)) for each in (ended, f"{ended} {extra}"))
        if alone != beside:
            changed.append((ended, alone ^ beside))
    assert changed == []


def labels(reading: Reading) -> set[tuple[str, ...]]:
    """Return what is said, without ids."""
    return {(getattr(s, "concept", ""), str(s.presence), str(s.timing), str(s.subject), s.text) for s in reading.statements}
