"""A poll that finds what the one before found says and stores what any other would; the least difference makes it one.

The kind of mistake that it must not make: to take for known what was read by another version, under another
configuration, on another day, or into a history that went another way since.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.commands.backup import back_up, bring_back
from watcher.cli.demo.site import DemoSite, serving
from watcher.config.proven import content_of
from watcher.config.settings import load
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryDamagedError
from watcher.history.protocol import Transaction
from watcher.options.owner import NAME as LOCK
from watcher.service import once, quiet
from watcher.service.quiet import AsRead, same_again
from watcher.service.quiet_note import leave_note

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)
MORE = "# more\n"
KEY = "whsec_" + "A" * 44
CONFIG = """
data_dir = "{folder}/data"
contact = "tests@localhost"
[feeds.ofsted]
url = "{url}"
spacing = "0s"
[channels.hook]
kind = "webhook"
url = "http://127.0.0.1:9/"
secret_file = "key"
[channels.screen]
kind = "console"
[[watch]]
name = "everything"
to = ["screen"]
"""


@dataclass
class World:
    """A site, a configuration of it, and a folder with what was read."""

    config: Path
    clock: ManualClock
    site: DemoSite

    @property
    def folder(self) -> Path:
        return self.config.parent / "data"

    def poll(self, meanwhile: Callable[[], object] = lambda: None) -> once.Polled:
        """One like any other, that leaves its note if it may."""
        content, settings = content_of(self.config), load(self.config, with_secrets=True)
        read, history = AsRead.by(settings, content), EmbeddedHistory.open(self.folder, with_bundle=False)
        try:
            polled = asyncio.run(once.poll_once(settings, history, None, self.clock))
            meanwhile()
            leave_note(settings, self.config, read, history, polled, self.clock.now())
        finally:
            history.close()
        return polled

    def again(self) -> Sequence[str] | None:
        return same_again(self.config, self.clock)

    def tables(self) -> dict[str, dict[int, bytes]]:
        """Everything that is stored."""
        store = Store.open(self.folder, read_only=True)
        return {name: dict(documents) for name, documents in store.read_all().items()}


@contextmanager
def published(site: DemoSite) -> Iterator[str]:
    """The address of a site that a thread of its own serves."""
    loop, ended, address = asyncio.new_event_loop(), asyncio.Event(), list[str]()
    is_up = threading.Event()

    async def serve() -> None:
        async with serving(site.app) as url:
            address.append(url)
            is_up.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert is_up.wait(60)
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(60)
        loop.close()


@contextmanager
def read_thrice(folder: Path, begins: datetime = NOW, more: str = "") -> Iterator[World]:
    """After readings of which the last two found the same."""
    clock = ManualClock(begins)
    published_on = (begins - timedelta(days=6)).date().isoformat()
    site = DemoSite([home()], [inspection("2024-02-01", "good/good/good", published=published_on)], clock, report_pdf)
    with published(site) as url:
        config = folder / "watcher.toml"
        config.with_name("key").write_text(KEY)
        config.write_text(CONFIG.format(folder=folder, url=url) + more)
        made = World(config, clock, site)
        for _ in range(3):
            made.poll()
            clock.advance(timedelta(minutes=10))
        yield made


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One for all tests to which its site stays as it is."""
    with read_thrice(tmp_path_factory.mktemp("quiet")) as made:
        shutil.copytree(made.folder, made.folder.with_name("as it was"))
        yield made


@pytest.fixture
def world(first: World) -> World:
    """The same, as if nothing had been done to it, after one more reading."""
    made = World(first.config, ManualClock(NOW + timedelta(minutes=30)), first.site)
    made.config.write_text(
        made.config.read_text().partition("# more")[0].partition("[network]")[0].partition("[oper")[0]
    )
    made.config.with_name("key").write_text(KEY)
    shutil.rmtree(made.folder)
    shutil.copytree(made.folder.with_name("as it was"), made.folder)
    made.poll()
    made.clock.advance(timedelta(minutes=10))
    assert (made.folder / quiet.NAME).exists()
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """One whose site may be altered."""
    with read_thrice(tmp_path) as made:
        yield made


