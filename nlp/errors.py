"""The exceptions of reading: faults of our own data files, never of what a patient wrote."""

from __future__ import annotations


class ReadingDataError(ValueError):
    """A YAML file of the reader says something that cannot be used; the message names file and entry."""
