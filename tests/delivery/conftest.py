"""What the tests of delivery share."""

from collections.abc import Iterator

import pytest

from tests.standins.slack import SlackStandIn


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is reached directly, whatever the machine's proxies."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    """A local Slack."""
    with SlackStandIn() as stand_in:
        yield stand_in
