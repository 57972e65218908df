"""Who is the patient: whom the message is about, apart from who writes it and from relatives who are only mentioned."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from kg.record import Presence, Subject, Timing
from nlp.context_rules import context_rules
from nlp.cues import CueHit
from nlp.draft import Draft, Mention, between, start_of
from nlp.resources import data
from ontologies.text import Language

REPORTER = "reporter"
_WRITER = "writer"
_PROXY = "proxy"
_ADULT_YEARS = 18
_POSSESSIVES = frozenset(["his", "her", "their"])
_DAYS_IN_YEAR = 365.25
_MOSTLY = 2  # the child is the patient when it has more than twice the findings of the writer


@cache
def _people() -> tuple[dict[str, dict[str, object]], frozenset[str], dict[str, str | None]]:
    table = data("people.yaml")
    return table["relations"], frozenset(table["never_patient"]), table["pronouns"]


def sex_of_relation(relation: str) -> str | None:
    """Return the sex that a relation tells, if it does."""
    said = _people()[0].get(relation, {}).get("sex")
    return None if said is None else str(said)


def mark_children(draft: Draft) -> None:
    """Add a subject for "my 3-year-old": an age below 18 after a possessive is a child of the writer."""
    owners = frozenset(data("people.yaml")["owners"])
    child = next((rule for rule in context_rules() if rule.relation == "child"), None)
    for timed in draft.times:
        token = draft.token_at(timed.start)
        if child and timed.is_age and timed.days_max < _ADULT_YEARS * _DAYS_IN_YEAR and token and draft.words[token - 1] in owners:
            draft.extra_hits.append(CueHit(token, token + 1, child))


def speaker_before(draft: Draft, token: int) -> str | None:
    """Return the grammatical subject that stands last before a token in its sentence."""
    said = reversed(between(draft.hits, draft.sentence_of(token)[0], token + 1))
    return next((hit.rule.relation for hit in said if hit.rule.category == "subject"), None)


def decide_patient(draft: Draft) -> None:
    """Find out whom the message is about, then tell each mention whose it is."""
    _resolve_done_to_me(draft)
    _resolve_lost(draft)
    _resolve_pronouns(draft)
    _resolve_reporter(draft)
    _resolve_beliefs(draft)
    draft.patient = _patient(draft)
    for mention in draft.mentions:
        _assign(mention, draft.patient)


def _resolve_done_to_me(draft: Draft) -> None:
    """Leave to the writer what somebody else did to them ("my partner strangled me"): the words of the finding end in "me"."""
    for mention in draft.mentions:
        if draft.words[mention.end - 1] == "me" and mention.speaker is not None:
            mention.speaker = REPORTER


def _resolve_lost(draft: Draft) -> None:
    """Leave a loss to the writer who tells of it ("my wife passed three weeks ago"): the dead are nobody's patient."""
    lost = frozenset(data("people.yaml")["losses"])
    for mention in draft.mentions:
        if mention.ids[0] in lost:
            mention.speaker = REPORTER


def _resolve_pronouns(draft: Draft) -> None:
    """Replace "he", "she", "they" by the relative or friend that was named last, if any was."""
    relations, _, pronouns = _people()
    for mention in draft.mentions:
        if mention.speaker in pronouns:
            mention.speaker = _antecedent(draft, mention, mention.speaker or "") or mention.speaker
    del relations


def _resolve_beliefs(draft: Draft) -> None:
    """Give a belief to who holds it, not to those whom it is about ("he says the neighbours pipe gas in")."""
    beliefs = data("people.yaml")["beliefs"]
    for mention in draft.mentions:
        if mention.ids[0] in beliefs and mention.speaker == "other":
            mention.speaker = _last_named(draft, mention.head)


def _resolve_reporter(draft: Draft) -> None:
    """Leave to whom was named before what a Chinese carer only saw, gave or asked ("the child has a fever, I gave syrup, still coughs")."""
    if draft.language is not Language.ZH or not any(_names_someone(hit) for hit in draft.hits):
        return
    for mention in draft.mentions:
        if mention.speaker == REPORTER and _carer_acts_before(draft, mention):
            mention.speaker = _last_named(draft, mention.head)


def _carer_acts_before(draft: Draft, mention: Mention) -> bool:
    """Say whether between "I" and a finding stands what a carer does ("I gave", "I felt"), not what the writer has."""
    after = max((hit.end for hit in draft.hits if hit.rule.relation == REPORTER and hit.end <= mention.head), default=mention.head)
    between = "".join(draft.words[after : min(mention.start, mention.head)])
    return any(act in between for act in _carer_acts())


def _last_named(draft: Draft, token: int) -> str | None:
    """Return the person other than the writer who was named last before a token."""
    return next((hit.rule.relation for hit in _back_from(draft, token) if _names_someone(hit)), None)


def _names_someone(hit: CueHit) -> bool:
    """Say whether a cue names a person other than the writer."""
    relations, never, _ = _people()
    return hit.rule.category == "subject" and hit.rule.relation in relations and hit.rule.relation not in never


@cache
def _carer_acts() -> tuple[str, ...]:
    return tuple(data("people.yaml")["carer_acts"])


def _antecedent(draft: Draft, mention: Mention, pronoun: str) -> str | None:
    """Return the last person named before a mention that the pronoun can stand for."""
    relations, _, pronouns = _people()
    for hit in _back_from(draft, mention.head):
        relation = hit.rule.relation
        if hit.rule.category != "subject" or relation not in relations or relation == "family":
            continue
        if relation == "other" and (_speaks_of_child(draft, hit) or not _POSSESSIVES.isdisjoint(draft.words[hit.start : hit.end])):
            continue  # "a girl in his class", "my son …, nursery says others have it": he is somebody else
        if relation == "other" and pronouns[pronoun] is not None and draft.words[hit.end - 1] in data("people.yaml")["several"]:
            continue  # "the neighbours": no "he"
        sex = sex_of_relation(relation)
        if sex is None or pronouns[pronoun] is None or sex == pronouns[pronoun]:
            return relation
    return None


