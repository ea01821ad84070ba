"""The time line of a home's page: each link to a document is read by itself, so an odd one costs no other.

Two layouts are live. In the newer one the date of inspection stands above its links, and each link says when its
document was published. In the older one there is no date above, and a `time` in the link of which nobody knows whether
it is that of the inspection: then the document itself must say when that was.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from operator import itemgetter

from bs4 import Tag
from bs4.element import NavigableString, PageElement

from watcher.facts.grades import read_grade, read_kind
from watcher.facts.inspection import Grade, Kind
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.dates import read_date, read_days
from watcher.feeds.ofsted_site.markup import LONGEST_TEXT, UnexpectedPageError, clean, words

PDF = "pdf"
"""The one format whose grades are read."""
PUBLICATION_TOLERANCE = timedelta(days=3)
"""How far apart two sources may date one publication: a link and the words beside it, the list, another feed."""
_NO_REPORTS = {"timeline__day--opened", "timeline__day--registered"}
_FILE = re.compile(r"/v1/file/(\d{4,12})/?(?:$|[?#])")
_LABEL = re.compile(
    r"(?i)(?P<kind>.+?), ?(?P<format>PDF|HTML?|DOCX?|ODT|RTF)(?:,? ?\(?[\d.,]+ ?[KMG]?i?B(?:ytes)?\)?)?"
    r"(?: ?[-–—] ?(?P<date>\S.*))?"
)
_NEARBY = 20
"""So many characters before a date say what it is of."""
_PUBLISHED = re.compile(r"(?i)\bpublished ?:?$")


@dataclass(frozen=True, slots=True)
class ListedReport:
    """One report of the time line."""

    id: str
    """The number in its address."""
    link: str
    words: str
    kind: Kind
    inspected: date
    inspected_to: date | None
    published: date
    format: str = PDF
    """What the link says the file is, in small letters."""
    grade: Grade | None = None
    """The one that the link itself shows."""


@dataclass(frozen=True, slots=True)
class UndatedReport:
    """One report of the time line of which the page doesn't say for certain when the inspection was."""

    id: str
    link: str
    words: str
    kind: Kind
    published: date
    format: str = PDF
    grade: Grade | None = None

    def inspected_on(self, first: date, last: date | None) -> ListedReport:
        """The report of an inspection of these days."""
        return ListedReport(
            self.id, self.link, self.words, self.kind, first, last, self.published, self.format, self.grade
        )


@dataclass(slots=True)
class Timeline:
    """What the days of a time line say."""

    dated: dict[str, ListedReport] = field(default_factory=dict)
    undated: dict[str, UndatedReport] = field(default_factory=dict)
    not_understood: list[str] = field(default_factory=list)
    """What each part that could not be read is, or why."""


@dataclass(slots=True)
class _Event:
    """What stands in one block of a day, or in the day itself outside of its blocks."""

    dates: list[tuple[int, tuple[date, date] | None]] = field(default_factory=list)
    """Of inspections, None where a date is not understood; with the place of each in the day."""
    grades: list[Grade] = field(default_factory=list)
    """In bold, outside of its links."""
    links: int = 0
    published: int = 0


@dataclass(slots=True)
class _Link:
    """One link, and what stands between it and the next one of its event."""

    tag: Tag
    event: _Event
    place: int
    published: list[date | None] = field(default_factory=list)
    grades: list[Grade] = field(default_factory=list)


def read_timeline(days: Iterable[Tag]) -> Timeline:
    """The documents of all days; those parts that are not understood are named, one by one."""
    found = Timeline()
    for day in days:
        if not _NO_REPORTS & set(day.get("class") or []):
            _read_day(day, found)
    return found


def _read_day(day: Tag, found: Timeline) -> None:
    links, dates = _parts(day)
    if not links:
        found.not_understood.append(f"{_shown(day)}: no link to a document where one or more were expected")
    odd: list[tuple[_Link, str]] = []
    for link in links:
        try:
            _add(_document(link, _inspected(link, dates)), found)
        except UnexpectedPageError as error:
            odd.append((link, str(error)))
    for link, why in odd:
        # A picture may lead to the document that the next link describes.
        if _has(link.tag, "publication-link") or not _is_listed(link.tag, found):
            found.not_understood.append(f"{_shown(link.tag)}: {why}")


def _is_listed(link: Tag, found: Timeline) -> bool:
    file = _FILE.search(str(link["href"]))
    return file is not None and (file[1] in found.dated or file[1] in found.undated)


def _add(document: ListedReport | UndatedReport, found: Timeline) -> None:
    listed: ListedReport | UndatedReport = (
        found.dated.setdefault(document.id, document)
        if isinstance(document, ListedReport)
        else found.undated.setdefault(document.id, document)
    )
    if listed != document or (document.id in found.dated and document.id in found.undated):
        raise UnexpectedPageError(f"the document {document.id} stands twice, differently")


def _shown(tag: Tag) -> str:
    return repr(words(tag)[:80])


