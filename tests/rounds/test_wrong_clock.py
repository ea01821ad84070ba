"""What is first read by a clock that stands wrong: every move after it is told to its readers, each once."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.feeds.register.world import START, UNDATED, FileRegister, row, rows
from tests.nations import SETTINGS
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb, take_in

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "by", [timedelta(hours=13), timedelta(days=31), timedelta(days=400), timedelta(days=-31)], ids=str
)
async def test_each_move_of_a_home_without_dates_is_a_message_of_its_own(tmp_path: Path, by: timedelta) -> None:
    register = FileRegister.at(tmp_path, rows(), **UNDATED)
    history = EmbeddedHistory.open(tmp_path / "history", with_bundle=False)
    register.clock.step(START + by)
    first = await register.poll()
    history.commit(absorb(history, first.homes, first.background, register.clock.now()).transaction())
    told: list[str] = []
    for day, words in enumerate(("Inadequate", "Good") * 6):
        register.clock.step(START + timedelta(days=day, hours=5))
        register.say([row(1, words), *rows()[1:]])
        taken = take_in(history, "mine", await register.poll(), SETTINGS, register.clock.now())
        history.commit(taken.transaction())
        assert taken.problems == ()
        assert len(taken.deliveries) == 1
        told += [change.alert.change.value for change in taken.told]
    assert told == ["dropped to inadequate", "recovered"] * 6
    assert len(history.records("my-council:H001")) == 13
    history.close()
