"""A history that an older version began learns what this one keeps of the same files, and tells nobody."""

from pathlib import Path

import orjson

from tests.builders import home, inspection
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.embedded.upgrade import LATER_FACTS
from watcher.history.kept import TABLE
from watcher.rounds.take_in import absorb


def begun_by_an_older_version(folder: Path) -> None:
    """A history as it was before sectors, constituencies and the kept register."""
    EmbeddedHistory.open(folder).close()
    store = Store.open(folder)
    older = {}
    for name, rows in store.read_all().items():
        if name != TABLE:
            documents = {number: orjson.loads(raw) for number, raw in rows.items()}
            older[name] = {
                number: orjson.dumps({key: value for key, value in document.items() if key not in LATER_FACTS})
                for number, document in documents.items()
            }
    store.close()
    for file in folder.iterdir():
        file.unlink()
    store = Store.open(folder)
    store.load(older)
    store.close()


def test_what_older_versions_did_not_keep_is_learnt_once_and_nothing_else_changes(tmp_path: Path) -> None:
    begun_by_an_older_version(tmp_path / "data")
    before = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    assert {known.sector for known in before.homes()} == {None}
    history = EmbeddedHistory.open(tmp_path / "data")
    fresh = EmbeddedHistory.open(tmp_path / "other", read_only=True)  # the bundled inspections alone
    assert {known.key: known for known in history.homes()} == {known.key: known for known in fresh.homes()}
    assert not [*history.changes(), *history.deliveries()]
    assert {entry.home.key: entry for entry in history.register()} == {
        entry.home.key: entry for entry in fresh.register()
    }
    sequence = history._store.sequence
    history.close()
    again = EmbeddedHistory.open(tmp_path / "data")
    assert again._store.sequence == sequence
    again.close()


def test_what_is_known_otherwise_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    history = EmbeddedHistory.open(folder, with_bundle=False)
    known = home("SC478986", owner="Elm Homes Limited", as_of="2026-01-01")
    history.commit(absorb(history, [known], [inspection("2026-01-01", "good", home=known.key)], None).transaction())
    history.close()
    opened = EmbeddedHistory.open(folder)
    record = opened.home("ofsted:SC478986")
    assert record is not None
    assert (record.home.owner, record.home.sector) == ("Elm Homes Limited", "private")
    assert len(list(opened.homes())) == 1
    opened.close()
