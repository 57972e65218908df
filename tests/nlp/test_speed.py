"""Reading stays quick on any input: four times the text takes about four times as long, whatever it is made of."""

from __future__ import annotations

import time

import pytest

from nlp.reader import MAX_CHARACTERS, Reader
from nlp.reading import DialogueState

_SHORT = MAX_CHARACTERS // 4
_REPEATS = 3
_MOST_GROWTH = 8  # linear is 4; comparing all with all is 16
_TOO_SHORT = 0.002  # seconds below which a clock tells nothing of growth
_MOST_SECONDS = 0.5  # the aim is 50 ms; a busy machine is granted ten times that


def _seconds(reader: Reader, text: str) -> float:
    """Measure the processor's time of one reading."""
    began = time.process_time()
    reader.read(text, turn=0, language=None, state=DialogueState())
    return time.process_time() - began


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "痛",
        ",",
        ". ",
        "the my a of ",
        "chest the ",
        "chest pain ",
        "no cough, no fever or ",
        "Fever? No. ",
        "severe sudden left headache ",
        "ibuprofen 400 mg every 4 hours, ",
        "took another ibuprofen an hour later ",
        "aspirin 2 at 7am, 2 at 9am, ",
        "allergic to peanuts, ",
        "my son my husband says he ",
        "1 2 3 days ",
        "drink 2 pints a week ",
        "hundred and ",
        "胸痛",
        "没有咳嗽，",
        "膝盖疼，不红，不肿，",
        "吃布洛芬两片",
        "孩子三岁，我喂了药，",
        "发烧吗？没有。",
        "一二三",
        "昨天胸闷，今天不胸闷了，",
    ],
)
def test_time_grows_with_the_length_of_a_text(reader: Reader, piece: str) -> None:
    """No text of 4,000 characters takes much longer than four of 1,000."""
    short, long = (piece * _SHORT)[:_SHORT], (piece * MAX_CHARACTERS)[:MAX_CHARACTERS]
    pairs = [(_seconds(reader, short), _seconds(reader, long)) for _ in range(_REPEATS)]
    quick, slow = min(one for one, _ in pairs), min(other for _, other in pairs)
    assert slow < _MOST_SECONDS
    assert slow < _MOST_GROWTH * max(quick, _TOO_SHORT)
