"""Every kind of channel that can be configured can be opened."""

import subprocess
import sys
from typing import get_args

import pytest
from pydantic import SecretStr

from tests.messages.messages import message
from watcher.config import settings as config
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import _KINDS, open_channels
from watcher.delivery.verdict import Answer

MAIL = {
    "smtp": "smtp://mail.invalid",
    "username": "watcher",
    "password": "planted",
    "from": "watcher@example.org",
    "to": ["desk@example.org"],
}


def test_channels_are_opened_under_their_names_without_a_call() -> None:
    settings = Settings(
        channels={
            "screen": config.Console(),
            "desk": config.Slack(channel="C1", url="https://slack.invalid/api/", token=SecretStr("xoxb-planted")),
            "newsroom": config.SlackWebhook(url=SecretStr("https://hooks.slack.invalid/planted")),
            "phones": config.Apprise(urls=SecretStr("json://planted.invalid")),
            "archive": config.Webhook(url="https://archive.invalid/", key=SecretStr("planted")),
            "mail": config.Email.model_validate(MAIL),
            "morning": config.EmailDigest.model_validate(MAIL),
        }
    )
    channels = open_channels(settings)
    assert {name: channel.name for name, channel in channels.items()} == {name: name for name in settings.channels}
    assert "planted" not in repr(channels)


@pytest.mark.parametrize(
    ("settings", "file"),
    [
        (config.Slack(channel="C1"), "token_file"),
        (config.SlackWebhook(), "url_file"),
        (config.Apprise(), "urls_file"),
        (config.Webhook(url="https://archive.invalid/"), "secret_file"),
    ],
)
def test_a_channel_without_its_secret_says_so_instead_of_sending(settings: config.Channel, file: str) -> None:
    channel = open_channels(Settings(channels={"one": settings}))["one"]
    assert channel.send(message()).answer is Answer.REFUSED
    assert file in (channel.check() or "")


def test_no_kind_of_channel_is_left_out() -> None:
    union, _ = get_args(config.Channel)
    assert set(get_args(union)) == set(_KINDS)


HEAVY = ("apprise", "bs4", "css_inline", "httpx", "jinja2", "pypdf", "python_calamine", "slack_sdk")


def test_a_start_imports_no_client_or_parser_before_it_is_configured_to_need_it() -> None:
    program = f"import sys, watcher.cli.main, watcher.service.start; print(*(set({HEAVY}) & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == []
