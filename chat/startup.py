"""See at the start that this installation is whole and that our package names were not taken by others."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from chat.errors import UsageError

_OURS = ("kg", "ontologies", "rules", "nlp", "optimizer", "chat")


def check_installation() -> None:
    """Raise UsageError when one of our generic package names leads to somebody else's package."""
    house = Path(__file__).resolve().parent.parent
    for name in _OURS:
        spec = importlib.util.find_spec(name)
        origin = Path(spec.origin).resolve() if spec and spec.origin else None
        if origin is None or origin.parent.parent != house:
            raise UsageError(
                f"The package '{name}' is not ours but {origin or 'missing'}. Another distribution uses the same name: "
                "install Iatros into a virtual environment of its own (make serve does)."
            )
