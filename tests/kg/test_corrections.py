"""What is in force after corrections and contradictions."""

from hypothesis import given
from hypothesis import strategies as st

from kg.corrections import Correction, CorrectionAction, in_force
from kg.record import Answer, Circumstance, Finding, Presence, Span, Subject, Timing


def finding(number, presence=Presence.PRESENT, turn=0, concept="f:cough", **details):
    """Make a finding statement."""
    return Finding(id=f"s{number}", span=Span(turn=turn, start=0, end=5), text="cough", concept=concept, presence=presence, **details)


def test_a_later_yes_replaces_an_earlier_no():
    """Safety first: what is said to be present counts at once."""
    result = in_force([finding(0, Presence.ABSENT), finding(1, turn=1)])
    assert [s.presence for s in result.statements] == [Presence.PRESENT]
    assert result.contradictions == ()


def test_a_later_no_becomes_a_question_and_the_yes_stays():
    """A denial of something affirmed is asked about, never applied silently."""
    result = in_force([finding(0), finding(1, Presence.ABSENT, turn=1)])
    assert [s.id for s in result.statements] == ["s0"]
    assert [(c.kept, c.against) for c in result.contradictions] == [("s0", "s1")]


def test_an_explicit_denial_lowers():
    """Correcting a statement by hand makes it absent."""
    result = in_force([finding(0)], [Correction(statement="s0", action=CorrectionAction.DENY)])
    assert [s.presence for s in result.statements] == [Presence.ABSENT]


def test_removing_forgets_the_statement():
    """What was never said is gone."""
    assert in_force([finding(0)], [Correction(statement="s0", action=CorrectionAction.REMOVE)]).statements == ()


def test_confirming_settles_a_contradiction():
    """Once the person confirmed, nothing is asked again."""
    said = [finding(0), finding(1, Presence.ABSENT, turn=1)]
    result = in_force(said, [Correction(statement="s0", action=CorrectionAction.CONFIRM)])
    assert result.contradictions == ()
    assert [s.presence for s in result.statements] == [Presence.PRESENT]


def test_it_has_passed_is_no_contradiction():
    """A finding that resolved later is not present any more."""
    result = in_force([finding(0), finding(1, turn=1, timing=Timing.RESOLVED)])
    assert [s.timing for s in result.statements] == [Timing.RESOLVED]
    assert result.contradictions == ()


def test_dont_know_does_not_erase_what_was_said():
    """An evasive answer leaves an earlier clear statement in force."""
    result = in_force([finding(0), finding(1, Presence.UNKNOWN, turn=1, answer=Answer.DONT_KNOW)])
    assert [s.id for s in result.statements] == ["s0"]


def test_a_relatives_finding_is_kept_apart():
    """The father's cough does not contradict one's own denial."""
    mine = finding(0, Presence.ABSENT)
    his = finding(1, subject=Subject.RELATIVE, relation="father")
    result = in_force([mine, his])
    assert {(s.id, s.subject) for s in result.statements} == {("s0", Subject.PATIENT), ("s1", Subject.RELATIVE)}


def test_the_last_age_counts():
    """A person has one age: the one said last."""
    said = [Circumstance(id=f"s{i}", span=None, text=str(a), name="age", value=float(a)) for i, a in enumerate((30, 31))]
    assert [s.value for s in in_force(said).statements] == [31.0]


@given(st.lists(st.tuples(st.sampled_from(list(Presence)), st.integers(0, 3), st.sampled_from(["f:a", "f:b"])), max_size=8))
def test_a_present_finding_never_vanishes_without_a_correction(said):
    """Whatever else is said, something affirmed stays present or is reported as passed."""
    statements = [finding(i, p, turn=t, concept=c) for i, (p, t, c) in enumerate(said)]
    affirmed = {s.concept for s in statements if s.presence is Presence.PRESENT}
    kept = {s.concept for s in in_force(statements).statements if s.presence is Presence.PRESENT}
    assert affirmed == kept
