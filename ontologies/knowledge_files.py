"""Which files make up the knowledge of this package, in an order that never depends on the machine."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

SCHEMA = "schema.ttl"
SHAPES = "shapes.ttl"
NOT_KNOWLEDGE = frozenset({SCHEMA, SHAPES})


def package_root() -> Path:
    """Return the folder of the knowledge that ships with the package."""
    return Path(str(resources.files("ontologies")))


def files(root: Path | None = None) -> tuple[Path, ...]:
    """List every Turtle file under `root`, schema and shapes included, sorted by its path: the input of the knowledge version."""
    top = root or package_root()
    return tuple(sorted(top.rglob("*.ttl"), key=lambda path: path.relative_to(top).as_posix()))


def concept_files(root: Path | None = None) -> tuple[Path, ...]:
    """List the files that hold concepts: all but the schema and the shapes."""
    return tuple(path for path in files(root) if path.name not in NOT_KNOWLEDGE)


def shown(path: Path, root: Path) -> str:
    """Name a file as a person would, with the folder of the knowledge in front: `ontologies/findings/chest.ttl`."""
    return f"{root.name}/{path.relative_to(root).as_posix()}"
