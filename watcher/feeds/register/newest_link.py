"""The newest link on a page: the one with the latest date in its address or its words, else the first."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from urllib.parse import unquote, urljoin

from watcher.errors import CouldNotTellError
from watcher.text import inert, printable, web_link

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_APART = re.compile(r"[\s_\-+./,()]+")
_SHORT = "[2-4]\\d"
"""The year in two digits: of this century, and no file is older than that."""
_YEAR = rf"(20\d\d|{_SHORT})"
_DAYS = (
    (re.compile(r"(?<!\d)(20\d\d) ?(0[1-9]|1[0-2]) ?([0-2]\d|3[01])(?!\d)"), "ymd"),
    (re.compile(rf"(?<!\d)(\d\d?)(?:st|nd|rd|th)? ?{_MONTH} ?{_YEAR}(?!\d)"), "dmy"),
    (re.compile(rf"(?<![a-z]){_MONTH} ?(\d\d?)(?:st|nd|rd|th)? (20\d\d)(?!\d)"), "mdy"),
    (re.compile(rf"(?<!\d)(\d\d?) (0?[1-9]|1[0-2]) {_YEAR}(?!\d)"), "dmy"),
)
_SIX_DIGITS = {
    "dmy": re.compile(rf"(?<!\d)([0-2]\d|3[01])(0[1-9]|1[0-2])({_SHORT})(?!\d)"),
    "ymd": re.compile(rf"(?<!\d)({_SHORT})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)"),
}
"""Days that may be meant either way: 310326 and 260331 are both the last of March 2026."""
_MONTHS_OF_YEARS = (
    (re.compile(rf"(?<![a-z]){_MONTH} ?{_YEAR}(?!\d)"), "my"),
    (re.compile(r"(?<!\d)(20\d\d) ?(0[1-9]|1[0-2])(?!\d)"), "ym"),
)
_LONGEST_AHEAD = timedelta(days=366)
"""A day that is further ahead is no date of a table."""
_MOST_SHOWN = 5


class NoSuchLinkError(CouldNotTellError):
    """A page without a link that was looked for."""


def newest_link(page: str, base: str, pattern: str, today: date | None = None) -> str:
    """The address of the newest link that the pattern finds in its address, written either way, or its words.

    Raises NoSuchLinkError, with links that are there, where none does.
    """
    links = list(_links(page, base))
    wanted = re.compile(pattern)
    fitting = [link for link in links if any(map(wanted.search, (link[0], unquote(link[0]), link[1])))]
    if not fitting:
        tables = [address for address, _ in links if re.search(r"(?i)\.(csv|ods|xlsx?|json|zip|gz|tsv)\b", address)]
        there = ", ".join(printable(address, 120) for address in dict.fromkeys(tables or [to for to, _ in links]))
        raise NoSuchLinkError(
            f"has no link that fits {printable(pattern)!r}; it has {_cut(there) or 'no link at all'}: put `link` right"
        )
    days = _days_of(fitting, today)
    dated = [(found, -at, fitting[at][0]) for at, found in enumerate(days) if found is not None]
    return max(dated)[2] if dated else fitting[0][0]


def date_in(words: str, today: date | None = None) -> date | None:
    """The latest date in an address or words; where only months are named, the end of the latest.

    What is more than a year ahead is no date.
    """
    return _days_of([("", words)], today)[0]


def _days_of(links: Sequence[tuple[str, str]], today: date | None) -> list[date | None]:
    """The date of each link. One page writes six digits in one order: the one that gives more dates, then more ends of
    months, then the newest."""
    latest = today + _LONGEST_AHEAD if today is not None else date.max
    either = [[_date_of(link, order, latest) for link in links] for order in _SIX_DIGITS]
    return max(either, key=_likelihood)


def _likelihood(found: Iterable[date | None]) -> tuple[int, int, date]:
    days = [day for day in found if day is not None]
    ends = sum(day.day == monthrange(day.year, day.month)[1] for day in days)
    return len(days), ends, max(days, default=date.min)


def _links(page: str, base: str) -> Iterator[tuple[str, str]]:
    from bs4 import BeautifulSoup  # most registers lie where they always do, and who reads them needs no pages

    for tag in BeautifulSoup(page, "lxml").find_all("a", href=True):
        try:
            address = urljoin(base, str(tag["href"]).strip()).partition("#")[0].replace(" ", "%20")
        except ValueError:
            continue
        if web_link(address):
            yield address, inert(tag.get_text(" "))


def _date_of(link: tuple[str, str], order: str, latest: date) -> date | None:
    address = link[0].partition("://")[2].partition("/")[2]
    days = [day for words in (address.rpartition("/")[2], link[1]) if (day := _date_in(words, order, latest))]
    return max(days) if days else _date_in(address, order, latest)


def _date_in(words: str, order: str, latest: date) -> date | None:
    plain = _APART.sub(" ", unquote(words)).casefold()
    for forms in ((*_DAYS, (_SIX_DIGITS[order], order)), _MONTHS_OF_YEARS):
        found = [day for form, parts in forms for match in form.finditer(plain) if (day := _day(match, parts))]
        if sound := [day for day in found if day <= latest]:
            return max(sound)
    return None


def _day(match: re.Match[str], order: str) -> date | None:
    parts = dict(zip(order, match.groups(), strict=True))
    month = parts["m"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    try:
        return date(year, number, int(parts["d"]) if "d" in parts else monthrange(year, number)[1])
    except ValueError:
        return None


def _cut(words: str) -> str:
    return ", ".join(words.split(", ")[:_MOST_SHOWN])
