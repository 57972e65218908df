"""The loader: good knowledge becomes records; every fault of bad knowledge comes back with its line, and nothing is raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontologies.concepts import FormKind
from ontologies.evidence import Band, Grade
from ontologies.issues import Level
from ontologies.knowledge_files import files
from ontologies.loader import load
from ontologies.namespaces import PREFIXES

HEAD_LINES = len(PREFIXES)


def said(issues) -> str:
    return "\n".join(map(str, issues))


GOOD = """
f:cough a v:Finding ; skos:prefLabel "cough"@en , "咳嗽"@zh ; skos:altLabel "coughing"@en ; v:ambiguousLabel "chesty"@en ;
  v:question "Do you cough?"@en , "您咳嗽吗?"@zh ; v:noticedBy v:Patient ;
  v:background [ v:probability 0.1 ; v:ages "65+" ; v:grade v:Expert ] , [ v:probability 0.02 ; v:basis v:Mentioned ; v:grade v:Expert ] .
f:cough-dry a v:Finding ; skos:broader f:cough ; skos:prefLabel "dry cough"@en , "干咳"@zh ; v:noticedBy v:Patient , v:Examiner .
f:cough-dry-night a v:Finding ; skos:broader f:cough-dry ; skos:prefLabel "dry night cough"@en , "夜间干咳"@zh .
f:smoker a v:HistoryItem ; skos:prefLabel "smoker"@en , "吸烟"@zh ; v:background [ v:probability 0.2 ; v:grade v:Expert ] .
s:book a v:Source ; dct:bibliographicCitation "A book." .
c:cold a v:Condition ;
  skos:prefLabel "common cold"@en , "感冒"@zh ;
  v:system v:Respiratory ; v:urgency v:SelfCare ; v:chronic false ;
  v:presentation [ v:per1000consultations 30 ; v:ages "0-4" ; v:sex v:Female ; v:grade v:Expert ] ;
  v:risk [ v:factor f:smoker ; v:ratio 2.0 ; v:grade v:Expert ] ;
  v:presents
    [ v:finding f:cough ; v:band v:Frequent ; v:grade v:Measured ; dct:source s:book ; v:locator "p. 3" ] ,
    [ v:finding f:cough-dry ; v:probability 0.2 ; v:population v:Child ; v:grade v:Expert ] ;
  v:seeWhom [ v:specialty v:GeneralPractice ; v:within "PT4H"^^xsd:duration ; v:grade v:Expert ] ;
  v:usualDuration [ v:from "P3D"^^xsd:duration ; v:to "P10D"^^xsd:duration ; v:grade v:Expert ] ;
  v:onset [ v:tempo v:OverDays ; v:grade v:Expert ] ;
  v:selfCare [ v:kind v:DoNot ; v:text "No antibiotics."@en , "不用抗生素。"@zh ; v:grade v:Expert ] ;
  v:followUp [ v:text "Come back if breathless."@en , "气促时复诊。"@zh ; v:grade v:Expert ] .
