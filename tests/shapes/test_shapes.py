"""What each command prints and a webhook posts keeps to its schema, in every branch; and each schema can be broken."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests import nations
from tests.builders import HOME, home, inspection, signed, without_overall
from tests.cli.commands.test_homes import MOVES
from tests.cli.shell import Run, run
from tests.clock import ManualClock
from tests.messages.messages import SEEN, alert, message
from tests.messages.stories import CONTEXT, RELATED, told
from tests.shapes.schemas import hold, validator
from tests.shapes.told import UNDATED, configure, every_sort, opened
from tests.standins.http_server import answer
from tests.standins.receiver import receiving
from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.homes import homes_now
from watcher.answers.status import RoleNow, ServiceStanding
from watcher.cli import trial_message
from watcher.config.settings import Settings
from watcher.delivery.channels.webhook.body import Type, body
from watcher.delivery.channels.webhook.channel import WebhookChannel
from watcher.delivery.ledger import Delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.inspection import Dated
from watcher.facts.quotes import Findings
from watcher.feeds.advance import Advance
from watcher.feeds.feed import Trouble
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, OpenMatter, Told, Transaction, Untold
from watcher.judging.changes import Concern, FoundInadequate, What
from watcher.messages.digest import Digest, Item, Unread
from watcher.messages.group import Group
from watcher.messages.homes_now import HomesInBrief, InadequateNow
from watcher.messages.links import Links
from watcher.messages.message import Message, Notice, PresentState, Reminder
from watcher.messages.morning import Morning, Waited
from watcher.messages.not_read import NotRead
from watcher.messages.report import ReportChange, ReportRow, WatchReport
from watcher.rounds.replay import judged, replay
from watcher.rounds.take_in import absorb
from watcher.service import beside as beside_service
from watcher.service.beside import AskedFor
from watcher.service.heartbeat import Heartbeat, Pulse
from watcher.service.progress import ReadingProgress
from watcher.service.standing import service_now
from watcher.timing.clock import SystemClock
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import Act, Door, Signature
from watcher.watching.silences import Silence

__all__ = ["run"]  # a fixture

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EARLY = ("--from", "2014-10-01", "--to", "2016-03-31", "--json")
EVER = ("--from", "2014-01-01", "--to", "2026-12-31", "--json")


def printed(run: Run, *command: str) -> list[dict[str, Any]]:
    """The lines that a command prints for programs, whatever it ends with."""
    return [orjson.loads(line) for line in run(*command)[1].splitlines()]


def a_few(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of thousands of lines one of each form, and every twentieth."""
    forms = {str([(key, said is None, said == []) for key, said in line.items()]): line for line in lines}
    return [*forms.values(), *lines[::20]]


