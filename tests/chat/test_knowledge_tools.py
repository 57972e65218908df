"""The knowledge engineer's tools on the command line: mutate and explain."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from chat import knowledge_faults
from chat.cli import main
from chat.knowledge import HOUSE
from kg.issues import Level
from ontologies.rule_use import RuleUse

FLAG = "abdomen.acute.peritonitis"


def test_explain_writes_a_rule_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Premises with their labels, what follows, where it stands and how many cases it has."""
    assert main(["knowledge", "explain", FLAG]) == 0
    shown = capsys.readouterr().out
    assert "rules/library/red_flags/abdomen.yaml:" in shown
    assert "present f:abdominal-rigidity (" in shown
    assert "then     triage emergency_ambulance" in shown


def test_explain_traces_a_rule_on_a_message(capsys: pytest.CaptureFixture[str]) -> None:
    """It quotes the words behind each premise, and names what is missing."""
    assert main(["knowledge", "explain", FLAG, "--case", "my stomach hurts and my belly is hard as a board"]) == 0
    assert "on this message it fires" in capsys.readouterr().out
    assert main(["knowledge", "explain", FLAG, "--case", "I have a cough"]) == 0
    shown = capsys.readouterr().out
    assert "on this message it is silent" in shown
    assert "held back:" in shown


def test_an_unknown_rule_is_met_with_the_nearest_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt rule is bad input: one line, with what was meant."""
    assert main(["knowledge", "explain", FLAG[:-1]]) == 1
    assert FLAG in capsys.readouterr().err


def test_mutate_lists_survivors_at_their_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A stage may be chosen; only red flags and drug safety make it fail."""
    assert main(["knowledge", "mutate", "--stage", "follow_up"]) == 0
    assert capsys.readouterr().out == "follow_up: 0 mutants, 0 survive.\n"
    assert main(["knowledge", "mutate", "--stage", "triage"]) == 0
    assert "triage: " in capsys.readouterr().out


def test_mutate_knows_its_areas(capsys: pytest.CaptureFixture[str]) -> None:
    """An area that does not exist is wrong use."""
    with pytest.raises(SystemExit) as stopped:
        main(["knowledge", "mutate", "--stage", "nonsense"])
    assert stopped.value.code == 2
    assert "red_flags" in capsys.readouterr().err


def test_a_rule_with_several_faults_is_told_all_of_them_and_begets_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt level does not hide a misspelt finding, and a rule that is only faulty is not called missing."""
    shutil.copytree(HOUSE / "rules" / "library", tmp_path / "rules" / "library")
    (tmp_path / "ontologies").symlink_to(HOUSE / "ontologies")
    file = tmp_path / "rules" / "library" / "red_flags" / "abdomen.yaml"
    entry = f"- id: {FLAG}\n"
    before, mine = file.read_text(encoding="utf-8").split(entry)
    broken = mine.replace("f:abdominal-rigidity", "f:abdominal-rigidty", 1).replace("emergency_ambulance", "emergancy", 1)
    file.write_text(before + entry + broken, encoding="utf-8")
    used: list[RuleUse] = []
    monkeypatch.setattr(knowledge_faults, "check", lambda _, *, use, today: used.append(use) or [])  # SHACL of the ontology takes a minute
    told = [str(issue) for issue in knowledge_faults.all_faults(tmp_path) if issue.level is Level.ERROR]
    assert any("'emergancy' is not known here" in one for one in told)
    assert any("Did you mean f:abdominal-rigidity?" in one for one in told)
    assert FLAG in used[0].ids
