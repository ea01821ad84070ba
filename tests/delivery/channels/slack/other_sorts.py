"""Messages that are no alerts, of every sort and as long as they come: a morning's, notices, groups, reports."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tests.delivery.channels.slack.sorts import LONDON
from tests.messages.messages import SEEN, alert, message
from watcher.judging.changes import What
from watcher.messages.group import MOST_LINES, Group
from watcher.messages.homes_now import HomesInBrief, InadequateNow
from watcher.messages.message import Message, Notice, Reminder
from watcher.messages.morning import Morning, Waited, in_order
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.report import ReportChange, ReportRow, WatchReport
from watcher.messages.topics import Topic
from watcher.messages.wording import morning_parts

DAY = date(2018, 8, 3)
_LONG = "Example & <text>: the registered person must ensure that each child is kept safe from every harm. " * 12


def other_sorts() -> Iterator[tuple[str, Message]]:
    """By name."""
    for part in morning_parts(_morning(), LONDON):
        yield f"a morning, part {part.part} of {part.parts}", message(part)
    for topic in Topic:
        notice = Notice(_LONG[:200], _LONG, topic=topic.key, homes=(_LONG,) * 10, more=90, details=(_LONG,) * 5)
        yield f"a notice of {topic.key}", message(replace(notice, since=SEEN, next_try=SEEN, sender=_LONG))
        yield f"the end of {topic.key}", message(replace(notice, is_over=True))
    yield "a short notice", message(Notice("ofsted has not been read", "for 7h"))
    lines = tuple(f"SC{number:06} {_LONG}"[:280] for number in range(MOST_LINES))
    yield "a group", message(Group(watch="derby", homes=900, counts=(("recovered", 900),), lines=lines))
    yield "a report", message(_report())
    for unread in (UnreadPart.PAGE, UnreadPart.REPORT):
        yield f"what could not be read: {unread.value}", message(_not_read(unread), possibly_repeated=True)


def _morning() -> Morning:
    """What a long night could bring: more than one message holds."""
    every = [alert(what, id=f"{number:016x}") for number, what in enumerate(What)] * 4
    told = [
        Waited(id=str(number), alert=replace(one, id=f"{number:016x}"), seen=SEEN, since=_LONG[:200])
        for number, one in enumerate(every)
    ]
    again = Waited(id="again", alert=alert(), seen=SEEN, reminder=Reminder(number=2, alert=SEEN))
    unread = Waited(id="unread", not_read=_not_read(UnreadPart.PAGE), seen=SEEN)
    items = in_order([*told, again, unread])
    return Morning(day=DAY, items=tuple(items), total=len(items))


def _report() -> WatchReport:
    brief = HomesInBrief(
        grades={"good": 1796, "inadequate": 56},
        not_graded=11,
        country="England",
        missing=2,
        inadequate=tuple(InadequateNow(home_id=f"12345{n}", label="Elm & <Lime>", since=DAY) for n in range(30)),
    )
    row = ReportRow(home_id="SC000001", label=_LONG[:60], local_authority="Derby", owner=_LONG[:60], rating="good")
    changes = tuple(ReportChange(day=DAY, title=_LONG[:200]) for _ in range(30))
    return WatchReport(
        watch="derby", day=DAY, schedule="monthly 1", since=DAY, homes=brief, country=brief, rows=(row,) * 200,
        more_rows=100, changes=changes, more_changes=10,
    )  # fmt: skip


def _not_read(part: UnreadPart) -> NotRead:
    return NotRead(
        home="ofsted:SC1", part=part, kind="full", inspected=DAY, published=DAY, document="50300001",
        link="https://files.example.org/50300001", home_id="SC1", type="children's home", owner=_LONG[:100],
        local_authority="Bournemouth, Christchurch and Poole", watches=("derby",), labels={"derby": "Elm & <Lime>"},
    )  # fmt: skip
