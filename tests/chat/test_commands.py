"""The command line as its users meet it: good input, bad input, exit codes."""

import io
import json
import subprocess
import warnings

import pytest
from rdflib import Dataset, Graph, Literal
from rdflib.namespace import PROV

from chat.cli import main
from chat.commands.knowledge_diff import differences
from chat.commands.knowledge_impact import Outcome, changes, lowers_emergency
from chat.proof import check_proof
from kg.graph import OA
from kg.reasoning import TriageLevel

HEADACHE = "I have had a headache since yesterday. I'm 40, female."


def run(capsys, *arguments):
    """Run a command; return exit code, what it printed and what it complained."""
    try:
        code = main(list(arguments))
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_ask_answers_in_words(capsys):
    """The answer begins with what this is, and says how urgent it is."""
    code, out, _ = run(capsys, "ask", HEADACHE)
    assert code == 0
    assert "not a doctor" in out
    assert "==" in out


def test_ask_shows_what_was_read(capsys):
    """--show-reading quotes the words behind each statement."""
    _, out, _ = run(capsys, "ask", HEADACHE, "--show-reading")
    assert "'headache'" in out


def test_the_region_decides_whom_to_call(capsys):
    """An emergency shows the number of the region."""
    _, out, _ = run(capsys, "ask", "I can't breathe and my lips are blue", "--region", "US")
    assert "911" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("ask",), 2, "required"),
        (("ask", "x", "--age", "-3"), 2, "age"),
        (("ask", "x", "--age", "abc"), 2, "age"),
        (("ask", "x", "--sex", "cat"), 2, "sex"),
        (("ask", "x", "--region", "XX"), 1, "Choose one of"),
        (("batch", "/nowhere/in.jsonl", "/nowhere/out.jsonl"), 1, "Cannot read"),
        (("batch", "x", "y", "--workers", "0"), 2, "at least 1"),
        (("evaluate", "/nowhere.jsonl"), 1, "Cannot read"),
        (("explain", "none", "--data", "/nowhere"), 1, "no encounters"),
        (("replay", "none", "--data", "/nowhere"), 1, "no encounters"),
        (("verify", "/nowhere.jsonld"), 1, "Cannot read"),
        (("plan", "/nowhere.json"), 1, "Cannot read"),
        (("ask", "cough", "--graph", "graph.txt"), 1, ".ttl, .trig, .jsonld"),
        (("ask", "cough", "--graph", "/nowhere/graph.ttl"), 1, "cannot write"),
        (("ask", "cough", "--proof", "/nowhere/proof.jsonld"), 1, "cannot write"),
        (("serve", "--port", "99999"), 2, "port"),
        (("knowledge", "diff", "no-such-revision"), 1, "cannot be read"),
        (("knowledge", "impact", "--cases"), 2, "expected"),
        (("nonsense",), 2, "invalid choice"),
    ],
)
def test_wrong_use_is_two_and_bad_input_is_one(capsys, arguments, code, words):
    """Each complaint says what is wrong; the exit code says of which kind."""
    got, _, err = run(capsys, *arguments)
    assert got == code
    assert words in err


def test_a_bad_line_stops_nothing(capsys, tmp_path):
    """Good lines are answered in order, bad ones get their error, the exit code is 1."""
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = ['{"id": 1, "text": "I have a cough"}', "{broken", '{"id": 3}', '{"id": 4, "text": "我咳嗽", "lang": "zh"}']
    source.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    code, _, _ = run(capsys, "batch", str(source), str(target))
    answers = [json.loads(line) for line in target.read_text().splitlines()]
    assert code == 1
    assert [a["id"] for a in answers] == [1, None, 3, 4, None]
    assert [("result" in a, "error" in a) for a in answers] == [(True, False), (False, True), (False, True), (True, False), (False, True)]


def test_two_workers_give_the_same_lines(capsys, tmp_path):
    """Answers do not depend on how many processes work."""
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps({"id": i, "text": f"I have had a cough for {i + 1} days. I'm 30."}) + "\n" for i in range(12)))
    for workers in ("1", "2"):
        run(capsys, "batch", str(source), str(tmp_path / f"{workers}.jsonl"), "--workers", workers)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


