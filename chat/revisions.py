"""The knowledge of another revision of the repository, laid out in a folder of its own."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chat.errors import InputError
from chat.knowledge import HOUSE, PACKAGES, Knowledge, load_knowledge


@contextmanager
def knowledge_at(revision: str) -> Iterator[Knowledge]:
    """Give the knowledge of a git revision. Raises InputError for a revision that is none."""
    with TemporaryDirectory(prefix="iatros-revision-") as folder:
        with tarfile.open(fileobj=io.BytesIO(_export(revision))) as archive:
            archive.extractall(folder, filter="data")
        yield load_knowledge(Path(folder))


def _export(revision: str) -> bytes:
    if revision.startswith("-"):
        raise InputError(f"{revision!r} is no revision. Give a commit, tag or branch, for example HEAD~1.")
    command = ["git", "-C", str(HOUSE), "archive", "--format=tar", revision, "--", *PACKAGES]
    try:
        return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603  # no shell; the revision cannot be an option
    except FileNotFoundError as error:
        raise InputError("git is not installed; comparing revisions needs it.") from error
    except subprocess.CalledProcessError as error:
        raise InputError(f"{revision!r} cannot be read: {error.stderr.decode().strip()}. Give a commit, tag or branch.") from error