def _parts(day: Tag) -> tuple[list[_Link], list[tuple[int, tuple[date, date] | None]]]:
    """The links of a day and its dates of inspection, in one walk through it."""
    events: dict[int, _Event] = {}
    links: list[_Link] = []
    dates: list[tuple[int, tuple[date, date] | None]] = []
    before = ""
    for place, (node, block) in enumerate(_walk(day)):
        event = events.setdefault(id(block), _Event())
        if not isinstance(node, Tag):
            before = node.rstrip()[-_NEARBY:] if type(node) is NavigableString and node.strip() else before
            continue
        if _is_link(node):
            links.append(_Link(node, event, place))
            event.links += 1
        elif _is_date(node):
            dates.append((place, _days(node)))
            event.dates.append(dates[-1])
        else:
            _note(node, before, event, links[-1] if links and links[-1].event is event else None)
    return links, dates


def _note(node: Tag, before: str, event: _Event, link: _Link | None) -> None:
    """Takes down a date of publication or a grade in bold for the link that it follows."""
    if node.name == "time" and _PUBLISHED.search(before):
        event.published += 1
        if link is not None:
            link.published.append(read_date(_own_words(node)))
    elif node.name == "strong" and (grade := read_grade(_own_words(node), OFSTED.key)).is_graded:
        event.grades.append(grade)
        if link is not None:
            link.grades.append(grade)


def _walk(day: Tag) -> Iterator[tuple[PageElement, Tag]]:
    """All that stands in a day, with the block that it stands in; links are not entered."""
    pending: list[tuple[PageElement, Tag]] = [(child, day) for child in reversed(day.contents)]
    while pending:
        node, block = pending.pop()
        yield node, block
        if isinstance(node, Tag) and not _is_link(node):
            inner = node if "event" in (node.get("class") or []) else block
            pending.extend((child, inner) for child in reversed(node.contents))


def _is_link(tag: Tag) -> bool:
    href = tag.get("href")
    return tag.name == "a" and bool(href) and (_has(tag, "publication-link") or bool(_FILE.search(str(href))))


def _is_date(tag: Tag) -> bool:
    return tag.name == "p" and _has(tag, "timeline__date")


def _has(tag: Tag, name: str) -> bool:
    return name in (tag.get("class") or [])


def _own_words(tag: Tag) -> str:
    """The text of an element without that of elements in it, which one that is left open has many of."""
    return clean("".join(child[:LONGEST_TEXT] for child in tag.contents if type(child) is NavigableString))


def _days(tag: Tag) -> tuple[date, date] | None:
    times = tag.find_all("time", limit=2)
    return read_days(_own_words(times[0])) if len(times) == 1 else None


def _inspected(link: _Link, dates: Sequence[tuple[int, tuple[date, date] | None]]) -> tuple[date, date] | None:
    """The days of the event that a link stands in or follows; None where nothing in its day is dated."""
    if not dates:
        return None
    own = link.event.dates or (dates if len(dates) == 1 else [])
    at = bisect_left(own, link.place, key=itemgetter(0)) - 1 if len(own) > 1 else 0
    stated = own[at][1] if own and at >= 0 else None
    if stated is None:
        raise UnexpectedPageError("the date of inspection is not understood")
    return stated


def _document(link: _Link, inspected: tuple[date, date] | None) -> ListedReport | UndatedReport:
    file = _FILE.search(str(link.tag["href"]))
    described = link.tag.select("span.nonvisual", limit=2)
    if len(described) != 1:  # in words alone: what is wrong with a line stands in the first lines of a message
        raise UnexpectedPageError("it has no description of a document, or several, where one was expected")
    label = _LABEL.fullmatch(words(described[0]))
    if file is None or label is None:
        raise UnexpectedPageError("its link, or what stands in it, is not of the form 'kind, PDF - date'")
    if inspected is None and not any(read_date(words(time)) for time in link.tag.find_all("time", limit=2)):
        raise UnexpectedPageError("it has no date of inspection, and no date in its link as older lines have it")
    undated = UndatedReport(
        file[1],
        str(link.tag["href"]),
        label["kind"],
        read_kind(label["kind"]),
        _published(label["date"], link),
        "html" if label["format"].casefold() == "htm" else label["format"].casefold(),
        _grade(link),
    )
    if inspected is None:
        return undated
    first, last = inspected
    return undated.inspected_on(first, last if last != first else None)


def _published(printed: str | None, link: _Link) -> date:
    """The day in the link, which those beside it may miss by days; where it has none, the only one beside it."""
    beside = link.published
    if printed is None and len(beside) == 1 and (link.event.links, link.event.published) == (1, 1):
        printed_day = beside[0]
    else:
        printed_day = read_date(printed) if printed else None
    if printed_day is None:
        raise UnexpectedPageError("its date of publication is not understood: it is not of the form 'kind, PDF - date'")
    if any(day is not None and abs(day - printed_day) > PUBLICATION_TOLERANCE for day in beside):
        raise UnexpectedPageError("its two dates of publication differ")
    return printed_day


def _grade(link: _Link) -> Grade | None:
    """What stands in bold in the link behind a colon, whatever it is, or beside it, if it is a grade."""
    shown = list(link.event.grades if link.event.links == 1 else link.grades)
    for bold in link.tag.find_all("strong", limit=3):
        grade = read_grade(words(bold), OFSTED.key)
        before = bold.previous_sibling
        if grade.is_graded or (isinstance(before, NavigableString) and before.rstrip().endswith(":")):
            shown.append(grade)
    if any(not grade.means_the_same_as(shown[0]) for grade in shown):
        several = dict.fromkeys(repr(grade.words) for grade in shown)
        raise UnexpectedPageError(f"it shows several grades: {', '.join(several)}")
    return shown[0] if shown else None
