"""Where an answer may be sent: to Slack's own addresses, or to the machine that stands in for it."""

import pytest

from watcher.bot.replies import is_reply_address

SLACK = "https://slack.com/api"


@pytest.mark.parametrize(
    "address", ["https://hooks.slack.com/actions/T1/2/3", "https://hooks.slack-gov.com/commands/T1/2/3"]
)
def test_slacks_own_are_taken(address: str) -> None:
    assert is_reply_address(address, SLACK)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://hooks.slack.com/actions/T1/2/3",
        "https://hooks.slack.com:8443/x",
        "https://hooks.slack.com@evil.example/x",
        "https://hooks.slack.com.evil.example/x",
        "https://slack.com/api/chat.postMessage",
        "https://evil.slack.com/x",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8080/healthz",
        "file:///etc/passwd",
        "https://[::1",
        "https://hooks.slack.com/x\ny",
    ],
)
def test_no_other_is(address: str) -> None:
    assert not is_reply_address(address, SLACK)


def test_a_stand_in_takes_its_own() -> None:
    assert is_reply_address("http://127.0.0.1:4444/reply/1", "http://127.0.0.1:4444/api")
    assert not is_reply_address("http://127.0.0.2:4444/reply/1", "http://127.0.0.1:4444/api")
    assert not is_reply_address("https://127.0.0.1:4444/reply/1", "http://127.0.0.1:4444/api")
