"""What counts as right, safe and caught when cases with known answers are scored.

A diagnosis counts when a label or synonym of a hypothesis equals one of the accepted names word for word after normalising,
or, for names of two words and more, when one contains all words of the other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

EMERGENCY = frozenset({"emergency_ambulance", "emergency"})
NON_EMERGENCY = frozenset({"consultation_24h", "consultation"})
RANK = {"self-care": 0, "non-emergency": 1, "emergency": 2}
CANONICAL = {
    "emergency": "emergency",
    "nonemergency": "non-emergency",
    "non-emergency": "non-emergency",
    "selfcare": "self-care",
    "self-care": "self-care",
}
_DROPPED = frozenset(
    [
        "acute",
        "the",
        "of",
        "a",
        "an",
        "and",
        "disease",
        "syndrome",
        "disorder",
        "unspecified",
        "primary",
        "due",
        "to",
        "with",
        "in",
        "simple",
    ]
)
_SPELLINGS = (
    ("haem", "hem"),
    ("oedema", "edema"),
    ("diarrhoea", "diarrhea"),
    ("anaemia", "anemia"),
    ("oesoph", "esoph"),
    ("tumour", "tumor"),
    ("paed", "ped"),
    ("foetal", "fetal"),
    ("gonorrhoea", "gonorrhea"),
)
_WORD = re.compile(r"[a-z0-9]+|[一-鿿]+")
_Z95 = 1.959964


def words(label: str) -> list[str]:
    """Normalise a name to the words that count.

    >>> words("Acute Haemorrhoids (external)")
    ['hemorrhoids']
    """
    plain = re.sub(r"\(.*?\)", " ", label.lower()).replace("'s", "").replace("-", " ")
    for british, american in _SPELLINGS:
        plain = plain.replace(british, american)
    return [w for w in _WORD.findall(plain) if w not in _DROPPED]


def same_diagnosis(one: str, other: str) -> bool:
    """Say whether two names mean the same diagnosis."""
    first, second = set(words(one)), set(words(other))
    if not first or not second:
        return False
    small, big = sorted((first, second), key=len)
    return first == second or (len(small) >= 2 and small <= big)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927), as fractions."""
    if n == 0:
        return (0.0, 1.0)
    share, z2 = hits / n, _Z95 * _Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (max(0.0, middle - half), min(1.0, middle + half))


def triage_class(level: str | None) -> str | None:
    """Fold five levels into the three that cases are labelled with."""
    if level in EMERGENCY:
        return "emergency"
    if level in NON_EMERGENCY:
        return "non-emergency"
    return "self-care" if level == "self_care" else None


def alarmed(result: Mapping[str, Any] | None) -> bool:
    """Say whether a hazard was raised: a day or less, or a safety warning."""
    if result is None:
        return False
    level = (result.get("triage") or {}).get("level")
    warned = any(r["kind"] == "warn" for r in result.get("recommendations", []))
    return level in EMERGENCY or level == "consultation_24h" or warned


def rank_of(accepted: Sequence[str], hypotheses: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the place (0 first) of the first hypothesis that counts, or None."""
    for rank, hypothesis in enumerate(hypotheses):
        names = [hypothesis["label"], *hypothesis.get("synonyms", [])]
        if any(same_diagnosis(a, n) for a in accepted for n in names):
            return rank
    return None


@dataclass(slots=True)
class Tally:
    """Counts of one group of cases."""

    counts: dict[str, int] = field(default_factory=dict)
    brier: list[float] = field(default_factory=list)
    log_loss: list[float] = field(default_factory=list)

    def add(self, name: str, hit: bool = True) -> None:
        """Count one case under a name."""
        self.counts[name] = self.counts.get(name, 0) + int(hit)

    def share(self, hits: str, total: str) -> dict[str, float | int | list[float]] | None:
        """Return hits over total with its interval, or None when nothing was counted."""
        n = self.counts.get(total, 0)
        if not n:
            return None
        k = self.counts.get(hits, 0)
        return {"hits": k, "n": n, "share": k / n, "interval": list(wilson(k, n))}


_EPSILON = 1e-6  # floor of a probability in the log loss, so that one miss does not outweigh all


def losses(told: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return log loss and Brier score of one list; "something else" is an outcome too, with the probability that is left.

    >>> losses([0.6, 0.1], [False, False])
    (1.2039728043259361, 0.86)
    """
    left = max(1.0 - sum(told), 0.0)
    came = sum(p for p, r in zip(told, right, strict=True) if r) if any(right) else left
    brier = sum((p - r) ** 2 for p, r in zip(told, right, strict=True)) + (left - (not any(right))) ** 2
    return -math.log(max(came, _EPSILON)), brier


def tally_diagnosis(tally: Tally, accepted: Sequence[str], hypotheses: Sequence[Mapping[str, Any]]) -> int | None:
    """Count top-1, top-3, top-5, Brier and log loss of one case; return the rank."""
    rank = rank_of(accepted, hypotheses)
    tally.add("dx")
    for k in (1, 3, 5):
        tally.add(f"top{k}", rank is not None and rank < k)
    right = [any(same_diagnosis(a, n) for a in accepted for n in [h["label"], *h.get("synonyms", [])]) for h in hypotheses]
    log_loss, brier = losses([h["probability"] for h in hypotheses], right)
    tally.brier.append(brier)
    tally.log_loss.append(log_loss)
    return rank


def tally_triage(tally: Tally, wanted: str, level: str | None) -> bool:
    """Count right, safe, caught and over-triaged; return whether it was right."""
    given = triage_class(level)
    tally.add("triage")
    tally.add("triage_right", given == wanted)
    tally.add("triage_safe", given is not None and RANK[given] >= RANK[wanted])
    if wanted == "emergency":
        tally.add("emergencies")
        tally.add("emergencies_caught", given == "emergency")
    if wanted == "self-care":
        tally.add("self_care")
        tally.add("self_care_over", given is not None and RANK[given] > 0)
    return given == wanted


def tally_hazard(tally: Tally, hazard: bool, alarm: bool) -> None:
    """Count caught hazards and false alarms."""
    tally.add("hazards" if hazard else "benign")
    if alarm:
        tally.add("hazards_caught" if hazard else "false_alarms")
