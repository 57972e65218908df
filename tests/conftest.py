"""How many cases a property is tried with: two hundred each time, ten thousand in `make soak`, which runs the marked tests alone.

Every day the cases are the same ones, so that a run fails or passes by what was changed; a soak draws new ones. No case has a time limit of
its own: how long one takes says more of the machine than of the program.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

_UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("every day", max_examples=200, derandomize=True, **_UNHURRIED)
settings.register_profile("soak", max_examples=10_000, print_blob=True, **_UNHURRIED)
settings.load_profile("soak" if os.environ.get("IATROS_SOAK") else "every day")


def pytest_collection_modifyitems(items):
    """Mark every property as a test that a soak makes longer."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.soak)
