"""The indexes of an ontology, made once and kept as long as it is used."""

from __future__ import annotations

from ontologies.ontology import Ontology
from rules.calibration import DifferentialConstants
from rules.likelihood import Likelihood

_KEPT = 4
_INDEXES: list[Likelihood] = []


def likelihood_of(ontology: Ontology, constants: DifferentialConstants) -> Likelihood:
    """Return the index of an ontology. Indexes are compared by identity: knowledge is immutable."""
    for index in _INDEXES:
        if index.ontology is ontology and index.constants == constants:
            return index
    return keep_index(Likelihood(ontology, constants))


def keep_index(index: Likelihood) -> Likelihood:
    """Keep an index for whoever asks for it next."""
    _INDEXES.append(index)
    del _INDEXES[:-_KEPT]
    return index
