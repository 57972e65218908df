"""Who may look after themselves, and what danger, rivals and silence make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kg.reasoning import Inference, TriageLevel
from kg.record import Attribute, Duration, MedicationStatus, Presence, Subject
from ontologies.ontology import Ontology
from rules.calibration import Calibration
from rules.differential import Ranking, rank
from rules.engine import Engine
from rules.inference import infer
from rules.ledger import Ledger
from rules.likelihood import Likelihood
from rules.rule import RuleBase
from rules.said import hear
from rules.self_care import own_share, speaks_for
from rules.triage import dangers

Ask = Callable[..., Inference]


@pytest.fixture(scope="module")
def ask(clinic: Any, chest: Ontology, calibration: Calibration) -> Ask:
    engine = Engine()

    def asked(*statements: Any, ontology: Ontology = chest, age: float | None = 40.0, **how: Any) -> Inference:
        return infer(statements, clinic.person(age), RuleBase(rules=()), ontology, calibration, engine, **how)[0]

    return asked


@pytest.fixture
def skin(clinic: Any) -> Ontology:
    """A spot that passes by itself, a growth that a doctor should see, and two emergencies that look alike."""
    return clinic.ontology(
        clinic.finding("spot", 0.03),
        clinic.finding("itch", 0.01),
        clinic.finding("grows", 0.01),
        clinic.finding("shock", 0.01),
        clinic.condition("bite", 20.0, {"spot": 0.9, "itch": 0.7}, urgency="self_care", usual_days=(1.0, 7.0)),
        clinic.condition("heat-spot", 8.0, {"spot": 0.9}, urgency="self_care"),
        clinic.condition("growth", 18.0, {"spot": 0.95, "grows": 0.8}),
        clinic.condition("poisoned-blood", 0.4, {"shock": 0.8, "spot": 0.5}, urgency="emergency"),
        clinic.condition("burst-vessel", 0.4, {"shock": 0.8, "spot": 0.4}, urgency="emergency"),
    )


def ranked(clinic: Any, ontology: Ontology, calibration: Calibration, *statements: Any) -> Ranking:
    return rank(hear(statements), clinic.person(), Likelihood(ontology, calibration.differential))


class TestSelfCare:
    def test_a_base_rate_neither_sends_home_nor_keeps(self, clinic: Any, skin: Ontology, calibration: Calibration) -> None:
        """Only conditions for which something said speaks share in the decision."""
        ranking = ranked(clinic, skin, calibration, *clinic.told(["itch"]))
        spoken = {ranking.likelihood.conditions[r] for r in range(len(ranking.probability)) if speaks_for(ranking, 0.7)[r]}
        assert spoken == {"c:bite"}
        assert own_share(ranking, calibration.triage) == 1.0

    def test_nothing_spoken_for_has_no_share(self, clinic: Any, skin: Ontology, calibration: Calibration) -> None:
        """Without a finding that speaks nobody is sent home."""
        assert own_share(ranked(clinic, skin, calibration), calibration.triage) == 0.0

    def test_a_clear_leader_is_not_outvoted(self, clinic: Any, ask: Ask) -> None:
        """Many harmless rashes together do not send home whom one condition for a doctor fits far better than each of them."""
        harmless = [clinic.condition(f"rash-{n}", 6.0, {"spot": 0.9, "scales": 0.02}, urgency="self_care") for n in range(12)]
        findings = (clinic.finding("spot", 0.03), clinic.finding("scales", 0.01), clinic.finding("thick", 0.01))
        clear = clinic.condition("plaques", 6.0, {"spot": 0.9, "scales": 0.9})
        near = clinic.condition("plaques", 6.0, {"spot": 0.9, "scales": 0.03})
        outvoted = ask(*clinic.told(["spot", "scales"]), ontology=clinic.ontology(*findings, clear, *harmless))
        close = ask(*clinic.told(["spot"]), ontology=clinic.ontology(*findings, near, *harmless))
        assert outvoted.triage is not None and outvoted.triage.level is TriageLevel.CONSULTATION
        assert close.triage is not None and close.triage.level is TriageLevel.SELF_CARE

    def test_what_passes_by_itself_wins_by_its_share(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """Two harmless causes together outweigh a doctor's, and the reason names one of them."""
        found = ask(*clinic.told(["spot", "itch"]), ontology=skin)
        assert found.triage is not None and found.triage.level is TriageLevel.SELF_CARE
        assert "bite" in found.triage.reasons[0].text.en
        assert "if it gets worse" in found.triage.advice.en

    def test_a_doctors_condition_that_leads_only_just(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """An ordinary condition ahead of several harmless ones does not decide; one that should not wait does."""
        more = [replace(skin.conditions["c:heat-spot"], id=f"c:harmless-{n}") for n in range(3)]
        ontology = clinic.ontology(*skin.findings.values(), *skin.conditions.values(), *more)
        leading = replace(ontology.conditions["c:growth"], presentations=(clinic.rate(70.0),))
        mild = clinic.ontology(*ontology.findings.values(), *(leading if c.id == leading.id else c for c in ontology.conditions.values()))
        found = ask(*clinic.told(["spot"]), ontology=mild)
        assert found.hypotheses[0].condition == "c:growth"
        assert found.triage is not None and found.triage.level is TriageLevel.SELF_CARE
        urgent = replace(leading, urgency="consultation_24h")
        strict = clinic.ontology(*ontology.findings.values(), *(urgent if c.id == urgent.id else c for c in ontology.conditions.values()))
        raised = ask(*clinic.told(["spot"]), ontology=strict).triage
        assert raised is not None and raised.level is not TriageLevel.SELF_CARE

    def test_a_slow_danger_is_looked_for(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """What must not be missed keeps from self-care at a probability at which nothing else would."""
        growth = replace(skin.conditions["c:growth"], presentations=(clinic.rate(6.0),))
        levels = []
        for cant_miss in (False, True):
            slow = replace(growth, cant_miss=cant_miss)
            ontology = clinic.ontology(*skin.findings.values(), *(slow if c.id == slow.id else c for c in skin.conditions.values()))
            found = ask(*clinic.told(["spot"]), ontology=ontology)
            assert found.triage is not None
            levels.append(found.triage.level)
        assert levels == [TriageLevel.SELF_CARE, TriageLevel.CONSULTATION]

    def test_no_harmless_condition_at_all(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """Where only a doctor's condition fits, it says how soon."""
        found = ask(*clinic.told(["spot", "grows"]), ontology=skin)
        assert found.triage is not None and found.triage.level is TriageLevel.CONSULTATION
        assert "growth" in found.triage.reasons[0].text.en

    def test_what_gets_worse_after_days_is_seen(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """Worse on the first day is how things begin; worse on the fourth is not."""
        worse = (Attribute(name="course", value="worsening"),)
        levels = []
        for days in (1.0, 4.0):
            lasted = Duration(days_min=days, days_max=days, said="days")
            found = ask(clinic.said("spot", attributes=worse, duration=lasted), clinic.said("itch"), ontology=skin)
            assert found.triage is not None
            levels.append(found.triage.level)
        assert levels == [TriageLevel.SELF_CARE, TriageLevel.CONSULTATION]

    def test_a_common_finding_need_not_be_explained(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """What only a doctor's condition explains keeps from self-care when it is uncommon, and not when many people have it."""
        found = ask(*clinic.told(["spot", "itch", "shock"]), ontology=skin)
        assert found.triage is not None and found.triage.level is not TriageLevel.SELF_CARE


class TestDanger:
    def test_rivals_temper_what_danger_asks_for(self, clinic: Any, chest: Ontology, calibration: Calibration) -> None:
        """Danger stays; what it asks for falls from its class to a day and to nothing as something else explains it far better."""
        ranking = ranked(clinic, chest, calibration, *clinic.told(["chest-pain-pressure", "pale", "cough"]))
        row = ranking.likelihood.row["c:heart-attack"]
        levels = []
        for probability in (calibration.danger.act_from[TriageLevel.EMERGENCY_AMBULANCE], calibration.danger.look_from, 0.0):
            changed = ranking.probability.copy()
            changed[row] = probability
            levels.append([a.level for a in dangers(replace(ranking, probability=changed), calibration, Ledger(clinic_facts(chest)))])
        assert levels == [[TriageLevel.EMERGENCY_AMBULANCE], [TriageLevel.CONSULTATION_24H], []]

    def test_emergencies_together_make_one(self, clinic: Any, ask: Ask, skin: Ontology) -> None:
        """Two emergencies, neither of them likely enough alone, are one reason to go now."""
        found = ask(*clinic.told(["shock"]), ontology=skin)
        assert found.triage is not None and found.triage.level is TriageLevel.EMERGENCY
        assert any("need hospital now" in r.text.en for r in found.triage.reasons)


class TestSilence:
    def test_a_forgotten_dose_alone(self, clinic: Any, ask: Ask) -> None:
        """One forgotten dose of an ordinary medicine without a complaint may be settled at the pharmacy."""
        found = ask(clinic.use("d:x", MedicationStatus.MISSED))
        assert found.triage is not None and found.triage.level is TriageLevel.SELF_CARE
        ill = ask(clinic.use("d:x", MedicationStatus.MISSED), clinic.said("unheard-of"))
        assert ill.triage is not None and ill.triage.level is TriageLevel.CONSULTATION

    def test_talk_of_illness_that_was_not_understood(self, ask: Ask) -> None:
        """Not to understand is no reason to wait; without talk of illness there is no level."""
        found = ask(unclear=True).triage
        assert found is not None and found.level is TriageLevel.CONSULTATION
        assert "in other words" in found.reasons[0].text.en
        assert ask().triage is None

    def test_only_denials(self, clinic: Any, ask: Ask) -> None:
        """Who tells only what is not so has a complaint that was not understood; a relative's denial says nothing."""
        own = ask(clinic.said("cough", Presence.ABSENT)).triage
        assert own is not None and own.level is TriageLevel.CONSULTATION
        assert ask(clinic.said("cough", Presence.ABSENT, subject=Subject.RELATIVE, relation="father")).triage is None


def clinic_facts(ontology: Ontology) -> Any:
    from kg.patient import patient_of
    from rules.grounding import ground

    return ground((), patient_of(()), ontology)
