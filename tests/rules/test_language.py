"""The rule language: good rules are read whole, each fault is named with its line, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.reasoning import RecommendationKind, Strength
from rules.language import Library, read_rules
from rules.library import files, load_rules, rule_files
from rules.rule import Stage, Status

BASES = Path(__file__).parent / "bases"
Read = Callable[..., Library]


def test_bad_rules_give_every_fault_at_its_line() -> None:
    """The golden list of faults, in the order of the file."""
    read = read_rules((BASES / "bad.yaml").read_text(encoding="utf-8"), "bad.yaml", Stage.SYNDROMES)
    found = sorted(f"{int(i.where.rpartition(':')[2]):03}: {i.message}" for i in read.issues)
    expected = sorted(
        f"{int(line.partition(':')[0]):03}:{line.partition(':')[2]}"
        for line in (BASES / "bad.expected").read_text(encoding="utf-8").splitlines()
    )
    assert found == expected
    assert read.rules == []


def test_good_rules_are_read_whole() -> None:
    """Every field and every atom arrives."""
    read = read_rules((BASES / "good.yaml").read_text(encoding="utf-8"), "good.yaml", Stage.DRUG_SAFETY)
    assert [str(i) for i in read.issues] == []
    rule, ranged = read.rules
    assert (rule.version, rule.status, rule.strength) == (3, Status.SECOND_READ, Strength.CONSIDER)
    assert rule.title.en == "Pain, fever and the rest"
    assert rule.then[0].kind is RecommendationKind.REFERRAL
    assert [a.fact for a in rule.all][4:] == ["age ge 0.25 lt 80", "sex female", "anatomy uterus"]
    assert "circumstance alcohol-units-per-week ge 14" in {a.fact for a in rule.any}
    assert (rule.citations[0].source, rule.citations[0].locator) == ("s:someone2020", "table 2")
    assert [(r.variable, r.predicate, r.relation) for r in ranged.ranges] == [("?d", "taking", None), ("?e", None, "v:interactsWith")]
    assert rule.where == "good.yaml:2"


HEAD = "- id: r\n  version: 1\n  title: {en: t, zh: t}\n  purpose: p\n"


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("  when: {all: [f:x1]}\n  unless: [f:x2]\n  then: {triage: emergency}", "no 'unless'"),
        ("  when: {all: [{absent: f:x1}]}\n  then: {triage: emergency}", "denial"),
        ("  when: {all: [f:x1]}\n  then: {finding: f:x2}", "triage level"),
        ("  for: {?d: taking}\n  when: {all: [f:x1]}\n  then: {triage: emergency}", "no 'for'"),
        ("  when: {all: [f:x1]}\n  then: {triage: now}", "'now' is not known"),
    ],
)
def test_red_flags_stay_monotone(library: Read, rest: str, message: str) -> None:
    """What could silence a red flag, or make a denial raise it, is refused."""
    read = library(HEAD + rest, Stage.RED_FLAGS)
    assert message in " ".join(str(i) for i in read.issues)
    assert read.rules == []


@pytest.mark.parametrize("text", ["- {id: [", "\t- x", "a: b", "- id: \x07"])
def test_what_is_not_yaml_is_one_clear_issue(library: Read, text: str) -> None:
    """Broken files name the place."""
    (issue,) = library(text, Stage.TESTS).issues
    assert issue.where.startswith("test.yaml:")


def test_a_second_rule_with_the_same_id_is_refused(tmp_path: Path) -> None:
    """The first stays; the second is named with the place of the first. Unknown areas are named too."""
    rule = HEAD + "  when: {all: [f:x1]}\n  then: {triage: emergency}\n"
    for area, name in (("red_flags", "a"), ("red_flags", "b"), ("nonsense", "c")):
        (tmp_path / area).mkdir(exist_ok=True)
        (tmp_path / area / f"{name}.yaml").write_text(rule, encoding="utf-8")
    (tmp_path / "red_flags" / "z.yaml").write_bytes(b"\xff\xfe\xff")
    base, issues = load_rules(tmp_path)
    assert [r.where for r in base.rules] == ["rules/library/red_flags/a.yaml:1"]
    assert [i.where.partition("library/")[2].partition(".")[0].removesuffix("/c") for i in issues] == [
        "nonsense",
        "red_flags/b",
        "red_flags/z",
    ]


def test_every_file_that_decides_an_answer_is_listed_for_the_hash() -> None:
    """Rules and the other data of the package are listed, test files are not."""
    names = [name for name, _ in files()]
    assert set(dict(rule_files())) < set(names)
    assert not [name for name in names if name.endswith(".test.yaml")]
    assert "rules/calibration.yaml" in names


def test_a_rule_that_lacks_a_field_tells_its_other_faults_too() -> None:
    """A missing purpose hides neither the bad version nor the bad level, and the rule is not used."""
    entry = "- id: a.b\n  version: one\n  title: {en: x, zh: y}\n  when:\n    all: [{age: {ge: forty}}]\n  then: {triage: someday}\n"
    read = read_rules(entry, "x.yaml", Stage.SYNDROMES)
    assert sorted(int(i.where.rpartition(":")[2]) for i in read.issues) == [1, 2, 5, 6]
    assert read.rules == []
