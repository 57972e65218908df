"""The immutable bundle of everything the engine knows, under one version: the SHA-256 over every knowledge file."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chat.collecting import without_collecting
from chat.regions import Region, load_regions
from kg.issues import Issue, Level
from nlp.reader import Reader
from ontologies.ontology import Ontology
from rules.calibration import Calibration, load_calibration
from rules.engine import Engine
from rules.rule import RuleBase

_LOG = logging.getLogger(__name__)
PACKAGES = ("ontologies", "rules", "nlp", "optimizer", "chat")
SUFFIXES = frozenset({".ttl", ".yaml", ".j2", ".tsv"})
HOUSE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the engine reasons with. Two bundles of one version give the same answers with the same software."""

    version: str  # "sha256:…"
    ontology: Ontology
    rules: RuleBase
    calibration: Calibration
    reader: Reader
    engine: Engine
    regions: dict[str, Region]
    issues: tuple[Issue, ...]

    @property
    def errors(self) -> tuple[Issue, ...]:
        """Return what could not be read."""
        return tuple(issue for issue in self.issues if issue.level is Level.ERROR)


def knowledge_files(house: Path = HOUSE) -> tuple[Path, ...]:
    """List every file that an answer may depend on, in a stable order."""
    found = (p for package in PACKAGES for p in (house / package).rglob("*") if p.suffix in SUFFIXES and ".test." not in p.name)
    return tuple(sorted(found, key=lambda p: p.relative_to(house).as_posix()))


def version_of(house: Path = HOUSE) -> str:
    """Hash the names and contents of all knowledge files."""
    digest = hashlib.sha256()
    for path in knowledge_files(house):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(house).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return f"sha256:{digest.hexdigest()}"


def load_knowledge(house: Path = HOUSE) -> Knowledge:
    """Read a bundle from the files of a house: this one, or an older one laid out in a folder."""
    with without_collecting():
        return _load(house)


def _load(house: Path) -> Knowledge:
    from ontologies.loader import load as load_ontology  # noqa: PLC0415  # the parsers are not needed where the cache answers
    from rules.library import load_rules  # noqa: PLC0415  # as above

    ontology, ontology_issues = load_ontology(house / "ontologies")
    rules, rule_issues = load_rules(house / "rules" / "library")
    return Knowledge(
        version=version_of(house),
        ontology=ontology,
        rules=rules,
        calibration=load_calibration(house / "rules"),
        reader=Reader(ontology),
        engine=Engine(),
        regions=load_regions(house / "chat"),
        issues=(*ontology_issues, *rule_issues),
    )


@lru_cache(maxsize=1)
def own_knowledge() -> Knowledge:
    """Return this installation's knowledge, made or fetched once a process."""
    from chat.knowledge_cache import cached_knowledge  # noqa: PLC0415  # which itself loads with this module

    with without_collecting():
        knowledge = cached_knowledge()
    if knowledge.errors:
        _LOG.warning("%s", gap_in(knowledge))
    return knowledge


def gap_in(knowledge: Knowledge) -> str:
    """Say that a part of the knowledge could not be read; only for a bundle that has errors."""
    first, count = knowledge.errors[0], len(knowledge.errors)
    return (
        f"{count} faults in the knowledge: what they touch is missing from every answer. `iatros knowledge check` lists all. First: {first}"
    )
