"""Old knowledge kept by its hash, so that an old encounter can be replayed and an old proof checked."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from chat.errors import InputError
from chat.knowledge import HOUSE, Knowledge, knowledge_files, load_knowledge, own_knowledge, version_of

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: the archive's bytes depend on nothing but the knowledge


class Archive:
    """A folder of knowledge bundles, one zip for each version."""

    def __init__(self, data: Path) -> None:
        """Use `data`/knowledge; nothing is created until a bundle is kept."""
        self._folder = data / "knowledge"

    def keep(self, house: Path = HOUSE) -> str:
        """Store this house's knowledge unless it is there already; return its version."""
        version = version_of(house)
        target = self._path(version)
        if not target.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            partial = target.with_suffix(f".{os.getpid()}.partial")
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as bundle:
                for path in knowledge_files(house):
                    bundle.writestr(zipfile.ZipInfo(path.relative_to(house).as_posix(), _EPOCH), path.read_bytes())
            partial.replace(target)
        return version

    def fetch(self, version: str) -> Knowledge:
        """Load the knowledge of a version: our own, or one that was kept. Raises InputError when it is neither."""
        own = own_knowledge()
        if own.version == version:
            return own
        path = self._path(version)
        if not path.exists():
            raise InputError(f"The knowledge {version} is not kept in {self._folder}. Give the data folder of its time with --data.")
        with TemporaryDirectory(prefix="iatros-knowledge-") as folder:
            with zipfile.ZipFile(path) as bundle:
                bundle.extractall(folder)
            knowledge = load_knowledge(Path(folder))
        if knowledge.version != version:
            raise InputError(f"{path} was changed: it holds {knowledge.version}, not {version}. Restore it from a backup.")
        return knowledge

    def _path(self, version: str) -> Path:
        return self._folder / f"{version.replace(':', '-')}.zip"
