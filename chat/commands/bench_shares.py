"""What dominates a figure: the share of each of our modules, and of other packages, in the time of one run."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from chat.knowledge import HOUSE

_SHOWN = 4


def shares(call: Callable[[], object]) -> str:
    """Run something under the profiler and name the places that took most of the time.

    >>> shares(lambda: sorted(range(1000)))
    'Python 100 %'
    """
    profile = cProfile.Profile()
    profile.runcall(call)
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]  # its one useful field has no type
        spent[_place(file)] += own
    whole = sum(spent.values()) or 1.0
    return ", ".join(f"{place} {100 * own / whole:.0f} %" for place, own in spent.most_common(_SHOWN))


def _place(file: str) -> str:
    """Name our module, or the package that a file belongs to; what Python does itself has no file."""
    path = Path(file)
    if path.is_relative_to(HOUSE) and "site-packages" not in path.parts:
        return path.relative_to(HOUSE).as_posix()
    return path.parts[path.parts.index("site-packages") + 1] if "site-packages" in path.parts else "Python"
