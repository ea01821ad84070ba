"""A backup whose documents no version wrote changes nothing: it would end every later command."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests import nations
from tests.builders import MATTER, home, inspection, signed
from tests.history.embedded.test_history import DELIVERY, STATE, TOLD
from watcher.cli.commands.backup import back_up, bring_back
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.inspection import HOME_FACTS, Home
from watcher.facts.sources import Sort, Source
from watcher.facts.statements import HomeRecord, Record, find
from watcher.history.backup import Backup, BackupError, read_backup, write_backup
from watcher.history.bundled.bundle import bundled
from watcher.history.documents import home_document, home_record, record, record_document
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.proof import why_no_history
from watcher.history.protocol import Transaction
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.asked import Asked, Asking
from watcher.watching.deeds import Act, Door
from watcher.watching.made_watches import MadeWatch
from watcher.watching.sessions import Session
from watcher.watching.silences import Silence

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SESSION = Session.of("token", user="ann", proof="f00", made=NOW, until=NOW.replace(day=9))
ZONELESS = NOW.replace(tzinfo=None).isoformat()


def whole(folder: Path) -> Backup:
    """A backup with documents in every table."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    good = inspection("2026-01-20", "inadequate", published="2026-03-03", document="2")
    history.commit(
        Transaction(
            homes=(HomeRecord.of(home()),),
            records=(Record((good,), seen=NOW),),
            changes=(TOLD,),
            deliveries=(DELIVERY,),
            feeds=(STATE,),
            notices={"a": MATTER},
            silences=(Silence.of({"home": ["SC1"]}, made=NOW, until=NOW.replace(day=9), why="w"),),
            acknowledgements=(Acknowledgement.of("c", by="me", why="w", at=NOW, door=Door.PAGE),),
            deeds=(signed(NOW).deed(Act.RETRY, "0a1b"),),
            sessions={SESSION.id: SESSION},
            stopped_mails=(StoppedMails(address="A@example.org", since=NOW, by="A", door="mail", resumed=NOW),),
            asked=(Asked(id="e", way="desk", asking=Asking.BUTTON, at=NOW, done=NOW),),
            made_watches=(MadeWatch(number=1, of="area", value="Derby", to="desk/C1", by="ann", made=NOW, ended=NOW),),
        )
    )
    history.close()
    back_up(folder, folder.parent / "first.gz", NOW)
    bring_back(folder, folder.parent / "first.gz", NOW)
    back_up(folder, folder.parent / "whole.gz", NOW)
    return read_backup(folder.parent / "whole.gz")


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    return whole(tmp_path_factory.mktemp("whole") / "data")


def test_what_watcher_wrote_is_a_history(backup: Backup) -> None:
    assert set(backup.tables) >= {"homes", "inspections", "changes", "deliveries", "feeds", "silences", "restored"}
    assert set(backup.tables) >= {"deeds", "sessions", "stopped_mails", "signing"}
    assert why_no_history(backup.tables) is None


def test_the_bundled_inspections_are_a_history() -> None:
    bundle = bundled()
    assert why_no_history({"homes": bundle.homes, "inspections": bundle.inspections}) is None


def altered(backup: Backup, table: str, document: Any) -> Backup:
    tables = {name: dict(rows) for name, rows in backup.tables.items()}
    tables.setdefault(table, {})[1] = document if isinstance(document, bytes) else orjson.dumps(document)
    return Backup(backup.taken, backup.sequence, tables)


NONSENSE = [[], {}, 1, "x", None, {"home": "ofsted:SC000001"}]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
@pytest.mark.parametrize(
    "table",
    [
        *("homes", "inspections", "changes", "deliveries", "feeds", "notices", "silences", "acknowledgements"),
        *("deeds", "sessions", "stopped_mails", "asked", "made_watches", "signing", "origin", "restored"),
    ],
)
def test_nonsense_in_any_table_is_refused_by_table_and_number(backup: Backup, table: str, nonsense: Any) -> None:
    why = why_no_history(altered(backup, table, nonsense).tables)
    assert why is not None
    assert why.startswith(f"document 1 of the table {table} is not what watcher writes")


