"""What people did, who is signed in and who stopped his mails is kept, and outlives restarts, backups and damage."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import signed
from watcher.cli.commands.backup import back_up, bring_back
from watcher.delivery.stopped_mails import StoppedMails
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.protocol import KEY_BYTES, Transaction
from watcher.watching.deeds import Act
from watcher.watching.sessions import Session

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RETRIED, RELEASED = signed(NOW).deed(Act.RETRY, "0a1b"), signed(NOW + DAY, by="Bob").deed(Act.RELEASE, "ofsted")
STOP = StoppedMails(address="Reader@Example.org", since=NOW, by="Reader@Example.org", door="mail")
ANN = Session.of("token", user="ann", proof="f00", made=NOW, until=NOW + DAY)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    yield opened
    opened.close()


def reopened(history: EmbeddedHistory, folder: Path) -> EmbeddedHistory:
    history.close()
    return EmbeddedHistory.open(folder / "data", with_bundle=False)


def test_the_key_is_made_once_and_stays(history: EmbeddedHistory, tmp_path: Path) -> None:
    key = history.signing_key()
    assert len(key) == KEY_BYTES
    after = reopened(history, tmp_path)
    assert after.signing_key() == key
    after.close()
    other = EmbeddedHistory.open(tmp_path / "other", with_bundle=False)
    assert other.signing_key() not in (key, b"")
    other.close()
    looking = EmbeddedHistory.open(tmp_path / "nowhere", read_only=True, with_bundle=False)
    assert looking.signing_key() == b""
    assert not (tmp_path / "nowhere").exists()


def test_a_history_of_the_version_before_gets_a_key_and_is_as_it_was(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data")
    store.table("origin").insert({"id": "0" * 32})
    word = {"change": "c", "by": "me", "why": "w", "at": NOW.isoformat()}
    store.table("acknowledgements").insert(word)
    store.close()
    looking = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    assert (looking.signing_key(), looking.deeds(), looking.stopped_mails(), looking.session("")) == (b"", [], {}, None)
    looking.close()
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    known = history.acknowledgement("c")
    assert known is not None
    assert (known.by, known.door, len(history.signing_key())) == ("me", "", KEY_BYTES)
    history.close()


def test_what_people_did_since_a_backup_outlives_its_restoring(history: EmbeddedHistory, tmp_path: Path) -> None:
    bob = Session.of("bob's", user="bob", proof="f00", made=NOW, until=NOW + DAY)
    history.commit(Transaction(deeds=(RETRIED,), sessions={ANN.id: ANN}, stopped_mails=(STOP.ended(NOW),)))
    key = history.signing_key()
    history.close()
    back_up(tmp_path / "data", tmp_path / "backup.gz", NOW)
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    again = replace(STOP, since=NOW + DAY)
    history.commit(Transaction(deeds=(RELEASED,), sessions={ANN.id: None, bob.id: bob}, stopped_mails=(again,)))
    history.close()
    bring_back(tmp_path / "data", tmp_path / "backup.gz", NOW + DAY)
    after = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    assert after.deeds() == [RETRIED, RELEASED]
    assert (after.session(ANN.id), after.session(bob.id)) == (None, bob)
    assert after.stop_of(STOP.address) == again
    assert after.signing_key() == key
    after.close()


def test_a_backup_brings_all_but_sessions_to_another_machine(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.commit(Transaction(deeds=(RETRIED,), sessions={ANN.id: ANN}, stopped_mails=(STOP,)))
    key = history.signing_key()
    history.close()
    back_up(tmp_path / "data", tmp_path / "backup.gz", NOW)
    bring_back(tmp_path / "elsewhere", tmp_path / "backup.gz", NOW)
    after = EmbeddedHistory.open(tmp_path / "elsewhere", with_bundle=False)
    assert (after.deeds(), list(after.stopped_mails().values()), after.session(ANN.id)) == ([RETRIED], [STOP], None)
    assert after.signing_key() == key
    after.close()


def test_of_a_damaged_history_it_is_still_known_who_stopped_his_mails(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.close()
    back_up(tmp_path / "data", tmp_path / "backup.gz", NOW)
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    history.commit(Transaction(stopped_mails=(STOP,)))
    history.commit(Transaction(stopped_mails=(STOP.ended(NOW + DAY), replace(STOP, address="b@example.org"))))
    history.close()
    (tmp_path / "data" / "history.json").write_bytes(b"damaged")
    bring_back(tmp_path / "data", tmp_path / "backup.gz", NOW)
    after = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    assert list(after.stopped_mails()) == ["b@example.org"]
    after.close()
