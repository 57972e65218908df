"""The exceptions of the rule engine. A fault in *input* becomes an Issue; these are bugs or broken machinery."""

from __future__ import annotations


class RulesError(Exception):
    """Anything that goes wrong in this package."""


class NativeError(RulesError):
    """The native engine answered with an unexpected code, died or did not answer: the verifier's closure answers instead."""


class ProfileError(RulesError):
    """A slice leaves the measured safe profile of the native engine and cannot be split."""


class CycleError(RulesError):
    """Rules depend on their own absence, or count themselves: there is no order in which to run them."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        super().__init__(" → ".join(rules))
        self.rules = rules