def test_it_says_and_stores_what_any_other_would(world: World, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(world.folder, before)
    lines, quietly = world.again(), world.tables()
    shutil.rmtree(world.folder)
    shutil.copytree(before, world.folder)
    (turn,) = world.poll().rounds
    assert lines == [f"ofsted: unchanged; {turn.state.detail}"]
    assert quietly == world.tables()


def test_it_goes_on_until_something_falls_due(world: World) -> None:
    for _ in range(6):
        assert world.again() is not None
        world.clock.advance(timedelta(minutes=10))
    world.clock.advance(timedelta(hours=5))
    assert world.again() is None


def test_what_is_published_meanwhile_is_read(fresh: World) -> None:
    fresh.site.publish(inspection("2024-02-20", "inadequate", published="2024-03-05"))
    assert fresh.again() is None
    (turn,) = fresh.poll().rounds
    assert turn.reading.outcome.value == "changed"
    assert turn.taken.told
    fresh.clock.advance(timedelta(minutes=10))
    assert fresh.again() is None


def test_in_the_night_when_the_clocks_go_forward_it_ends_with_what_is_due_first(tmp_path: Path) -> None:
    """By a clock on the wall 01:30, which there is not, would come before 02:00."""
    hours = '[channels.screen.quiet]\nfrom = "01:30"\nto = "02:00"\n'
    with read_thrice(tmp_path, datetime(2024, 3, 31, 0, 5, tzinfo=UTC), hours) as made:
        made.poll()
        note = orjson.loads((made.folder / quiet.NAME).read_bytes())
    assert note["until"] == "2024-03-31T01:00:00+00:00"


def alter_history(world: World) -> None:
    history = EmbeddedHistory.open(world.folder, with_bundle=False)
    history.commit(Transaction(feeds=(history.feed("another"),)))
    history.close()


def restore_history(world: World) -> None:
    file = world.folder.with_name("kept.backup")
    back_up(world.folder, file, world.clock.now(), force=True)
    bring_back(world.folder, file, world.clock.now())


def another_version(world: World) -> None:
    note = world.folder / quiet.NAME
    assert b"configuration" in note.read_bytes()
    text = note.read_text()
    at = text.index('"configuration":"') + len('"configuration":"')
    note.write_text(text[:at] + "0" * 64 + text[at + 64 :])


def touched(file: str) -> Callable[[World], object]:
    return lambda world: os.utime(world.config.with_name(file), (1, 1))


DIFFERENCES: dict[str, Callable[[World], object]] = {
    "the history has more": alter_history,
    "the history was restored": restore_history,
    "another version read it": another_version,
    "the configuration is another": lambda world: world.config.write_text(world.config.read_text() + MORE),
    "a secret's file was written": touched("key"),
    "a secret's file is gone": lambda world: world.config.with_name("key").unlink(),
    "the next day": lambda world: world.clock.step(datetime(2024, 3, 6, 0, 1, tzinfo=UTC)),
    "the clock was set back": lambda world: world.clock.step(NOW - timedelta(days=1)),
    "others may write the note": lambda world: (world.folder / quiet.NAME).chmod(0o622),
    "the note is cut": lambda world: os.truncate(world.folder / quiet.NAME, 100),
}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_the_least_difference_makes_a_poll_of_it(world: World, difference: str) -> None:
    DIFFERENCES[difference](world)
    before = world.tables()
    assert world.again() is None
    assert world.tables() == before


def test_a_variable_with_a_secret_that_is_set_since_makes_a_poll_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    assert world.again() is None
    assert "xoxb" not in (world.folder / quiet.NAME).read_text()


def damaged(world: World, table: str) -> None:
    """A letter of the first document of a table in the snapshot is another; all documents are there."""
    history = EmbeddedHistory.open(world.folder, with_bundle=False)
    history.compact(force=True)
    history.close()
    snapshot = world.folder / "history.json"
    content = snapshot.read_bytes()
    at = content.index(b'"1":', content.index(b'"%b":' % table.encode())) + len(b'"1":{"')
    snapshot.write_bytes(content[:at] + b"X" + content[at + 1 :])


def test_it_reads_what_it_needs_and_a_poll_like_any_other_proves_all(world: World) -> None:
    damaged(world, "inspections")
    assert world.again() is not None
    with pytest.raises(HistoryDamagedError, match=r"history\.json"):
        world.poll()


def test_what_it_needs_and_is_damaged_makes_a_poll_of_it(world: World) -> None:
    damaged(world, "feeds")
    assert world.again() is None
    with pytest.raises(HistoryDamagedError, match=r"history\.json"):
        world.poll()


def test_beside_a_service_nobody_is_asked(world: World) -> None:
    history = EmbeddedHistory.open(world.folder, with_bundle=False)
    assert (world.folder / LOCK).exists()
    assert world.again() is None
    history.close()


@pytest.mark.parametrize("name", ["watcher.toml", "key"])
def test_what_is_altered_while_a_poll_reads_is_what_the_next_one_reads_by(world: World, name: str) -> None:
    """Else the note would say of the new configuration that all was told by it."""
    file = world.config.with_name(name)
    world.poll(meanwhile=lambda: file.write_text(file.read_text() + "\n"))
    assert world.again() is None


def test_rules_for_programs_that_are_others_make_a_poll_of_it(fresh: World) -> None:
    route = fresh.site.app.router.routes[0]
    assert getattr(route, "path", "") == "/robots.txt"
    fresh.site.app.router.routes[0] = Route("/robots.txt", lambda _: PlainTextResponse("User-agent: *\nDisallow: /"))
    assert fresh.again() is None


@pytest.mark.parametrize(
    "more", ['[network]\nproxy = "http://127.0.0.1:9"\n', "[operator]\nheartbeat_url_file = 'beat'\n"]
)
def test_where_a_poll_has_more_to_do_there_is_no_note(world: World, more: str) -> None:
    world.config.with_name("beat").write_text("http://127.0.0.1:9/")
    settings, history = load(world.config, with_secrets=True), EmbeddedHistory.open(world.folder, with_bundle=False)
    polled = asyncio.run(once.poll_once(settings, history, None, world.clock))
    world.config.write_text(world.config.read_text() + MORE + more)
    (world.folder / quiet.NAME).unlink()
    content, altered = content_of(world.config), load(world.config, with_secrets=True)
    leave_note(altered, world.config, AsRead.by(altered, content), history, polled, world.clock.now())
    assert not (world.folder / quiet.NAME).exists()
    history.close()


_PROGRAM = """
import sys
from datetime import datetime
from pathlib import Path
import watcher.cli.commands.service
from tests.clock import ManualClock
from watcher.service.quiet import same_again
print(same_again(Path(sys.argv[1]), ManualClock(datetime.fromisoformat(sys.argv[2]))) is not None)
print(*sys.modules)
"""
HEAVY = (
    *("pydantic", "rich", "httpx", "bs4", "lxml", "jinja2", "css_inline", "slack_sdk", "smtplib", "asyncio"),
    *("apscheduler", "starlette", "uvicorn", "structlog", "prometheus_client", "watcher.config.settings"),
    *("watcher.history.protocol", "watcher.rounds", "watcher.judging", "watcher.delivery", "watcher.web"),
)


def test_it_loads_nothing_that_reads_judges_or_tells(world: World) -> None:
    arguments = [str(world.config), world.clock.now().isoformat()]
    ran = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=True)
    is_quiet, loaded = ran.stdout.splitlines()
    assert is_quiet == "True"
    assert sorted(set(HEAVY) & set(loaded.split())) == []
