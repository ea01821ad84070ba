"""What is to come of homes as a calendar (RFC 5545): days on which requirements are due, news, next inspections.

The same homes make the same bytes as long as nothing new is known of them: whoever subscribes is told of no change.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from icalendar import Calendar, Event, vText

from watcher import __version__
from watcher.answers.homes.home_now import HomeNow
from watcher.messages.alert import LONGEST_LABEL
from watcher.messages.numbers import british
from watcher.text import capital, inert, web_link
from watcher.web.addresses import home_page

MEDIA_TYPE = "text/calendar; charset=utf-8"

ASKED_EVERY = timedelta(hours=6)
"""How often who subscribes should look again."""

_IDS = UUID("0b0b1f4a-3c07-5b0e-8f6e-52f0b8a1c6d4")
"""What ids are made below; another one would give every subscriber each event twice."""
_A_DAY = timedelta(days=1)
_LONGEST = 2_000


def calendar(homes: Iterable[HomeNow], base_url: str, *, name: str, as_of: datetime, about: str = "") -> bytes:
    """The calendar of these homes; `base_url` is where people reach the pages, `as_of` when this was last altered."""
    made = Calendar()
    made.add("prodid", f"-//watcher//watcher {__version__}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        made.add(key, vText(inert(name)))  # so that its commas are no list
    for key in ("description", "x-wr-caldesc") if about else ():
        made.add(key, vText(inert(about, 1_000)))
    made.add("refresh-interval", ASKED_EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for home in homes:
        for event in events(home, base_url.rstrip("/"), as_of):
            made.add_component(event)
    written: bytes = made.to_ical()
    return written


def events(home: HomeNow, base: str, as_of: datetime) -> Iterator[Event]:
    """What is to come of one home, each as a whole day or days, in one order."""
    now, called = home.standing, _called(home)
    for requirement in home.requirements:
        due, said = date.fromisoformat(requirement["due"]), str(requirement["requirement"])
        told = f"‘{inert(said, _LONGEST)}’ ({_where(requirement)})"
        yield _event(
            _id("requirement", home, due.isoformat(), said), f"{called}: a requirement is due", (due, due), told,
            home, base, as_of,
        )  # fmt: skip
    known = str(now.inspected or now.published or now.seen)
    if now.expect_news_by is not None:
        since = f"It is {inert(now.rating or 'inadequate', 60)}, and " if now.rating else ""
        told = f"{since}the next report is to be expected by {british(now.expect_news_by)}."
        day = now.expect_news_by
        yield _event(
            _id("news", home, known), f"{called}: expect news by today", (day, day),
            told, home, base, as_of,
        )  # fmt: skip
    if now.next_due is not None:
        window = now.next_due
        yield _event(
            _id("inspection", home, known), f"{called}: next full inspection to be expected",
            (window.first, window.last), f"{capital(window.basis)}.", home, base, as_of,
        )  # fmt: skip


def _event(
    uid: str, summary: str, days: tuple[date, date], told: str, home: HomeNow, base: str, as_of: datetime
) -> Event:
    first, last = days
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", as_of.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", first)
    if last < date.max:
        event.add("dtend", last + _A_DAY)  # the day after the last, by RFC 5545
    event.add("summary", inert(summary))
    event.add("description", inert(" ".join((told, _about(home))), _LONGEST))
    if place := inert(home.home.local_authority or "", 80):
        event.add("location", place)
    event.add("url", f"{base}{home_page(home.home.key)}")
    event.add("class", "PUBLIC")
    event.add("transp", "TRANSPARENT")  # nobody is busy for it
    return event


def _id(sort: str, home: HomeNow, *parts: str) -> str:
    name = "\n".join((sort, home.home.key, *parts))
    return str(uuid5(_IDS, name.encode(errors="replace").decode()))


def _called(home: HomeNow) -> str:
    """The number of the home, and beside it what the questioner calls it, as messages have it."""
    label = inert(home.label or "", LONGEST_LABEL)
    number = inert(home.home.id, 40)
    return f"{number} “{label}”" if label else number


def _about(home: HomeNow) -> str:
    """Which home it is, and where its publisher shows it."""
    facts = (home.home.type, home.home.local_authority, home.home.owner)
    known = ", ".join(inert(fact, 80) for fact in facts if fact)
    link = web_link(home.standing.link or home.home.link)
    return " ".join(part for part in (f"{capital(known)}." if known else "", link) if part)


def _where(requirement: Mapping[str, Any]) -> str:
    page = requirement.get("page")
    return f"page {page} of the report" if isinstance(page, int) else "of the last report that could be quoted"
