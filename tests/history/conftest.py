"""What every kind of history is tried with: the same tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.kinds import EMBEDDED, POSTGRESQL, Embedded, HistoryKind, Postgresql
from watcher.history.protocol import History


@pytest.fixture(params=[EMBEDDED, POSTGRESQL])
def history_kind(request: pytest.FixtureRequest, tmp_path: Path) -> HistoryKind:
    """A place for one history of either kind; without a PostgreSQL at hand that one is skipped, and says so."""
    if request.param == EMBEDDED:
        return Embedded(tmp_path / "data")
    return Postgresql(request.getfixturevalue("database"))


@pytest.fixture
def history(history_kind: HistoryKind) -> Iterator[History]:
    """One without the bundled inspections."""
    opened = history_kind.open()
    yield opened
    opened.close()
