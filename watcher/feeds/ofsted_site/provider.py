"""A home's page on the reports site: what it is, and the documents of its time line."""

import re
from dataclasses import dataclass
from datetime import date

from bs4 import Tag

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Grade
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.dates import read_date
from watcher.feeds.ofsted_site.markup import UnexpectedPageError, at_most_one, one_or_more, only, parse, words
from watcher.feeds.ofsted_site.timeline import ListedReport, UndatedReport, read_timeline
from watcher.text import squash

_TITLE = re.compile(r"^(.*) - ([^-]+) - Find an Inspection Report - Ofsted$")
_NOT_NAMES = frozenset({"redacted", "name redacted", "name withheld"})


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """What a home's page says; never its address."""

    urn: str
    name: str | None
    """None where the page withholds it."""
    status: str
    """`open`, `closed`: the word in the page's title, case folded."""
    type: str | None
    local_authority: str | None
    registered: date | None
    documents: tuple[ListedReport, ...]
    undated: tuple[UndatedReport, ...] = ()
    """Those of which the page doesn't say for certain when the inspection was."""
    not_understood: tuple[str, ...] = ()
    """What each part of the time line that could not be read is, or why."""
    rating: Grade | None = None
    """A grade shown on the page itself, where there is one."""


def read_provider(text: str, urn: str) -> ProviderPage:
    """The page of one home; raises UnexpectedPageError if it is another's, or no such page."""
    page = parse(text)
    # Uncut: the status stands behind the name, however long that is.
    title = _TITLE.match(words(only(page, "head > title", "title"), longest=10_000))
    if title is None:
        raise UnexpectedPageError("the title is not that of a provider's page")
    heading = words(only(page, "h1.title-block__heading", "name"))
    _same_home(words(only(page, "p.title-block__subheading", "line with the URN")), urn)
    days = one_or_more(page, "ol.timeline > li.timeline__day", "time line")
    details = _details(page)
    timeline = read_timeline(days)
    return ProviderPage(
        urn=urn,
        name=None if heading.upper() == urn or squash(heading) in _NOT_NAMES else heading,
        status=squash(title[2]),
        type=squash(details["type"]) if "type" in details else None,
        local_authority=details.get("local authority"),
        registered=_registered(days),
        documents=tuple(timeline.dated.values()),
        undated=tuple(timeline.undated.values()),
        not_understood=tuple(timeline.not_understood),
        rating=_rating(page),
    )


def _same_home(printed: str, urn: str) -> None:
    if printed.rpartition(":")[2].strip().upper() != urn:
        raise UnexpectedPageError(f"this is the page of another home: it says {printed!r}")


def _details(page: Tag) -> dict[str, str]:
    details: dict[str, str] = {}
    for line in page.find_all("li"):
        spans = line.find_all("span", recursive=False)
        if len(spans) == 2:
            label = words(spans[0]).rstrip(": ").casefold()
            if details.setdefault(label, words(spans[1])) != words(spans[1]):
                raise UnexpectedPageError(f"two different values for {label!r}")
    return details


def _registered(days: list[Tag]) -> date | None:
    found = [day.find("time") for day in days if "timeline__day--registered" in (day.get("class") or [])]
    return read_date(words(found[0])) if len(found) == 1 and found[0] is not None else None


def _rating(page: Tag) -> Grade | None:
    """The grade in a block such as schools' pages have it, in either of its two layouts."""
    shown = at_most_one(page, "ol.rating-scale > li.rating--selected > span", "selected grade")
    shown = shown or at_most_one(page, "h2.latest-rating__title span.nonvisual", "latest grade")
    return read_grade(words(shown), OFSTED.key) if shown is not None else None
