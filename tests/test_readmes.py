"""The page of each folder is true: it names every module that is there, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1]
FOLDERS = ("chat", "nlp", "rules", "kg", "ontologies", "optimizer")
FILES = re.compile(r"`([a-z0-9_/]+\.(?:py|yaml|ttl))`")


def _page(folder: str) -> str:
    return (HOUSE / folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folders_page_names_each_of_its_modules(folder: str) -> None:
    """A newcomer finds every module in the page of its folder."""
    words = set(re.findall(r"[a-z0-9_]+", _page(folder)))
    missing = [module.stem for module in sorted((HOUSE / folder).glob("*.py")) if module.stem != "__init__" and module.stem not in words]
    assert missing == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folders_page_names_no_file_that_is_gone(folder: str) -> None:
    """What is called a file is one, here or from the root of the house."""
    named = set(FILES.findall(_page(folder)))
    assert [name for name in sorted(named) if not (HOUSE / folder / name).exists() and not (HOUSE / name).exists()] == []
