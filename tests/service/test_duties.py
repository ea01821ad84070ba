"""What the leader does of itself: a look at all of its messages keeps nothing waiting, and tells once."""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.clock import ManualClock
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.outbox import Outbox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.service import duties
from watcher.service.duties import Duties
from watcher.service.house import House

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
MATTER = Matter("history:room", Topic.ROOM, "the history's disk is nearly full", "Make room.")


def house_of(history: EmbeddedHistory) -> SimpleNamespace:
    clock = ManualClock(NOW)
    return SimpleNamespace(
        settings=Settings(channels={"screen": ConsoleOptions()}, operator=Operator(to=("screen",))),
        history=history,
        outbox=Outbox(history, {}, clock),
        clock=clock,
        awake_since=NOW,
        notice_waking=lambda _: None,
        matters_of_others=tuple,
    )


def duties_of(house: SimpleNamespace) -> Duties:
    return Duties(cast("House", house), None, lambda *_: None, lambda _: None)


def test_while_it_looks_at_itself_all_else_goes_on_and_two_looks_tell_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def found(*_: object) -> Sequence[Matter]:
        assert goes_on.wait(60), "the loop is held"
        return [MATTER]

    async def look_twice() -> None:
        mine = duties_of(house_of(history))
        looks = [asyncio.create_task(mine.watch_itself()) for _ in range(2)]
        await asyncio.sleep(0.01)
        goes_on.set()
        await asyncio.gather(*looks)

    monkeypatch.setattr(duties, "find_matters", found)
    with closing(EmbeddedHistory.open(tmp_path, with_bundle=False)) as history:
        asyncio.run(look_twice())
        assert len(list(history.deliveries())) == 1


def test_what_was_found_by_a_configuration_that_is_gone_is_looked_for_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(EmbeddedHistory.open(tmp_path, with_bundle=False)) as history:
        house, asked = house_of(history), list[Settings]()

        def found(settings: Settings, *_: object) -> Sequence[Matter]:
            asked.append(settings)
            house.settings = settings if len(asked) > 1 else Settings()
            return [MATTER] if len(asked) == 1 else []

        monkeypatch.setattr(duties, "find_matters", found)
        asyncio.run(duties_of(house).watch_itself())
        assert len(asked) == 2
        assert list(history.deliveries()) == []
