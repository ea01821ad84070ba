"""What a message says, shared by all channels: the fact, the details, the link and where it all comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.alert import Alert
from watcher.changes import What
from watcher.delivery import Message, Notice, Reminder
from watcher.delivery.digest import Digest
from watcher.delivery.group import Group
from watcher.delivery.group_wording import group_lines, group_why
from watcher.delivery.inert import cut, inert, web_link
from watcher.delivery.present_state import PresentState
from watcher.delivery.state_wording import possibly_carried_on
from watcher.delivery.titles import british, british_span, title, visit

__all__ = ("Fact", "Wording", "inert", "title", "word")

NOTHING_TO_TELL = "Nothing to tell: no change that you asked for since the last digest."

POSSIBLY_REPEATED = "Possibly repeated: an earlier attempt may have arrived."

LATE_AFTER = timedelta(days=2)
"""A reader is told how late the news is if it is seen longer than this after its publication."""

_LONGEST_NOTICE = 2_500
_MOST_AREAS = 10

_NAMES = {
    "overall": "Overall experiences and progress",
    "protected": "How well children and young people are helped and protected",
    "leaders": "The effectiveness of leaders and managers",
    "outcomes": "Outcomes for children and young people",
    "outcome": "Supported accommodation outcome",
    "quality of care": "Quality of care",
    "education": "Outcomes in education and related learning activities",
    "health": "Health services",
}

_TOLD_ON_PUBLICATION = frozenset(What) - {What.CORRECTED, What.WITHDRAWN, What.CLOSED, What.OVERDUE}
"""Changes that a publication brings; the others come to light long after it as a matter of course."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One detail: what it is and what it says; both inert and not empty."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A message in words, every text inert and of bounded length."""

    title: str
    state: str = ""
    """How the home stands by now, if the message was changed to say so."""
    text: str = ""
    lines: tuple[str, ...] = ()
    """One for each change of a group, together short enough for one block of text."""
    areas: tuple[Fact, ...] = ()
    """Each graded area: before and after."""
    facts: tuple[Fact, ...] = ()
    link: str | None = None
    footnotes: tuple[str, ...] = ()

    def plain(self) -> str:
        """The whole message as lines of plain text, the title first."""
        details = [f"{fact.label}: {fact.value}" for fact in (*self.areas, *self.facts)]
        lines = (self.title, self.state, self.text, *self.lines, *details, self.link, *self.footnotes)
        return "\n".join(line for line in lines if line)


def word(message: Message, zone: ZoneInfo) -> Wording:
    """What a message says; moments are told in the time zone of its readers."""
    content = message.content
    seen = message.seen.astimezone(zone)
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    if isinstance(content, Notice):
        text = inert(content.text, _LONGEST_NOTICE)
        return Wording(title=title(content), text=text, footnotes=(*repeated, f"Noticed {_moment(seen)}"))
    if isinstance(content, Digest):
        return _word_digest(content, repeated, zone)
    if isinstance(content, Group):
        footnotes = (*repeated, *group_why(content), f"Seen {_moment(seen)}")
        return Wording(title=title(content), lines=group_lines(content), footnotes=footnotes)
    if isinstance(content, PresentState):
        return Wording(title=title(content))
    return Wording(
        title=title(content, message.reminder),
        state=f"Now: {inert(message.state)}" if message.state else "",
        areas=_areas(content),
        facts=_facts(content),
        link=web_link(content.link),
        footnotes=(*repeated, *_again(content, message.reminder), *_why(content), _seen(content, seen)),
    )


def _word_digest(digest: Digest, repeated: tuple[str, ...], zone: ZoneInfo) -> Wording:
    """A digest in short, for channels that are not made for one."""
    text = cut("; ".join(title(item.alert) for item in digest.items) or NOTHING_TO_TELL, _LONGEST_NOTICE)
    return Wording(title=title(digest), text=text, footnotes=(*repeated, *feeds_read(digest, zone)))


def feeds_read(digest: Digest, zone: ZoneInfo) -> tuple[str, ...]:
    """Whether silence means that there is no news: that all feeds were read, or since when which was not."""
    if not digest.unread:
        number = {1: "The feed was", 2: "Both feeds were"}.get(digest.feeds, f"All {digest.feeds} feeds were")
        return (f"{number} read as planned.",)
    return tuple(
        f"Not read since {_moment(one.since.astimezone(zone))}: {inert(one.feed)}. There may be news that is not here."
        if one.since
        else f"Never read yet: {inert(one.feed)}. There may be news that is not here."
        for one in digest.unread
    )


def area_name(area: str) -> str:
    """An area as its regulator calls it."""
    plain = inert(area.replace("_", " "), 100)
    return _NAMES.get(area) or plain[:1].upper() + plain[1:] or "An area without a name"


def _areas(alert: Alert) -> tuple[Fact, ...]:
    """Before and after of each area; what was corrected is compared with what the same inspection said."""
    earlier: Mapping[str, str] = {}
    if alert.change is What.CORRECTED:
        earlier = alert.was or {}
    elif alert.before is not None and alert.words:
        earlier = alert.before.grades
    areas = list(dict.fromkeys((*alert.words, *(earlier if alert.change is What.CORRECTED else ()))))
    return tuple(Fact(area_name(area), _step(alert, earlier, area)) for area in areas[:_MOST_AREAS])


def _step(alert: Alert, earlier: Mapping[str, str], area: str) -> str:
    now = inert(alert.words.get(area, ""), 100) or "not graded"
    if area not in earlier:
        return now
    if earlier[area] == alert.grades.get(area):
        return f"{now} (as before)"
    before = inert(earlier[area], 100)
    return f"{before[:1].upper()}{before[1:]} → {now}"


def _facts(alert: Alert) -> tuple[Fact, ...]:
    before, newer = alert.before, alert.superseded_by
    facts = {
        "Possible successor": possibly_carried_on(alert),
        "Name": inert(alert.name or "", 150),
        "Owner": inert(alert.owner or "", 150) or "not published",
        "Inspected": f"{british_span(alert.inspected, alert.inspected_to)} ({visit(alert).split(' ', 1)[1]})",
        "Published": _published(alert.inspected, alert.published),
        "Compared with": f"inspection of {british(before.inspected)}" if before else "",
        "Superseded by": f"inspection of {british(newer.inspected)}" if newer else "",
    }
    return tuple(Fact(label, value) for label, value in facts.items() if value)


def _published(inspected: date, published: date | None) -> str:
    if published is None:
        return "the source does not say"
    return british(published) + (" (as printed, though before the visit)" if published < inspected else "")


def _why(alert: Alert) -> tuple[str, ...]:
    names = inert(", ".join(alert.watches), 200)
    return (f"Why you get this: watch{'es' if len(alert.watches) > 1 else ''} {names}",) if names else ()


def _again(alert: Alert, reminder: Reminder | None) -> tuple[str, ...]:
    """How to end the reminders."""
    if reminder is None:
        return ()
    sort = f"Reminder {reminder.number} of" if reminder.after is None else "Escalated: nobody has acknowledged"
    return (f'{sort} this alert. To acknowledge it: watcher alerts ack {alert.id} --by NAME --why "..."',)


def _seen(alert: Alert, seen: datetime) -> str:
    told = f"Seen {_moment(seen)}"
    age = seen.date() - alert.published if alert.published else timedelta()
    if alert.change not in _TOLD_ON_PUBLICATION or age <= LATE_AFTER:
        return told
    return f"{told}, {age.days} days after publication"


def _moment(moment: datetime) -> str:
    return f"{moment:%H:%M}, {british(moment.date())}"
