"""The real knowledge, read once a session."""

import pytest

from chat.knowledge import own_knowledge


@pytest.fixture(scope="session")
def knowledge():
    """Return this installation's knowledge."""
    return own_knowledge()
