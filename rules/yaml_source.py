"""YAML read as nodes, so that every complaint names its file and line, and all of them come at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

import yaml

from ontologies.issues import Issue, Level
from ontologies.plain_yaml import LOADER
from ontologies.text import Text

T = TypeVar("T")
Scalar = str | int | float | bool | None
_VARIABLE = re.compile(r"(?<![\w\"'?])\?([a-z][a-z0-9_]*)(?=\s*(?:[:,\]}]|$))", re.MULTILINE)
_TRUE = frozenset({"true", "yes", "on"})


class Fault(Exception):  # noqa: N818 - never leaves the readers: each becomes an Issue
    """What is wrong at one node. Caught by the reader of the field, so that the other fields are still read."""

    def __init__(self, node: yaml.Node, message: str, solution: str) -> None:
        super().__init__(message)
        self.node, self.message, self.solution = node, message, solution


class Source:
    """One YAML file and the complaints about it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.issues: list[Issue] = []

    def where(self, node: yaml.Node) -> str:
        """Return file:line of a node."""
        return f"{self.name}:{node.start_mark.line + 1}"

    def complain(self, node: yaml.Node, message: str, solution: str) -> None:
        """Record an error at a node."""
        self.issues.append(Issue(level=Level.ERROR, message=message, solution=solution, where=self.where(node)))

    def attempt(self, read: Callable[[yaml.Node], T], node: yaml.Node | None, otherwise: T) -> T:
        """Read a node, or record what is wrong with it and return `otherwise`."""
        if node is None:
            return otherwise
        try:
            return read(node)
        except Fault as fault:
            self.complain(fault.node, fault.message, fault.solution)
            return otherwise

    def fields(self, node: yaml.Node | None, allowed: Iterable[str] | None = None) -> dict[str, yaml.Node]:
        """Read the fields of a mapping; complaints leave none."""
        empty: dict[str, yaml.Node] = {}
        return self.attempt(lambda n: fields(n, allowed), node, empty)

    def items(self, node: yaml.Node | None) -> tuple[yaml.Node, ...]:
        """Read the items of a list; complaints leave none."""
        empty: tuple[yaml.Node, ...] = ()
        return self.attempt(items, node, empty)

    def entries(self, text: str) -> tuple[yaml.Node, ...]:
        """Return the entries of a file that holds one list."""
        try:
            root = yaml.compose(_VARIABLE.sub(r'"?\1"', text), Loader=LOADER)  # YAML takes a bare '?' for a sign of its own
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._refuse(f"{error.problem}", line, "Correct the line; a value that begins with '?' or holds ': ' must stand in quotes.")
            return ()
        except yaml.YAMLError as error:
            self._refuse(f"{error}", 1, "Save the file as plain UTF-8 text.")
            return ()
        return self.items(root)

    def _refuse(self, problem: str, line: int, solution: str) -> None:
        where = f"{self.name}:{line}"
        self.issues.append(Issue(level=Level.ERROR, message=f"This is not YAML: {problem}.", solution=solution, where=where))


def items(node: yaml.Node) -> tuple[yaml.Node, ...]:
    """Return the items of a list."""
    if not isinstance(node, yaml.SequenceNode):
        raise Fault(node, "A list is expected here.", "Write the entries as '- …' lines or in [ ].")
    return tuple(node.value)


def fields(node: yaml.Node, allowed: Iterable[str] | None = None) -> dict[str, yaml.Node]:
    """Return the fields of a mapping; a field given twice or not allowed is a fault."""
    if not isinstance(node, yaml.MappingNode):
        raise Fault(node, "A mapping of fields is expected here.", "Write 'field: value' lines or {field: value}.")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in found:
            raise Fault(key, f"The field '{name}' is given twice.", "Keep one of the two.")
        found[name] = value
    if allowed is not None:
        names = tuple(allowed)
        for key, _ in node.value:
            if str(key.value) not in names:
                raise Fault(key, f"The field '{key.value}' is not known here.", f"Use one of: {', '.join(names)}.")
    return found


def scalar(node: yaml.Node) -> Scalar:
    """Return the value of a plain node."""
    if not isinstance(node, yaml.ScalarNode):
        raise Fault(node, "A single value is expected here.", "Write a word, a number, true or false.")
    raw = str(node.value)
    match str(node.tag).rpartition(":")[2]:
        case "null":
            return None
        case "bool":
            return raw.lower() in _TRUE
        case "int" | "float":
            return _numeric(raw)
        case _:
            return raw


def _numeric(raw: str) -> int | float | str:
    plain = raw.replace("_", "")
    try:
        return int(plain)
    except ValueError:
        try:
            return float(plain)
        except ValueError:
            return raw


def string(node: yaml.Node) -> str:
    """Return a word or sentence, as written."""
    if not isinstance(node, yaml.ScalarNode) or str(node.tag).endswith(":null"):
        raise Fault(node, "A text is expected here.", "Write a word or a sentence.")
    return str(node.value)


def optional_string(node: yaml.Node) -> str | None:
    """Return a text, or None for null."""
    return None if scalar(node) is None else string(node)


def decimal(node: yaml.Node) -> float:
    """Return a finite number."""
    value = scalar(node)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) > 1e12:  # noqa: PLR0124 - NaN
        raise Fault(node, f"'{getattr(node, 'value', '')}' is not a number.", "Write a plain number such as 38.0.")
    return float(value)


def integer(node: yaml.Node) -> int:
    """Return a whole number."""
    value = scalar(node)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Fault(node, f"'{getattr(node, 'value', '')}' is not a whole number.", "Write a whole number such as 2.")
    return value


def text(node: yaml.Node) -> Text:
    """Return a text in both languages. Within { } YAML cuts a text at its commas: the pieces are put together again."""
    if not isinstance(node, yaml.MappingNode):
        raise Fault(node, "A text in both languages is expected here.", "Write {en: …, zh: …}.")
    found: dict[str, str] = {}
    last = ""
    for key, value in node.value:
        name = str(key.value)
        if name in ("en", "zh") and name not in found:
            last, found[name] = name, string(value)
        elif last and scalar(value) is None:
            found[last] += f", {name}"
        else:
            raise Fault(key, f"The field '{name}' is not known here, or given twice.", "Write {en: …, zh: …}.")
    missing = [language for language in ("en", "zh") if language not in found]
    if missing:
        raise Fault(node, f"The text lacks the language {' and '.join(missing)}.", "Give both: {en: …, zh: …}.")
    return Text(en=found["en"], zh=found["zh"])


def one_of(node: yaml.Node, allowed: Iterable[str]) -> str:
    """Return a word that is one of a closed set."""
    word, names = string(node), tuple(allowed)
    if word not in names:
        raise Fault(node, f"'{word}' is not known here.", f"Use one of: {', '.join(names)}.")
    return word
