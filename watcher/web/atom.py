"""Changes as an Atom feed (RFC 4287): each change once, under an id that no address of this watcher is part of.

Publishers name the day of a publication and no hour. Noon UTC of that day stands for it, which is the same day for
readers nearly everywhere; a change that the watcher itself saw come is `updated` at the moment it was seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import quote
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from watcher import __version__
from watcher.answers.log.logged import LoggedChange
from watcher.history.bundled.bundle import ATTRIBUTION
from watcher.messages.alert import Alert
from watcher.messages.key_facts import Fact, areas, facts
from watcher.messages.sections import Section, consequence, context_sections, report_sections
from watcher.messages.titles import title
from watcher.text import inert, web_link

MOST = 100
"""Entries of a feed; whoever reads it less often than that has the log."""

MEDIA_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_XHTML = "http://www.w3.org/1999/xhtml"
_AS_IT_IS = "%/=&+-._~:,;!*'()$@?"
"""What is left of an address that is written as one; everything else becomes a number."""
_IDS = UUID("6f0a4c55-8d0e-5a35-9a5c-3d1e0c7a8f21")
"""What ids are made below; another one would tell every reader of every change anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """A filtered log of changes, to be followed."""

    title: str
    path: str
    """Of the page that shows the same, as an address has it, such as `/changes`; the feed has `.atom` behind it."""
    query: str = ""
    """Its filters, as they stand in the address, in one order."""
    changes: Sequence[LoggedChange] = ()
    """The newest first; of more than MOST the others are left out."""
    about: str = ""
    as_of: datetime
    """When a feed without a change was last altered."""
    installation: str = ""
    """What tells this watcher's feeds from those of others, and stays whatever its address."""


def atom(feed: AtomFeed, base_url: str) -> bytes:
    """The feed as XML; `base_url` is where people reach the pages."""
    page = f"{base_url.rstrip('/')}{_address(feed.path)}"
    query = f"?{_address(feed.query)}" if feed.query else ""
    shown = feed.changes[:MOST]
    # Namespaces stand as plain attributes: those of ElementTree are prefixes shared by the whole process.
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en-GB"})
    _text(root, "id", stable_id("feed", feed.installation, feed.path, feed.query))
    _text(root, "title", feed.title)
    if feed.about:
        _text(root, "subtitle", feed.about, 1_000)
    _text(root, "updated", rfc3339(max(map(updated, shown), default=feed.as_of)))
    _text(SubElement(root, "author"), "name", "watcher")
    _link(root, "self", f"{page}.atom{query}", "application/atom+xml")
    _link(root, "alternate", f"{page}{query}", "text/html")
    _text(root, "rights", ATTRIBUTION)
    generator = SubElement(root, "generator", {"version": __version__})
    generator.text = "watcher"
    for change in shown:
        root.append(_entry(change, base_url.rstrip("/")))
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def stable_id(*parts: str) -> str:
    """The id of a feed or an entry: the same for the same parts, on whatever machine."""
    return uuid5(_IDS, "\n".join(parts).encode(errors="replace").decode()).urn


def updated(change: LoggedChange) -> datetime:
    """When a change came: seen, or else noon of the day on which it became known."""
    return change.seen or noon(change.known)


def noon(day: date) -> datetime:
    """What stands for a day of which no hour is known."""
    return datetime.combine(day, time(12), UTC)


def rfc3339(moment: datetime) -> str:
    """A moment to the second, in UTC: `2018-08-03T12:00:00Z`."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _address(written: str) -> str:
    return quote(written, safe=_AS_IT_IS, errors="replace")


def _entry(change: LoggedChange, base: str) -> Element:
    alert = change.alert
    entry = Element("entry")
    _text(entry, "id", stable_id("change", alert.id))
    _text(entry, "title", title(alert))
    _text(entry, "updated", rfc3339(updated(change)))
    if alert.published is not None:
        _text(entry, "published", rfc3339(noon(alert.published)))
    _link(entry, "alternate", f"{base}/changes/{_address(alert.id)}", "text/html")
    if report := web_link(alert.link):
        _link(entry, "via", report)
    SubElement(entry, "category", {"term": alert.change.value})
    entry.append(_content(alert))
    return entry


def _content(alert: Alert) -> Element:
    """What messages say below the title, as XHTML."""
    content = Element("content", {"type": "xhtml"})
    div = SubElement(content, "div", {"xmlns": _XHTML})
    for element in _parts(alert):
        div.append(element)
    return content


def _parts(alert: Alert) -> Iterator[Element]:
    if said := consequence(alert):
        yield _element("p", said)
    details = (*areas(alert), *facts(alert))
    if details:
        yield _list_of(details)
    for section in (*report_sections(alert), *context_sections(alert)):
        yield _element("h3", section.heading)
        yield _paragraphs(section)
    if report := web_link(alert.link):
        paragraph = Element("p")
        link = SubElement(paragraph, "a", {"href": report})
        link.text = "The publisher's page"
        yield paragraph


def _list_of(details: Sequence[Fact]) -> Element:
    found = Element("dl")
    for fact in details:
        found.append(_element("dt", fact.label))
        found.append(_element("dd", fact.value))
    return found


def _paragraphs(section: Section) -> Element:
    found = Element("ul")
    for paragraph in section.shown:
        found.append(_element("li", paragraph.plain()))
    return found


def _element(name: str, words: str) -> Element:
    element = Element(name)
    element.text = inert(words, 5_000)  # XML knows no way to write the characters that this leaves out
    return element


def _text(parent: Element, name: str, words: str, longest: int = 300) -> None:
    SubElement(parent, name).text = inert(words, longest)


def _link(parent: Element, relation: str, address: str, kind: str = "") -> None:
    SubElement(parent, "link", {"rel": relation, "href": address, **({"type": kind} if kind else {})})
