"""Danger is monotone: what speaks for a condition never lowers it, a denial of that never raises it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kg.record import Presence, Subject
from rules.differential import rank
from rules.likelihood import Likelihood
from rules.said import hear

RED_FLAGS = ["chest-pain", "chest-pain-pressure", "sweating-cold", "pale"]
OTHERS = ["cough", "runny-nose", "fever", "rash", "chest-pain-sharp"]
told = st.dictionaries(st.sampled_from(RED_FLAGS + OTHERS), st.sampled_from([Presence.PRESENT, Presence.ABSENT, Presence.POSSIBLE]))


def danger(said: dict[str, Presence], clinic: Any, index: Likelihood) -> float:
    statements = [clinic.said(name, presence) for name, presence in said.items()]
    return float(rank(hear(statements), clinic.person(), index).danger[index.row["c:heart-attack"]])


@given(said=told, flag=st.sampled_from(RED_FLAGS))
def test_an_added_red_flag_never_lowers_danger(said: dict[str, Presence], flag: str, clinic: Any, index: Likelihood) -> None:
    """Whatever else was said, one more sign of a heart attack does not make it less dangerous to leave out."""
    before = danger({k: v for k, v in said.items() if k != flag}, clinic, index)
    assert danger({**said, flag: Presence.PRESENT}, clinic, index) >= before - 1e-9


@given(said=told, flag=st.sampled_from(RED_FLAGS))
def test_a_denied_red_flag_never_raises_danger(said: dict[str, Presence], flag: str, clinic: Any, index: Likelihood) -> None:
    """Whatever else was said, one denied sign of a heart attack does not make it more dangerous."""
    before = danger({k: v for k, v in said.items() if k != flag}, clinic, index)
    assert danger({**said, flag: Presence.ABSENT}, clinic, index) <= before + 1e-9


@given(said=told, flag=st.sampled_from(RED_FLAGS))
def test_a_relatives_red_flag_changes_nothing(said: dict[str, Presence], flag: str, clinic: Any, index: Likelihood) -> None:
    """The father's chest pain is not the patient's."""
    statements = [clinic.said(name, presence) for name, presence in said.items()]
    theirs = clinic.said(flag, id="theirs", subject=Subject.RELATIVE, relation="father")
    before = rank(hear(statements), clinic.person(), index)
    after = rank(hear([*statements, theirs]), clinic.person(), index)
    assert before.danger.tobytes() == after.danger.tobytes()


def test_rivals_do_not_matter(clinic: Any, index: Likelihood) -> None:
    """A perfect explanation by something harmless leaves danger as it is."""
    alone = danger({"chest-pain": Presence.PRESENT}, clinic, index)
    explained = danger({"chest-pain": Presence.PRESENT, "runny-nose": Presence.PRESENT, "cough": Presence.PRESENT}, clinic, index)
    assert explained == alone
