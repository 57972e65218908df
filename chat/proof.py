"""A conclusion with everything it rests on, as PROV-O in JSON-LD, and its check.

A proof holds the messages, the statements read from them, the derivations and the conclusions, and names its knowledge by hash.
Whoever has that knowledge can check it: every span must quote its message, every premise must exist, no step may rest on itself,
and reading and reasoning anew must give exactly these steps (https://www.w3.org/TR/prov-o/, https://www.w3.org/TR/json-ld11/).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import networkx as nx

from chat.answer import SOFTWARE, Json, answer
from chat.consultation import Consultation, consult
from chat.errors import LogError
from chat.knowledge import Knowledge
from chat.log import dump_event, load_log
from kg.issues import Issue, Level

CONTEXT: Json = {
    "@version": 1.1,
    "prov": "http://www.w3.org/ns/prov#",
    "v": "https://iatros.example/schema#",
    "id": "@id",
    "type": "@type",
    "statements": {"@id": "v:statement", "@container": "@set"},
    "derivations": {"@id": "v:derivation", "@container": "@set"},
    "premises": {"@id": "prov:wasDerivedFrom", "@type": "@id", "@container": "@set"},
    "sources": {"@id": "prov:hadPrimarySource", "@container": "@set"},
    "rule": "prov:wasGeneratedBy",
    "conclusion": "v:conclusion",
    "knowledge": "v:knowledge",
    "software": "prov:wasAssociatedWith",
    "events": {"@id": "v:events", "@type": "@json"},
    "triage": {"@id": "v:triage", "@type": "@json"},
    "hypotheses": {"@id": "v:hypotheses", "@type": "@json"},
}
_PARTS = ("statements", "derivations", "triage", "hypotheses")


def proof_of(consultation: Consultation, knowledge: Knowledge) -> str:
    """Write the proof of everything that a consultation concluded."""
    said = answer(consultation, knowledge)
    body = {
        "@context": CONTEXT,
        "type": "prov:Bundle",
        "id": f"urn:iatros:encounter:{consultation.log.encounter}",
        "knowledge": knowledge.version,
        "software": SOFTWARE,
        "events": [json.loads(dump_event(e)) for e in consultation.log.events],
        "statements": [{"type": "prov:Entity", **s} for s in said["statements"]],
        "derivations": [{"type": "prov:Entity", **d} for d in said["derivations"]],
        "triage": said["triage"],
        "hypotheses": said["hypotheses"],
    }
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def check_proof(text: str, knowledge: Knowledge) -> tuple[Issue, ...]:
    """List everything in a proof that does not hold; an empty tuple means that it is proved."""
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError) as error:
        return (_refused("the file", f"It is no JSON: {error}."),)
    if not isinstance(proof, dict) or any(part not in proof for part in ("events", "knowledge", *_PARTS)):
        return (_refused("the file", "It is JSON, but no proof: a part is missing."),)
    if proof["knowledge"] != knowledge.version:
        return (_refused("knowledge", f"The proof rests on {proof['knowledge']}, here is {knowledge.version}."),)
    try:
        return (*_structure(proof), *_reasoned_anew(proof, knowledge))
    except (LogError, TypeError, LookupError, AttributeError, ValueError) as error:
        return (_refused("the file", f"A part does not have the shape of a proof: {error!r}."),)


def _structure(proof: Json) -> Iterator[Issue]:
    """Check spans, premises and that no step rests on itself."""
    log = load_log("proof", [json.dumps(e) for e in proof["events"]])
    texts = [m.text for m in log.messages()]
    for statement in proof["statements"]:
        span, turn = statement["span"], statement["turn"]
        if span is not None and not 0 <= turn < len(texts):
            yield _refused(statement["id"], f"There is no message {turn}.")
        elif span is not None and texts[turn][span[0] : span[1]] != statement["text"]:
            yield _refused(statement["id"], f"The span {span} of message {turn} does not read {statement['text']!r}.")
    steps = nx.DiGraph()
    known = {s["id"] for s in proof["statements"]} | {d["id"] for d in proof["derivations"]}
    for derivation in proof["derivations"]:
        for premise in derivation["premises"]:
            steps.add_edge(premise, derivation["id"])
            if premise not in known:
                yield _refused(derivation["id"], f"Its premise {premise} is not in the proof.")
    if not nx.is_directed_acyclic_graph(steps):
        yield _refused("derivations", "A step rests on itself.")


def _reasoned_anew(proof: Json, knowledge: Knowledge) -> Iterator[Issue]:
    """Read and reason again from the messages, and compare step by step."""
    encounter = str(proof.get("id", "")).rsplit(":", 1)[-1]
    log = load_log(encounter, [json.dumps(e) for e in proof["events"]])
    fresh = answer(consult(log, knowledge), knowledge)
    for part in ("statements", "derivations"):
        yield from _compare(part, proof[part], fresh[part])
    for part in ("triage", "hypotheses"):
        if proof[part] != json.loads(json.dumps(fresh[part])):
            yield _refused(part, "It does not follow: reasoning anew gives something else.")


def _compare(part: str, claimed: list[Json], fresh: list[Json]) -> Iterator[Issue]:
    expected = {step["id"]: json.loads(json.dumps(step)) for step in fresh}
    for step in claimed:
        own = {k: v for k, v in step.items() if k != "type"}
        if expected.pop(step["id"], None) != own:
            yield _refused(f"{part}/{step['id']}", "It does not follow from the messages and the named knowledge.")
    for missing in expected:
        yield _refused(f"{part}/{missing}", "The proof leaves out a step that follows.")


def _refused(where: str, message: str) -> Issue:
    return Issue(level=Level.ERROR, message=message, solution="Do not rely on this proof; ask for it anew.", where=where)


def subject_of(proof: Any) -> str:
    """Name the knowledge that a proof wants, so that an archived bundle can be fetched; empty when it names none."""
    return str(proof.get("knowledge", "")) if isinstance(proof, dict) else ""
