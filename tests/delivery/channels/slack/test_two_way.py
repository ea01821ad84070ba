"""What `check` says of a channel that people can answer."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from tests.standins import slack as ways
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.check import check_channel
from watcher.config.settings import load
from watcher.delivery.channels.kinds import HouseStyle, open_channel
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.channels.slack.two_way import TwoWay

MINE = "xapp-1-A0PLANTED1-7-planted-secret"
ALL = "chat:write,commands,usergroups:read,channels:history,channels:read"
Setting = Callable[[SlackStandIn], object]


@pytest.fixture(autouse=True)
def granted(slack: SlackStandIn) -> None:
    slack.scopes = ALL
    slack.people.groups = {"S012": ["U1"]}
    slack.app_token = MINE
    slack.lines = lambda: "ws://127.0.0.1:9/link/?ticket=planted-ticket"


def finding(slack: SlackStandIn, *may_act: str) -> tuple[bool, str]:
    options = SlackOptions(
        channel=CHANNEL,
        url=slack.url,
        token=SecretStr(TOKEN),
    )
    answered = options.model_copy(update={"app_token": SecretStr(MINE), "may_act": may_act})
    found = check_channel("desk", open_channel("desk", answered, HouseStyle(ZoneInfo("Europe/London"))))
    assert not any(secret in found.detail for secret in (TOKEN, MINE, "planted-ticket"))
    assert slack.messages == []
    return found.ok, found.detail


def scopes(*without: str) -> Setting:
    left = ",".join(scope for scope in ALL.split(",") if scope not in without)
    return lambda slack: setattr(slack, "scopes", left)


def error(method: str, name: str) -> Setting:
    return lambda slack: slack.errors.update({method: name})


def identity(**known: str) -> Setting:
    return lambda slack: slack.identity.update(known)


def asked_for(app: str) -> Setting:
    return lambda slack: slack.files.ways.update({"bots.info": ways.says({"ok": True, "bot": {"app_id": app}})})


def test_a_channel_that_lacks_nothing_is_ready_and_no_connection_was_made(slack: SlackStandIn) -> None:
    assert finding(slack, "U1", "usergroup:S012") == (True, "ready")
    asked = [method for method, _ in slack.calls]
    assert set(asked) <= {
        *("auth.test", "conversations.info", "apps.connections.open", "bots.info", "usergroups.users.list"),
    }
    assert asked.count("apps.connections.open") == 1


WRONG: list[tuple[str, Setting, str]] = [
    ("no right to post", scopes("chat:write"), "the app lacks the scope chat:write: add it (api.slack.com/apps > your"),
    (
        "no command",
        scopes("commands"),
        "the app lacks the scope commands: add it (api.slack.com/apps > your app > OAut",
    ),
    ("neither", scopes("chat:write", "commands"), "lacks the scopes chat:write and commands: add them"),
    ("no groups", scopes("usergroups:read"), "lacks the scope usergroups:read: add it"),
    (
        "no such group",
        lambda slack: slack.people.groups.clear(),
        "may_act: there is no usergroup:S012: take its id from",
    ),
    ("no groups at all", error("usergroups.users.list", "plan_upgrade_required"), "this workspace has no user groups"),
    (
        "groups fail",
        error("usergroups.users.list", "internal_error"),
        "usergroup:S012 can't be looked up: Slack says in",
    ),
    (
        "may not connect",
        error("apps.connections.open", "missing_scope"),
        "app-level token with the scope connections:wr",
    ),
    (
        "another's token",
        lambda slack: setattr(slack, "app_token", "xapp-of-old"),
        "Slack says invalid_auth: make a new",
    ),
    (
        "revoked",
        error("apps.connections.open", "token_revoked"),
        "people can't answer: Slack says token_revoked: make a",
    ),
    ("switched off", error("apps.connections.open", "link_disabled"), "Socket Mode is switched off for the app"),
    ("busy", error("apps.connections.open", "internal_error"), "people can't answer: Slack says internal_error"),
    ("odd", lambda slack: setattr(slack, "lines", lambda: "file:///x"), "the line that Slack names has no address"),
    ("two apps", identity(app_id="A0OTHER"), "two apps (the bot token to A0OTHER, the app token to A0PLANTED1): take"),
    ("two apps, asked", asked_for("A0OTHER"), "two apps (the bot token to A0OTHER, the app token to A0PLANTED1): take"),
]


@pytest.mark.parametrize(("setting", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_missing_is_told_with_what_to_do(slack: SlackStandIn, setting: Setting, said: str) -> None:
    setting(slack)
    ok, detail = finding(slack, "usergroup:S012")
    assert not ok
    assert said in detail
    assert len(detail.split("; ")) == 1, "one trouble is told once"


def test_everything_that_is_missing_is_told_at_once(slack: SlackStandIn) -> None:
    slack.scopes = "chat:write"
    slack.info.update(is_member=False)
    slack.errors["apps.connections.open"] = "missing_scope"
    _, detail = finding(slack, "usergroup:S012")
    for said in ("scopes commands and usergroups:read", "the app is not in the channel", "connections:write"):
        assert said in detail


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (scopes("channels:history"), "with the scope channels:history"),
        (scopes("channels:read"), "when the bot is removed from a channel: with the scope channels:read"),
        (lambda slack: slack.people.groups.update(S012=[]), "usergroup:S012 has no members: nobody may act through it"),
        (lambda slack: setattr(slack, "scopes", ""), ""),
        (identity(app_id="A0PLANTED1"), ""),
    ],
    ids=["can't look", "can't hear of a removal", "an empty group", "scopes not told", "one app"],
)
def test_what_goes_less_well_is_remarked_on(slack: SlackStandIn, setting: Setting, said: str) -> None:
    setting(slack)
    groups = ["usergroup:S012"] if slack.scopes else []
    ok, detail = finding(slack, *groups)
    assert ok
    assert (said in detail) if said else (detail == "ready")


def test_a_scope_that_is_not_told_is_found_missing_where_it_is_needed(slack: SlackStandIn) -> None:
    slack.scopes = ""
    slack.errors["usergroups.users.list"] = "missing_scope"
    ok, detail = finding(slack, "usergroup:S012")
    assert not ok
    assert "the app lacks the scope usergroups:read: add it" in detail


def test_a_channel_without_an_app_token_is_asked_for_nothing_more(slack: SlackStandIn) -> None:
    slack.scopes = "chat:write,channels:history"
    options = SlackOptions(channel=CHANNEL, url=slack.url, token=SecretStr(TOKEN))
    found = check_channel("desk", open_channel("desk", options, HouseStyle(ZoneInfo("Europe/London"))))
    assert (found.ok, found.detail) == (True, "ready")
    assert {method for method, _ in slack.calls} == {"auth.test", "conversations.info"}


def test_an_app_token_that_was_replaced_is_the_one_that_is_tried(slack: SlackStandIn, tmp_path: Path) -> None:
    (tmp_path / "bot").write_text(TOKEN)
    (tmp_path / "app").write_text("xapp-of-yesterday")
    (tmp_path / "watcher.toml").write_text(
        f'[channels.desk]\nkind = "slack"\nchannel = "{CHANNEL}"\ntoken_file = "bot"\napp_token_file = "app"\n'
        f'url = "{slack.url}"\n'
    )
    settings = load(tmp_path / "watcher.toml", with_secrets=True, environment={})
    channel = open_channel("desk", settings.channels["desk"], settings.house_style)
    assert "Slack says invalid_auth" in (channel.check() or "")
    (tmp_path / "app").write_text(MINE)
    assert channel.check() is None


def test_a_slack_that_says_nothing_sound_is_told_without_the_token(slack: SlackStandIn) -> None:
    two_way = TwoWay(
        token=TOKEN, app_token=SecretStr(MINE), may_act=(), url=slack.url, timeout=timedelta(milliseconds=200)
    )
    for way in (ways.drops, ways.says("<html>"), ways.says({"ok": False, "error": MINE})):
        slack.files.ways["apps.connections.open"] = way
        said = list(two_way.wrong({}, frozenset()))
        assert len(said) == 1
        assert said[0].startswith("people can't answer: ")
        assert MINE not in said[0]