def test_replay_and_poll(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configure(tmp_path)
    bundled = printed(run, "replay", *EARLY)
    assert len(bundled) > 1000
    with opened(tmp_path) as history:
        changes = every_sort(history, settings)
        asked = AskedFor((), tuple(changes), (), is_taken_up=True)
        monkeypatch.setattr(beside_service, "poll_beside", lambda *_, **__: asked)
        polled = printed(run, "poll", "--json")
    assert {line["change"] for line in polled} == set(What)
    assert any(line["published"] is None for line in bundled)
    hold("replay", [*a_few(bundled), *polled, *printed(run, "replay", *EVER)])


def test_changes(run: Run, tmp_path: Path) -> None:
    settings = configure(tmp_path)
    bundled = printed(run, "changes", "--from", "2018-04-01", "--to", "2022-03-31", "--json")
    assert any("not_counted" in line for line in bundled)
    with opened(tmp_path) as history:
        every_sort(history, settings)
        named = replace(home("SC000001", as_of="2027-01-01"), name="Elm House", link="https://example.org/1")
        history.commit(absorb(history, [named], [], None).transaction())
    hold("changes", [*a_few(bundled), *printed(run, "changes", *EVER)])


def test_homes_owners_areas_and_numbers(run: Run, tmp_path: Path) -> None:
    settings = configure(tmp_path)
    with opened(tmp_path, with_bundle=True) as history:
        low = without_overall(inspection("2026-01-10", "/inadequate/good", home="ofsted:SC478986"))
        named = replace(home("SC000001"), name="Elm House", link="https://example.org/1", owner="Elm Homes Limited")
        drop = inspection("2026-01-20", "inadequate", published="2026-02-20")
        undated = nations.FORMER[nations.WALES]
        history.commit(absorb(history, [named, UNDATED], [low, drop, undated], None).transaction())
        quoted = Told(alert=told(home=HOME, home_id="SC000001"), seen=NOW, feed="ofsted")
        history.commit(Transaction(changes=(quoted,)))
        when_the_lists_were_new = datetime(2025, 4, 15, tzinfo=UTC)
        sheet = homes_now(history, settings, Chosen(area=("Leeds",)), when_the_lists_were_new).sheet()
        expected = [orjson.loads(orjson.dumps(row)) for row in sheet.rows]
    (tmp_path / "moves.csv").write_text(MOVES)
    run("import", "moves.csv")
    homes = printed(run, "homes", "--json", "--all")
    assert len(homes) > 7000
    mine = [line for line in homes if line["id"] in ("SC000001", "SC478986", UNDATED.id)]
    hold("homes", [*mine, *a_few(homes), *expected])
    hold("owners", a_few(printed(run, "owners", "--json")))
    hold("areas", a_few(printed(run, "areas", "--json")))
    numbers = [
        line
        for by in ("year", "region,sector,type", "constituency,area,owner", "year,group")
        for line in a_few(printed(run, "numbers", "--by", by, "--json"))
    ]
    assert any(line["homes"] is None for line in numbers)
    hold("numbers", numbers)


def test_history_and_explain(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = configure(tmp_path)
    known = CONTEXT.owner and replace(CONTEXT.owner, more_drops=2, group="Elms")
    fullest = replace(CONTEXT, owner=known, related=(RELATED,))
    with opened(tmp_path, with_bundle=True) as history:
        found = history.home("ofsted:SC478986")
        assert found is not None
        past = [Told(alert=each, seen=NOW, feed="ofsted") for each in judged(history, settings, found.home)]
        by_hand = replace(told(id="b" * 16, context=fullest), channels=("desk",))
        unread = replace(by_hand, id="c" * 16, findings=Findings(unread="the report is a scan"))
        owed = Told(alert=by_hand, seen=NOW, feed="ofsted", owed={"desk": "it was sent what this takes back"})
        silence = Silence.of({"home": ["SC478986"]}, made=NOW, until=NOW + timedelta(days=9), why="known")
        held = silence.holds(Delivery.of("desk", by_hand.home, by_hand, by_hand.id, NOW))
        taken = Acknowledgement.of(by_hand.id, by="Ann", why="rang them", at=NOW, door=Door.PAGE)
        low = without_overall(inspection("2026-01-10", "/good/good", home="ofsted:SC478986"))
        history.commit(absorb(history, [], [low], NOW).transaction())
        changes = (*past, owed, Told(alert=unread, seen=NOW, feed="ofsted"))
        asked = (signed(NOW).deed(Act.RETRY, held.id), Signature(by="", at=NOW).deed(Act.DROP, held.id))
        known_since = Transaction(changes=changes, deliveries=(held,), acknowledgements=(taken,), deeds=asked)
        history.commit(replace(known_since, silences=(silence,)))
    (tmp_path / "moves.csv").write_text(MOVES)
    run("import", "moves.csv")
    inspections = printed(run, "history", "SC478986", "--json")
    explained = [
        *printed(run, "explain", "SC478986", "--on", "2018-08-03", "--json"),
        *printed(run, "explain", "1299999", "--json"),
    ]
    small = tmp_path / "small"
    small.mkdir()
    monkeypatch.chdir(small)
    with opened(small) as history:
        every_sort(history, settings)
    for number in ("SC000001", "SC000002", "SC000003", nations.WALES):
        inspections += printed(run, "history", number, "--json")
        explained += printed(run, "explain", number, "--json")
    hold("history", inspections)
    hold("explain", explained)


NOT_READ = NotRead(
    home=HOME, part=NotRead.report(inspection("2026-01-10")).part, kind="full", inspected=date(2026, 1, 10),
    published=date(2026, 2, 10), document="50300001", link="https://files.example.org/50300001", home_id="SC000001",
    type="children's home", name="Elm House", owner="Elm Homes Limited", local_authority="Derby",
    region="East Midlands", watches=("mine",), labels={"mine": "Tom"}, is_background=True, is_new=True,
)  # fmt: skip
NOTICE = Notice(
    title="the pages of 2 homes could not be read", text="x", topic="page", homes=("SC000001",), more=1, since=NOW,
    next_try=NOW, details=("ValueError",), link="https://example.org/1", is_over=True, sender="watcher on host",
)  # fmt: skip
GROUP = Group(watch="mine", homes=2, counts=(("recovered", 2),), lines=("SC1 recovered", "SC2 recovered"))
BRIEF = HomesInBrief(
    grades={"good": 3, "inadequate": 1}, not_graded=1, country="England", missing=2, regulator="ofsted",
    others=(HomesInBrief(grades={"weak": 1}, regulator="scotland", thing="care home"),),
    inadequate=(InadequateNow(home_id="SC000001", label="Tom", since=date(2026, 2, 10)),),
)  # fmt: skip
REPORT = WatchReport(
    watch="mine", day=date(2026, 3, 1), schedule="monthly 1", since=date(2026, 2, 1), homes=BRIEF, country=BRIEF,
    rows=(
        ReportRow(home_id="SC000001", label="Tom", local_authority="Derby", owner="Elm Homes Limited",
                  rating="inadequate", is_inadequate=True, since=date(2026, 2, 10), inspected=date(2026, 1, 10)),
        ReportRow(home_id="SC000002"),
        ReportRow(home_id="CS2003000133", inspected=date(2026, 1, 10), dated=Dated.PUBLISHED),
    ),
    more_rows=2, changes=(ReportChange(day=date(2026, 2, 10), title="Elm House drops"),), more_changes=1,
    unread=(Unread("ofsted", NOW), Unread("mine", None)),
)  # fmt: skip


WAITED = (
    Waited(id="a" * 16, alert=told(), seen=NOW, since="Drops from good to inadequate"),
    Waited(id="b" * 16, not_read=NOT_READ, seen=NOW),
    Waited(id="c" * 16, alert=told(), seen=NOW, reminder=Reminder(number=1, alert=SEEN)),
)
MORNING = Morning(day=date(2026, 3, 2), items=WAITED, total=3)
DIGEST = Digest(day=date(2026, 3, 2), items=(Item(told(), NOW),), total=1, not_read=(NOT_READ,), homes=BRIEF)


def test_alerts(run: Run, tmp_path: Path) -> None:
    settings = configure(tmp_path)
    made = {
        name: Delivery.of("desk", name, content, name, NOW)
        for name, content in (
            ("notice", NOTICE), ("not read", NOT_READ), ("group", GROUP), ("report", REPORT),
            ("old notice", Notice("a title", "x")), ("alert", told()), ("again", told()), ("escalated", told()),
            ("digest", DIGEST), ("declined", told()), ("morning", MORNING),
        )
    }  # fmt: skip
    first = made["alert"]
    line = PresentState(parent=first.id, reply="f" * 16, line="recovered after 53 days")
    state = Delivery.of("desk", f"state:{first.id}", line, "state", NOW)
    done = PresentState(parent=first.id, line="", deeds=("Acknowledged by Ann, 12:00 UTC",), is_acknowledged=True)
    deed = Delivery.of("desk", f"state:deeds:{first.id}", done, "deed", NOW)
    odd = replace(
        made["not read"], recipient="a@example.org", attempts=3, attempted=NOW, detail="status 401", unsure_since=NOW,
        unknowns=1, looks=1, silence="abcd1234", held_until=NOW, thread=first.id, announced_in=made["group"].id,
        is_shown=True,
        stopped="the way", is_stop_of_recipient=True, remark="a picture is missing", reference="1533285667.000100",
    )  # fmt: skip
    again = replace(made["again"], reminder=Reminder(number=1, alert=NOW))
    escalated = replace(made["escalated"], reminder=Reminder(after_seconds=43_200.0, alert=NOW))
    with opened(tmp_path) as history:
        every_sort(history, settings)
        taken = Acknowledgement.of(told().id, by="Ann", why="rang them", at=NOW, door=Door.PAGE)
        declined = replace(made["declined"], recipient="b@example.org").declined("b@example.org stopped these mails")
        replaced = {"not read": odd, "again": again, "escalated": escalated, "declined": declined}
        history.commit(
            Transaction(deliveries=(*({**made, **replaced}).values(), state, deed), acknowledgements=(taken,))
        )
    hold("alerts", printed(run, "alerts", "--json"))


STOPS = (
    StoppedMails(address="a@example.org", since=NOW, by="a@example.org", why="left", door=Door.MAIL),
    StoppedMails(address="b@example.org", since=NOW),
)


def test_mails(run: Run, tmp_path: Path) -> None:
    configure(tmp_path)
    with opened(tmp_path) as history:
        history.commit(Transaction(stopped_mails=STOPS))
    hold("mails", printed(run, "mails", "--json"))


def test_status(run: Run, tmp_path: Path) -> None:
    configure(tmp_path)
    before = printed(run, "status", "--json")
    stopped = printed(run, "status", "--running", "--json")
    untold = Untold(what="unknown grade", home=HOME, since=NOW, trouble=Trouble.GRADE, until=NOW, tries=2)
    whole = Untold(what="a scan", home=None, since=NOW, unread=inspection("2026-01-10"), not_read=NOT_READ)
    with opened(tmp_path) as history:
        state = FeedState(
            name="ofsted", outcome="malformed", detail="x", began=NOW, last_good=NOW, failures=2,
            problems={"https://example.org/1": untold, "2": whole}, held=Held("a flood", NOW),
        )  # fmt: skip
        matters = {"feed:ofsted:page": OpenMatter("the pages", "x", NOW, ("desk",), topic="page")}
        waits = Delivery.of("desk", "h", Notice("a title", "x"), "1", NOW)
        quiet = Delivery.of("desk", "i", told(), "2", NOW).held(NOW, "held for quiet hours")
        history.commit(Transaction(feeds=(state,), notices=matters, deliveries=(waits, quiet), stopped_mails=STOPS))
        began = SystemClock().now() - timedelta(minutes=5)
        Heartbeat(tmp_path / "data", began).beat("feeds", began)
        progress = ReadingProgress(tmp_path / "data", SystemClock())
        progress.note("ofsted", Advance(131, 349, began))
        during = printed(run, "status", "--json")
        Heartbeat(tmp_path / "data", SystemClock().now()).beat("feeds", SystemClock().now())
        running = printed(run, "status", "--running", "--json")
    shared = ServiceStanding(
        now=NOW, service=service_now(Pulse(None, None), role=RoleNow("standby", "pid 7 on a", NOW))
    )
    hold("status", [*before, *during, shared.as_json()])
    hold("running", [*stopped, *running])
    assert [line["running"] for line in (*stopped, *running)] == [False, True]


def test_check_import_backup_restore_and_silence(run: Run, tmp_path: Path) -> None:
    configure(tmp_path)
    with opened(tmp_path) as history:
        history.commit(absorb(history, [home()], [inspection("2024-01-10", "good")], None).transaction())
    (tmp_path / "mine.csv").write_text("urn\nSC999999\n")
    hold("check", printed(run, "check", "--json"))
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    (tmp_path / "year.csv").write_text(
        "URN,Provision type,Inspection event type,Inspection date,Inspection publication date,Inspection event number,"
        "Overall experiences and progress of children and young people\n"
        "SC478986,Children's home,Full inspection,01/02/2026,03/03/2026,10500001,Inadequate\n"
        "SC478986,Children's home,Full inspection,some day,03/03/2026,10500002,Good\n"
        "SC478986,Children's home,Full inspection,01/03/2026,03/02/2026,10500003,Good\n"
    )
    hold("import", printed(run, "import", "odd.csv", "year.csv", "--json"))
    hold("backup", printed(run, "backup", "b.gz", "--json"))
    restored = printed(run, "restore", "b.gz", "--json")
    (tmp_path / "data" / "history.json").write_bytes(b"{")
    hold("restore", [*restored, *printed(run, "restore", "b.gz", "--json")])
    for option in (("--home", "SC478986"), ("--owner", "Elm"), ("--area", "Derby"), ("--type", "children's home")):
        run("silence", "add", *option, "--until", "14d", "--why", "known")
    hold("silence", printed(run, "silence", "--json"))


def test_watches_that_people_made(run: Run, tmp_path: Path) -> None:
    settings = configure(tmp_path)
    with opened(tmp_path) as history:
        every_sort(history, settings)
    for words in (("area", "Derby"), ("owner", "Elm Homes Limited", "all"), ("home", "SC000001"), ("group", "Elms")):
        assert run("watch", "add", *words, "--to", "desk")[0] == 0
    run("watch", "remove", "2")
    with opened(tmp_path) as history:
        paused = replace(history.made_watches()[0], number=9, paused=NOW, door="")
        history.commit(Transaction(made_watches=(paused,)))
    hold("watch", printed(run, "watch", "list", "--all", "--json"))


def test_what_a_webhook_posts(tmp_path: Path) -> None:
    settings = configure(tmp_path)
    with opened(tmp_path) as history:
        every_sort(history, settings)
        contents = [delivery.content for delivery in history.deliveries()]
    concerns = tuple(
        Concern(group=name, others=(FoundInadequate(home="ofsted:SC000002", inspected=date(2024, 5, 1)),))
        for name in ("Elms", "Elm Homes Limited")
    )
    two = alert(What.GROUP_CONCERN, concerns=concerns)
    bodies = posted(
        [
            *map(message, contents), message(two), message(alert(concerns=concerns, before=None)), message(NOT_READ),
            message(trial_message.notice(NOW)), message(Notice("a title", "x")), message(NOTICE),
            message(REPORT), message(GROUP), message(PresentState(parent="a" * 16, line="recovered")),
            message(DIGEST), message(MORNING),
            message(id="f" * 16, reminder=Reminder(number=2, alert=SEEN)),
            message(id="e" * 16, reminder=Reminder(after_seconds=43_200.0, alert=SEEN)),
        ]
    )  # fmt: skip
    assert any("labels" in body for body in bodies)
    with_pages = [
        orjson.loads(body(message(said), Links("https://watcher.example.org"))) for said in (alert(), NOT_READ)
    ]
    hold("webhook", [*bodies, *with_pages])
    assert {body["type"] for body in bodies} == set(Type)


def posted(messages: list[Message]) -> list[dict[str, Any]]:
    """What arrives at a receiver."""
    with receiving(lambda _: answer("thank you")) as server:
        channel = WebhookChannel("archive", url=f"{server.url}/in", secret="planted", clock=ManualClock(NOW))
        for each in messages:
            channel.send(each)
        return [orjson.loads(request.body) for request in server.requests]


def test_what_a_webhook_posts_of_every_change_of_a_year_and_of_its_reminders() -> None:
    """By real alerts of the bundled history."""
    history = EmbeddedHistory.open(Path("no such folder"), read_only=True)
    try:
        year = replay(history, Settings.built_in(), date(2018, 4, 1), date(2019, 3, 31))
    finally:
        history.close()
    again = Reminder(number=1, alert=SEEN)
    bodies = [orjson.loads(body(message(each, reminder=which))) for each in year for which in (None, again)]
    assert len(bodies) > 300
    for line in a_few(bodies):
        validator("webhook").validate(line)
