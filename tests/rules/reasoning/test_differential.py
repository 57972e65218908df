"""Additive log odds: tree, channels, caps, groups, costs, history, parents; every factor is a bar."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.record import Answer, Presence, Sex, Subject, Timing
from ontologies.evidence import Band
from ontologies.ontology import Ontology
from rules.calibration import Calibration
from rules.differential import Ranking, rank
from rules.grounding import ground
from rules.hypotheses import base_log, factors_of, fold, hypotheses_of, unexplained
from rules.ledger import Ledger
from rules.likelihood import Likelihood, caps
from rules.model import likelihood_of
from rules.plain import rank_plain
from rules.said import Channel, hear

FINDINGS = ["chest-pain", "chest-pain-pressure", "chest-pain-sharp", "sweating-cold", "pale", "cough", "runny-nose", "fever", "rash"]


def ranking_of(clinic: Any, index: Likelihood, present: Any = (), absent: Any = (), **person: Any) -> Ranking:
    return rank(hear(clinic.told(present, absent)), clinic.person(**person), index)


def factor(ranking: Ranking, condition: str, finding: str) -> float:
    place = [t.finding for t in ranking.terms].index(f"f:{finding}")
    return float(ranking.factors[ranking.likelihood.row[f"c:{condition}"], place])


def top(ranking: Ranking) -> str:
    return ranking.likelihood.conditions[ranking.order[0]]


def test_the_picture_decides(clinic: Any, index: Likelihood) -> None:
    """The typical picture of each condition puts it first."""
    assert top(ranking_of(clinic, index, ["chest-pain-pressure", "sweating-cold", "pale"])) == "c:heart-attack"
    assert top(ranking_of(clinic, index, ["chest-pain-sharp"], ["sweating-cold"])) == "c:wall-strain"
    assert top(ranking_of(clinic, index, ["runny-nose", "cough"])) == "c:cold"


def test_probabilities_sum_to_one(clinic: Any, index: Likelihood) -> None:
    """All conditions and "none of these" together are certain."""
    ranking = ranking_of(clinic, index, ["cough"])
    assert float(ranking.probability.sum()) + ranking.none == pytest.approx(1.0)


def test_a_refinement_brings_its_base(clinic: Any, index: Likelihood) -> None:
    """A refinement counts as its base and, given the base, by its share."""
    base = ranking_of(clinic, index, ["chest-pain"])
    refined = ranking_of(clinic, index, ["chest-pain-pressure"])
    assert factor(refined, "heart-attack", "chest-pain") == pytest.approx(factor(base, "heart-attack", "chest-pain"))
    channel = index.constants.channels["text"]
    q, r = 0.6 / 0.9, 0.005 / 0.02
    yes = math.log(((1 - channel.miss) * q + channel.false_report * (1 - q)) / ((1 - channel.miss) * r + channel.false_report * (1 - r)))
    assert factor(refined, "heart-attack", "chest-pain-pressure") == pytest.approx(yes, abs=1e-5)


def test_a_condition_that_lists_only_the_base_neither_gains_nor_loses(clinic: Any, index: Likelihood) -> None:
    """What the knowledge does not refine cannot be held against a condition."""
    assert factor(ranking_of(clinic, index, ["chest-pain-pressure"]), "wall-strain", "chest-pain-pressure") == pytest.approx(0.0, abs=1e-6)


def test_a_denied_base_silences_its_refinements(clinic: Any, index: Likelihood) -> None:
    """After "no chest pain", "no pressure on the chest" says nothing more."""
    once = ranking_of(clinic, index, ["cough"], ["chest-pain"])
    twice = ranking_of(clinic, index, ["cough"], ["chest-pain", "chest-pain-pressure", "chest-pain-sharp"])
    assert once.score.tolist() == twice.score.tolist()


def test_channels_cap_both_signs(clinic: Any, index: Likelihood) -> None:
    """No single statement says more than its channel can carry."""
    low, high = caps(index.constants.channels["text"])
    ranking = ranking_of(clinic, index, FINDINGS[3:], FINDINGS[:1])
    assert ranking.raw.min() >= low - 1e-9
    assert ranking.raw.max() <= high + 1e-9


def test_maybe_and_gone_count_half(clinic: Any, index: Likelihood) -> None:
    """A possible symptom, or one of this illness that has passed, says half of what a present one says."""
    whole = ranking_of(clinic, index, ["sweating-cold"])
    maybe = rank(hear([clinic.said("sweating-cold", Presence.POSSIBLE)]), clinic.person(), index)
    gone = rank(hear([clinic.said("sweating-cold", timing=Timing.RESOLVED)]), clinic.person(), index)
    half = factor(whole, "heart-attack", "sweating-cold") / 2
    assert factor(maybe, "heart-attack", "sweating-cold") == pytest.approx(half, abs=1e-5)
    assert factor(gone, "heart-attack", "sweating-cold") == pytest.approx(half, abs=1e-5)


@pytest.mark.parametrize(
    "more",
    [
        {"timing": Timing.PAST},
        {"timing": Timing.HYPOTHETICAL},
        {"timing": Timing.FEARED},
        {"subject": Subject.RELATIVE, "relation": "father"},
        {"subject": Subject.OTHER},
        {"presence": Presence.UNKNOWN, "answer": Answer.DONT_KNOW},
    ],
)
def test_what_is_not_so_now_changes_nothing(more: dict[str, Any], clinic: Any, index: Likelihood) -> None:
    """Past, feared, hypothetical, unknown and other people's findings leave the differential as it was."""
    before = rank(hear([clinic.said("cough")]), clinic.person(), index)
    after = rank(hear([clinic.said("cough"), clinic.said("chest-pain-pressure", at=9, **more)]), clinic.person(), index)
    assert before.score.tolist() == after.score.tolist()
    assert before.danger.tolist() == after.danger.tolist()


