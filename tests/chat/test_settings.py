"""The environment sets what the command line does not; what is wrong is said; broken knowledge is never served."""

from dataclasses import replace
from pathlib import Path

import pytest

import chat.service
from chat.cli import build_parser, main
from chat.errors import ChatError, UsageError
from chat.settings import Settings, settings_from
from kg.issues import Issue, Level


def test_the_environment_sets_the_defaults_and_options_win(monkeypatch):
    """IATROS_PORT, IATROS_HOST, IATROS_DATA and IATROS_REGION are what the options default to."""
    for name, value in {"HOST": "0.0.0.0", "PORT": "9123", "DATA": "/somewhere", "REGION": "US"}.items():
        monkeypatch.setenv(f"IATROS_{name}", value)
    options = build_parser().parse_args(["serve", "--port", "9124"])
    assert (options.host, options.port, options.data, options.region) == ("0.0.0.0", 9124, Path("/somewhere"), "US")
    assert build_parser().parse_args(["ask", "x"]).region == "US"


@pytest.mark.parametrize("environment", [{"IATROS_PORT": "abc"}, {"IATROS_PORT": "70000"}, {"IATROS_DATA": " "}])
def test_a_setting_that_cannot_be_is_refused(environment):
    """One sentence names the variable."""
    with pytest.raises(UsageError, match="IATROS_"):
        settings_from(environment)


def test_a_wrong_setting_is_wrong_use(monkeypatch, capsys):
    """Exit code 2 and one line, not a traceback."""
    monkeypatch.setenv("IATROS_PORT", "abc")
    assert main(["ask", "x"]) == 2
    assert "IATROS_PORT" in capsys.readouterr().err


def test_broken_knowledge_is_not_served(monkeypatch, knowledge, tmp_path):
    """A part that could not be read may hold an emergency: the service does not start, and says where the fault is."""
    fault = Issue(level=Level.ERROR, message="This is no valid Turtle.", solution="Look at this line.", where="ontologies/x.ttl:7")
    monkeypatch.setattr(chat.service, "own_knowledge", lambda: replace(knowledge, issues=(fault,)))
    with pytest.raises(ChatError, match=r"ontologies/x.ttl:7"):
        chat.service.serve(Settings(data=tmp_path, port=0))
