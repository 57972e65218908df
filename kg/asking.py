"""What a question asks for, as the short text that travels with it: written by the rules, read when the answer comes.

`f:fever` · `history c:asthma` · `family c:stroke` · `taking d:warfarin` · `allergy dc:penicillins` · `q:temperature` · `duration f:cough` ·
`attribute f:headache severity` · `circumstance smoking` · `age` · `sex` · `pregnancy` ·
`f:nausea f:vomiting` (several at once, answered in a row)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kg.record import MedicationStatus


class AskedKind(StrEnum):
    """What sort of answer is wanted."""

    FINDING = "finding"
    SEVERAL = "several"
    HISTORY = "history"
    FAMILY = "family"
    MEDICINE = "medicine"
    ALLERGY = "allergy"
    QUANTITY = "quantity"
    DURATION = "duration"
    ATTRIBUTE = "attribute"
    CIRCUMSTANCE = "circumstance"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question's subject. `of` is a concept or a name; `detail` the status of a medicine or the name of an attribute."""

    kind: AskedKind
    of: str
    detail: str = ""

    @property
    def concept(self) -> str | None:
        """Return the concept of the knowledge that it is about; None for what is only about the person."""
        match self.kind:
            case AskedKind.PERSON | AskedKind.CIRCUMSTANCE | AskedKind.SEVERAL:
                return None
            case AskedKind.QUANTITY:
                return f"q:{self.of}"
        return self.of

    @property
    def concepts(self) -> tuple[str, ...]:
        """Return every concept that it is about; more than one where several things are asked at once."""
        if self.kind is AskedKind.SEVERAL:
            return tuple(self.of.split(" "))
        return () if self.concept is None else (self.concept,)


_PERSON = frozenset({"age", "sex", "pregnancy"})
_TWO_WORDS = {
    "history": AskedKind.HISTORY,
    "family": AskedKind.FAMILY,
    "allergy": AskedKind.ALLERGY,
    "duration": AskedKind.DURATION,
    "circumstance": AskedKind.CIRCUMSTANCE,
}
_STATUSES = frozenset(status.value for status in MedicationStatus)


def asked_of(text: str) -> Asked | None:
    """Read the text of a question; None when it asks for nothing that a person can answer.

    >>> asked_of("attribute f:headache severity")
    Asked(kind=<AskedKind.ATTRIBUTE: 'attribute'>, of='f:headache', detail='severity')
    >>> asked_of("score x.y") is None
    True
    """
    match text.split(" "):
        case [name] if name in _PERSON:
            return Asked(kind=AskedKind.PERSON, of=name)
        case [concept] if concept.startswith("f:"):
            return Asked(kind=AskedKind.FINDING, of=concept)
        case [quantity] if quantity.startswith("q:"):
            return Asked(kind=AskedKind.QUANTITY, of=quantity.removeprefix("q:"))
        case ["attribute", concept, name, *_]:
            return Asked(kind=AskedKind.ATTRIBUTE, of=concept, detail=name)
        case [status, drug] if status in _STATUSES:
            return Asked(kind=AskedKind.MEDICINE, of=drug, detail=status)
        case [word, of] if word in _TWO_WORDS:
            return Asked(kind=_TWO_WORDS[word], of=of)
        case [_, _, *_] as findings if all(each.startswith("f:") for each in findings):
            return Asked(kind=AskedKind.SEVERAL, of=text)
    return None
