"""Asking for a line: what Slack refuses, and what is said of it."""

from datetime import timedelta

import pytest

from tests.standins.proxy import proxying
from tests.standins.slack import APP_TOKEN, TOKEN, Behaviour, SlackStandIn, breaks_off, drops, fails_with, says
from watcher.delivery.channels.slack.invitation import ADVICE, Invitation, NoInvitation, invite, why_no_address
from watcher.options.way_out import DIRECTLY, WayOut

LINE = "wss://wss-primary.slack.com/link/?ticket=planted-ticket&app_id=A1"


def _invited(*openings: Behaviour, token: str = APP_TOKEN, line: str = LINE) -> Invitation | NoInvitation:
    with SlackStandIn() as slack:
        slack.lines = lambda: line
        slack.openings.extend(openings)
        return invite(token, slack.url, DIRECTLY)


def _refused(*openings: Behaviour, token: str = APP_TOKEN, line: str = LINE) -> NoInvitation:
    why = _invited(*openings, token=token, line=line)
    assert isinstance(why, NoInvitation)
    for secret in (APP_TOKEN, TOKEN, "planted-ticket", token):
        assert secret not in why.trouble
    return why


def test_the_address_of_a_line_is_given_and_its_ticket_not_shown() -> None:
    invited = _invited()
    assert invited == Invitation(LINE)
    assert "planted-ticket" not in repr(invited)


@pytest.mark.parametrize("error", sorted(ADVICE))
def test_what_only_an_operator_mends_says_how(error: str) -> None:
    why = _refused(fails_with(error))
    assert why.is_refused
    assert why.trouble == f"Slack says {error}: {ADVICE[error]}"


def test_a_token_of_another_kind_or_a_wrong_one_is_refused() -> None:
    assert _refused(token=TOKEN).trouble.startswith("Slack says not_allowed_token_type: put an app-level token")
    assert _refused(token="xapp-wrong").trouble.startswith("Slack says invalid_auth: make a new app-level token")


@pytest.mark.parametrize("error", ["internal_error", "service_unavailable", "fatal_error", "unheard_of_error"])
def test_slacks_own_troubles_are_not_the_tokens(error: str) -> None:
    assert _refused(fails_with(error)) == NoInvitation(f"Slack says {error}")


@pytest.mark.parametrize(("status", "error"), [(429, "ratelimited"), (200, "ratelimited"), (429, "invalid_auth")])
def test_a_wait_that_slack_asks_for_is_kept(status: int, error: str) -> None:
    why = _refused(says({"ok": False, "error": error}, status, Retry_After="37"))
    assert why.retry_after == timedelta(seconds=37)
    assert not why.is_refused


@pytest.mark.parametrize(
    "odd",
    [
        drops,
        breaks_off,
        says("<html>", kind="text/html"),
        says("{", kind="application/json"),
        says("[]"),
        says("null"),
        says("7"),
        says({}),
        says({"ok": True}),
        says({"ok": True, "url": None}),
        says({"ok": True, "url": 7}),
        says({"ok": True, "url": ""}),
        says({"ok": "yes", "url": LINE}),
        says({"ok": False}),
        says({"ok": False, "error": ["invalid_auth"]}),
        says({"ok": False, "error": "<!channel> planted-ticket"}),
        says("\ud800".encode("utf-8", "replace").decode()),
        says({}, 302, Location="http://127.0.0.1:9/"),
        says({}, 500),
        says({}, 404),
    ],
)
def test_whatever_is_answered_is_one_sentence(odd: Behaviour) -> None:
    why = _refused(odd)
    assert not why.is_refused
    assert why.trouble
    assert "\n" not in why.trouble


@pytest.mark.parametrize(
    "address",
    [
        "http://slack.com/link/?ticket=planted-ticket",
        "https://slack.com/link/?ticket=planted-ticket",
        "ws://slack.com/link/?ticket=planted-ticket",
        "file:///etc/passwd",
        "wss://",
        "wss:///link",
        "wss://slack.com:0/",
        "wss://slack.com:99999/",
        "wss://slack.com:x/",
        "wss://user:planted-ticket@slack.com/",
        "wss://slack.com/\r\nX: planted-ticket",
        "wss://slack.com/a b",
        "wss://släck.com/",
        "wss://[::1/",
        "wss://slack.com/" + "x" * 5_000,
        "",
    ],
)
def test_an_address_that_is_none_or_not_encrypted_is_not_called(address: str) -> None:
    why = why_no_address(address, "https://slack.com/api/")
    assert why is not None
    assert "planted-ticket" not in why


def test_only_a_web_api_without_encryption_may_name_a_line_without_it() -> None:
    assert why_no_address("ws://127.0.0.1:8/link", "http://127.0.0.1:7/api/") is None
    assert why_no_address("ws://127.0.0.1:8/link", "https://slack.com/api/") is not None
    assert why_no_address(LINE, "https://slack.com/api/") is None


def test_the_web_api_is_asked_through_the_proxy() -> None:
    with SlackStandIn() as slack, proxying(int(slack.url.split(":")[2].split("/")[0])) as proxy:
        slack.lines = lambda: LINE
        invited = invite(APP_TOKEN, "http://slack.test/api/", WayOut({"http": proxy.url}))
    assert invited == Invitation(LINE)
    assert proxy.asked == ["POST http://slack.test/api/apps.connections.open HTTP/1.1"]