def test_evaluate_counts_hits_and_misses(capsys, tmp_path):
    """Known answers are scored; a broken case file is refused with its line."""
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        json.dumps(
            {"id": 1, "text": "runny nose and sneezing since yesterday, no fever. 25, male", "dx": "common cold", "triage": "selfcare"}
        )
        + "\n"
        + json.dumps({"id": 2, "text": "hello", "dx": "gout"})
        + "\n"
    )
    code, out, _ = run(capsys, "evaluate", str(cases), "--json", "--workers", "1")
    groups = json.loads(out)["groups"]["all"]
    assert code == 0
    assert (groups["n"], groups["top-1"]["n"]) == (2, 2)
    cases.write_text('{"id": 1}\nbroken\n')
    code, _, err = run(capsys, "evaluate", str(cases))
    assert (code, ":2:" in err) == (1, True)


def test_a_proof_is_written_and_verified(capsys, tmp_path):
    """The proof of an answer holds; a changed word, step or level is refused with its place."""
    path = tmp_path / "proof.jsonld"
    run(capsys, "ask", HEADACHE, "--proof", str(path))
    assert run(capsys, "verify", str(path))[0] == 0
    proof = json.loads(path.read_text())
    for part, forged in (("triage", {**proof["triage"], "level": "emergency"}), ("derivations", proof["derivations"][1:])):
        path.write_text(json.dumps({**proof, part: forged}))
        code, out, _ = run(capsys, "verify", str(path))
        assert code == 1
        assert part in out


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", '{"events": 3, "knowledge": "", "statements": [], "derivations": [], "triage": null, "hypotheses": []}'],
)
def test_what_is_no_proof_is_refused(knowledge, text):
    """Damaged proofs give issues, never an exception."""
    assert check_proof(text, knowledge)


@pytest.mark.parametrize(("name", "form"), [("graph.ttl", "turtle"), ("graph.trig", "trig"), ("graph.jsonld", "json-ld")])
def test_the_patient_graph_is_written_in_the_form_that_its_name_says(capsys, tmp_path, name, form):
    """What was said leaves as RDF, each statement with its span."""
    assert run(capsys, "ask", HEADACHE, "--graph", str(tmp_path / name))[0] == 0
    stored = Dataset(default_union=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own use of what it deprecates
        stored.parse(tmp_path / name, format=form)
        read = Graph()
        for triple in stored.quads():
            read.add(triple[:3])
    (statement,) = read.subjects(OA.exact, Literal("headache"))
    span = read.value(statement, PROV.wasDerivedFrom)
    start, end = (int(read.value(span, place)) for place in (OA.start, OA.end))
    assert HEADACHE[start:end] == "headache"


def test_nothing_differs_from_itself(knowledge):
    """A bundle compared with itself shows no difference."""
    assert list(differences(knowledge, knowledge)) == []


def test_an_emergency_that_is_lowered_fails_the_edit():
    """Lower is lower, also when no level is left; raising is no fault."""
    ambulance = Outcome(level=TriageLevel.EMERGENCY_AMBULANCE, first=("c:a",))
    assert lowers_emergency(ambulance, Outcome(level=TriageLevel.EMERGENCY, first=("c:a",)))
    assert lowers_emergency(ambulance, Outcome(level=None, first=()))
    assert not lowers_emergency(Outcome(level=TriageLevel.CONSULTATION, first=()), ambulance)
    assert list(changes(ambulance, ambulance)) == []


def test_a_plan_is_data_calendar_or_picture(capsys, tmp_path):
    """One profile, three forms; a faulty profile lists its faults and exits 1."""
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"start_date": "2026-11-23", "person": {"age": 60, "sex": "female"}}))
    code, out, err = run(capsys, "plan", str(profile), "--json")
    assert code == 0, err
    assert json.loads(out)["certificate"]["verified"] is True
    assert run(capsys, "plan", str(profile), "--ics")[1].startswith("BEGIN:VCALENDAR")
    assert "<svg" in run(capsys, "plan", str(profile), "--svg")[1]
    profile.write_text(json.dumps({"start_date": "soon", "person": {"age": 400}}))
    code, _, err = run(capsys, "plan", str(profile))
    assert code == 1
    assert err.count("error") >= 2


def test_the_module_runs_as_a_program():
    """The console script and the module are the same."""
    done = subprocess.run(["python", "-m", "chat.cli", "--help"], capture_output=True, text=True, check=True)
    assert "knowledge" in done.stdout


def test_a_message_that_cannot_be_read_is_bad_input(capsys, monkeypatch):
    """Too long or not UTF-8: one message, exit code 1, and no advice besides."""
    assert main(["ask", "cough " * 1000]) == 1
    said = capsys.readouterr().out
    assert "at most 4,000" in said
    assert "did not find" not in said
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff headache"), encoding="utf-8"))
    assert main(["ask", "-"]) == 1
    assert "UTF-8" in capsys.readouterr().err
