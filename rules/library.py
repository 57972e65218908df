"""The rule library as it lies on disk: which files there are, and all of them read into one frozen RuleBase."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from ontologies.issues import Issue, Level
from rules.language import Library, read_rules
from rules.rule import Rule, RuleBase, Score, Stage

Entry = TypeVar("Entry", Rule, Score)
_TEST = ".test.yaml"


def library_root() -> Traversable:
    """Return the folder of the library that ships with the package."""
    return resources.files("rules") / "library"


def rule_files(root: Traversable | Path | None = None) -> tuple[tuple[str, Traversable | Path], ...]:
    """Return (name, file) of every rule file, sorted by name; test files are left out."""
    return tuple((n, f) for n, f in _yaml_files(root) if not n.endswith(_TEST))


def test_files(root: Traversable | Path | None = None) -> tuple[tuple[str, Traversable | Path], ...]:
    """Return (name, file) of every test file, sorted by name."""
    return tuple((n, f) for n, f in _yaml_files(root) if n.endswith(_TEST))


test_files.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


def files(root: Traversable | Path | None = None) -> tuple[tuple[str, Traversable | Path], ...]:
    """Return (name, file) of all that decides an answer: the rules, and the other data of this package such as the calibration."""
    data = [] if root is not None else [(f"rules/{n}", f) for n, f in _walk(resources.files("rules"), "") if not n.startswith("library/")]
    return tuple(sorted(data, key=lambda pair: pair[0])) + rule_files(root)


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".yaml"):
            yield f"{prefix}{entry.name}", entry


def _yaml_files(root: Traversable | Path | None) -> tuple[tuple[str, Traversable | Path], ...]:
    base = library_root() if root is None else root
    found = [
        (f"rules/library/{folder.name}/{file.name}", file)
        for folder in base.iterdir()
        if folder.is_dir()
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda pair: pair[0]))


def load_rules(root: Traversable | Path | None = None) -> tuple[RuleBase, tuple[Issue, ...]]:
    """Read every rule file. What is faulty is left out and complained about; of two entries with one id the first stays."""
    return base_of(read_library(root))


def read_library(root: Traversable | Path | None = None) -> Library:
    """Read every rule file as it stands, what is faulty apart."""
    library = Library()
    for name, file in rule_files(root):
        library.add(_read(name, file))
    return library


def base_of(library: Library) -> tuple[RuleBase, tuple[Issue, ...]]:
    """Freeze what is sound into a rule base, beside all complaints."""
    rules = _unique(library.rules, library.issues)
    scores = _unique(library.scores, library.issues)
    base = RuleBase(rules=tuple(sorted(rules, key=lambda r: r.id)), scores=tuple(sorted(scores, key=lambda s: s.id)))
    return base, tuple(sorted(library.issues, key=lambda i: _place(i.where)))


def _read(name: str, file: Traversable | Path) -> Library:
    area = name.split("/")[2]
    if area not in set(Stage):
        issue = Issue(
            level=Level.ERROR,
            message=f"'{area}' is no area of the library.",
            solution=f"Move the file to one of: {', '.join(Stage)}.",
            where=f"{name}:1",
        )
        return Library(issues=[issue])
    try:
        return read_rules(file.read_text(encoding="utf-8"), name, Stage(area))
    except UnicodeDecodeError as error:
        issue = Issue(level=Level.ERROR, message=f"The file is not UTF-8: {error.reason}.", solution="Save it as UTF-8.", where=f"{name}:1")
        return Library(issues=[issue])


def _unique(entries: list[Entry], issues: list[Issue]) -> list[Entry]:
    """Keep the first entry of each id and complain about the others."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in first:
            message = f"The id '{entry.id}' is already used at {first[entry.id].where}."
            issues.append(
                Issue(level=Level.ERROR, message=message, solution="Give this one another id, or delete one of the two.", where=entry.where)
            )
        else:
            first[entry.id] = entry
    return list(first.values())


def _place(where: str) -> tuple[str, int]:
    name, _, line = where.rpartition(":")
    return (name, int(line)) if line.isdigit() else (where, 0)