"""


def test_a_condition_becomes_a_record_with_its_claims(loaded):
    """Every block of a condition is found again in its record."""
    ontology, issues = loaded(GOOD)
    cold = ontology.conditions["c:cold"]
    assert issues == ()
    assert (cold.urgency, cold.see_within_hours, cold.usual_days, cold.tempo) == ("self_care", 4.0, (3.0, 10.0), "OverDays")
    assert [claim.id for claim in cold.claims] == ["k:claim/cold/cough", "k:claim/cold/cough-dry/Child"]
    assert (cold.claims[0].band, cold.claims[0].evidence.grade, cold.claims[0].evidence.source) == (Band.FREQUENT, Grade.MEASURED, "s:book")
    assert (cold.presentations[0].per_1000, cold.presentations[0].sex, cold.presentations[0].ages.max_years) == (30.0, "female", 5.0)
    assert not cold.self_care[0].do


def test_a_risk_without_prevalence_takes_the_background_of_its_factor(loaded):
    """The exposure prevalence of a risk defaults to how common the factor is."""
    ontology, _issues = loaded(GOOD)
    assert ontology.conditions["c:cold"].risks[0].exposure_prevalence == 0.2


def test_what_people_mention_is_no_background_when_asked(loaded):
    """A rate of spontaneous mention is left out of the backgrounds."""
    ontology, _issues = loaded(GOOD)
    assert [background.probability for background in ontology.findings["f:cough"].backgrounds] == [0.1]


def test_a_finding_that_a_patient_notices_among_others_is_the_patients(loaded):
    """Patient wins over examiner in v:noticedBy."""
    ontology, _issues = loaded(GOOD)
    assert ontology.findings["f:cough-dry"].noticed_by == "Patient"


def test_forms_keep_their_kind(loaded):
    """Preferred, alternative and ambiguous forms are told apart."""
    ontology, _issues = loaded(GOOD)
    kinds = {form.text: form.kind for form in ontology.forms("f:cough")}
    assert (kinds["cough"], kinds["coughing"], kinds["chesty"]) == (FormKind.PREFERRED, FormKind.ALTERNATIVE, FormKind.AMBIGUOUS)


def test_a_claim_knows_its_line(loaded):
    """The evidence of a claim says in which file and line it stands."""
    ontology, _issues = loaded(GOOD)
    line = GOOD.split("\n").index(next(text for text in GOOD.split("\n") if "f:cough ; v:band" in text)) + 1 + HEAD_LINES
    assert ontology.conditions["c:cold"].claims[0].evidence.where.endswith(f"part0.ttl:{line}")


def test_a_broken_file_leaves_the_others(loaded):
    """A file that does not parse is one issue with its line; the rest loads."""
    ontology, issues = loaded(GOOD, 'f:x a v:Finding ;\n  skos:prefLabel "x"@en ,, .\n')
    assert "c:cold" in ontology.conditions
    assert [issue.level for issue in issues] == [Level.ERROR]
    assert issues[0].where.endswith(f"part1.ttl:{HEAD_LINES + 2}")


def test_a_file_that_is_no_text_is_an_issue(tmp_path):
    """Bytes that are no UTF-8 are reported, not raised."""
    (tmp_path / "a.ttl").write_bytes(b"\xff\xfe\x00")
    _ontology, issues = load(tmp_path)
    assert "no valid Turtle" in said(issues)


def test_an_empty_folder_is_an_empty_ontology(tmp_path):
    """Nothing in, nothing out."""
    ontology, issues = load(tmp_path)
    assert (len(ontology.findings), issues) == (0, ())


SKIN = 'c:x a v:Condition ; skos:prefLabel "x"@en , "z"@zh ; v:system v:Skin ; v:urgency v:SelfCare'
BAD = [
    ('f:x a v:Finding ; skos:prefLabel "x"@en .', "no text in @zh"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "y"@en , "z"@zh .', "two texts in @en"),
    ('f:x a v:Finding ; skos:prefLabel "x" , "z"@zh .', "without a language"),
    ("f:x a v:Finding .", "has no name"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; skos:broader f:nowhere .', "f:nowhere is not described"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; skos:broader f:x .', "its own skos:broader"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:noticedBy v:Dog .', "v:Dog is not known"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability 3 ; v:grade v:Expert ] .', "between 0 and 1"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability "often" ; v:grade v:Expert ] .', "must be a number"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background 0.5 .', "node in brackets"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability 0.5 ] .', "no v:grade"),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability 0.5 ; v:grade v:Sure ] .', "v:Sure is not known"),
    (
        'f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability 0.5 ; v:ages "old" ; v:grade v:Expert ] .',
        "no range of ages",
    ),
    (
        'f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh ; v:background [ v:probability 0.5 ; v:grade v:Stated ; dct:source s:lost ] .',
        "source s:lost is not described",
    ),
    ('f:x a v:Finding ; skos:prefLabel "x"@en , "z"@zh .\nf:x a v:Finding ; v:group v:G .', "described twice"),
    ('c:x a v:Condition ; skos:prefLabel "x"@en , "z"@zh ; v:system v:Respiratory .', "has no v:urgency"),
    ('c:x a v:Condition ; skos:prefLabel "x"@en , "z"@zh ; v:system v:Nose ; v:urgency v:Emergency .', "v:Nose is not known"),
    (
        SKIN + " ; v:presents [ v:band v:Rare ; v:grade v:Expert ] .",
        "names no v:finding",
    ),
    (
        SKIN + " ; v:presents [ v:finding f:y ; v:grade v:Expert ] .",
        "says nothing",
    ),
    (
        SKIN + ' ; v:seeWhom [ v:within "soon" ; v:grade v:Expert ] .',
        "is no duration",
    ),
    (
        SKIN + ' ; v:cantMiss "perhaps" .',
        "must be true or false",
    ),
    (
        SKIN + " ; v:risk [ v:ratio 2 ] .",
        "needs a v:factor",
    ),
    ('d:x a v:Drug ; skos:prefLabel "x"@en , "z"@zh ; v:interaction [ v:severity v:Avoid ; v:grade v:Expert ] .', "names no partner"),
    ('d:x a v:Drug ; skos:prefLabel "x"@en , "z"@zh ; v:pregnancy [ v:weeksFrom 0 ; v:grade v:Expert ] .', "gives no v:advice"),
    ('d:x a v:Drug ; skos:prefLabel "x"@en , "z"@zh ; v:contraindication [ v:grade v:Expert ] .', "whom it concerns"),
    ('q:x a v:Quantity ; skos:prefLabel "x"@en , "z"@zh ; v:ucum "g" ; v:possibleMin 5 ; v:possibleMax 1 .', "needs a unit and bounds"),
    ("s:x a v:Source .", "does not say what it is"),
]


@pytest.mark.parametrize(("body", "complaint"), BAD, ids=[complaint for _body, complaint in BAD])
def test_each_fault_is_an_issue_with_its_line(loaded, body, complaint):
    """A fault is reported with file, line and what to do, and nothing is raised."""
    _ontology, issues = loaded(body)
    found = [issue for issue in issues if complaint in issue.message]
    assert found, said(issues)
    assert found[0].where.rpartition(":")[2].isdigit()
    assert found[0].solution


def test_all_faults_come_at_once(loaded):
    """One run lists every fault of every file."""
    _ontology, issues = loaded(*(re.sub(r"\b([fcd]):x\b", rf"\1:x{index}", body) for index, (body, _complaint) in enumerate(BAD)))
    text = said(issues)
    assert [complaint for _body, complaint in BAD if complaint not in text] == []


def test_a_repeated_claim_is_a_fault_and_the_first_stays(loaded):
    """A claim name may come once; a population makes another name."""
    twice = GOOD.replace("v:finding f:cough-dry ; v:probability 0.2 ; v:population v:Child", "v:finding f:cough ; v:probability 0.2")
    ontology, issues = loaded(twice)
    assert len(ontology.conditions["c:cold"].claims) == 1
    assert "second claim" in said(issues)


def test_unknown_findings_leave_the_records(loaded):
    """What refers to an unknown finding is reported and taken out, so that no reader stumbles over it."""
    ontology, issues = loaded(GOOD.replace("v:finding f:cough-dry ;", "v:finding f:cough-drii ;"))
    assert [claim.finding for claim in ontology.conditions["c:cold"].claims] == ["f:cough"]
    assert "Did you mean f:cough-dry?" in said(issues)


def test_an_unknown_rival_is_only_a_warning(loaded):
    """A look-alike that nobody has described yet does not break the knowledge."""
    ontology, issues = loaded(GOOD.replace("v:onset [", "v:lookAlike [ v:condition c:later ; v:grade v:Expert ] ; v:onset ["))
    assert [issue.level for issue in issues] == [Level.WARNING]
    assert ontology.conditions["c:cold"].look_alikes == ()


def test_files_come_in_one_order(write, tmp_path):
    """The list for the knowledge version is sorted by path and whole."""
    for name in ("z.ttl", "a/b.ttl", "schema.ttl", "a.ttl"):
        write(name, "")
    assert [path.relative_to(tmp_path).as_posix() for path in files(tmp_path)] == ["a.ttl", "a/b.ttl", "schema.ttl", "z.ttl"]


@given(cut=st.integers(min_value=0, max_value=len(GOOD)), noise=st.text(alphabet='[];,."<>#:@ fv"\n', max_size=4))
def test_no_damage_to_a_file_raises(write, tmp_path: Path, cut: int, noise: str):
    """Whatever is cut out or put in, the loader returns issues, never an exception."""
    write("damaged.ttl", GOOD[:cut] + noise + GOOD[cut:])
    _ontology, issues = load(tmp_path)
    assert all(issue.message and issue.where for issue in issues)


def test_the_knowledge_that_ships_loads():
    """The package's own knowledge is there and every file of it parses."""
    ontology, issues = load()
    assert "no valid Turtle" not in said(issues)
    assert len(ontology.tests) >= 30
    assert len(ontology.treatments) >= 70
    assert "dc:nsaid" in ontology.drug_classes
