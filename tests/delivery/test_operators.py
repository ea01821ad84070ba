"""The end of the silent baseline is one line to each of the operator's channels."""

import asyncio
from datetime import timedelta
from pathlib import Path

from tests.clock import ManualClock
from tests.rounds.test_poll import NOW, ScriptedFeed
from watcher import __version__
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.operators import baseline_is_read
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.message import Notice
from watcher.rounds.poll import poll


def test_the_operator_hears_once_that_changes_are_told_from_now_on(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "feeds": {"ofsted": {}},
            "channels": {"desk": {"kind": "console"}, "night": {"kind": "console"}},
            "operator": {"to": ["night"]},
        }
    )
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    readings = [Reading(outcome=Outcome.CHANGED, baseline=homes, cursor={"n": 1}) for homes in (None, 4009, None)]
    feed = ScriptedFeed(*readings)
    for _ in readings:
        asyncio.run(poll(history, feed, settings, ManualClock(NOW), timedelta(seconds=5)))
    told = [(delivery.channel, delivery.content) for delivery in history.deliveries()]
    assert [(channel, content.title) for channel, content in told if isinstance(content, Notice)] == [
        ("night", "ofsted: 4,009 homes read; from now on changes are told")
    ]
    (notice,) = (content for _, content in told if isinstance(content, Notice))
    assert notice.sender.startswith(f"watcher {__version__} on ")
    history.close()


def test_what_a_baseline_consists_of_has_its_regulators_word() -> None:
    def said(number: int, *whose: str) -> str:
        (told,) = baseline_is_read("mine", number, whose, {"night": ConsoleOptions()}, NOW)
        assert isinstance(told.content, Notice)
        return told.content.title.partition(" read;")[0]

    assert said(5, "ofsted-la") == "mine: 5 local authorities"
    assert said(11, "ofsted", "ofsted-la") == "mine: 11 homes and local authorities"
    assert said(1, "scotland") == "mine: 1 service"
