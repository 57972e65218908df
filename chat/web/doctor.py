"""What a doctor is shown: the text with its spans marked, proofs, factors with numbers, and answers to why not and what if."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from chat.answer import answer
from chat.consultation import Consultation
from chat.errors import InputError
from chat.explanations import proof_tree, what_if, why_not
from chat.facts import in_words
from chat.knowledge import Knowledge
from chat.pictures.bars import balance_bar
from chat.pictures.proof import proof_svg
from chat.wording import text
from kg.record import AnyStatement
from ontologies.concepts import Source
from rules.explanation import Proof

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a message; with the statements that were read from it, or with none."""

    text: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorView:
    """Everything on the doctor's page."""

    messages: tuple[tuple[Piece, ...], ...]
    answer: Json
    proof: Proof | None
    proof_picture: Markup | None
    conclusion: str
    conclusions: tuple[tuple[str, str], ...]
    bars: Mapping[str, Markup]  # a factor's log ratio as written → its bar
    priors: Mapping[str, float]
    sources: tuple[Source, ...]
    conditions: tuple[tuple[str, str], ...]
    findings: tuple[tuple[str, str], ...]
    labels: Mapping[str, str]
    why_not: Json | None
    what_if: Json | None
    complaint: str | None
    report: Any
    say: Callable[[str], str]  # a canonical fact in words
    query: Mapping[str, str]


def doctor_view(consultation: Consultation, knowledge: Knowledge, query: Mapping[str, str]) -> DoctorView:
    """Gather the whole reasoning, and answer what the address asks (`why`, `why_not`, `what_if`)."""
    said = answer(consultation, knowledge)
    conclusion = query.get("why") or "triage"
    proof = proof_tree(consultation, conclusion, knowledge)
    against, changed, complaint = _asked(consultation, knowledge, query)
    language, ontology = consultation.language, knowledge.ontology
    say = partial(in_words, ontology=ontology, language=language)
    labels = {f["finding"]: ontology.label(f["finding"]).render(language) for h in said["hypotheses"] for f in h["factors"]}
    return DoctorView(
        messages=tuple(_marked(turn, m.text, consultation.statements) for turn, m in enumerate(consultation.log.messages())),
        answer=said,
        proof=proof,
        proof_picture=_picture(proof, consultation, say) if proof else None,
        say=say,
        conclusion=conclusion,
        conclusions=(("triage", text("doctor.urgency").render(language)), *((h["condition"], h["label"]) for h in said["hypotheses"])),
        bars={str(f["log_lr"]): Markup(balance_bar(f["log_lr"])) for h in said["hypotheses"] for f in h["factors"]},  # noqa: S704  # our own
        priors={h.condition: round(h.log_prior, 3) for h in consultation.inference.hypotheses},
        sources=tuple(_sources(said, knowledge)),
        conditions=tuple(sorted((c.label.render(language), c.id) for c in ontology.conditions.values())),
        findings=tuple(sorted((f.label.render(language), f.id) for f in ontology.findings.values())),
        labels=labels,
        why_not=against,
        what_if=changed,
        complaint=complaint,
        report=consultation.report,
        query=query,
    )


def _asked(consultation: Consultation, knowledge: Knowledge, query: Mapping[str, str]) -> tuple[Json | None, Json | None, str | None]:
    """Answer why not and what if; what cannot be answered is a sentence, not an error."""
    against = changed = None
    try:
        if query.get("why_not"):
            against = why_not(consultation, query["why_not"], knowledge)
        if query.get("what_if"):
            changed = what_if(consultation, f"{query.get('presence', 'present')} {query['what_if']}", knowledge)
    except InputError as error:
        return against, changed, str(error)
    return against, changed, None


def _picture(proof: Proof, consultation: Consultation, say: Callable[[str], str]) -> Markup:
    language = consultation.language
    title = text("doctor.proof_of", thing=say(proof.conclusion)).render(language)
    described = text("doctor.proof_describe").render(language)
    return Markup(proof_svg(proof, title=title, description=described, say=say))  # noqa: S704  # our own, escaped


def _marked(turn: int, message: str, statements: Iterable[AnyStatement]) -> tuple[Piece, ...]:
    """Cut a message at the borders of all spans; each piece knows the statements that cover it."""
    spans = [(s.span.start, s.span.end, s.id) for s in statements if s.span is not None and s.span.turn == turn]
    borders = sorted({0, len(message), *(b for start, end, _ in spans for b in (start, end) if 0 <= b <= len(message))})
    pairs = pairwise(borders)
    return tuple(Piece(text=message[a:b], statements=tuple(i for s, e, i in spans if s <= a and b <= e)) for a, b in pairs)


def _sources(said: Json, knowledge: Knowledge) -> Iterable[Source]:
    """List every source that a step or a bar cites, once."""
    cited = {s for d in said["derivations"] for s in d["sources"]} | {f["source"] for h in said["hypotheses"] for f in h["factors"]}
    for source in sorted(s.partition("#")[0] for s in cited if s):
        if source in knowledge.ontology.sources:
            yield knowledge.ontology.sources[source]
