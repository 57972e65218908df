"""spaCy without its own command line.

`import spacy` loads typer, rich, weasel, requests and httpx for one function, `spacy.info`: a third of the time of the import. While spaCy
is imported, an empty module stands in their place; afterwards `spacy.cli` can be imported as ever. Import spaCy's parts from here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_COMMAND_LINE = ("spacy.cli", "spacy.cli.info")


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Let the import of spaCy find empty modules in place of its command line."""
    stand_ins = {name: ModuleType(name) for name in _COMMAND_LINE if "spacy" not in sys.modules}
    for module in stand_ins.values():
        module.__dict__["info"] = None
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


with _without_command_line():
    from spacy.language import Language as SpacyLanguage
    from spacy.tokens import Doc
    from spacy.util import get_lang_class
    from spacy.vocab import Vocab

__all__ = ["Doc", "SpacyLanguage", "Vocab", "get_lang_class"]
