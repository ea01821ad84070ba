"""What would have been told over a summer comes to the same bytes, whichever kind of history it is told from."""

from datetime import date
from pathlib import Path

import orjson

from tests.history.kinds import Postgresql
from tests.standins.postgres import FreshDatabase
from watcher.config.settings import load
from watcher.history.opening import open_history
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace
from watcher.rounds.replay import replay

_CONFIGURED = """
[channels.screen]
kind = "console"

[[watch]]
name = "all"
changes = "all"
to = ["screen"]
"""


def replayed(history: History, folder: Path) -> bytes:
    file = folder / "watcher.toml"
    file.write_text(_CONFIGURED)
    alerts = replay(history, load(file), date(2018, 6, 1), date(2018, 8, 31))
    return b"\n".join(orjson.dumps(alert.contract()) for alert in alerts)


def test_both_kinds_come_to_the_same(database: FreshDatabase, tmp_path: Path) -> None:
    bundled = open_history(HistoryPlace(tmp_path / "nowhere"), read_only=True)
    shared = Postgresql(database).open(with_bundle=True)
    told = replayed(bundled, tmp_path)
    assert told.count(b"\n") > 100
    assert replayed(shared, tmp_path) == told
    assert shared.standing_inadequate() == bundled.standing_inadequate()
    shared.close()
    bundled.close()
