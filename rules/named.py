"""What a disease gains by its name alone: a doctor gave it, or the patient takes it for that. Danger does not count it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.likelihood import Likelihood
from rules.said import Heard
from rules.tables import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The gain of one condition, with the statements that name it."""

    log_lr: float
    statements: tuple[str, ...]


def named_of(heard: Heard, likelihood: Likelihood) -> dict[int, Named]:
    """Return the gains by row. A known chronic disease gains nothing here: it is history."""
    constants = likelihood.constants
    gains = {c: Named(log_lr=constants.named_supposed, statements=s) for c, s in heard.supposed.items()}
    gains |= {c: Named(log_lr=constants.named_diagnosed, statements=s) for c, s in heard.diagnosed.items() if not _lasting(c, likelihood)}
    return {likelihood.row[c]: gain for c, gain in sorted(gains.items()) if c in likelihood.row}


def named_logs(named: dict[int, Named], size: int) -> Floats:
    """Return the gains as an array over the conditions."""
    logs = np.zeros(size)
    for row, gain in named.items():
        logs[row] = gain.log_lr
    return logs


def _lasting(identifier: str, likelihood: Likelihood) -> bool:
    return identifier in likelihood.row and likelihood.ontology.conditions[identifier].chronic
