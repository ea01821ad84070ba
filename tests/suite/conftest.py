"""What the tests of the suite share."""

from collections.abc import Iterator

import pytest

from tests.suite import stage


@pytest.fixture(scope="session")
def nursery() -> Iterator[stage.Nursery]:
    """The process from which services are forked."""
    with stage.Nursery() as process:
        yield process
