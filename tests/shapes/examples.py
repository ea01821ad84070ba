"""One real line of each shape, of the bundled history where it has one, for docs/json.md."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from tests.builders import home, inspection
from tests.checkout import FIXTURES
from tests.examples import HOME, SETTINGS
from watcher.answers.asked.chosen import Chosen
from watcher.answers.counts.names import areas, owners
from watcher.answers.counts.numbers import numbers
from watcher.answers.homes.homes import homes_now
from watcher.answers.log.changes import changes
from watcher.answers.sheet import Sheet
from watcher.answers.status import ServiceStanding
from watcher.cli.commands.backup import back_up, bring_back
from watcher.cli.commands.copy import report
from watcher.cli.counted import counted
from watcher.cli.finding import Finding
from watcher.cli.inspection_json import inspection_json
from watcher.cli.tables import delivery_json
from watcher.cli.trials import finding_json
from watcher.config.settings import Settings
from watcher.delivery.channels.slack.manifest.compared import differences
from watcher.delivery.channels.slack.manifest.written import manifest
from watcher.delivery.channels.slack.scopes import Uses
from watcher.delivery.channels.webhook.body import body
from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.delivery.verdict import Answer, Verdict
from watcher.facts.stored import stored
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.statistics.file import read_file
from watcher.history.backup import read_backup
from watcher.history.checksums import checksums_of
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.history.transfer.move import Move
from watcher.history.transfer.sides import Arrival
from watcher.messages.alert import Alert
from watcher.messages.message import Message, Reminder
from watcher.messages.not_read import NotRead
from watcher.rounds.imports import ImportedFile
from watcher.rounds.replay import replay
from watcher.rounds.take_in import absorb
from watcher.service.heartbeat import Pulse
from watcher.service.standing import feeds_now, service_now
from watcher.watching.deeds import Door
from watcher.watching.made_watches import MadeWatch
from watcher.watching.silences import Silence
from watcher.web.health import health, readiness

LISTED = datetime(2025, 4, 15, 9, 0, tzinfo=UTC)
"""When the newest official list was out."""
SEEN = datetime(2018, 8, 3, 8, 41, tzinfo=UTC)
_FILE = "provider_at_march_2018.csv"
_BACKUP = "watcher.backup"
_BYTES = 2_154_113
"""The size of a backup depends on the machine's compressor."""

Line = Mapping[str, Any]


def examples() -> Mapping[str, Line]:
    """Each line by its name in the document: a shape, or a shape and what tells its sorts apart."""
    history = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    try:
        made = {**_of_homes(history), **_of_messages(_drop(history)), **_of_the_watcher()}
    finally:
        history.close()
    return {name: orjson.loads(orjson.dumps(line)) for name, line in made.items()}


def _drop(history: EmbeddedHistory) -> Alert:
    alerts = replay(history, SETTINGS, date(2018, 8, 3), date(2018, 8, 3))
    return next(alert for alert in alerts if alert.home == HOME)


def _of_homes(history: EmbeddedHistory) -> dict[str, Line]:
    known = history.home(HOME)
    assert known is not None
    counts = counted(known.home, history.register(), SETTINGS.groups, date(2018, 8, 3))
    number = next(each for each in counts if each.what.startswith("children's homes in Derby"))
    log = changes(history, SETTINGS, Chosen(), (date(2018, 9, 25), date(2018, 9, 25)), LISTED)
    year = numbers(history, SETTINGS, Chosen(type=("children's home",)), ("year",), LISTED.date()).sheet
    return {
        "replay": _drop(history).contract(),
        "changes": _row(log, "home", HOME),
        "history": inspection_json(history.records(HOME)[0]),
        "explain": {"counted": number.what, "rule": number.rule, "lines": list(number.lines[:2])},
        "homes": _row(homes_now(history, SETTINGS, Chosen(), LISTED).sheet(), "home", HOME),
        "numbers": _row(year, "year", "2018-19"),
        "owners": _row(owners(history, SETTINGS, Chosen(), "esland north", LISTED), "name", "Esland North Limited"),
        "areas": _row(areas(history, SETTINGS, Chosen(), "derby", LISTED), "name", "Derby"),
    }


def _row(sheet: Sheet, key: str, value: str) -> Line:
    return next(row for row in sheet.rows if row[key] == value)


