"""A restored history announces nothing twice, whatever became of the one before it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from tests.builders import MATTER, SITE, home, inspection
from tests.clock import ManualClock
from tests.history.embedded.faulty_disk import FAILURES, CountingDisk, FailingDisk, PowerCutError
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.commands.backup import back_up, bring_back, restore_lines
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import State
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Inspection
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Outcome, Reading
from watcher.history.backup import Backup, BackupError, read_backup
from watcher.history.documents import home_document
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.restore import restore
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryDamagedError, HistoryLockedError
from watcher.history.protocol import HistoryUnusableError, Transaction
from watcher.history.restoration import RestoreError
from watcher.judging.changes import What
from watcher.rounds.take_in import absorb, take_in
from watcher.watching.watches import Watch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD = inspection("2025-05-01", "good", published="2025-06-10", document="1")
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03", document="2")
LATER = inspection("2026-04-02", "good", published="2026-05-11", document="3")


@dataclass
class World:
    """A folder, a backup of it, a Slack, and a clock."""

    folder: Path
    slack: SlackStandIn
    clock: ManualClock
    damage: str = ""

    @property
    def settings(self) -> Settings:
        return Settings(
            data_dir=self.folder,
            channels={"desk": SlackOptions(channel=CHANNEL, url=self.slack.url, token=SecretStr(TOKEN))},
            watch=(Watch(name="all", to=("desk",), changes=tuple(What)),),
        )

    @property
    def file(self) -> Path:
        return self.folder.parent / "backup.gz"

    def read(self, *inspections: Inspection) -> EmbeddedHistory:
        """What a reading of a feed does, delivered; the history is left open."""
        history = EmbeddedHistory.open(self.folder, with_bundle=False)
        reading = Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=inspections)
        history.commit(take_in(history, SITE, reading, self.settings, self.clock.now()).transaction())
        outbox = Outbox(history, open_channels(self.settings.channels, self.settings.house_style), self.clock)
        outbox.recover()
        asyncio.run(outbox.deliver_due())
        return history

    def restored(self) -> None:
        self.clock.advance(timedelta(hours=1))
        report = bring_back(self.folder, self.file, self.clock.now())
        self.damage = "\n".join(restore_lines(report))


@pytest.fixture
def announced(tmp_path: Path) -> Callable[[SlackStandIn], World]:
    """A backup is taken, then a drop is announced."""

    def begin(slack: SlackStandIn) -> World:
        slack.now = NOW.timestamp() + 86_400
        world = World(tmp_path / "data", slack, ManualClock(NOW))
        history = EmbeddedHistory.open(world.folder, with_bundle=False)
        history.commit(absorb(history, [home()], [GOOD], None).transaction())
        back_up(world.folder, world.file, NOW)  # beside the process that owns the folder
        history.close()
        world.clock.advance(timedelta(days=1))
        world.read(DROP).close()
        assert len(slack.messages) == 1
        return world

    return begin


def nothing(_: Path) -> None:
    pass


def everything(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def all_but_the_marker(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != "history.marker":
            path.unlink()


def truncated(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-40])


def emptied(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(b"")


def begun_anew(folder: Path) -> None:
    """Somebody lost the folder and started watcher again before thinking of the backup."""
    everything(folder)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    for number in range(30):
        history.commit(Transaction(notices={f"matter {number}": MATTER}))
    history.close()


@pytest.mark.parametrize(
    ("damage", "is_certain", "is_found_in_slack"),
    [
        (nothing, True, False),
        (truncated("history.json"), False, False),
        (emptied("history.json"), False, False),
        (emptied("history.journal"), False, True),
        (everything, False, True),
        (all_but_the_marker, False, True),
        (begun_anew, False, True),
    ],
)
def test_a_drop_announced_after_the_backup_is_not_announced_again(
    announced: Callable[[SlackStandIn], World],
    damage: Callable[[Path], object],
    is_certain: bool,
    is_found_in_slack: bool,
) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        damage(world.folder)
        world.restored()
        history = world.read(DROP)
        restored = history.restored()
        assert restored is not None
        assert restored.certain is is_certain
        assert len(slack.messages) == 1
        (delivery,) = history.deliveries()
        assert delivery.state is State.ACCEPTED
        assert ("conversations.history" in {method for method, _ in slack.calls}) is is_found_in_slack
        assert [told.alert.change.value for told in history.changes()] == ["dropped to inadequate"]
        history.close()
        world.clock.advance(timedelta(days=70))
        world.read(LATER).close()
        first, later = slack.messages
        assert "ossibly repeated" not in str(later)
        assert (later["thread_ts"], first["text"].splitlines()[1][:15]) == (first["ts"], "Now: recovered ")


def test_where_slack_cannot_be_searched_it_is_sent_as_possibly_repeated(
    announced: Callable[[SlackStandIn], World],
) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        everything(world.folder)
        slack.errors["conversations.history"] = "missing_scope"
        world.restored()
        world.read(DROP).close()
        assert ["ossibly repeated" in str(message) for message in slack.messages] == [False, True]


def test_a_drop_that_was_never_announced_is_announced_after_restoring(
    announced: Callable[[SlackStandIn], World],
) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        slack.messages.clear()
        everything(world.folder)
        world.restored()
        world.read(DROP).close()
        (message,) = slack.messages
        assert "ossibly repeated" not in str(message)


def test_what_was_judged_in_other_words_before_is_not_told_again(announced: Callable[[SlackStandIn], World]) -> None:
    """The page was corrected in between; the reading after the restoring sees the corrected page only."""
    with SlackStandIn() as slack:
        world = announced(slack)
        corrected = inspection(
            "2026-01-20", "inadequate/good/inadequate", published="2026-03-03", document="2", as_of="2026-03-04"
        )
        world.read(corrected).close()
        assert len(slack.messages) == 2
        world.restored()
        world.read(corrected).close()
        assert len(slack.messages) == 2


def test_a_message_that_waited_in_the_backup_and_was_sent_since_is_not_sent_again(tmp_path: Path) -> None:
    with SlackStandIn() as slack:
        world = World(tmp_path / "data", slack, ManualClock(NOW))
        slack.now = NOW.timestamp()
        history = EmbeddedHistory.open(world.folder, with_bundle=False)
        history.commit(absorb(history, [home()], [GOOD], None).transaction())
        slack.errors["chat.postMessage"] = "ratelimited"
        history.close()
        world.read(DROP).close()
        back_up(world.folder, world.file, NOW)
        slack.errors.clear()
        world.clock.advance(timedelta(hours=2))
        world.read().close()
        assert len(slack.messages) == 1
        everything(world.folder)
        world.restored()
        world.read(DROP).close()
        assert len(slack.messages) == 1


def test_a_message_that_still_waits_goes_on_waiting_after_restoring(announced: Callable[[SlackStandIn], World]) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        slack.errors["chat.postMessage"] = "ratelimited"
        world.clock.advance(timedelta(days=70))
        world.read(LATER).close()
        world.restored()
        slack.errors.clear()
        world.clock.advance(timedelta(hours=2))
        world.read().close()
        assert len(slack.messages) == 2


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_history_before_is_kept_beside_as_it_was(announced: Callable[[SlackStandIn], World]) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        emptied("history.json")(world.folder)
        before = {name: content for name, content in contents(world.folder).items() if name != "history.lock"}
        world.restored()
        (aside,) = (path for path in world.folder.iterdir() if path.is_dir())
        assert aside.name == "history-before-2026-03-03T13-00-00Z"
        assert contents(aside) == before
        assert "history.json is empty" in world.damage
        world.clock.advance(timedelta(hours=-1))
        world.restored()
        assert len([path for path in world.folder.iterdir() if path.is_dir()]) == 2


def test_a_damaged_backup_changes_nothing(announced: Callable[[SlackStandIn], World]) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        before = contents(world.folder)
        world.file.write_bytes(world.file.read_bytes()[:-1])
        with pytest.raises(BackupError):
            world.restored()
        assert contents(world.folder) == before


def test_a_folder_that_another_process_owns_is_left_alone(announced: Callable[[SlackStandIn], World]) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        owner = EmbeddedHistory.open(world.folder)
        before = contents(world.folder)
        with pytest.raises(HistoryLockedError):
            world.restored()
        assert contents(world.folder) == before
        owner.close()


def test_no_secret_is_in_a_backup(announced: Callable[[SlackStandIn], World]) -> None:
    with SlackStandIn() as slack:
        world = announced(slack)
        back_up(world.folder, world.file, NOW, force=True)
        documents = [row for rows in read_backup(world.file).tables.values() for row in rows.values()]
        assert any(b'"accepted"' in row for row in documents)
        assert not any(TOKEN.encode() in row for row in documents)


def test_there_is_no_backup_of_a_history_that_never_was(tmp_path: Path) -> None:
    with pytest.raises(HistoryUnusableError, match="no history in"):
        back_up(tmp_path / "data", tmp_path / "b.gz", NOW)
    assert list(tmp_path.iterdir()) == []


class EndingDisk(CountingDisk):
    """Ends the process before call `at`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at
        self._open: set[int] = set()

    def before(self, name: str) -> None:
        if self.calls == self.at:
            for descriptor in list(self._open):
                self.close(descriptor)
            raise PowerCutError

    def open(self, path: Path, flags: int) -> int:
        descriptor = super().open(path, flags)
        self._open.add(descriptor)
        return descriptor

    def close(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._open.remove(descriptor)
            super().close(descriptor)


BACKUP = Backup(
    NOW,
    3,
    {"homes": {1: orjson.dumps(home_document(HomeRecord.of(replace(home(), name="backup"))))}},
)


def present(folder: Path) -> None:
    with Store.open(folder) as store:
        for _ in range(5):
            store.table("homes").insert({"name": "present"})


def homes(folder: Path) -> set[str]:
    with Store.open(folder) as store:
        return {document["name"] for document in store.table("homes")}


@pytest.mark.parametrize("failure", [*FAILURES, "the process ends"])
def test_a_failure_at_any_call_leaves_the_one_history_or_the_other(tmp_path: Path, failure: str) -> None:
    for at in range(1, 100):
        folder = tmp_path / str(at)
        present(folder)
        disk = FailingDisk(failure, at) if failure in FAILURES else EndingDisk(at)
        with suppress(RestoreError, PowerCutError):
            restore(folder, BACKUP, NOW, disk)
        left = homes(folder)
        assert left in ({"present"}, {"backup"})
        if disk.calls < at:
            assert left == {"backup"}
            break
    else:
        pytest.fail("the disk never came to an end")


@pytest.mark.parametrize("damage", [emptied("history.json"), emptied("history.journal"), all_but_the_marker])
def test_a_restoring_of_a_damaged_history_that_was_cut_off_can_be_done_again(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    for at in range(1, 100):
        folder = tmp_path / str(at)
        present(folder)
        damage(folder)
        disk = EndingDisk(at)
        with suppress(PowerCutError):
            restore(folder, BACKUP, NOW, disk)
        with suppress(HistoryDamagedError):
            assert homes(folder) == {"backup"}  # and never the beginning of another one
        restore(folder, BACKUP, NOW)
        assert homes(folder) == {"backup"}
        if disk.calls < at:
            break
    else:
        pytest.fail("the disk never came to an end")
