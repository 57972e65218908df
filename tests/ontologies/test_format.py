"""Formatting keeps comments and meaning, and twice is the same as once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.errors import UnreadableTurtleError
from ontologies.format import format_files, format_turtle
from ontologies.knowledge_files import files, package_root

PREFIXES = "@prefix v: <https://iatros.example/schema#> .\n@prefix f:   <https://iatros.example/finding/> .\n"


def test_prefixes_are_sorted_and_aligned():
    """The head of every file looks alike."""
    expected = "@prefix f: <https://iatros.example/finding/> .\n@prefix v: <https://iatros.example/schema#> .\n\nf:a v:b 1 .\n"
    assert expected == format_turtle(PREFIXES + "\nf:a v:b 1 .\n")


def test_separators_get_their_blank_and_ends_are_trimmed():
    """Blanks stand before separators; trailing blanks, tabs and empty lines go."""
    assert format_turtle(PREFIXES + "f:a v:b 1;\tv:c 2,3 , 4;   \n\n\n\n  v:d 5 .\n\n").endswith(
        "f:a v:b 1 ;  v:c 2,3 , 4 ;\n\n  v:d 5 .\n"
    )


def test_comments_and_strings_stay_as_they_are():
    """Nothing inside a string or a comment changes."""
    body = 'f:a v:b "x; y,  z #no\t" ;   # why;   because\n  v:c """two\n\n\n  lines; """ .\n# end\n'
    assert format_turtle(PREFIXES + body).endswith(body)


@pytest.mark.parametrize("text", ["f:a v:b 1 .", "@prefix f: <x:> .\nf:a f:b [ f:c 1 .", 'f:a "'])
def test_what_does_not_parse_is_refused(text):
    """A broken file is left alone, with the reason."""
    with pytest.raises(UnreadableTurtleError, match="no valid Turtle"):
        format_turtle(text)


WORDS = st.text(alphabet="ab ;,#\"'\\\n\t[]é疼", max_size=12)


@given(values=st.lists(st.tuples(WORDS, st.sampled_from([";", " ;", " ; ", ";  # c,d ; e", " ;\n\n\n", "\t;\t"])), min_size=1, max_size=5))
def test_formatting_twice_is_formatting_once(values):
    """The canonical form is its own canonical form, for any strings and separators."""
    escaped = [(w.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"), gap) for w, gap in values]
    text = PREFIXES + "f:a " + "".join(f'v:p{i} "{word}"{gap}\n' for i, (word, gap) in enumerate(escaped)) + " v:z 1 .\n"
    once = format_turtle(text)
    assert once == format_turtle(once)


def test_files_are_listed_and_written_only_when_asked(tmp_path: Path):
    """A dry run names the files; writing changes them once; a broken one is passed over."""
    good, broken = tmp_path / "a.ttl", tmp_path / "b.ttl"
    good.write_text(PREFIXES + "f:a v:b 1;\n  v:c 2 .")
    broken.write_text("f:a ;")
    assert (good,) == format_files(tmp_path, write=False)
    assert good.read_text().endswith("2 .")
    assert (good,) == format_files(tmp_path, write=True)
    assert format_files(tmp_path, write=True) == ()
    assert broken.read_text() == "f:a ;"


@pytest.mark.parametrize("path", [p for p in files() if p.parent == package_root()], ids=lambda p: p.name)
def test_our_own_catalogues_are_formatted(path):
    """The files of this folder stand in their canonical form."""
    text = path.read_text(encoding="utf-8")
    assert text == format_turtle(text)
