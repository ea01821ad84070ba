"""Secrets in files are taken up without a restart: by the channels of a running service, and by what is stopped."""

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from tests.delivery.bursts import single
from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN, message
from tests.standins.http_server import answer
from tests.standins.receiver import receiving
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.config.settings import Settings, load
from watcher.delivery.channel import Limited, Revising, current
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.ledger import State
from watcher.delivery.verdict import Answer
from watcher.options.mistakes import ConfigError
from watcher.service.self_watch import matters_of_secrets

SLACK = """
[channels.desk]
kind = "slack"
channel = "{channel}"
token_file = "token"
url = "{url}"
"""


WEBHOOK = """
[channels.archive]
kind = "webhook"
url = "http://127.0.0.1:{port}/"
secret_file = "secret"
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / "watcher.toml").write_text(text)
    return load(folder / "watcher.toml", with_secrets=True, environment={})


def test_a_rotated_token_releases_a_stopped_channel_at_once(tmp_path: Path, slack: SlackStandIn) -> None:
    token = tmp_path / "token"
    token.write_text("xoxb-of-yesterday")
    known = settings(tmp_path, SLACK.format(channel=CHANNEL, url=slack.url))
    slack.now = SEEN.timestamp()
    with Desk(tmp_path / "data", *open_channels(known.channels, known.house_style).values()) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        assert [delivery.stopped is not None for delivery in desk.stored()] == [True, False]
        desk.deliver(timedelta(minutes=1))
        assert len(slack.calls) == 1
        token.write_text(f"{TOKEN}\n")
        assert [delivery.state for delivery in desk.deliver()] == [State.ACCEPTED] * 2


def test_what_a_channel_can_do_is_asked_of_the_channel_itself(tmp_path: Path, slack: SlackStandIn) -> None:
    (tmp_path / "token").write_text(TOKEN)
    known = settings(tmp_path, SLACK.format(channel=CHANNEL, url=slack.url))
    (channel,) = open_channels(known.channels, known.house_style).values()
    assert isinstance(current(channel), Revising)
    assert isinstance(current(channel), Limited)
    assert channel.check() is None


def test_a_lost_token_file_leaves_the_last_good_one_in_force_and_check_says_the_same(
    tmp_path: Path, slack: SlackStandIn
) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN)
    known = settings(tmp_path, SLACK.format(channel=CHANNEL, url=slack.url))
    (channel,) = open_channels(known.channels, known.house_style).values()
    assert matters_of_secrets(known.secret_files) == []
    token.unlink()
    assert channel.send(message()).answer is Answer.ACCEPTED
    (matter,) = matters_of_secrets(known.secret_files)
    assert matter.title == "channels.desk.token_file can't be used"
    assert matter.text == "token cannot be read: No such file or directory. The last good one is in force."
    with pytest.raises(ConfigError, match="token cannot be read: No such file or directory"):
        load(tmp_path / "watcher.toml", with_secrets=True, environment={})


def test_a_rotated_secret_of_a_webhook_signs_the_next_message(tmp_path: Path) -> None:
    with receiving(lambda _: answer("ok")) as server:
        (tmp_path / "secret").write_text("one")
        known = settings(tmp_path, WEBHOOK.format(port=server.port))
        (channel,) = open_channels(known.channels, known.house_style).values()
        channel.send(message())
        (tmp_path / "secret").write_text("two")
        channel.send(message())
        first, second = (request.header("X-Watcher-Signature") for request in server.requests)
        assert first != second
        assert orjson.loads(server.requests[0].body) == orjson.loads(server.requests[1].body)


def test_a_rotated_heartbeat_address_is_called(tmp_path: Path) -> None:
    (tmp_path / "url").write_text("https://hc.example.org/1")
    known = settings(tmp_path, '[operator]\nheartbeat_url_file = "url"\n')
    assert list(known.secret_files) == ["operator.heartbeat_url_file"]
    (tmp_path / "url").write_text("https://hc.example.org/2")
    assert known.operator.heartbeat_url is not None
    assert known.operator.heartbeat_url.get_secret_value() == "https://hc.example.org/2"
