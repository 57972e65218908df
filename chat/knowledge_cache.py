"""The knowledge of this installation, made ready once and kept in a file: reading it back takes a fifth of the time of making it.

The file's name is the hash of everything that its content follows from: all knowledge files, all code of the house, Python and the
packages whose objects it holds. A file that is damaged, belongs to somebody else or could be written by others is not opened, because
unpickling runs what it reads. It is written before anything of a patient was read. IATROS_CACHE names another folder, or says `off`.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import pickle
import platform
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chat.knowledge import HOUSE, PACKAGES, Knowledge, load_knowledge, version_of
from kg.issues import Level
from nlp.resources import DATA_FILES, data, remember
from rules.likelihood import Likelihood
from rules.model import keep_index, likelihood_of

_LOG = logging.getLogger(__name__)
_HELD = ("numpy", "spacy", "durable-rules")
PACKAGES_OF_CODE = (*PACKAGES, "kg")
_KEPT = 2  # of one house, so that switching between two versions does not start over each time
_DIGEST = hashlib.sha256().digest_size
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is kept: the knowledge, its indexes, and the word lists that the reader has parsed."""

    knowledge: Knowledge
    likelihood: Likelihood
    words: Mapping[str, Any]


def cached_knowledge(
    house: Path = HOUSE, environment: Mapping[str, str] = os.environ, load: Callable[[Path], Knowledge] = load_knowledge
) -> Knowledge:
    """Return the knowledge of a house, from the cache if it is there, and keep it there if it is not."""
    folder = cache_folder(environment)
    if folder is None:
        return load(house)
    file = folder / f"{_house_name(house)}-{key_of(house)}.bin"
    found = fetch(file)
    if found is not None:
        return found.knowledge
    knowledge = load(house)
    if all(issue.level is not Level.ERROR for issue in knowledge.issues):
        keep(file, prepare(knowledge))
    return knowledge


def cache_folder(environment: Mapping[str, str]) -> Path | None:
    """Return the folder of the cache; None when there is none.

    >>> cache_folder({"IATROS_CACHE": "off"}) is None
    True
    >>> cache_folder({"XDG_CACHE_HOME": "/var/cache"}).as_posix()
    '/var/cache/iatros'
    """
    named = environment.get("IATROS_CACHE", "")
    if named:
        return None if named == _OFF else Path(named)
    base = environment.get("XDG_CACHE_HOME") or (f"{environment['HOME']}/.cache" if environment.get("HOME") else "")
    return Path(base) / "iatros" if base else None


def key_of(house: Path) -> str:
    """Hash everything that the content of the cache follows from."""
    digest = hashlib.sha256(version_of(house).encode())
    digest.update(" ".join([platform.python_version(), platform.machine(), *(f"{name}={version(name)}" for name in _HELD)]).encode())
    for package in PACKAGES_OF_CODE:
        for path in sorted((HOUSE / package).rglob("*.py")):
            digest.update(f"{path.relative_to(HOUSE).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _house_name(house: Path) -> str:
    return hashlib.sha256(str(house).encode()).hexdigest()[:12]


def prepare(knowledge: Knowledge) -> Prepared:
    """Make everything ready that the first answer would have to wait for."""
    knowledge.engine.prepare(knowledge.rules, knowledge.ontology)
    return Prepared(
        knowledge=knowledge,
        likelihood=likelihood_of(knowledge.ontology, knowledge.calibration.differential),
        words={name: data(name) for name in DATA_FILES},
    )


def fetch(file: Path) -> Prepared | None:
    """Read a file that only we can have written and that is whole; None otherwise."""
    try:
        if not (_ours(file.parent) and _ours(file)):
            return None
        content = file.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        _LOG.warning("%s is damaged; the knowledge is read anew.", file)
        return None
    found: Prepared = pickle.loads(memoryview(content)[_DIGEST:])  # noqa: S301  # ours alone could write it, and it is whole
    keep_index(found.likelihood)
    remember(found.words)
    return found


def _ours(path: Path) -> bool:
    """Say whether a file or folder is ours and nobody else may write it."""
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & _OTHERS_MAY_WRITE


def keep(file: Path, prepared: Prepared) -> None:
    """Write the file whole or not at all; where nothing can be written, nothing is kept."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _ours(file.parent):
            _LOG.warning(
                "%s can be written by others, so the knowledge is not kept there. Set IATROS_CACHE to a folder of your own.", file.parent
            )
            return
        content = dump(prepared)
        partial = file.with_suffix(f".{os.getpid()}.partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(content).digest())
            stream.write(content)
        partial.replace(file)
        _forget_older(file)
    except OSError as error:
        _LOG.info("The knowledge is not kept in %s: %s.", file.parent, error.strerror)


def _forget_older(file: Path) -> None:
    """Keep the newest files of a house."""
    kept = sorted(file.parent.glob(f"{file.name.partition('-')[0]}-*.bin"), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in kept[_KEPT:]:
        old.unlink(missing_ok=True)


class _Pickler(pickle.Pickler):
    """Writes frozen records as their class and values, which are read back twice as fast as Python's own way."""

    def reducer_override(self, value: Any) -> Any:
        """Say how a read-only mapping or a frozen record is made again."""
        kind: Any = type(value)
        if kind is MappingProxyType:
            return _read_only, (dict(value),)
        if "__dataclass_params__" in kind.__dict__ and kind.__dataclass_params__.frozen and "__slots__" in kind.__dict__:
            return _record, (kind, *(getattr(value, field.name) for field in fields(kind)))
        return NotImplemented


def dump(prepared: Prepared) -> bytes:
    """Return the bytes of what is kept."""
    stream = io.BytesIO()
    _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(prepared)
    return stream.getvalue()


def _read_only(table: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(table)


_SETTERS: dict[type, tuple[Any, ...]] = {}


def _record(kind: type, *values: object) -> object:
    """Make a frozen record of its values, in the order of its fields."""
    setters = _SETTERS.get(kind)
    if setters is None:
        setters = _SETTERS[kind] = tuple(getattr(kind, field.name).__set__ for field in fields(kind))
    made: object = object.__new__(kind)
    for put, value in zip(setters, values, strict=True):
        put(made, value)
    return made
