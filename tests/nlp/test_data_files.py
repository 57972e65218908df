"""The data files of the reader: no name stands twice, for the later one would silently take the place of the earlier."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

FILES = sorted(each.name for each in files("nlp").iterdir() if each.name.endswith(".yaml"))


def twice(node: yaml.Node) -> list[str]:
    """List the keys that a mapping, or one below it, has twice."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        return [key for key in keys if keys.count(key) > 1] + [each for _, value in node.value for each in twice(value)]
    return [each for value in node.value for each in twice(value)] if isinstance(node, yaml.SequenceNode) else []


def test_a_repeated_name_is_found() -> None:
    """In a mapping, and in one that lies deeper."""
    assert twice(yaml.compose("{a: 1, b: [{c: 1, c: 2}]}")) == ["c", "c"]


@pytest.mark.parametrize("name", FILES)
def test_no_name_stands_twice(name: str) -> None:
    """Each key of each mapping is the only one of its name."""
    body = yaml.compose(Path(str(files("nlp").joinpath(name))).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert body is not None and twice(body) == []
