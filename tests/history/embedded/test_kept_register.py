"""The register that is kept: always what the records make, whoever wrote them and in whatever order."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinydb import TinyDB

from tests.builders import RETOLD, home, inspection, visit
from watcher.cli.commands.backup import back_up, bring_back
from watcher.facts.inspection import GONE, Inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Sort
from watcher.facts.statements import Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.kept_entries import _InStep
from watcher.history.embedded.store import Store
from watcher.history.kept import TABLE
from watcher.history.protocol import FeedState, Transaction
from watcher.judging.card import Card
from watcher.judging.judge import stands_inadequate
from watcher.judging.register import Entry, entry_of, shared
from watcher.rounds.take_in import absorb

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def made_anew(history: EmbeddedHistory) -> dict[str, Entry]:
    """What the records themselves make."""
    return {described.home.key: entry_of(described, records) for described, records in history.homes_with_records()}


def kept(folder: Path) -> dict[str, Entry]:
    """What stands in the table; fails where it is not true."""
    history = EmbeddedHistory.open(folder, read_only=True)
    register = history._kept
    assert register.is_true()
    return {entry.home.key: entry for entry in register.entries(map(shared, history.homes()))}


def test_the_bundled_register_is_what_the_bundled_records_make(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, read_only=True)
    anew, inadequate = {}, []
    for described, records in history.homes_with_records():
        anew[described.home.key] = entry_of(described, records)
        standing = [record.inspection for record in records if record.withdrawn is None]
        if described.home.status not in GONE and stands_inadequate(standing):
            inadequate.append(described.home.key)
    assert len(anew) == 7386
    assert {entry.home.key: entry for entry in history.register()} == anew
    assert {card.key: card for card in history.register().cards()} == {key: Card.of(anew[key]) for key in anew}
    assert history.standing_inadequate() == sorted(inadequate)
    assert len(inadequate) > 40


def test_tallies_of_an_older_form_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("watcher.history.entries.TALLY_FORM", 1)
        history = EmbeddedHistory.open(tmp_path, with_bundle=False)
        stated = [inspection(day, "good", home="ofsted:SC000001") for day in ("2024-01-10", "2025-01-10")]
        history.commit(absorb(history, [home("SC000001")], stated, NOW).transaction())
        history.close()
    assert not EmbeddedHistory.open(tmp_path, read_only=True)._kept.is_true()
    EmbeddedHistory.open(tmp_path).close()
    history = EmbeddedHistory.open(tmp_path, read_only=True)
    assert history._kept.is_true()
    assert history.register().of(OFSTED).inspected_again("children's home", "good", "2024-01", "2025-12") == [
        ("2025-01", {"10 366": 1})
    ]


_DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(str)
_WORDS = st.sampled_from(["good", "inadequate", "outstanding/good/inadequate", ""])
_SOURCES = st.sampled_from([("site", Sort.PAGE), ("a.csv", Sort.YEAR), ("b.csv", Sort.LISTING), (RETOLD, Sort.RETOLD)])
_HOMES = st.sampled_from(["SC000001", "SC000002", "SC000003"])


@st.composite
def statements(draw: st.DrawFn) -> tuple[str, Inspection]:
    identity, (source, sort) = draw(_HOMES), draw(_SOURCES)
    inspected, published = draw(_DAYS), draw(st.one_of(st.none(), _DAYS))
    return identity, inspection(
        inspected, draw(_WORDS), home=f"ofsted:{identity}", published=published, source=source, sort=sort
    )


@settings(max_examples=40, deadline=None)
@given(commits=st.lists(st.lists(statements(), min_size=1, max_size=4), min_size=1, max_size=6), gone=st.booleans())
def test_after_any_commits_it_is_what_the_records_make(
    tmp_path_factory: pytest.TempPathFactory, commits: list[list[tuple[str, Inspection]]], *, gone: bool
) -> None:
    folder = tmp_path_factory.mktemp("kept") / "data"
    history = EmbeddedHistory.open(folder, with_bundle=False)
    history.register()
    for number, commit in enumerate(commits):
        homes = [home(identity, status="resigned" if gone and number else "active") for identity, _ in commit]
        seen = NOW + timedelta(days=number) if number % 2 else None
        history.commit(absorb(history, homes, [said for _, said in commit], seen).transaction())
    some = next(iter(history.records(f"ofsted:{commits[0][0][0]}")), None)
    if gone and some is not None:
        history.commit(Transaction(records=[Record(some.statements, some.seen, date(2026, 2, 1), some.id)]))
    history.commit(Transaction(feeds=[FeedState(name="ofsted")]))
    anew = made_anew(history)
    assert {entry.home.key: entry for entry in history.register()} == anew
    assert {card.key: card for card in history.register().cards()} == {key: Card.of(anew[key]) for key in anew}
    history.close()
    assert kept(folder) == anew


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    good, bad = inspection("2024-01-10", "good"), inspection("2025-01-10", "inadequate")
    history.commit(absorb(history, [home()], [good, bad, visit("2025-03-01")], NOW).transaction())
    history.close()
    return tmp_path / "data"


def standing(folder: Path) -> list[str]:
    history = EmbeddedHistory.open(folder, read_only=True)
    return [visit.grade for entry in history.register() for visit in entry.visits]


def test_what_an_older_version_wrote_since_is_not_overlooked(folder: Path) -> None:
    store = Store.open(folder)  # an older version knows nothing of the table, and leaves it as it is
    table = store.table("inspections")
    number = next(n for n, raw in table.raw().items() if b'"2025-01-10"' in raw)
    said = orjson.loads(table.raw()[number].replace(b"inadequate", b"good"))
    table.update(said, doc_ids=[number])
    store.close()
    assert standing(folder) == ["good", "good", ""]  # from the records, since what is kept is not true
    EmbeddedHistory.open(folder).close()
    assert [visit.grade for visit in kept(folder)["ofsted:SC000001"].visits] == ["good", "good", ""]


def test_a_history_without_the_table_gets_it_when_it_is_next_owned(folder: Path) -> None:
    store = Store.open(folder)
    store.table(TABLE).truncate()
    store.close()
    assert standing(folder) == ["good", "inadequate", ""]
    EmbeddedHistory.open(folder).close()
    assert kept(folder)


def test_another_form_of_it_is_made_anew(folder: Path) -> None:
    store = Store.open(folder)
    store.table(TABLE).update({"form": 0}, doc_ids=[1, 2])
    store.close()
    EmbeddedHistory.open(folder).close()
    assert kept(folder)


def test_one_that_was_made_anew_is_not_read_by_the_next_start(folder: Path) -> None:
    """A journal of all homes would be: for 100,000 of them that takes a gigabyte and longer than all else."""
    EmbeddedHistory.open(folder).close()
    store = Store.open(folder)
    store.table(TABLE).update({"form": 0}, doc_ids=[1, 2])
    store.close()
    EmbeddedHistory.open(folder).close()
    assert b'"visits"' in (folder / "history.json").read_bytes()
    assert b'"visits"' not in (folder / "history.journal").read_bytes()
    assert kept(folder)


def test_a_backup_has_it_not_and_what_is_restored_gets_it_again(folder: Path, tmp_path: Path) -> None:
    counts = back_up(folder, tmp_path / "b.gz", NOW)["counts"]
    assert TABLE not in counts
    bring_back(folder, tmp_path / "b.gz", NOW)
    assert standing(folder) == ["good", "inadequate", ""]
    EmbeddedHistory.open(folder).close()
    assert kept(folder)


def test_a_commit_that_concerns_no_home_leaves_it_alone(folder: Path) -> None:
    history = EmbeddedHistory.open(folder)
    before = Store.read_all(history._store)[TABLE]
    history.commit(Transaction(feeds=[FeedState(name="ofsted")]))
    assert Store.read_all(history._store)[TABLE] == before
    history.close()


def test_stock_tinydb_opens_it(folder: Path) -> None:
    history = EmbeddedHistory.open(folder)
    history.compact(force=True)
    history.close()
    with TinyDB(folder / "history.json") as stock:
        assert {document["home"] for document in stock.table(TABLE).all()} == {"all homes", "ofsted:SC000001"}


def test_homes_are_found_beside_their_entries_in_whatever_order_both_stand() -> None:
    homes = {number: b'{"id":"%d","key":"ofsted:%d"}' % (number, number) for number in range(1, 5)}
    rows, sought = Store.of({"homes": homes}).committed("homes"), list[str]()

    def look_up(key: str) -> bytes | None:
        sought.append(key)
        return homes.get(int(key[len("ofsted:") :]))

    in_step = _InStep(rows, look_up)
    asked = [1, 4, 2, 9, 3, 4]
    assert [in_step.home(f"ofsted:{number}") for number in asked] == [homes.get(number) for number in asked]
    assert sought == ["ofsted:4", "ofsted:9"]