def test_unlisted_findings_cost_and_the_chief_complaint_costs_more(clinic: Any, index: Likelihood) -> None:
    """What a condition says nothing of costs a little; the complaint that somebody came for costs much."""
    ranking = ranking_of(clinic, index, ["runny-nose", "chest-pain"])
    assert factor(ranking, "heart-attack", "runny-nose") == index.constants.unlisted_chief_complaint
    later = ranking_of(clinic, index, ["chest-pain", "runny-nose"])
    assert factor(later, "heart-attack", "runny-nose") == index.constants.unlisted_cost
    assert factor(later, "heart-attack", "chest-pain") > 0


def test_what_most_people_have_costs_nothing(clinic: Any, calibration: Calibration) -> None:
    """ "He plays and drinks" needs no explanation by an illness; what is less common does."""
    ill = clinic.condition("cold", 5.0, {"cough": 0.9})
    content = clinic.condition("happy", 5.0, {"well": 0.9, "odd": 0.5})
    findings = (clinic.finding("cough", 0.1), clinic.finding("well", 0.6), clinic.finding("odd", 0.1))
    known = Likelihood(clinic.ontology(*findings, ill, content), calibration.differential)
    assert factor(ranking_of(clinic, known, ["cough", "well"]), "cold", "well") == 0.0
    assert factor(ranking_of(clinic, known, ["cough", "odd"]), "cold", "odd") == known.constants.unlisted_cost


def test_a_denied_unlisted_finding_costs_nothing(clinic: Any, index: Likelihood) -> None:
    """To deny what a condition does not list says nothing about it."""
    assert factor(ranking_of(clinic, index, ["chest-pain"], ["runny-nose"]), "heart-attack", "runny-nose") == pytest.approx(0.0)


