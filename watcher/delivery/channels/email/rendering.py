"""What an e-mail says, as HTML and as plain text; each part is complete without the other."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from zoneinfo import ZoneInfo

from watcher.messages.brief import Brief, brief
from watcher.messages.digest import Digest, DigestGroup, closing_line, groups, heading_of
from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.morning import Morning
from watcher.messages.numbers import counted
from watcher.messages.picture import WITHOUT, Picture, picture_of
from watcher.messages.report import (
    WatchReport,
    change_lines,
    changes_heading,
    more_rows_line,
    report_title,
    row_in_words,
    standing_lines,
    why_report,
)
from watcher.messages.template_set import Templates
from watcher.messages.timeline.sentences import letters
from watcher.messages.titles import title
from watcher.messages.ways import NO_WAYS, READ_IT, SEE_CHANGE, Ways, ways_from
from watcher.messages.wording import (
    LONGEST_PREVIEW,
    NOTHING_THAT_COULD_BE_TOLD,
    NOTHING_TO_TELL,
    POSSIBLY_REPEATED,
    NotReadList,
    Wording,
    feeds_read,
    not_read_list,
    report_feeds,
    timeline,
    unsent,
    word,
)
from watcher.text import cut, inert

_BUILT_IN = Templates()

HOW_COUNTED = "Homes are counted from the official lists and the reports known on the day each change was seen"
"""Once for all items of a digest."""

HOW_STANDING = "Homes are those on the newest official list or known since; a rating stands since its publication"


@dataclass(frozen=True, slots=True)
class Rendered:
    """One e-mail's content."""

    subject: str
    text: str
    html: str
    picture: Picture | None = None
    """What the HTML shows."""
    remark: str = ""
    """For the operator: what had to be left out or replaced."""


@dataclass(frozen=True, slots=True)
class DigestSection:
    """Items of a digest under one heading, in words."""

    heading: str
    why: str
    """Who asked; empty where the same watches asked for everything, which is said once."""
    items: tuple[Brief, ...]

    @property
    def size(self) -> int:
        """How many items."""
        return len(self.items)


def render(
    message: Message,
    zone: ZoneInfo,
    templates: Templates = _BUILT_IN,
    links: Links | None = None,
    *,
    was_seen: bool = True,
) -> Rendered:
    """The message in both forms; the subject is one inert line. With `links` it says where its reader can go from it.

    Without `was_seen`, for previews of alerts alone, nothing is said of when it was seen and how the feeds were then.
    """
    ways = ways_from(message, links)
    if isinstance(message.content, Digest):
        return _render_digest(message, message.content, zone, templates, ways, was_seen=was_seen)
    if isinstance(message.content, WatchReport):
        return _render_report(message, message.content, zone, templates, ways)
    if isinstance(message.content, Morning):
        wording = word(message, zone, links)
        return _both("morning", wording.title, morning_values(wording, ways), templates)
    wording = word(message, zone)
    if not was_seen:
        wording, ways = unsent(wording), replace(ways, at_a_shell="")
    return render_wording(wording, message.id, templates, ways)


def render_wording(
    wording: Wording, message_id: str, templates: Templates = _BUILT_IN, ways: Ways = NO_WAYS
) -> Rendered:
    """A message that is in words already; with the picture of its timeline, if it can be drawn."""
    picture, why = picture_of(wording, message_id)
    fault = f"sent {WITHOUT}: {why}" if why else ""
    rendered = _both("alert", wording.title, alert_values(wording, picture, ways), templates)
    if picture and picture.cid not in rendered.html:  # a template of one's own may leave it out
        picture = None
    return replace(rendered, picture=picture, remark="; ".join(said for said in (fault, rendered.remark) if said))


def with_picture(rendered: Rendered) -> str:
    """The HTML of a mail as a file that needs no other."""
    if rendered.picture is None:
        return rendered.html
    data = base64.b64encode(rendered.picture.content).decode("ascii")
    return rendered.html.replace(f"cid:{rendered.picture.cid}", f"data:image/png;base64,{data}")


def alert_values(wording: Wording, picture: Picture | None, ways: Ways = NO_WAYS) -> dict[str, object]:
    """What the templates of a single message are filled with."""
    return {"wording": wording, "picture": picture, "ways": ways}


def morning_values(wording: Wording, ways: Ways = NO_WAYS) -> dict[str, object]:
    """What the templates of a morning's message are filled with."""
    return {"wording": wording, "ways": ways, "read_it": READ_IT, "see_change": SEE_CHANGE}


