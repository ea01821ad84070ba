"""Watches that people made stand beside the configured ones, and go where their channel's bot goes."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from watcher.config.made_watches import called, channel_for, with_made, with_those_of, without_made
from watcher.config.remarks import Remark, remarks
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.watching.made_watches import MadeWatch
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DESK = SlackOptions(channel="C0001", token=SecretStr("xoxb-1"))
SETTINGS = Settings(
    channels={"desk": DESK, "screen": ConsoleOptions()}, watch=(Watch(name="everything", to=("screen",)),)
)
DERBY = MadeWatch(number=3, of="area", value="Derby", to="desk/C0456", by="ann", made=NOW)


def test_a_watch_in_force_and_its_channel_are_there() -> None:
    settings = with_made(SETTINGS, [DERBY])
    assert [watch.name for watch in settings.watch] == ["everything", "desk/C0456/3"]
    assert settings.watch[1].local_authority == ("Derby",)
    assert settings.watch[1].to == ("desk/C0456",)
    channel = settings.channels["desk/C0456"]
    assert isinstance(channel, SlackOptions)
    assert (channel.channel, channel.token) == ("C0456", DESK.token)


def test_a_removed_one_leaves_its_channel_alone_and_asking_again_changes_nothing() -> None:
    settings = with_made(SETTINGS, [DERBY])
    assert with_made(settings, [DERBY]) == settings
    removed = with_made(settings, [DERBY.removed(by="bob", at=NOW, door="slack")])
    assert removed.watch == SETTINGS.watch
    assert removed.channels == settings.channels  # what waits for it can be sent, and what stands there be changed
    assert with_made(settings, []) == SETTINGS
    assert with_made(SETTINGS, []) is SETTINGS
    assert without_made(settings) == SETTINGS


def test_one_may_go_to_a_configured_channel() -> None:
    settings = with_made(SETTINGS, [replace(DERBY, to="screen")])
    assert settings.channels == SETTINGS.channels
    assert settings.watch[1].name == "screen/3"


def test_one_without_its_channel_waits_until_that_is_configured() -> None:
    for elsewhere in ("gone/C0456", "gone", "screen/C0456", "desk/<!channel>", "desk/"):
        assert with_made(SETTINGS, [replace(DERBY, to=elsewhere)]) == SETTINGS
        assert channel_for(SETTINGS, elsewhere) is None


def test_what_people_made_stands_beside_another_configuration_that_has_its_channel() -> None:
    before = with_made(SETTINGS, [DERBY, replace(DERBY, number=4, to="screen")])
    other = SETTINGS.model_copy(update={"watch": (), "channels": {"desk": DESK}})
    settings = with_those_of(other, before)
    assert [watch.name for watch in settings.watch] == ["desk/C0456/3"]
    assert set(settings.channels) == {"desk", "desk/C0456"}
    assert list(remarks(settings, {})) == [_NO_OPERATOR]
    assert "nobody is told of any home" in " ".join(remark.detail for remark in remarks(other, {}))


_NO_OPERATOR = Remark("operator", "nobody hears of what cannot be read, told or sent: name channels in [operator] to")


def test_another_place_of_the_bot_that_is_configured_goes_by_its_own_name() -> None:
    ops = SlackOptions(channel="C0002", token=SecretStr("xoxb-1"))
    other = SlackOptions(channel="C0003", token=SecretStr("xoxb-2"), token_file=Path("other"))
    settings = SETTINGS.model_copy(update={"channels": {**SETTINGS.channels, "ops": ops, "other": other}})
    names = {
        name: called(settings, name) for name in ("desk/C0001", "desk/C0002", "desk/C0003", "desk/C0004", "screen")
    }
    assert names == {
        "desk/C0001": "desk", "desk/C0002": "ops", "desk/C0003": "desk/C0003", "desk/C0004": "desk/C0004",
        "screen": "screen",
    }  # fmt: skip
    assert called(settings, "gone/C0001") == "gone/C0001"


def test_a_bots_further_channel_has_no_secrets_of_its_own() -> None:
    one = SlackOptions(channel="C0001", token_file=Path("token"))
    settings = SETTINGS.model_copy(update={"channels": {"desk": one}})
    assert (
        with_made(settings, [DERBY]).secret_paths
        == settings.secret_paths
        == {"channels.desk.token_file": Path("token")}
    )