def _speaks_of_child(draft: Draft, hit: CueHit) -> bool:
    """Say whether a child of the writer was named before others were: a pronoun after both means the child."""
    relations = _people()[0]
    return any(before.start < hit.start and relations.get(str(before.rule.relation), {}).get("dependant") for before in draft.hits)


def _back_from(draft: Draft, token: int) -> Iterator[CueHit]:
    """Yield the cues that begin up to a token, the last first."""
    for index in range(bisect_right(draft.hits, token, key=start_of) - 1, -1, -1):
        yield draft.hits[index]


def _patient(draft: Draft) -> str:
    """Return the speaker whom the message is about."""
    relations, never, pronouns = _people()
    named = _relations_named(draft)
    if any(said in draft.folded for said in data("people.yaml")["about_me"]):
        return REPORTER
    if any(hit.rule.category == "proxy" for hit in draft.hits):
        return next((each for each in named if each not in never), _PROXY)
    symptoms = [each for each in draft.mentions if each.ids[0][:2] in {"f:", "d:"} or each.ids[0].startswith("dc:")]
    own = [each for each in symptoms if each.speaker == REPORTER]
    if any(each.speaker in relations and each.speaker not in never and _is_now(each) for each in symptoms):
        own = [each for each in own if each.ids[0] not in data("people.yaml")["feelings"]]
    dependants = [each for each in named if relations.get(each, {}).get("dependant")]
    if dependants and _about_child(draft, symptoms, own, dependants):
        return dependants[0]
    if own or _known_about_reporter(draft) or _says_own_age(draft):
        return REPORTER
    of_others = [each for each in symptoms if each.speaker in relations and each.speaker not in never]
    theirs = [each for each in of_others if _is_now(each) or each.is_medicine]
    if theirs:  # who has the complaints, or at least takes the medicines
        return str(min(theirs, key=lambda each: not each.ids[0].startswith("f:")).speaker)
    measured = (speaker_before(draft, draft.token_at(each.start)) for each in draft.measured)
    whose = next((each for each in measured if each in relations and each not in never), None)
    if whose is not None and not symptoms:  # "my father's pressure is 200"
        return whose
    if any(each.speaker in pronouns for each in draft.mentions) and not any(each.speaker == REPORTER for each in draft.mentions):
        return _PROXY
    return REPORTER


def _is_now(mention: Mention) -> bool:
    """Say whether a mention speaks of the present."""
    return mention.timing in {Timing.CURRENT, Timing.RECURRENT} and mention.presence is not Presence.ABSENT


def _relations_named(draft: Draft) -> list[str]:
    """Return the persons of the text in order, each once."""
    relations, _, _ = _people()
    return list(
        dict.fromkeys(str(hit.rule.relation) for hit in draft.hits if hit.rule.category == "subject" and hit.rule.relation in relations)
    )


def _about_child(draft: Draft, symptoms: list[Mention], own: list[Mention], dependants: list[str]) -> bool:
    """Say whether a child in the text is the patient: it has the symptoms, or nobody else has any."""
    relations, never, _ = _people()
    theirs = [each for each in symptoms if each.speaker in dependants]
    if theirs:
        first = min(each.start for each in theirs) < min((each.start for each in own), default=len(draft.words))
        outnumbers = len(theirs) >= len(own) or _says_age_of(draft, dependants)
        return not own or (first and outnumbers) or len(theirs) > _MOSTLY * len(own)
    grown = any(each.speaker in relations and each.speaker not in never and _is_now(each) for each in symptoms)
    return not own and not grown and not _says_own_age(draft)


def _says_own_age(draft: Draft) -> bool:
    """Say whether the writer gives their own age."""
    return _says_age_of(draft, [REPORTER])


def _says_age_of(draft: Draft, speakers: list[str]) -> bool:
    """Say whether the age of one of these is given."""
    return any(timed.is_age and speaker_before(draft, draft.token_at(timed.start)) in speakers for timed in draft.times)


def _known_about_reporter(draft: Draft) -> bool:
    """Say whether earlier turns already spoke of the patient (whoever that is), so that a relative stays a relative."""
    return any(each.kind == "finding" and each.subject is Subject.PATIENT for each in draft.state.known)


def _assign(mention: Mention, patient: str) -> None:
    """Set subject and relation from the speaker."""
    relations, _, pronouns = _people()
    speaker = mention.speaker
    if speaker is None or speaker in {patient, _WRITER, _PROXY} or (speaker in pronouns and patient in {_PROXY, REPORTER, *relations}):
        return
    if speaker == REPORTER:
        if mention.ids[0] in data("people.yaml")["danger_of_the_writer"]:
            return
        if patient != REPORTER and patient in relations and not relations[patient].get("dependant"):
            return
        mention.subject, mention.relation = Subject.OTHER, REPORTER
    elif speaker == "other":
        mention.subject, mention.relation = Subject.OTHER, "other"
    elif speaker in relations and not _same_child(speaker, patient):
        mention.subject, mention.relation = Subject.RELATIVE, speaker


def _same_child(speaker: str, patient: str) -> bool:
    """Say whether two words may name the same child ("my son", "the baby")."""
    relations = _people()[0]
    return bool(relations.get(speaker, {}).get("dependant")) and bool(relations.get(patient, {}).get("dependant"))
