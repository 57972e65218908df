"""Events of an encounter, and what counts after undoing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import LogError
from chat.log import Consented, Corrected, Log, Message, Replied, Started, Undone, dump_event, load_event, load_log
from kg.corrections import CorrectionAction
from ontologies.text import Language

EVENTS = st.one_of(
    st.builds(
        Started, at=st.text(), region=st.sampled_from(["GB", "CN"]), age=st.none() | st.floats(0, 120), sex=st.none() | st.just("male")
    ),
    st.builds(Consented, at=st.text()),
    st.builds(Message, at=st.text(), text=st.text(), asked=st.none() | st.text(), language=st.none() | st.sampled_from(list(Language))),
    st.builds(Corrected, at=st.text(), statement=st.text(), action=st.sampled_from(list(CorrectionAction))),
    st.builds(Undone, at=st.text()),
    st.builds(Replied, at=st.text(), level=st.none() | st.just("emergency"), knowledge=st.text(), software=st.text()),
)


@given(EVENTS)
def test_an_event_survives_writing_and_reading(event):
    """Whatever was said comes back as it was."""
    assert load_event(dump_event(event)) == event


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"kind": "unheard"}',
        '{"kind": "message"}',
        '{"kind": "corrected", "at": "", "statement": "s0", "action": "burn"}',
    ],
)
def test_a_spoilt_event_is_named(line):
    """A line that is no event raises an error that quotes it."""
    with pytest.raises(LogError, match="no event"):
        load_event(line)


def test_undo_takes_back_the_last_message_only():
    """Undoing twice takes back two; undoing nothing does nothing."""
    a, b = Message(at="1", text="a"), Message(at="2", text="b")
    log = Log(encounter="e", events=(Undone(at="0"), a, b, Undone(at="3")))
    assert log.messages() == (a,)
    assert log.append(Undone(at="4")).messages() == ()


def test_a_correction_can_be_undone():
    """Undo takes back a correction as well."""
    log = Log(
        encounter="e", events=(Message(at="1", text="a"), Corrected(at="2", statement="s0", action=CorrectionAction.DENY), Undone(at="3"))
    )
    assert log.corrections() == ()
    assert len(log.messages()) == 1


def test_a_log_is_read_from_its_lines():
    """Lines in, log out."""
    events = (Started(at="1", age=30.0), Message(at="2", text="我咳嗽", language=Language.ZH))
    assert load_log("e", [dump_event(e) for e in events]) == Log(encounter="e", events=events)
