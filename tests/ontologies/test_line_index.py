"""Lines of nodes, found without a second parse."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ontologies.line_index import LineIndex
from ontologies.namespaces import PREFIXES, compact, expand


def test_brackets_in_strings_comments_and_addresses_open_nothing():
    """Only real brackets are nodes."""
    text = b'f:a v:b "[ not" ; # [ not\n  v:c <x:[> ; v:d """[\n[""" ;\n  v:e [ v:f 1 ] ,\n [ v:f 2 ] .\n'
    assert LineIndex(text).brackets == (4, 5)


def test_a_subject_at_the_beginning_of_a_line_is_found_each_time():
    """A second description of a subject is seen."""
    assert LineIndex(b"f:a v:b 1 .\nf:b-c v:b 1 .\nf:a v:b 2 .\n").subjects == {"f:a": [1, 3], "f:b-c": [2]}


def test_lists_make_brackets_unknown():
    """With lists the order of nodes is another, so no line is claimed."""
    assert LineIndex(b"f:a v:b ( 1 2 ) , [ v:c 1 ] .").brackets == ()


@given(prefix=st.sampled_from(sorted(PREFIXES)), local=st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True))
def test_expanding_undoes_compacting(prefix, local):
    """The compact form of an identifier leads back to its IRI."""
    assert f"{prefix}:{local}" == compact(expand(f"{prefix}:{local}"))


def test_a_claim_name_has_slashes_and_still_compacts():
    """Claims are named by a path."""
    assert compact(expand("k:claim/cold/cough")) == "k:claim/cold/cough"
