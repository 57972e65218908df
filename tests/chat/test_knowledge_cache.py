"""The cache of the prepared knowledge: the same answers, and never a file that others could have written."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from chat.answer import answer
from chat.consultation import consult, single_message
from chat.knowledge import Knowledge
from chat.knowledge_cache import cached_knowledge, fetch, keep, key_of, prepare
from chat.log import Started

MESSAGES = ("crushing chest pain for an hour and sweating", "我咳嗽三天了，没有发烧", "I take warfarin and ibuprofen, my stomache hurts")


def said(text: str, knowledge: Knowledge) -> str:
    """Return the whole answer to a message as text."""
    consultation = consult(single_message(text, started=Started(at="", age=58.0, sex="male")), knowledge)
    return json.dumps(answer(consultation, knowledge, None), ensure_ascii=False)


def loaded(house: Path) -> Knowledge:
    """Stand for a load where none may happen."""
    raise AssertionError(f"{house} was read although the cache holds it")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that only we can write."""
    own = tmp_path / "iatros"
    own.mkdir(mode=0o700)
    return own


def test_answers_are_the_same_bytes_from_the_cache(knowledge: Knowledge, folder: Path) -> None:
    """What is read back concludes, explains and asks the same."""
    keep(folder / "k.bin", prepare(knowledge))
    found = fetch(folder / "k.bin")
    assert found is not None
    assert [said(text, found.knowledge) for text in MESSAGES] == [said(text, knowledge) for text in MESSAGES]


def test_the_second_start_reads_the_cache(knowledge: Knowledge, tmp_path: Path, folder: Path) -> None:
    """The first start keeps the knowledge, the second does not load it."""
    environment = {"IATROS_CACHE": str(folder)}
    assert cached_knowledge(tmp_path, environment, lambda _: knowledge) is knowledge
    assert cached_knowledge(tmp_path, environment, loaded).version == knowledge.version


def test_a_damaged_file_is_not_opened(knowledge: Knowledge, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One wrong byte, or half a file, and the knowledge is read anew."""
    file = folder / "k.bin"
    keep(file, prepare(knowledge))
    whole = file.read_bytes()
    for damaged in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[: len(whole) // 2], b""):
        file.write_bytes(damaged)
        with caplog.at_level(logging.WARNING):
            assert fetch(file) is None
    assert "damaged" in caplog.text


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_what_others_may_write_is_neither_read_nor_written(knowledge: Knowledge, folder: Path, mode: int) -> None:
    """A folder or a file that a group or everybody may write could hold anything."""
    file = folder / "k.bin"
    keep(file, prepare(knowledge))
    file.chmod(mode)
    assert fetch(file) is None
    file.chmod(0o600)
    assert fetch(file) is not None
    folder.chmod(mode)
    assert fetch(file) is None
    keep(folder / "another.bin", prepare(knowledge))
    assert not (folder / "another.bin").exists()


def test_a_folder_that_cannot_be_written_changes_nothing(knowledge: Knowledge, tmp_path: Path) -> None:
    """Where nothing can be kept, the knowledge is loaded as ever."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert cached_knowledge(tmp_path, {"IATROS_CACHE": str(tmp_path / "file" / "iatros")}, lambda _: knowledge) is knowledge


def test_only_the_newest_files_of_a_house_stay(knowledge: Knowledge, folder: Path) -> None:
    """Editing the knowledge all day does not fill the disk."""
    prepared = prepare(knowledge)
    for name in ("one-1.bin", "one-2.bin", "one-3.bin", "two-1.bin"):
        keep(folder / name, prepared)
    assert sorted(file.name for file in folder.iterdir()) == ["one-2.bin", "one-3.bin", "two-1.bin"]


def test_the_name_follows_the_knowledge(tmp_path: Path) -> None:
    """One changed sign in a knowledge file leads to another file."""
    (tmp_path / "ontologies").mkdir()
    (tmp_path / "ontologies" / "x.ttl").write_text("a", encoding="utf-8")
    before = key_of(tmp_path)
    (tmp_path / "ontologies" / "x.ttl").write_text("b", encoding="utf-8")
    assert key_of(tmp_path) != before


def test_nothing_of_a_patient_is_kept(knowledge: Knowledge, folder: Path) -> None:
    """The cache is written before anything was read; words of a message read meanwhile would not get in."""
    said("I have had a qzzxv pain in my chest", knowledge)
    keep(folder / "k.bin", prepare(knowledge))
    assert b"qzzxv" not in (folder / "k.bin").read_bytes()
