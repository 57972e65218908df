"""The examination: a sound house has no fault, and each lint has a case that it catches."""

from __future__ import annotations

from datetime import date

import pytest

from ontologies.check import check, fails
from ontologies.issues import Level
from ontologies.rule_use import RuleUse

NAMES = ("cough", "fever", "rash", "pain", "itch", "nausea", "vertigo", "tremor")
ZH = ("咳嗽", "发烧", "皮疹", "疼痛", "瘙痒", "恶心", "眩晕", "震颤")


def finding(name: str, zh: str) -> str:
    return (
        f'f:{name} a v:Finding ; skos:prefLabel "{name}"@en , "{zh}"@zh ; skos:altLabel "my {name}"@en , "有{zh}"@zh ;\n'
        f'  v:question "Any {name}?"@en , "有{zh}吗?"@zh ; v:noticedBy v:Patient ;\n'
        "  v:background [ v:probability 0.1 ; v:grade v:Expert ] .\n"
    )


def claims(band: str) -> str:
    return " ,\n    ".join(f"[ v:finding f:{name} ; v:band v:{band} ; v:grade v:Expert ]" for name in NAMES)


def condition(name: str, zh: str, band: str, more: str = "") -> str:
    return (
        f'c:{name} a v:Condition ; skos:prefLabel "{name}"@en , "{zh}"@zh ;\n'
        f'  v:system v:Skin ; v:urgency v:SelfCare ; v:icd10 "X00" ;\n'
        f"  v:presentation [ v:per1000consultations 3 ; v:grade v:Expert ] ;\n"
        f"  v:presents\n    {claims(band)} ;\n"
        "  v:seeWhom [ v:specialty v:GeneralPractice ; v:grade v:Expert ] ;\n"
        f'  v:followUp [ v:text "Come back."@en , "复诊。"@zh ; v:grade v:Expert ] ;\n'
        f'{more}  v:validUntil "2028-11-23"^^xsd:date .\n'
    )


RIVAL = "  v:lookAlike [ v:condition c:measles ; v:pointsHere f:cough ; v:grade v:Expert ] ;\n"
CONDITIONS = condition("cold", "感冒", "Frequent", RIVAL) + condition("measles", "麻疹", "Occasional")
DRUG = """
dc:pill a v:DrugClass ; skos:prefLabel "pill class"@en , "药片类"@zh .
d:x a v:Drug ; skos:prefLabel "xol"@en , "某醇"@zh ; v:class dc:pill ;
  v:indication [ v:finding f:fever ; v:grade v:Expert ] ; v:dose [ v:maxDailyMg 100 ; v:grade v:Expert ] ;
  v:ageLimit [ v:minYears 12 ; v:grade v:Expert ] ;
  v:pregnancy [ v:advice v:CheckFirst ; v:grade v:Expert ] ; v:breastfeeding [ v:advice v:CheckFirst ; v:grade v:Expert ] ;
  v:kidney [ v:egfrBelow 30 ; v:advice v:Avoid ; v:grade v:Expert ] ;
  v:liver [ v:condition c:measles ; v:advice v:Avoid ; v:grade v:Expert ] ;
  v:olderAdult [ v:agesFrom 65 ; v:advice v:CheckFirst ; v:grade v:Expert ] ; v:contraindication [ v:allergyTo d:x ; v:grade v:Expert ] ;
  v:interaction [ v:with dc:pill ; v:severity v:Avoid ; v:effect "more"@en , "更多"@zh ; v:grade v:Expert ] ;
  v:sideEffect [ v:finding f:nausea ; v:grade v:Expert ] .
"""
SOURCE = 's:book a v:Source ; dct:bibliographicCitation "A book." ; v:doi "10.1/x" ; v:access v:Abstract .\n'
CITED = 'd:x v:monitoring [ v:watch "pulse"@en , "脉搏"@zh ; v:grade v:Stated ; dct:source s:book ; v:locator "p. 1" ] .\n'
SOUND = "".join(map(finding, NAMES, ZH)) + CONDITIONS + DRUG + SOURCE


@pytest.fixture
def examined(write, tmp_path):
    """Return a function that writes the sound house with something changed, and examines it."""

    def of(old: str = "", new: str = "", *, more: str = "", use: RuleUse | None = None, today: date | None = None):
        if old:
            assert old in SOUND + CITED, f"nothing to change: {old}"
        write("all.ttl", SOUND.replace(old, new, 1) if old in SOUND else SOUND)
        write("more.ttl", more)
        write("cited.ttl", CITED.replace(old, new, 1) if old and old in CITED else CITED)
        return check(tmp_path, use=use, today=today)

    return of


def said(issues) -> str:
    return "\n".join(map(str, issues))


