"""Replay tells what would have been told, the same for any order of import."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from tests.builders import home, inspection
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.inspection import Inspection
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.replay import replay
from watcher.rounds.take_in import absorb
from watcher.watching.watches import Watch

SETTINGS = Settings(
    channels={"desk": ConsoleOptions()}, watch=(Watch.model_validate({"name": "all", "changes": "all", "to": "desk"}),)
)
FILES = [
    [inspection("2015-05-13", "good", event="1", published=None, source="a", as_of="2016-03-31")],
    [
        # As in the file of 2018-19: the newer row stands first.
        inspection("2018-09-04", "good", event="3", published="2018-09-25", source="b", as_of="2019-03-31"),
        inspection("2018-07-17", "inadequate", event="2", published="2018-08-03", source="b", as_of="2019-03-31"),
    ],
    [inspection("2015-05-11", "good", event="1", published="2015-06-10", source="c", as_of="2018-03-31")],
    [
        inspection(
            "2024-12-17", "requires improvement", event="5", published="2025-01-28", source="d", as_of="2025-03-31"
        ),
        inspection("2024-10-08", "inadequate", event="4", published="2025-02-04", source="d", as_of="2025-03-31"),
    ],
]


def lines(folder: Path, files: list[list[Inspection]], first: date, last: date) -> list[tuple[str, str]]:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    for statements in files:
        history.commit(absorb(history, [home()], statements, None).transaction())
    found = [(str(alert.published), alert.change.value) for alert in replay(history, SETTINGS, first, last)]
    history.close()
    return found


WHOLE = (date(2014, 1, 1), date(2025, 12, 31))


def test_every_order_of_import_replays_the_same(tmp_path: Path) -> None:
    expected = [
        ("2018-08-03", "dropped to inadequate"),
        ("2018-09-25", "recovered"),
        ("2025-01-28", "dropped"),
        ("2025-02-04", "late"),
    ]
    for number, order in enumerate(permutations(FILES)):
        assert lines(tmp_path / str(number), list(order), *WHOLE) == expected


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2018, 8, 3), date(2018, 8, 3), 1),
        (date(2018, 8, 4), date(2018, 9, 24), 0),
        (date(2018, 8, 3), date(2018, 9, 25), 2),
    ],
)
def test_both_days_of_the_period_belong_to_it(tmp_path: Path, first: date, last: date, count: int) -> None:
    assert len(lines(tmp_path, FILES, first, last)) == count