def _of_messages(drop: Alert) -> dict[str, Line]:
    delivery = Delivery.of("desk", drop.home, drop, drop.id, SEEN).sending(SEEN)
    taken = delivery.settled(Verdict(Answer.ACCEPTED, reference="1533285667.000100"), SEEN)
    message = Message(id=delivery.id, content=drop, seen=SEEN)
    again = orjson.loads(body(replace(message, id="5d0c2f6b1a9e4477", reminder=Reminder(number=2, alert=SEEN))))
    unread = NotRead.report(inspection("2026-10-20", published="2026-11-27", document="50300001"))
    unread = unread.described(home(), ["derby"], {})
    return {
        "alerts": delivery_json(taken, lambda _: None, lambda _: None),
        "webhook": orjson.loads(body(message)),
        "webhook: a reminder": {key: again[key] for key in ("type", "sentence", "of", "reminder")},
        "webhook: not read": orjson.loads(body(Message(id="5d0c2f6b1a9e4477", content=unread, seen=SEEN))),
    }


def _of_the_watcher() -> dict[str, Line]:
    now = LISTED
    state = FeedState(
        name="ofsted", outcome="unchanged", detail="12 entries, nothing new", began=now, last_good=now, cursor={}
    )
    settings = Settings(feeds={"ofsted": OfstedSiteOptions()})
    standing = ServiceStanding(
        now=now,
        service=service_now(Pulse(timedelta(seconds=5), "pid 7 on watcher")),
        feeds=feeds_now(settings, [state], {}, now),
    )
    file = FIXTURES / "statistics" / _FILE
    silence = Silence.of(
        {"home": ["SC478986"]},
        made=now,
        until=now + timedelta(days=14),
        why="known, being closed",
        by="Ann",
        door=Door.PAGE,
    )
    watch = MadeWatch(number=3, of="area", value="Derby", to="desk/C0456", by="Ann", made=now, door=Door.SLACK)
    stop = StoppedMails(address="reader@example.org", since=now, by="reader@example.org", door=Door.MAIL)
    return {
        "status": standing.as_json(),
        "running": Pulse(timedelta(seconds=5), "pid 7 on watcher").as_json(),
        "check": finding_json(Finding("channel desk", ok=True, detail="ready (directly)")),
        "import": ImportedFile(_FILE, read_file(_FILE, file.read_bytes())).as_json(),
        **_of_backups(now),
        "silence": {**stored(silence), "in_force": True},
        "mails": stop.json(),
        "watch": watch.json(),
        **_of_slack(),
        "healthz": _of_health(state, settings, now),
        "readyz": readiness(""),
    }


def _of_health(state: FeedState, settings: Settings, now: datetime) -> Line:
    with TemporaryDirectory() as folder:
        history = EmbeddedHistory.open(Path(folder), with_bundle=False)
        history.commit(Transaction(feeds=(state,)))
        found = health(settings.feeds, history, timedelta(seconds=0.4), timedelta(minutes=2), None, now)
        history.close()
    return found.as_json()


def _of_slack() -> dict[str, Line]:
    wanted = manifest(Uses(answers=True))
    theirs = {**wanted, "oauth_config": {"scopes": {"bot": ["channels:read", "chat:write", "groups:read"]}}}
    (lacking,) = differences(wanted, theirs)
    return {"slack-manifest": dict(wanted), "slack-difference": lacking.json()}


def _of_backups(now: datetime) -> dict[str, Line]:
    with TemporaryDirectory() as folder:
        data, file = Path(folder) / "data", Path(folder) / _BACKUP
        history = EmbeddedHistory.open(data, with_bundle=False)
        history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
        history.close()
        taken = back_up(data, file, now)
        restored = bring_back(data, file, now)
        aside = str(Path(str(restored["aside"])).relative_to(folder))
        tables = read_backup(file).tables
    checksums = checksums_of({name: tables[name] for name in ("homes", "inspections")})
    moved = Move("data", "the database watcher on db.example.org", Arrival(4, checksums, None), "start again")
    return {
        "copy": report(moved),
        "backup": {**taken, "backup": _BACKUP, "bytes": _BYTES},
        "restore": {**restored, "restored": _BACKUP, "aside": aside},
    }