def test_a_sound_house_has_no_fault(examined):
    """Nothing is found where nothing is wrong."""
    issues = examined(today=date(2026, 11, 23), use=RuleUse(ids=frozenset()))
    assert said(issues) == ""
    assert not fails(issues)


CLAIM = "[ v:finding f:cough ; v:band v:Frequent ; v:grade v:Expert ]"
ERRORS = [
    ('"my fever"@en', '"cough"@en', '"cough" stands on several findings: f:cough, f:fever'),
    ('"measles"@en', '"cold"@en', '"cold" stands on several conditions: c:cold, c:measles'),
    (CLAIM, "[ v:finding f:cough ; v:band v:Frequent ; v:probability 0.01 ; v:grade v:Expert ]", "says v:Frequent and 0.01"),
    (CLAIM, "[ v:finding f:cough ; v:band v:Frequent ; v:grade v:Stated ]", "graded v:Stated but cites no source"),
    (CLAIM, "[ v:finding f:cough ; v:band v:Frequent ; v:grade v:Expert ; v:probabilty 0.5 ]", "v:probabilty is no property"),
    (CLAIM, "[ v:finding f:cough , f:rash ; v:band v:Frequent ; v:grade v:Expert ]", "may stand once"),
    (CLAIM, "[ v:finding f:cough ; v:band v:Often ; v:grade v:Expert ]", "v:Often is not known"),
    ("v:system v:Skin ; v:urgency v:SelfCare", "v:system v:Skin", "urgency"),
    ("v:per1000consultations 3 ;", "v:per1000consultations 3000 ;", "0 to 300"),
    ("v:kidney [ v:egfrBelow 30 ; v:advice v:Avoid ; v:grade v:Expert ] ;", "", "cannot be checked for safety: v:kidney missing"),
    ("v:class dc:pill ;", "", "has no class"),
    ('v:doi "10.1/x" ;', "", "no identifier by which to find it"),
    ("; v:noticedBy v:Patient", "", "Nobody is said to notice"),
    ("v:severity v:Avoid ;", "", "severity"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), ERRORS, ids=[complaint for _o, _n, complaint in ERRORS])
def test_an_error_is_found_with_its_line(examined, old, new, complaint):
    """Each of these makes the examination fail, with file and line."""
    issues = examined(old, new)
    found = [issue for issue in issues if complaint in issue.message]
    assert found, said(issues)
    assert Level.ERROR in {issue.level for issue in found}
    assert found[0].where.rpartition(":")[2].isdigit()
    assert fails(issues)


WARNINGS = [
    (' , "有咳嗽"@zh', "", "no other word in @zh"),
    ('  v:question "Any cough?"@en , "有咳嗽吗?"@zh ; ', "", "can never be asked"),
    ('"my fever"@en', '"my fever"@en ; v:ambiguousLabel "cough"@en', "ambiguous on f:fever but certain on f:cough"),
    ("v:system v:Skin ; v:urgency v:SelfCare", "v:system v:Skin ; v:urgency v:Emergency", "names no red-flag rule"),
    ("v:system v:Skin ;", "v:system v:Skin ; v:cantMiss true ;", "names no red-flag rule"),
    ("v:presentation [ v:per1000consultations 3 ; v:grade v:Expert ] ;", "", "can never be a candidate"),
    ("v:pointsHere f:cough ; ", "", "Nothing that is known tells c:cold"),
    ("v:liver [ v:condition c:measles ; v:advice v:Avoid ; v:grade v:Expert ] ;", "", "is not complete: v:liver missing"),
    (CLAIM, "[ v:finding f:cough ; v:lrPositive 2 ; v:grade v:Expert ]", "one likelihood ratio without the other"),
    (
        CLAIM,
        '[ v:finding f:cough ; v:band v:Frequent ; v:population v:A ; v:ages "0-9" ; v:grade v:Expert ] , '
        '[ v:finding f:cough ; v:band v:Rare ; v:population v:B ; v:ages "5+" ; v:grade v:Expert ]',
        "both apply at some age",
    ),
    ('; v:locator "p. 1"', "", "does not say where in the source"),
    ("v:grade v:Stated ;", "v:grade v:Measured ;", "does not carry the figure as printed"),
    ("dct:source s:book ;", "", "Nobody cites s:book"),
    ("v:background [ v:probability 0.1 ; v:grade v:Expert ] .", "v:group v:G .", "cannot be weighed"),
    ('; v:icd10 "X00"', "", "ICD-10"),
    ('v:followUp [ v:text "Come back."@en , "复诊。"@zh ; v:grade v:Expert ] ;', "", "no safety-netting"),
    ("v:seeWhom [ v:specialty v:GeneralPractice ; v:grade v:Expert ] ;", "", "Nobody is named to see"),
]


