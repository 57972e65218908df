"""YAML data files, read by libyaml: the values of PyYAML's safe loader, ten times sooner."""

from __future__ import annotations

from typing import Any

import yaml

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Return what a YAML text holds. Raises yaml.YAMLError where it is none.

    >>> read_yaml("ages: [40, 65]")
    {'ages': [40, 65]}
    """
    return yaml.load(text, Loader=LOADER)  # noqa: S506  # the safe loader, in C