def test_known_disease_explains(clinic: Any, calibration: Calibration, chest: Ontology) -> None:
    """A finding of a disease that the person is known to have is not held against others."""
    lungs = clinic.condition("copd", 3.0, {"cough": 0.9}, chronic=True)
    index = Likelihood(clinic.ontology(*chest.findings.values(), *chest.conditions.values(), lungs), calibration.differential)
    told = clinic.told(["chest-pain", "cough"])
    without = rank(hear(told), clinic.person(), index)
    known = rank(hear([*told, clinic.history("c:copd")]), clinic.person(), index)
    assert factor(without, "heart-attack", "cough") < 0
    assert factor(known, "heart-attack", "cough") == 0


def test_a_known_chronic_disease_is_history_unless_it_flares(clinic: Any, calibration: Calibration, chest: Ontology) -> None:
    """It leaves the differential when nothing speaks for it, and gains when something does."""
    lungs = clinic.condition("copd", 3.0, {"cough": 0.9}, chronic=True)
    index = Likelihood(clinic.ontology(*chest.findings.values(), *chest.conditions.values(), lungs), calibration.differential)
    history = clinic.history("c:copd")
    silent = rank(hear([clinic.said("rash"), clinic.said("chest-pain", at=3), history]), clinic.person(), index)
    flare = rank(hear([clinic.said("cough"), history]), clinic.person(), index)
    fresh = rank(hear([clinic.said("cough")]), clinic.person(), index)
    row = index.row["c:copd"]
    assert not silent.possible[row]
    assert flare.probability[row] > fresh.probability[row]


def test_a_published_ratio_counts_only_under_its_complaint(clinic: Any, calibration: Calibration, chest: Ontology) -> None:
    """Likelihood ratios apply where they were measured, and never those of people already suspected."""

    def index_with(**more: Any) -> Likelihood:
        claims = (clinic.claim("clot", "chest-pain", 0.6), clinic.ratio("clot", "pale", 7.0, 0.5, "chest-pain", **more))
        clot = clinic.condition("clot", 1.0, claims=None)
        made = type(clot)(**{**{f: getattr(clot, f) for f in clot.__slots__}, "claims": claims})
        return Likelihood(clinic.ontology(*chest.findings.values(), *chest.conditions.values(), made), calibration.differential)

    under = ranking_of(clinic, index_with(), ["chest-pain", "pale"])
    elsewhere = ranking_of(clinic, index_with(), ["cough", "pale"])
    suspected = ranking_of(clinic, index_with(spectrum="SuspectedDisease"), ["chest-pain", "pale"])
    denied = ranking_of(clinic, index_with(), ["chest-pain"], ["pale"])
    assert factor(under, "clot", "pale") == pytest.approx(math.log(7.0), abs=1e-5)
    assert factor(denied, "clot", "pale") == pytest.approx(math.log(0.5), abs=1e-5)
    assert factor(elsewhere, "clot", "pale") != pytest.approx(math.log(7.0), abs=1e-2)
    assert factor(suspected, "clot", "pale") != pytest.approx(math.log(7.0), abs=1e-2)


def test_risks_move_the_rate_and_are_bars(clinic: Any, index: Likelihood) -> None:
    """An exposure raises the condition that it drives, a denied one lowers it, and both are shown."""
    told = clinic.told(["chest-pain"])
    row = index.row["c:heart-attack"]
    scores = [
        rank(hear([*told, *extra]), clinic.person(), index)
        for extra in ([clinic.said("smoker", Presence.ABSENT)], [], [clinic.said("smoker", at=50)])
    ]
    assert [s.score[row] for s in scores] == sorted(s.score[row] for s in scores)
    assert [f.finding for f in factors_of(row, scores[2])].count("f:smoker") == 1


def test_excluded_by_anatomy(clinic: Any, calibration: Calibration) -> None:
    """What the body cannot have is never a hypothesis; unknown sex keeps it possible."""
    twisted = clinic.condition("torsion", 1.0, {"pain": 0.9}, only_if="HasTestes")
    index = Likelihood(clinic.ontology(clinic.finding("pain"), twisted), calibration.differential)
    assert not ranking_of(clinic, index, ["pain"], sex=Sex.FEMALE).order
    assert ranking_of(clinic, index, ["pain"], sex=None).order


