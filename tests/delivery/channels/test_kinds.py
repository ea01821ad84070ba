"""Every kind of channel that can be configured can be opened."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from tests.messages.messages import message
from watcher.delivery.channels.apprise.options import AppriseOptions
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.kinds import KINDS, HouseStyle, open_channel, open_channels
from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.channels.slack.options import SlackOptions, SlackWebhookOptions
from watcher.delivery.channels.webhook.options import WebhookOptions
from watcher.delivery.preview import Previewed
from watcher.delivery.verdict import Answer

MAIL = {
    "smtp": "smtp://mail.invalid",
    "username": "watcher",
    "password": "planted",
    "from": "watcher@example.org",
    "to": ["desk@example.org"],
}


STYLE = HouseStyle(ZoneInfo("Europe/London"))

ONE_OF_EACH: Mapping[str, ChannelOptions] = {
    "screen": ConsoleOptions(),
    "desk": SlackOptions(channel="C1", url="https://slack.invalid/api/", token=SecretStr("xoxb-planted")),
    "newsroom": SlackWebhookOptions(url=SecretStr("https://hooks.slack.invalid/planted")),
    "phones": AppriseOptions(urls=SecretStr("json://planted.invalid")),
    "archive": WebhookOptions(url="https://archive.invalid/", key=SecretStr("planted")),
    "mail": EmailOptions.model_validate(MAIL),
    "morning": EmailDigestOptions.model_validate(MAIL),
}


def test_channels_are_opened_under_their_names_without_a_call() -> None:
    channels = open_channels(ONE_OF_EACH, STYLE)
    assert {name: channel.name for name, channel in channels.items()} == {name: name for name in ONE_OF_EACH}
    assert "planted" not in repr(channels)


@pytest.mark.parametrize(
    ("options", "file"),
    [
        (SlackOptions(channel="C1"), "token_file"),
        (SlackWebhookOptions(), "url_file"),
        (AppriseOptions(), "urls_file"),
        (WebhookOptions(url="https://archive.invalid/"), "secret_file"),
    ],
)
def test_a_channel_without_its_secret_says_so_instead_of_sending(options: ChannelOptions, file: str) -> None:
    channel = open_channel("one", options, STYLE)
    assert channel.send(message()).answer is Answer.REFUSED
    assert file in (channel.check() or "")


def test_no_kind_of_channel_is_left_out() -> None:
    assert [options.kind for options in ONE_OF_EACH.values()] == list(KINDS)
    assert {type(options) for options in ONE_OF_EACH.values()} == {kind.options for kind in KINDS.values()}


@pytest.mark.parametrize(
    ("able", "which"),
    [
        (lambda options: options.has_threads, {"slack"}),
        (lambda options: options.follows, {"slack", "email"}),
        (lambda options: options.digest_times is not None, {"email-digest"}),
        (lambda options: options.recipients != (None,), {"apprise", "email", "email-digest"}),
        (lambda options: options.secret is not None, set(KINDS) - {"console"}),
    ],
    ids=["shows threads", "follows earlier messages", "gathers for a digest", "has readers' addresses", "has a secret"],
)
def test_each_kind_says_what_it_can_do(able: Callable[[ChannelOptions], bool], which: set[str]) -> None:
    assert {options.kind for options in ONE_OF_EACH.values() if able(options)} == which


def test_every_channel_can_show_what_it_would_send() -> None:
    for channel in open_channels(ONE_OF_EACH, STYLE).values():
        assert isinstance(channel, Previewed)
        assert "inadequate" in channel.preview(message(), was_sent=True).text


HEAVY = ("apprise", "bs4", "css_inline", "httpx", "jinja2", "pypdf", "python_calamine", "slack_sdk")


def test_reading_a_configuration_imports_no_channel_and_no_feed() -> None:
    program = "import sys, watcher.config.settings; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    loaded = set(ran.stdout.split())
    assert loaded & {*HEAVY, "lxml", "resvg_py", "smtplib"} == set()


def test_a_start_imports_no_client_or_parser_before_it_is_configured_to_need_it() -> None:
    program = f"import sys, watcher.cli.main, watcher.service.start; print(*(set({HEAVY}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == []
