"""What the tests of the service share."""

import pytest

from tests.feeds.worker.here import WorkerHere
from watcher.feeds.ofsted_site import reader


@pytest.fixture(autouse=True)
def reads_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service in the test's own process reads there too; one in a process of its own has another that reads."""
    monkeypatch.setattr(reader, "Worker", WorkerHere)
