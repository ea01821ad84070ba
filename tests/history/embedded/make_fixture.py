"""Makes the fixture of the present file format: `python -m tests.history.embedded.make_fixture`, once for each format.

The folder tests/fixtures/history/FORMAT/ is never made again afterwards: every later version has to open it as it is.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.builders import MATTER
from tests.checkout import FIXTURES
from tests.history.embedded.test_history import STATE, WHOLE
from watcher.cli.commands.backup import back_up
from watcher.delivery.ledger import Delivery
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.snapshot import FORMAT
from watcher.history.protocol import Transaction
from watcher.messages.message import Notice

HISTORIES = FIXTURES / "history"
MADE = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
NOTICE = Delivery.of("desk", "notice:x", Notice("ofsted has not been read", "for 7h"), "1", MADE)


def make(folder: Path) -> None:
    """A snapshot, a journal with commits after it, the generation before, and a backup of it all."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    history.commit(WHOLE)
    history.compact(force=True)
    history.commit(Transaction(deliveries=(NOTICE,), notices={"network": replace(MATTER, since=MADE)}))
    history.commit(Transaction(feeds=(STATE,), notices={"network": None}))
    history.close()
    back_up(folder, folder / "backup.gz", MADE)
    (folder / "history.lock").unlink()


if __name__ == "__main__":
    make(HISTORIES / str(FORMAT))
