"""Canonical fact strings: the one form in which everything known or concluded is written, compared and cited.

A fact is its predicate and its arguments, one space apart: `present f:fever`, `history c:asthma`, `age ge 40`,
`recommend test t:ecg`. Two facts are the same when their strings are.
"""

from __future__ import annotations

from ontologies.ontology import Ontology


def fact(predicate: str, *arguments: str) -> str:
    """Write a fact.

    >>> fact("present", "f:fever")
    'present f:fever'
    """
    return " ".join((predicate, *arguments))


def predicate_of(text: str) -> str:
    """Return the first word of a fact.

    >>> predicate_of("recommend test t:ecg")
    'recommend'
    """
    return text.partition(" ")[0]


def arguments_of(text: str) -> tuple[str, ...]:
    """Return what follows the predicate.

    >>> arguments_of("recommend test t:ecg")
    ('test', 't:ecg')
    """
    return tuple(text.split(" ")[1:])


def number(value: float) -> str:
    """Write a number without exponent and without needless zeros, so that equal numbers give equal facts.

    >>> number(38.0), number(0.25), number(1e-7)
    ('38', '0.25', '0.0000001')
    """
    return f"{value:.10f}".rstrip("0").rstrip(".") or "0"


def implied(text: str, ontology: Ontology) -> tuple[str, ...]:
    """Return what a fact implies by the hierarchy: a present refinement its bases, an absent base its refinements."""
    predicate, _, concept = text.partition(" ")
    match predicate:
        case "present":
            return tuple(f"present {a}" for a in ontology.ancestors(concept))
        case "absent":
            return tuple(f"absent {d}" for d in ontology.descendants(concept))
        case _:
            return ()
