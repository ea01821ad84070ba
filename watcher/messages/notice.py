"""What an operator's message says beside its title and text: how grave it is, what readers missed, what to do."""

from zoneinfo import ZoneInfo

from watcher.messages.key_facts import Fact
from watcher.messages.message import Notice
from watcher.messages.numbers import british_moment
from watcher.messages.sections import Paragraph, Section
from watcher.messages.topics import topic_of
from watcher.text import inert

_LONGEST_LINE = 800
_LONGEST_DETAIL = 600


def notice_facts(notice: Notice, zone: ZoneInfo) -> tuple[Fact, ...]:
    """What the operator has to know of it, in the order in which they ask; nothing of what is over but its heading."""
    topic = topic_of(notice.topic)
    if topic is None:
        return ()
    means = Fact("What it means", topic.link)
    if notice.is_over:
        return (means,)
    since = (Fact("Since", british_moment(notice.since.astimezone(zone))),) if notice.since else ()
    return (
        Fact("How grave", topic.gravity.value),
        *since,
        Fact("Readers", topic.about.readers),
        Fact("By itself", _by_itself(notice, topic.about.itself, zone)),
        Fact("To do", topic.about.todo),
        means,
    )


def _by_itself(notice: Notice, itself: str, zone: ZoneInfo) -> str:
    if notice.next_try is None:
        return itself
    return f"{itself} Next reading: {british_moment(notice.next_try.astimezone(zone))}."


def notice_sections(notice: Notice) -> tuple[Section, ...]:
    """The homes, and at the end what the program found."""
    homes = [Paragraph(line) for home in notice.homes if (line := inert(home, _LONGEST_LINE))]
    if notice.more:
        homes.append(Paragraph(f"and {notice.more:,} more: watcher status"))
    details = [Paragraph(line) for detail in notice.details if (line := inert(detail, _LONGEST_DETAIL))]
    headings = (("It was about" if notice.is_over else "Which homes", homes), ("Details for whoever mends it", details))
    return tuple(Section(heading, tuple(lines)) for heading, lines in headings if lines)


def notice_footnotes(notice: Notice) -> tuple[str, ...]:
    """Who says so."""
    return (inert(notice.sender),) if notice.sender else ()
