"""Age and sex of the patient, from what the message says of whom it is about."""

from __future__ import annotations

from functools import cache

from kg.issues import Level
from kg.record import AnyStatement
from nlp.complaints import complaint
from nlp.cues import CueHit
from nlp.draft import Draft, Timed
from nlp.fold import fold, tokens_of
from nlp.people import REPORTER, sex_of_relation, speaker_before
from nlp.resources import data
from nlp.statements import circumstance, observation
from nlp.trie import TokenTrie

DAYS_IN_YEAR = 365.25
_OLDEST_YEARS = 120
_NEAR_TOKENS = 5
_GROWN_UP = "adult"


@cache
def _sexes() -> tuple[dict[str, str], frozenset[str]]:
    table = data("people.yaml")
    return {word: sex for sex, words in table["sex_words"].items() for word in words}, frozenset(table["sex_alone"])


@cache
def _stages() -> TokenTrie[str]:
    trie: TokenTrie[str] = TokenTrie()
    for stage, said in data("people.yaml")["life_stages"].items():
        for phrase in said:
            trie.add(tokens_of(fold(phrase))[0], stage)
    return trie


def demographics(draft: Draft) -> list[AnyStatement]:
    """Return age and sex as circumstances; an impossible age is asked about."""
    found: list[AnyStatement] = []
    age = _age(draft)
    found += _life_stage(draft) if age is None else age_statement(draft, age)
    found += _sex(draft, age)
    return found


def observations(draft: Draft) -> list[AnyStatement]:
    """Return the measured values that are the patient's own."""
    found: list[AnyStatement] = []
    for each in draft.measured:
        speaker = speaker_before(draft, draft.token_at(each.start))
        if speaker is None or speaker in {draft.patient, REPORTER, "writer", "he", "she", "they"} or draft.patient != REPORTER:
            found.append(observation(draft, each.name, each.value, each.unit, draft.chars(each.start, each.end)))
    return found


def _age(draft: Draft) -> Timed | None:
    """Return the first age that is the patient's."""
    ages = [timed for timed in draft.times if timed.is_age]
    for timed in ages:
        speaker = speaker_before(draft, draft.token_at(timed.start))
        if speaker is None or speaker == draft.patient or speaker in {"he", "she", "they", "writer"} or draft.patient == "proxy":
            return timed
        if REPORTER not in {speaker, draft.patient}:
            return timed
        if speaker == REPORTER and draft.patient in {"child", "son", "daughter"} and timed.days_max < 18 * DAYS_IN_YEAR:
            return timed
    return None


def age_statement(draft: Draft, age: Timed) -> list[AnyStatement]:
    """Return the age in years, or ask when nobody can be that old."""
    years = (age.days_min + age.days_max) / 2 / DAYS_IN_YEAR
    if years > _OLDEST_YEARS:
        said = draft.text[age.start : age.end]
        draft.issues.append(complaint("age", Level.WARNING, f"{age.start}-{age.end}", draft.language, said=said))
        return []
    span = draft.chars(age.start, age.end)
    value = round(age.days_min / DAYS_IN_YEAR, 3) if age.days_min == age.days_max else round(years, 3)
    whole = round(value)
    return [circumstance(draft, "age", float(whole) if abs(value - whole) < 0.003 else value, span, "a")]


def _life_stage(draft: Draft) -> list[AnyStatement]:
    """Return what a patient without an age is called: a newborn, a baby, a child, an old person, or somebody's parent or spouse."""
    if draft.patient == REPORTER:
        return []
    for start, end, stages in draft.found(_stages()):
        return [circumstance(draft, "life-stage", stages[0], draft.span(start, end))]
    if draft.patient in data("people.yaml")["grown_up"]:
        named = next((hit for hit in draft.hits if hit.rule.relation == draft.patient), None)
        return [] if named is None else [circumstance(draft, "life-stage", _GROWN_UP, draft.span(named.start, named.end))]
    return []


def _sex(draft: Draft, age: Timed | None) -> list[AnyStatement]:
    """Return the sex said near the age or by itself, by the relation, or by the pronoun of someone else."""
    words, alone = _sexes()
    near = draft.token_at(age.start) if age is not None else None
    for index, word in enumerate(draft.words):
        if word not in words:
            continue
        close = near is not None and near - _NEAR_TOKENS <= index <= near + _NEAR_TOKENS
        if (
            close
            or word in alone
            or (index > 1 and draft.words[index - 1] == "a" and draft.words[index - 2] in {"'m", "am", "as", "im", "being", "is"})
        ):
            return [circumstance(draft, "sex", words[word], draft.span(index, index + 1))]
    return _sex_by_person(draft)


def _sex_by_person(draft: Draft) -> list[AnyStatement]:
    """Return the sex that the patient's relation or pronoun tells."""
    if draft.patient == REPORTER and not any(hit.rule.relation in {"he", "she"} for hit in draft.hits):
        return []
    for hit in draft.hits:
        relation = hit.rule.relation
        if relation == draft.patient and sex_of_relation(relation) is not None:
            return [circumstance(draft, "sex", str(sex_of_relation(relation)), draft.span(hit.start, hit.end))]
    sexes = {"he": "male", "she": "female"}
    someone = draft.patient in {"proxy", "child", "partner", "parent", "grandparent"}
    for hit in draft.hits:
        sex = sexes.get(hit.rule.relation or "") if hit.rule.id.startswith("en.subject.pronoun") else None
        if sex is not None and (someone or _nobody_else(draft, hit)) and not _of_another(draft, hit):
            return [circumstance(draft, "sex", sex, draft.span(hit.start, hit.end))]
    return []


def _of_another(draft: Draft, pronoun: CueHit) -> bool:
    """Say whether a pronoun stands after somebody else in its sentence ("my neighbour sold her car")."""
    start = next((start for start, end in draft.sentences if start <= pronoun.start < end), 0)
    named = [hit.rule.relation for hit in draft.hits if hit.rule.category == "subject" and start <= hit.start < pronoun.start]
    return bool(set(named) - {draft.patient, REPORTER, "writer", "proxy", "he", "she", "they"})


def _nobody_else(draft: Draft, pronoun: CueHit) -> bool:
    """Say whether a pronoun can only mean the patient: nobody is named before it and the writer has nothing."""
    subjects = [hit for hit in draft.hits if hit.rule.category == "subject" and hit.rule.relation not in {"he", "she", "they", "writer"}]
    return not any(hit.start < pronoun.start or hit.rule.relation == REPORTER for hit in subjects)
