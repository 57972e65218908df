"""How soon each condition should be seen."""

from __future__ import annotations

from typing import Any

from kg.reasoning import TriageLevel
from ontologies.concepts import UrgencyRaise
from rules.urgencies import LEVELS, Urgencies


def test_what_is_present_raises_and_never_lowers(clinic: Any) -> None:
    """Of several findings the one that asks for most decides, whatever their order; one that asks for less changes nothing."""

    def raised(finding: str, to: str) -> UrgencyRaise:
        return UrgencyRaise(finding=finding, to=to, why=clinic.condition("x").label, evidence=clinic.rate(1.0).evidence)

    raises = (raised("f:a", "emergency"), raised("f:b", "consultation_24h"), raised("f:c", "self_care"))
    found = Urgencies.of(
        [clinic.condition("x", urgency="consultation", urgency_raised_by=raises), clinic.condition("y", urgency="self_care")]
    )

    def levels(*present: str) -> list[str]:
        return [LEVELS[rank] for rank in found.here(frozenset(present))]

    assert levels() == [TriageLevel.CONSULTATION, TriageLevel.SELF_CARE]
    assert levels("f:c") == levels()
    assert levels("f:b")[0] is TriageLevel.CONSULTATION_24H
    assert levels("f:a", "f:b")[0] is levels("f:b", "f:a")[0] is TriageLevel.EMERGENCY


def test_what_eases_gives_way_to_what_raises(clinic: Any) -> None:
    """A known attack may be looked after at home, unless something makes it more urgent."""

    def change(finding: str, to: str) -> UrgencyRaise:
        return UrgencyRaise(finding=finding, to=to, why=clinic.condition("x").label, evidence=clinic.rate(1.0).evidence)

    eased = (change("f:known", "self_care"), change("f:later", "emergency"))
    found = Urgencies.of(
        [clinic.condition("x", urgency="consultation", urgency_eased_by=eased, urgency_raised_by=(change("f:a", "consultation"),))]
    )

    def level(*present: str) -> str:
        return LEVELS[found.here(frozenset(present))[0]]

    assert level("f:known") is TriageLevel.SELF_CARE
    assert level("f:known", "f:a") is level("f:a", "f:known") is level() is TriageLevel.CONSULTATION
    assert level("f:later") is TriageLevel.CONSULTATION  # easing never raises