def test_nothing_said_means_nothing_listed(clinic: Any, index: Likelihood, chest: Ontology, calibration: Calibration) -> None:
    """Without a finding that is present there are no hypotheses, whatever was denied."""
    for told in ((), clinic.told([], ["chest-pain"])):
        ranking = rank(hear(told), clinic.person(), index)
        assert hypotheses_of(ranking, calibration, Ledger(ground(told, clinic.person(), chest))) == ()


def test_parents_stand_for_their_children(clinic: Any, calibration: Calibration) -> None:
    """A parent is shown with the sum of its children, unless one child holds most of it."""
    findings = (clinic.finding("a"), clinic.finding("b"))
    family = (
        clinic.condition("leak", 5.0, {"a": 0.5}),
        clinic.condition("leak-one", 5.0, {"a": 0.5, "b": 0.3}, broader="c:leak"),
        clinic.condition("leak-two", 5.0, {"a": 0.5, "b": 0.002}, broader="c:leak"),
    )
    index = Likelihood(clinic.ontology(*findings, *family), calibration.differential)
    open_ = fold(ranking_of(clinic, index, ["a"]), 0.6)
    clear = fold(ranking_of(clinic, index, ["a", "b"]), 0.6)
    assert [index.conditions[s.row] for s in open_] == ["c:leak"]
    assert index.conditions[clear[0].row] == "c:leak-one"
    assert "c:leak" not in [index.conditions[s.row] for s in clear]
    total = ranking_of(clinic, index, ["a"])
    assert open_[0].share == pytest.approx(float(total.probability.sum()), abs=1e-5)


def test_what_the_leader_leaves_open_is_named(clinic: Any, index: Likelihood) -> None:
    """A finding that speaks strongly for a rival and not for the leader stays unexplained."""
    ranking = ranking_of(clinic, index, ["runny-nose", "cough", "sweating-cold"])
    assert unexplained(index.row["c:cold"], ranking, 1.5) == ("f:sweating-cold",)


def test_age_groups_act_at_their_limits_only(clinic: Any, calibration: Calibration) -> None:
    """Two ages within one group give the same numbers."""
    condition = clinic.condition("x", presentations=(clinic.rate(1.0, (0, 40)), clinic.rate(5.0, (40, 120))))
    index = Likelihood(clinic.ontology(condition, clinic.finding("a")), calibration.differential)
    rates = [float(index.table(age, None).log_rate[0]) for age in (20.0, 39.99, 40.0, 41.0)]
    assert rates[0] == rates[1] < rates[2] == rates[3]


def test_tables_are_kept_but_not_without_limit(clinic: Any, calibration: Calibration) -> None:
    """The same group gives the same table; many groups push the oldest out."""
    condition = clinic.condition("x", presentations=tuple(clinic.rate(1.0, (a, a + 1)) for a in range(60)))
    index = Likelihood(clinic.ontology(condition, clinic.finding("a")), calibration.differential)
    assert index.table(20.2, None) is index.table(20.8, None)
    tables = {id(index.table(float(a), None)) for a in range(60)}
    assert len(tables) > 1
    assert len(index._tables._made) <= 8


def test_an_index_is_made_once(chest: Ontology, calibration: Calibration) -> None:
    """The same knowledge is indexed once."""
    assert likelihood_of(chest, calibration.differential) is likelihood_of(chest, calibration.differential)


def test_plain_is_naive_bayes(clinic: Any, index: Likelihood) -> None:
    """The comparison multiplies what each said finding says, without tree or channel."""
    plain = rank_plain(hear(clinic.told(["chest-pain-pressure"], ["cough"])), clinic.person(), index)
    expected = math.log(1.0) + math.log(0.6 / 0.005)
    assert float(plain.score[index.row["c:heart-attack"]]) == pytest.approx(expected)
    wall = math.log(8.0) + math.log((1 - 0.15) / (1 - 0.12))
    assert float(plain.score[index.row["c:wall-strain"]]) == pytest.approx(wall)