def digest_values(
    subject: str,
    intro: str,
    sections: tuple[DigestSection, ...],
    feeds: tuple[str, ...],
    footnotes: tuple[str, ...] = (),
    not_read: NotReadList | None = None,
    homes: str = "",
    ways: Ways = NO_WAYS,
) -> dict[str, object]:
    """What the templates of a digest are filled with; `intro` is what an empty one says, or which part this one is.

    `homes` is how the homes of its readers stand.
    """
    return {
        "title": subject,
        "preheader": _preheader(sections) or intro,
        "intro": intro,
        "sections": sections,
        "feeds": feeds,
        "footnotes": footnotes,
        "not_read": not_read or NotReadList(),
        "homes": homes,
        "ways": ways,
    }


def report_values(
    report: WatchReport, feeds: tuple[str, ...] = (), footnotes: tuple[str, ...] = (), ways: Ways = NO_WAYS
) -> dict[str, object]:
    """What the templates of a report are filled with."""
    standing = standing_lines(report)
    return {
        "title": report_title(report),
        "preheader": cut(" · ".join(standing), LONGEST_PREVIEW),
        "standing": standing,
        "rows": tuple(map(row_in_words, report.rows)),
        "more": more_rows_line(report),
        "heading": changes_heading(report),
        "changes": change_lines(report),
        "feeds": feeds,
        "footnotes": footnotes,
        "ways": ways,
    }


def _preheader(sections: tuple[DigestSection, ...]) -> str:
    """What a list of mails shows beside the title: the first items."""
    return cut(" · ".join(item.title for section in sections for item in section.items), LONGEST_PREVIEW)


def _render_digest(
    message: Message, digest: Digest, zone: ZoneInfo, templates: Templates, ways: Ways, *, was_seen: bool
) -> Rendered:
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    numbers = count(digest.first)
    whys = {_why(group.watches) for group in groups(digest.items)}
    shared = whys.pop() if len(whys) == 1 else ""
    sections = tuple(
        _section(group, "" if shared else _why(group.watches), numbers, zone) for group in groups(digest.items)
    )
    if not was_seen:
        sections = tuple(replace(section, items=tuple(map(unsent, section.items))) for section in sections)
    feeds = feeds_read(digest, zone) if was_seen else ()
    why = (f"Why you get this: {shared[:1].lower()}{shared[1:]}",) if shared else ()
    footnotes = (*repeated, *why, *_basis(digest))
    homes = closing_line(digest) if was_seen else ""
    not_read = not_read_list(digest)
    values = digest_values(title(digest), _intro(digest), sections, feeds, footnotes, not_read, homes, ways)
    return _both("digest", title(digest), values, templates)


def _render_report(message: Message, report: WatchReport, zone: ZoneInfo, templates: Templates, ways: Ways) -> Rendered:
    repeated = (POSSIBLY_REPEATED,) if message.possibly_repeated else ()
    footnotes = (*repeated, why_report(report), HOW_STANDING)
    values = report_values(report, report_feeds(report, zone), footnotes, ways)
    return _both("report", title(report), values, templates)


def _both(name: str, subject: str, values: dict[str, object], templates: Templates) -> Rendered:
    text, html = (templates.fill(f"{name}{suffix}", subject, values) for suffix in (".txt", ".html"))
    faults = dict.fromkeys(fault for fault in (text.fault, html.fault) if fault)
    remark = f"sent with the built-in template, for yours fails: {'; '.join(faults)}" if faults else ""
    return Rendered(subject, text.text, html.text, remark=remark)


def _intro(digest: Digest) -> str:
    """What stands above the contents: that there is nothing to tell, or that this is not all of it."""
    if not digest.items:
        return NOTHING_THAT_COULD_BE_TOLD if digest.not_read else NOTHING_TO_TELL
    others = digest.parts - 1
    if not others:
        return ""
    last = digest.first + len(digest.items) - 1
    which = f"number {last}" if last == digest.first else f"numbers {digest.first} to {last}"
    return f"This mail tells {which} of {digest.total}; the others are in {counted(others, 'more mail')}."


def _basis(digest: Digest) -> Iterator[str]:
    """What letters mean and what numbers rest on, where there are any."""
    if meaning := letters(*(timeline(item.alert) for item in digest.items)):
        yield f"Graded inspections: {meaning}"
    contexts = [item.alert.context for item in digest.items if item.alert.context]
    if any(context.owner or context.area for context in contexts):
        yield HOW_COUNTED


def _why(watches: Sequence[str]) -> str:
    names = inert(", ".join(watches), 200)
    return f"Watch{'es' if len(watches) > 1 else ''} {names}" if names else ""


def _section(group: DigestGroup, why: str, numbers: Iterator[int], zone: ZoneInfo) -> DigestSection:
    return DigestSection(
        heading=f"{heading_of(group).capitalize()}: {len(group.items)}",
        why=why,
        items=tuple(brief(item, next(numbers), zone) for item in group.items),
    )
