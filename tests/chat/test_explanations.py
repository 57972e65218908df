"""Why, how sure, why not, what if, what next; proofs that cannot be forged; replays that give the same bytes."""

import asyncio
import json
from copy import deepcopy

import pytest

from chat.answer import answer
from chat.cli import main
from chat.consultation import consult, single_message
from chat.errors import InputError
from chat.explanations import how_sure, what_if, why, why_not
from chat.log import Started
from chat.proof import check_proof, proof_of
from chat.service import make_app
from chat.settings import Settings

HEART = "I've had crushing chest pain for an hour, it goes down my left arm and I'm sweating. I'm a 58 year old man and I smoke."


@pytest.fixture(scope="module")
def consultation(knowledge):
    """A heart attack in one message."""
    return consult(single_message(HEART, started=Started(at="2026-11-26T08:00:00+00:00")), knowledge)


def leaves(proof):
    """Collect the statements at the leaves of a proof."""
    return {proof["id"]} if "statement" in proof else set().union(*(leaves(p) for p in proof["premises"]))


def test_why_leads_down_to_the_words(consultation, knowledge):
    """The proof ends in statements; each minimal set suffices and none holds another; alternatives prove the same, smallest first."""
    told = {s.id for s in consultation.statements}
    for conclusion in ("triage", "c:myocardial-infarction"):
        said = why(consultation, conclusion, knowledge)
        assert leaves(said["proof"]) <= told
        sets = [set(s) for s in said["suffices"]]
        assert 0 < len(sets) <= 5
        assert not any(a < b for a in sets for b in sets)
        assert len(said["alternatives"]) <= 5
        assert all(a["conclusion"] == said["proof"]["conclusion"] for a in said["alternatives"])
    with pytest.raises(InputError, match="not concluded"):
        why(consultation, "c:measles", knowledge)


def test_the_bars_sum_to_the_score(consultation, knowledge):
    """Start and bars are the whole of it."""
    for sure in how_sure(consultation, knowledge)["hypotheses"]:
        assert sure["start"] + sum(b["log_lr"] for b in sure["bars"]) == pytest.approx(sure["score"], abs=0.01)


def test_why_not_and_what_if(consultation, knowledge):
    """What was missing is named; without the pain there is no alarm; nonsense is refused."""
    against = why_not(consultation, "c:pneumonia", knowledge)
    assert against["missing"]
    assert against["behind"] > 0
    changed = what_if(consultation, "absent f:chest-pain", knowledge)
    assert changed["level_before"] == "emergency_ambulance"
    for nonsense in ("f:chest-pain", "present f:no-such", ""):
        with pytest.raises(InputError):
            what_if(consultation, nonsense, knowledge)
    with pytest.raises(InputError):
        why_not(consultation, "c:no-such", knowledge)


def _statement(proof):
    return next(s for s in proof["statements"] if s["span"])


FORGERIES = {
    "another word in a message": lambda p: _message(p).update(text=_message(p)["text"].replace("crushing", "slight")),
    "a denied statement": lambda p: _statement(p).update(presence="absent"),
    "a shifted span": lambda p: _statement(p).update(span=[s + 1 for s in _statement(p)["span"]]),
    "a span beyond the message": lambda p: _statement(p).update(span=[9000, 9010]),
    "a turn that never was": lambda p: _statement(p).update(turn=7),
    "a statement of somebody else": lambda p: _statement(p).update(subject="relative"),
    "a statement left out": lambda p: p["statements"].pop(),
    "a statement added": lambda p: p["statements"].append({**_statement(p), "id": "s99"}),
    "a statement twice": lambda p: p["statements"].append(deepcopy(_statement(p))),
    "a step left out": lambda p: p["derivations"].pop(0),
    "a step added": lambda p: p["derivations"].append({**p["derivations"][0], "id": "d999"}),
    "a step twice": lambda p: p["derivations"].append(deepcopy(p["derivations"][0])),
    "another rule": lambda p: p["derivations"][0].update(rule="made.up.rule"),
    "another version of the rule": lambda p: p["derivations"][0].update(version=99),
    "another conclusion": lambda p: p["derivations"][0].update(conclusion="triage self_care"),
    "an unknown premise": lambda p: p["derivations"][0].update(premises=["d12345"]),
    "a circle": lambda p: p["derivations"][0].update(premises=[p["derivations"][0]["id"]]),
    "an invented source": lambda p: p["derivations"][0].update(sources=["s:invented2020"]),
    "a lower level": lambda p: p["triage"].update(level="self_care"),
    "softer advice": lambda p: p["triage"].update(advice="Sleep on it."),
    "another probability": lambda p: p["hypotheses"][0].update(probability=0.01),
    "another condition": lambda p: p["hypotheses"][0].update(condition="c:common-cold"),
    "a better grade": lambda p: p["hypotheses"][0]["factors"][0].update(grade="Certain"),
    "hypotheses reordered": lambda p: p["hypotheses"].reverse(),
    "no triage": lambda p: p.update(triage=None),
    "other knowledge": lambda p: p.update(knowledge="sha256:" + "0" * 64),
    "another age on the form": lambda p: p["events"][0].update(age=5),
    "an event of no kind": lambda p: p["events"].append({"kind": "magic"}),
    "numbers for events": lambda p: p.update(events=[1, 2]),
    "a part missing": lambda p: p.pop("derivations"),
    "a part of another shape": lambda p: p.update(statements={"a": 1}),
}


def _message(proof):
    return next(e for e in proof["events"] if e["kind"] == "message")


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_proof_is_refused_with_the_place(consultation, knowledge, forgery):
    """Whatever is changed, the check names where, and what to do."""
    proof = json.loads(proof_of(consultation, knowledge))
    assert check_proof(json.dumps(proof), knowledge) == ()
    FORGERIES[forgery](proof)
    issues = check_proof(json.dumps(proof), knowledge)
    assert issues, forgery
    assert all(issue.where and issue.solution for issue in issues)


def test_a_damaged_proof_is_refused(consultation, knowledge):
    """Cut anywhere, it is no proof."""
    whole = proof_of(consultation, knowledge)
    for length in range(0, len(whole) - 2, len(whole) // 9):
        assert check_proof(whole[:length], knowledge)


async def test_replay_gives_the_same_bytes(aiohttp_client, knowledge, tmp_path, capsys):
    """Twice the same, and the same as was answered."""
    client = await aiohttp_client(make_app(Settings(data=tmp_path), knowledge))
    opened = await (await client.post("/api/encounters", json={"consent": True, "age": 58, "sex": "male"})).json()
    at = f"/api/encounters/{opened['encounter']}"
    told = await (await client.post(f"{at}/messages", json={"text": HEART})).json()
    outputs = []
    for _ in range(2):
        assert await asyncio.to_thread(main, ["replay", opened["encounter"], "--data", str(tmp_path)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert json.loads(outputs[0]) == told["answer"]


def test_the_same_log_gives_the_same_bytes(consultation, knowledge):
    """A second look is no other look."""
    again = consult(consultation.log, knowledge)
    assert json.dumps(answer(consultation, knowledge)) == json.dumps(answer(again, knowledge))
