"""What a message says, shared by all channels: the fact, the details, the link and where it all comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.deeds_told import LONGEST as LONGEST_DEED
from watcher.messages.digest import Digest, Unread, closing_line
from watcher.messages.group import Group, group_lines, group_why
from watcher.messages.key_facts import Fact, areas, facts, moves, not_read_facts
from watcher.messages.links import Links
from watcher.messages.message import Message, Notice, PresentState
from watcher.messages.morning import Morning, Waited, in_parts, why_morning
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.messages.notice import notice_facts, notice_footnotes, notice_sections
from watcher.messages.numbers import british_moment, counted
from watcher.messages.report import WatchReport, change_lines, changes_heading, row_in_words, standing_lines, why_report
from watcher.messages.sections import Section, basis, consequence, context_sections, report_sections
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import strip
from watcher.messages.titles import called, short_not_read, title
from watcher.messages.ways import how_to_acknowledge, page_of
from watcher.text import cut, inert, web_link

__all__ = ("Fact", "Wording", "inert", "title", "word")

NOTHING_TO_TELL = "Nothing to tell: no change that you asked for since the last digest."

READ_IT = (
    "It may say that the home is inadequate: please read it yourself. If it can be read later, what it says is told as "
    "ever."
)

READ_THEM = "What stands there may say that a home is inadequate: please read it yourself."

NOTHING_THAT_COULD_BE_TOLD = "No change that could be told since the last digest; not all of your homes could be read."

MOST_NOT_READ = 20
"""Lines of a digest on what could not be read."""

_FEEDS = {1: "The feed was", 2: "Both feeds were"}

POSSIBLY_REPEATED = "Possibly repeated: an earlier attempt may have arrived."

NEVER_SENT = "Preview: never sent"

LATE_AFTER = timedelta(days=2)
"""A reader is told how late the news is if it is seen longer than this after its publication."""

LONGEST_PREVIEW = 200
"""Of what a list of mails shows beside a title."""

_LONGEST_NOTICE = 2_500

_TOLD_ON_PUBLICATION = frozenset(What) - {What.CORRECTED, What.WITHDRAWN, What.CLOSED, What.OVERDUE}
"""Changes that a publication brings; the others come to light long after it as a matter of course."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One of several things that a message tells, in a sentence, and where it can be read."""

    words: str
    link: str | None = None
    page: str | None = None
    """The page of the change, where the pages have an address."""

    def plain(self) -> str:
        """The sentence as a line of text, and its links below it."""
        return "\n".join(line for line in (f"• {self.words}", self.link, self.page) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A message in words, every text inert and of bounded length."""

    title: str
    state: str = ""
    """How the home stands by now, if the message was changed to say so."""
    deeds: tuple[str, ...] = ()
    """What people did about the alert or its home: who, when and why."""
    consequence: str = ""
    """What an alert's report obliges the home to, in one line."""
    text: str = ""
    lines: tuple[str, ...] = ()
    """One for each change of a group, together short enough for one block of text."""
    listed: tuple[Listed, ...] = ()
    """What was held back for the morning, a sentence for each."""
    areas: tuple[Fact, ...] = ()
    """Each graded area: before and after."""
    moves: tuple[str, ...] = ()
    """The same as short as it can be said, in a line for each move: `Good → inadequate in all 3 areas`."""
    facts: tuple[Fact, ...] = ()
    timeline: tuple[Point, ...] = ()
    """The home's graded inspections; the newest is the one that the message is about."""
    sections: tuple[Section, ...] = ()
    """What goes beyond the facts, such as quotes from the report."""
    link: str | None = None
    page: str | None = None
    """The page of the change that it is about, where the pages have an address."""
    footnotes: tuple[str, ...] = ()
    acknowledge: str = ""
    """How to take it in hand at a shell, in one line, for a channel whose readers have no other way; empty where nobody
    is asked to."""
    commands: tuple[Fact, ...] = ()
    """What can be done about it at a shell, for a channel whose readers have one; no other says it."""

    @property
    def strip(self) -> str:
        """The timeline as text; empty where it would only repeat the fact."""
        return f"Graded inspections: {strip(self.timeline)}" if self.has_timeline else ""

    @property
    def has_timeline(self) -> bool:
        """Whether there is more than one graded inspection to show."""
        return len(self.timeline) > 1

    @property
    def preview(self) -> str:
        """What a list of mails shows beside the title: the consequence and the areas, or else the text."""
        areas = (f"{fact.label}: {fact.value}" for fact in self.areas)
        told = (self.consequence, *areas, *(one.words for one in self.listed))
        return cut(" · ".join(part for part in told if part) or self.text, LONGEST_PREVIEW)

    def plain(self, *, with_sections: bool = True) -> str:
        """The message as lines of plain text, the title first; without sections it stays short."""
        details = [f"{fact.label}: {fact.value}" for fact in (*self.areas, *self.facts)]
        sections = [section.plain() for section in self.sections] if with_sections else []
        told = (*self.deeds, self.consequence, self.text, *self.lines, *(one.plain() for one in self.listed))
        above = (self.title, self.state, *told, *details)
        lines = (*above, self.link, self.page, self.strip, *sections, *self.footnotes)
        return "\n".join(line for line in lines if line)


def word(message: Message, zone: ZoneInfo, links: Links | None = None, *, is_answered: bool = False) -> Wording:
    """What a message says; moments are told in the time zone of its readers. With `links` an alert names its page.

    Where `is_answered`, its readers have buttons.
    """
    content = message.content
    seen = message.seen.astimezone(zone)
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    if isinstance(content, Notice):
        return _word_notice(content, seen, repeated, zone)
    if isinstance(content, Digest):
        return _word_digest(content, repeated, zone)
    if isinstance(content, Morning):
        return _word_morning(content, repeated, zone, links)
    if isinstance(content, WatchReport):
        return _word_report(content, repeated, zone)
    if isinstance(content, Group):
        footnotes = (*repeated, *group_why(content), f"Seen {british_moment(seen)}")
        return Wording(title=title(content), lines=group_lines(content), footnotes=footnotes)
    if isinstance(content, NotRead):
        return _word_not_read(content, repeated, seen)
    if isinstance(content, PresentState):
        return Wording(title=title(content))
    return Wording(
        title=title(content, message.reminder),
        state=f"Now: {inert(message.state)}" if message.state else "",
        deeds=tuple(inert(deed, LONGEST_DEED) for deed in message.deeds),
        consequence=consequence(content),
        areas=areas(content),
        moves=moves(content),
        facts=facts(_awaiting_nothing(content) if message.state else content),
        sections=(*report_sections(content), *context_sections(content)),
        timeline=timeline(content),
        link=web_link(content.link),
        page=page_of(message, links),
        footnotes=(
            *repeated,
            *_again(message, content, has_way=is_answered or links is not None),
            *_why(content),
            *_foot(content, seen),
        ),
        acknowledge=how_to_acknowledge(message),
        commands=tuple(_commands(content)),
    )


def _word_not_read(content: NotRead, repeated: tuple[str, ...], seen: datetime) -> Wording:
    """What readers have to read themselves, and why that matters."""
    return Wording(
        title=title(content),
        text=READ_IT,
        facts=not_read_facts(content),
        link=web_link(content.link),
        footnotes=(*repeated, *_why(content), f"Seen {british_moment(seen)}"),
    )


_Worded = TypeVar("_Worded", bound=Wording)


def unanswered(wording: _Worded) -> _Worded:
    """A message in words that asks nobody to acknowledge it."""
    return replace(wording, acknowledge="")


def unsent(wording: _Worded) -> _Worded:
    """An alert in words that was never sent, with a word on that in place of the moment when it was seen.

    Nothing is there to be acknowledged.
    """
    return replace(unanswered(wording), footnotes=(*wording.footnotes[:-1], NEVER_SENT))


def _awaiting_nothing(alert: Alert) -> Alert:
    """The alert once it says how the home stands by now: the news that was to be expected has come, or is overdue."""
    return replace(alert, context=replace(alert.context, expected_by=None)) if alert.context else alert


def timeline(alert: Alert) -> tuple[Point, ...]:
    """The home's graded inspections; none where there is but one."""
    past = alert.context.past if alert.context else ()
    regulator = alert.home.partition(":")[0]
    return tuple(Point.of(inspection, regulator) for inspection in past) if len(past) > 1 else ()


def _foot(alert: Alert, seen: datetime) -> tuple[str, ...]:
    """What its numbers rest on; at the end when it was seen and how late."""
    return tuple(text for text in (basis(alert.context), seen_when(alert, seen)) if text)


def _commands(alert: Alert) -> Iterator[Fact]:
    """How to see what is behind the numbers."""
    if alert.context is not None and basis(alert.context):
        command = f"watcher explain {inert(alert.home_id, 40)} --on {alert.context.day}"
        yield Fact("Where each number comes from", command)


def _word_notice(notice: Notice, seen: datetime, repeated: tuple[str, ...], zone: ZoneInfo) -> Wording:
    return Wording(
        title=title(notice),
        text=inert(notice.text, _LONGEST_NOTICE),
        facts=notice_facts(notice, zone),
        sections=notice_sections(notice),
        link=web_link(notice.link),
        footnotes=(*repeated, *notice_footnotes(notice), f"Noticed {british_moment(seen)}"),
    )


def _word_digest(digest: Digest, repeated: tuple[str, ...], zone: ZoneInfo) -> Wording:
    """A digest in short, for channels that are not made for one."""
    told = [*(title(item.alert) for item in digest.items), *map(title, digest.not_read)]
    text = cut("; ".join(told) or NOTHING_TO_TELL, _LONGEST_NOTICE)
    homes = filter(None, (closing_line(digest),))
    return Wording(title=title(digest), text=text, footnotes=(*repeated, *feeds_read(digest, zone), *homes))


def _word_morning(morning: Morning, repeated: tuple[str, ...], zone: ZoneInfo, links: Links | None) -> Wording:
    """What quiet hours held back: the fact of each, when it was seen, and where it can be read."""
    listed = tuple(
        Listed(
            words=_held(item, zone),
            link=web_link(item.content.link),
            page=links.change(item.alert.id) if links is not None and item.alert is not None else None,
        )
        for item in morning.items
    )
    return Wording(title=title(morning), listed=listed, footnotes=(*repeated, why_morning(morning)))


def _held(item: Waited, zone: ZoneInfo) -> str:
    """One line of the morning's message."""
    since = f" Since then: {inert(item.since)}." if item.since else ""
    return f"{title(item.content, item.reminder)}. Seen {british_moment(item.seen.astimezone(zone))}.{since}"


def morning_parts(morning: Morning, zone: ZoneInfo) -> tuple[Morning, ...]:
    """The message in its order of telling, as one or as several of bounded length."""
    return in_parts(morning, [_held(item, zone) for item in morning.items])


def _word_report(report: WatchReport, repeated: tuple[str, ...], zone: ZoneInfo) -> Wording:
    """A report in short, for channels that show no table: how the homes stand, which are inadequate, what changed."""
    bad = [f"• {row.plain()}" for row in map(row_in_words, report.rows) if row.is_inadequate]
    changes = [f"• {line}" for line in change_lines(report)]
    lines = _with_room((*bad, f"{changes_heading(report)}{':' if changes else '.'}", *changes))
    footnotes = (*repeated, why_report(report), *report_feeds(report, zone))
    return Wording(title=title(report), text=" ".join(standing_lines(report)), lines=lines, footnotes=footnotes)


def report_feeds(report: WatchReport, zone: ZoneInfo) -> tuple[str, ...]:
    """Since when which feed was not read; nothing if all were."""
    return tuple(_not_read(unread, zone) for unread in report.unread)


def _with_room(lines: Sequence[str]) -> tuple[str, ...]:
    """As many lines as a message holds, and how many more there are."""
    shown: list[str] = []
    room = _LONGEST_NOTICE
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return (*shown, f"… and {counted(len(lines) - len(shown), 'more line')}")
        shown.append(line)
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class NotReadLine:
    """What of one home could not be read, as a digest tells it."""

    text: str
    link: str | None


@dataclass(frozen=True, slots=True)
class NotReadList:
    """What of its readers' homes a digest has to tell could not be read; one without lines says nothing."""

    lines: tuple[NotReadLine, ...] = ()
    heading: str = ""
    intro: str = READ_THEM
    more: str = ""


def not_read_list(digest: Digest) -> NotReadList:
    """What could not be read, the new first; what stands since an earlier digest in short. In the first part alone."""
    if not digest.not_read or digest.part > 1:
        return NotReadList()
    ordered = sorted(digest.not_read, key=lambda said: not said.is_new)
    more = len(ordered) - MOST_NOT_READ
    return NotReadList(
        lines=tuple(NotReadLine(_line(said), web_link(said.link)) for said in ordered[:MOST_NOT_READ]),
        heading=f"Could not be read by a machine: {len(ordered)}",
        more=f"… and {more} more, which whoever runs this watcher can list" if more > 0 else "",
    )


def _line(said: NotRead) -> str:
    what = title(said) if said.is_new or said.part is UnreadPart.PAGE else f"Still: {short_not_read(said)}"
    return "; ".join((what, *(f"inspected {fact.value}" for fact in not_read_facts(said)[:1])))


def feeds_read(digest: Digest, zone: ZoneInfo) -> tuple[str, ...]:
    """Whether silence means that there is no news: that all feeds were read, or since when which was not."""
    if not digest.unread and digest.not_read:
        return (f"{_FEEDS.get(digest.feeds, 'The feeds were')} read, but not all of your homes.",)
    if not digest.unread and digest.entries_not_read:
        entries = counted(digest.entries_not_read, "entry of its list", "entries of its list")
        return (f"Read, but for {entries} that could not be understood. There may be news that is not here.",)
    if not digest.unread:
        number = _FEEDS.get(digest.feeds, f"All {digest.feeds} feeds were")
        return (f"{number} read as planned.",)
    return tuple(_not_read(unread, zone) for unread in digest.unread)


def _not_read(unread: Unread, zone: ZoneInfo) -> str:
    when = f"Not read since {british_moment(unread.since.astimezone(zone))}" if unread.since else "Never read yet"
    return f"{when}: {inert(unread.feed)}. There may be news that is not here."


def _why(alert: Alert | NotRead) -> tuple[str, ...]:
    names = inert(", ".join(alert.watches), 200)
    if isinstance(alert, Alert) and alert.is_owed:
        return (f"Why you get this: you were sent what this inspection said (watch {names})",)
    return (f"Why you get this: watch{'es' if len(alert.watches) > 1 else ''} {names}",) if names else ()


def _again(message: Message, alert: Alert, *, has_way: bool) -> tuple[str, ...]:
    """That it is sent once more, and how readers without a way of their own can end that, until somebody has."""
    reminder = message.reminder
    if reminder is None or message.is_acknowledged:
        return ()
    sort = f"Reminder {reminder.number} of" if reminder.after is None else "Escalated: nobody has acknowledged"
    how = "" if has_way else f" To acknowledge it, tell whoever runs this watcher: {called(alert)}"
    return (f"{sort} this alert.{how}",)


def seen_when(alert: Alert, seen: datetime) -> str:
    """When it was seen, and how late that is; the moment as its readers' clocks show it."""
    told = f"Seen {british_moment(seen)}"
    age = seen.date() - alert.published if alert.published else timedelta()
    if alert.change not in _TOLD_ON_PUBLICATION or age <= LATE_AFTER:
        return told
    return f"{told}, {age.days} days after publication"