@pytest.mark.parametrize(("old", "new", "complaint"), WARNINGS, ids=[complaint for _o, _n, complaint in WARNINGS])
def test_a_warning_is_found(examined, old, new, complaint):
    """Each of these is worth a look and does not fail the examination by itself."""
    issues = examined(old, new)
    found = [issue for issue in issues if complaint in issue.message]
    assert found, said(issues)
    assert {Level.WARNING} == {issue.level for issue in found}


def test_a_form_ambiguous_on_each_concept_is_meant_so(examined):
    """Marked on both, a shared form is no fault."""
    shared = 'f:cough v:ambiguousLabel "chesty"@en . f:fever v:ambiguousLabel "chesty"@en .\n'
    assert said(examined(more=shared)) == ""


def test_a_finding_that_nobody_uses_is_an_orphan_unless_a_rule_does(examined):
    """Rules count as users, and refinements use their base."""
    orphan = finding("hiccup", "打嗝")
    assert "No condition and no rule uses f:hiccup" in said(examined(more=orphan))
    assert "f:hiccup" not in said(examined(more=orphan, use=RuleUse(findings=frozenset({"f:hiccup"}))))


def test_a_source_that_only_rules_cite_is_cited(examined):
    """Citations from the rules count."""
    other = 's:score a v:Source ; dct:bibliographicCitation "A score." ; v:doi "10.1/y" .\n'
    assert "Nobody cites s:score" in said(examined(more=other))
    assert "s:score" not in said(examined(more=other, use=RuleUse(sources=frozenset({"s:score"}))))


def test_too_few_findings(examined):
    """A condition with few findings is named; one that is history only needs none."""
    thin = 'c:thin a v:Condition ; skos:prefLabel "thin"@en , "瘦"@zh ; v:system v:Skin ; v:urgency v:SelfCare ; v:icd10 "X01" .\n'
    assert "c:thin has claims on only 0 findings" in said(examined(more=thin))
    assert said(examined(more=thin.replace(" v:icd10", " v:historyOnly true ; v:icd10"))) == ""


def test_a_link_between_the_sexes_is_impossible_unless_it_speaks_against(examined):
    """A finding of men under a condition of women can be true of nobody; as background it only speaks against."""
    only = "f:cough v:onlyIf v:HasTestes . c:cold v:onlyIf v:Pregnant .\n"
    assert "k:claim/cold/cough can be true of nobody" in said(examined(more=only))
    assert "can be true of nobody" not in said(examined(CLAIM, CLAIM.replace("v:Frequent", "v:Background"), more=only))


def test_a_claim_at_ages_without_a_rate(examined):
    """A claim for ages at which the condition never happens is named."""
    issues = examined(CLAIM, '[ v:finding f:cough ; v:band v:Frequent ; v:ages "0-4" ; v:grade v:Expert ]', more="")
    assert "has no rate" not in said(issues)
    late = condition("late", "晚", "Rare").replace("v:per1000consultations 3 ;", 'v:per1000consultations 3 ; v:ages "65+" ;')
    young = late.replace("f:cough ; v:band v:Rare ;", 'f:cough ; v:band v:Rare ; v:ages "0-4" ;')
    assert "c:late has no rate" in said(examined(more=young))


def test_a_red_flag_rule_must_exist_once_rules_are_known(examined):
    """The name of a rule is checked only against rules that somebody told."""
    flag = 'c:cold v:redFlag [ v:finding f:cough ; v:rule "a.b.c" ; v:grade v:Expert ] .\n'
    assert said(examined(more=flag)) == ""
    assert 'rule "a.b.c" of c:cold does not exist' in said(examined(more=flag, use=RuleUse(ids=frozenset({"x.y.z"}))))
    assert "does not exist" not in said(examined(more=flag, use=RuleUse(ids=frozenset({"a.b.c"}))))


def test_an_overdue_review(examined):
    """A review is overdue the day after its date, and never without a date to compare."""
    assert "was due" not in said(examined(today=date(2028, 11, 23)))
    assert "was due on 2028-11-23" in said(examined(today=date(2028, 11, 24)))
    assert "was due" not in said(examined())


def test_all_faults_come_at_once_in_order(examined):
    """Faults of loader, shapes and lints are listed together, sorted by line."""
    issues = examined("v:class dc:pill ;", "", more="f:zz a v:Finding .\n")
    assert all(part in said(issues) for part in ("has no class", "has no name"))
    places = [(file, int(line)) for file, _, line in (issue.where.rpartition(":") for issue in issues)]
    assert places == sorted(places)


def test_a_broken_file_does_not_hide_the_others(examined, write):
    """The examination goes on where a file does not parse."""
    write("broken.ttl", "f:q a ; .")
    text = said(examined("v:class dc:pill ;", ""))
    assert "no valid Turtle" in text
    assert "has no class" in text