@given(present=st.sets(st.sampled_from(FINDINGS)), absent=st.sets(st.sampled_from(FINDINGS)), seed=st.randoms())
def test_the_bars_sum_to_the_score_and_order_is_irrelevant(
    present: set[str], absent: set[str], seed: Any, clinic: Any, index: Likelihood
) -> None:
    """The prior and the bars of every condition sum to its score; the order of statements changes no bit."""
    told = list(clinic.told(sorted(present), sorted(absent - present)))
    ranking = rank(hear(told), clinic.person(), index)
    for row in ranking.order:
        bars = sum(f.log_lr for f in factors_of(row, ranking))
        assert base_log(row, ranking) + bars == pytest.approx(float(ranking.score[row]), abs=1e-4)
    seed.shuffle(told)
    again = rank(hear(told), clinic.person(), index)
    assert again.score.tobytes() == ranking.score.tobytes()
    assert again.danger.tobytes() == ranking.danger.tobytes()


def test_answers_and_measurements_have_their_own_channel(clinic: Any) -> None:
    """The first message is text, later turns are answers, what rules derived from values is measured; what is safer to believe wins."""
    heard = hear([clinic.said("fever", Presence.ABSENT), clinic.said("cough", turn=1)], {"f:fever": ("o1",)}, {"f:rash": ("o2",)})
    channels = {s.finding: (s.channel, s.presence) for s in heard.findings}
    assert channels["f:cough"] == (Channel.ANSWER, Presence.PRESENT)
    assert channels["f:fever"] == (Channel.MEASURED, Presence.PRESENT)
    assert channels["f:rash"] == (Channel.MEASURED, Presence.ABSENT)
    assert heard.turns == 1


def test_a_risk_that_is_listed_as_a_finding_too_counts_once(clinic: Any, calibration: Calibration) -> None:
    """Knowledge that names smoking as a risk and as a finding moves the rate, and nothing else."""
    claims = {"cough": 0.9, "smoker": 0.9}
    lungs = clinic.condition("copd", 3.0, claims, risks=(clinic.risk("f:smoker", 3.0, 0.2),))
    index = Likelihood(clinic.ontology(clinic.finding("cough"), clinic.finding("smoker", 0.2), lungs), calibration.differential)
    ranking = ranking_of(clinic, index, ["cough", "smoker"])
    assert factor(ranking, "copd", "smoker") == 0
    assert [f.finding for f in factors_of(0, ranking)].count("f:smoker") == 1


def test_background_is_coincidence_and_no_exclusion(clinic: Any, calibration: Calibration) -> None:
    """ "As background" lets a finding happen by coincidence: it speaks against, but far less than exclusion does."""
    ontology = clinic.ontology(
        clinic.finding("cough", 0.2),
        clinic.finding("neck-pain", 0.03),
        clinic.condition("stiff-neck", claims={"neck-pain": 0.9, "cough": Band.BACKGROUND}),
        clinic.condition("never-coughs", claims={"neck-pain": 0.9, "cough": Band.EXCLUDED}),
    )
    index = Likelihood(ontology, calibration.differential)
    ranking = ranking_of(clinic, index, ["neck-pain", "cough"])
    share = calibration.differential.background_share
    assert index.table(None, None).chance[index.row["c:stiff-neck"], index.column["f:cough"]] == pytest.approx(share * 0.2)
    assert factor(ranking, "never-coughs", "cough") < factor(ranking, "stiff-neck", "cough") < 0


def test_circumstances_are_told_from_complaints(clinic: Any, calibration: Calibration) -> None:
    """What conditions name as a risk rather than as a sign is a circumstance."""
    ontology = clinic.ontology(
        clinic.finding("smoker", 0.2),
        clinic.finding("cough", 0.2),
        clinic.condition("bronchitis", claims={"cough": 0.9}, risks=(clinic.risk("f:smoker", 3.0),)),
    )
    assert Likelihood(ontology, calibration.differential).circumstances == {"f:smoker"}
