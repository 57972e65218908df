"""The introduction says what is so: its dialogues are real, its rule can be read, its commands exist."""

import re
import shlex
from pathlib import Path

import pytest

from chat.cli import main
from rules.language import read_rules
from rules.rule import Stage

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
MOST_LINES = 120
SESSIONS = [block for block in re.findall(r"```\n(.*?)```", README, re.DOTALL) if block.startswith("$ ")]


def test_it_is_short():
    """Nobody has to read more than this to begin."""
    assert len(README.splitlines()) < MOST_LINES


@pytest.mark.parametrize("session", SESSIONS, ids=lambda block: block.splitlines()[0][:40])
def test_a_dialogue_is_what_the_program_says(session, capsys, tmp_path, monkeypatch):
    """Each line that is shown is printed, in this order; lines may be left out."""
    monkeypatch.chdir(tmp_path)
    for part in re.split(r"^\$ iatros ", session, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        assert main(shlex.split(command)) == 0
        printed = iter(capsys.readouterr().out.splitlines())
        for line in shown:
            assert line in printed, line


def test_the_rule_can_be_read():
    """The example of a rule is a rule."""
    (rule,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    read = read_rules(rule, "README.md", Stage.RED_FLAGS)
    assert not read.issues
    assert len(read.rules) == 1


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake (\w+)", README))))
def test_a_target_of_make_exists(target):
    """What is told to be made can be made."""
    makefile = (Path(__file__).resolve().parents[2] / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE)
