"""What can go wrong on this floor, each with what to do about it."""

from __future__ import annotations


class ChatError(Exception):
    """Base of this package's errors; its message is meant for a person."""


class LogError(ChatError):
    """A stored event cannot be read."""


class InputError(ChatError):
    """What was given cannot be used (exit code 1)."""


class UsageError(ChatError):
    """A command was called wrongly (exit code 2)."""
