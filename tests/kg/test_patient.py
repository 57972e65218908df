"""The person as assembled from statements."""

import pytest

from kg.patient import patient_of
from kg.record import Circumstance, Finding, History, Observation, PregnancyState, Presence, Sex, Subject


def circumstance(name, value, presence=Presence.PRESENT, subject=Subject.PATIENT):
    """Make a circumstance."""
    return Circumstance(id=f"s-{name}-{value}", span=None, text=str(value), name=name, value=value, presence=presence, subject=subject)


def test_nothing_said_leaves_everything_unknown():
    """Unknown stays unknown; nothing is guessed."""
    patient = patient_of([])
    assert (patient.age, patient.sex, patient.has_uterus, patient.pregnancy) == (None, None, None, None)
    assert patient.circumstances.smoking is None


def test_a_woman_has_a_uterus_unless_it_was_removed():
    """Anatomy follows sex and operations."""
    woman = circumstance("sex", "female")
    removed = History(id="s1", span=None, text="hysterectomy", concept="f:past-hysterectomy")
    assert patient_of([woman]).has_uterus is True
    assert patient_of([woman, removed]).has_uterus is False


def test_a_man_has_none():
    """Sex male: no uterus, testes."""
    man = patient_of([circumstance("sex", "male")])
    assert (man.sex, man.has_uterus, man.has_testes) == (Sex.MALE, False, True)


def test_a_relatives_pregnancy_is_not_the_patients():
    """Somebody else's circumstances count for somebody else."""
    hers = circumstance("pregnancy", "confirmed", subject=Subject.RELATIVE)
    assert patient_of([circumstance("sex", "male"), hers]).pregnancy is None


@pytest.mark.parametrize(
    ("presence", "state"),
    [(Presence.PRESENT, PregnancyState.CONFIRMED), (Presence.POSSIBLE, PregnancyState.POSSIBLE), (Presence.ABSENT, PregnancyState.DENIED)],
)
def test_pregnancy_is_read_from_findings(presence, state):
    """Said, feared or denied, pregnancy shapes the person."""
    said = Finding(id="s0", span=None, text="pregnant", concept="f:pregnancy", presence=presence)
    assert patient_of([said]).pregnancy is state


def test_weight_may_come_from_a_measurement():
    """A measured weight serves where none was stated."""
    weight = Observation(id="s0", span=None, text="70 kg", quantity="q:weight", value=70.0, unit="kg", said="70 kg")
    assert patient_of([weight]).weight_kg == 70.0


def test_denied_smoking_is_known_not_to_be():
    """Not smoking differs from silence."""
    assert patient_of([circumstance("smoking", True, Presence.ABSENT)]).circumstances.smoking is False