@pytest.mark.parametrize(
    ("table", "path", "value"),
    [
        ("homes", ("id",), 1),
        ("homes", ("key",), "ofsted:another"),
        ("homes", ("source",), ["2026-01-01"]),
        ("inspections", ("home",), ""),
        ("inspections", ("statements",), []),
        ("inspections", ("statements", 0, "inspected"), 1),
        ("inspections", ("statements", 0, "kind"), "a party"),
        ("inspections", ("statements", 0, "judgements"), {"overall": 4}),
        ("inspections", ("seen",), ZONELESS),
        ("changes", ("alert", "grades"), []),
        ("changes", ("seen",), ZONELESS),
        ("deliveries", ("attempts",), "1"),
        ("deliveries", ("due",), ZONELESS),
        ("deliveries", ("state",), "lost"),
        ("deliveries", ("alert", "home"), None),
        ("feeds", ("failures",), True),
        ("silences", ("until",), 1),
        ("restored", ("certain",), "yes"),
        ("acknowledgements", ("door",), 1),
        ("deeds", ("what",), "a party"),
        ("deeds", ("at",), ZONELESS),
        ("sessions", ("until",), ZONELESS),
        ("sessions", ("user",), None),
        ("stopped_mails", ("address",), 1),
        ("stopped_mails", ("resumed",), ZONELESS),
        ("asked", ("asking",), "a party"),
        ("asked", ("at",), ZONELESS),
        ("made_watches", ("number",), "1"),
        ("made_watches", ("changes",), ["a party"]),
        ("made_watches", ("ended",), ZONELESS),
        ("signing", ("key",), "00"),
        ("signing", ("key",), 17),
    ],
)
def test_a_value_of_another_type_is_refused_though_it_could_be_understood(
    backup: Backup, table: str, path: tuple[str | int, ...], value: Any
) -> None:
    document = orjson.loads(backup.tables[table][1])
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    assert f"document 1 of the table {table} " in (why_no_history(altered(backup, table, document).tables) or "")


def test_two_documents_about_the_same_are_refused(backup: Backup) -> None:
    tables = {name: {**rows, 99: rows[1]} if name == "deliveries" else rows for name, rows in backup.tables.items()}
    assert why_no_history(tables) == "documents 1 and 99 of the table deliveries are about the same"


def test_a_table_of_a_newer_version_is_refused(backup: Backup) -> None:
    assert "'dreams'" in (why_no_history(altered(backup, "dreams", {}).tables) or "")


def test_what_would_not_be_found_by_its_bytes_is_refused(backup: Backup) -> None:
    spaced = backup.tables["homes"][1].replace(b'"key":', b'"key": ')
    assert why_no_history(altered(backup, "homes", spaced).tables) is not None


def test_a_refused_backup_changes_nothing_and_no_command_fails_after_it(tmp_path: Path) -> None:
    good = whole(tmp_path / "data")
    write_backup(altered(good, "inspections", []), tmp_path / "bad.gz")
    before = {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file()}
    with pytest.raises(BackupError, match=r"document 1 of the table inspections .*Nothing was changed"):
        bring_back(tmp_path / "data", tmp_path / "bad.gz", NOW)
    assert {path.name: path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file()} == before
    history = EmbeddedHistory.open(tmp_path / "data", read_only=True)
    assert len(history.records(home().key)) == 1
    history.close()


def test_every_fact_of_a_home_may_stand_in_a_backup() -> None:
    source = Source(date(2026, 3, 31), "list.csv", Sort.MOVES)
    facts: dict[str, Any] = dict.fromkeys(HOME_FACTS, "said")
    facts |= {"registered": date(2026, 1, 1), "closed_on": date(2026, 1, 1), "places": 4}
    facts |= {"predecessors": ("cqc:1-1",), "successors": ("cqc:1-2", "cqc:1-3")}
    document = home_document(HomeRecord.of(Home(regulator="ofsted", id="SC000001", source=source, **facts)))
    assert why_no_history({"homes": {1: orjson.dumps(document)}}) is None
    assert home_record(document).facts == {name: (value, source) for name, value in facts.items()}


def test_a_home_of_which_its_number_alone_is_known_may_stand_in_a_backup() -> None:
    source = Source(date(2026, 3, 31), "list.csv", Sort.PAGE)
    known = HomeRecord.of(Home(regulator="ofsted", id="SC000001", source=source))
    document = home_document(known)
    assert document == {"key": "ofsted:SC000001", "regulator": "ofsted", "id": "SC000001"}
    assert home_record(document) == known
    assert why_no_history({"homes": {1: orjson.dumps(document)}}) is None
    assert why_no_history({"homes": {1: orjson.dumps({**document, "name": "A house"})}}) is not None


def test_an_inspection_without_a_day_of_its_visit_may_stand_in_a_backup() -> None:
    first = nations.FORMER[nations.WALES]
    second = replace(nations.DROPS[nations.WALES], seen=first.seen, turn=1)
    corrected = Record((nations.FORMER[nations.CQC],)).add(
        replace(nations.FORMER[nations.CQC], link="https://example.org")
    )
    assert [statement.sources[0].turn for statement in corrected.statements] == [0, 1]
    for number, known in enumerate((Record((first,)), Record((second,)), corrected)):
        document = record_document(known)
        assert why_no_history({"inspections": {number: orjson.dumps(document)}}) is None
        assert record(document).statements == known.statements
    assert find([first, second], second) is second
    assert find([first, second], first) is first
