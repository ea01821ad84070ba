"""The search form and the result pages of the reports site: who has a document since when."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import quote, urlencode

from bs4 import Tag

from watcher.feeds.ofsted_site.dates import read_date
from watcher.feeds.ofsted_site.markup import UnexpectedPageError, clean, only, parse, words
from watcher.feeds.ofsted_site.remit import Remit, other_categories
from watcher.text import squash

ROWS = 100
"""As many entries as the site gives at once, whatever it is asked for."""
MOST_COUNTS = 10
"""Places of one page that count the results; two have been seen."""
SOCIAL_CARE = "3"

_FORM = ("type-option-select",)
_RESULTS = ("title-block__heading", "type-option-select", "js-results-count", "results-list")
_PROVIDER = re.compile(r"/provider/(\d{1,3})/([A-Za-z]{0,2}\d{5,8})")
_URN = re.compile(r"[A-Z]{0,2}\d{5,8}")


class SearchEntry(NamedTuple):
    """One line of a result list."""

    urn: str
    category: str
    """That of its page's address; empty if the address is not understood."""
    kind: str
    """The words after "Category"."""
    latest: date | None
    """Publication date of the latest document, graded or not; None where the site shows none."""
    odd: str | None = None
    """What is not understood about it."""

    def is_of(self, remit: Remit) -> bool:
        """Whether it belongs to a remit by its address or its words: the site's own filter is not strict."""
        is_by_words = remit.kind in loosely(self.kind) and self.category not in other_categories(remit)
        return self.category == remit.category or is_by_words


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a result list."""

    count: int
    """How many entries the whole list has, as the page says."""
    rows: int
    """How many entries stand on this page."""
    entries: tuple[SearchEntry, ...]
    illegible: int = 0
    """Entries of which not even the home can be told; they are not among `entries`."""


def form_address(root: str) -> str:
    """The page whose form names the categories of social care."""
    return f"{root}/search?{urlencode({'level_1_types': SOCIAL_CARE})}"


def results_address(root: str, categories: Sequence[str], since: date, start: int, until: date | None = None) -> str:
    """One page of the list of those whose latest document is of a day since then, and until then, the latest first."""
    query = [
        ("level_1_types", SOCIAL_CARE),
        *(("level_2_types[]", category) for category in categories),
        ("latest_report_date_start", f"{since:%d-%m-%Y}"),
        *((("latest_report_date_end", f"{until:%d-%m-%Y}"),) if until else ()),
        ("sort", "date"),
        ("order", "desc"),
        ("start", str(start)),
        ("rows", str(ROWS)),
    ]
    return f"{root}/search?{urlencode(query)}"


def provider_address(root: str, urn: str, category: str) -> str:
    """The page of one home; `category` is that of its remit, or of its entry in a result list."""
    return f"{root}/provider/{category}/{quote(urn, safe='')}"


def read_categories(text: str, wanted: Sequence[str]) -> tuple[str, ...]:
    """The numbers of the wanted categories in the search form; raises UnexpectedPageError with the labels there are."""
    select = only(parse(text, _FORM), 'select[name="level_2_types"]', "choice of categories")
    options = {words(option): str(option.get("value", "")) for option in select.select("option")}
    return tuple(options[_label(options, category)] for category in wanted)


def _label(labels: Iterable[str], category: str) -> str:
    """The label of a category; an exact match counts before one that merely contains it."""
    plain = loosely(category)
    exact = [label for label in labels if loosely(label) == plain]
    found = exact or [label for label in labels if plain in loosely(label)]
    if len(found) != 1:
        seen = ", ".join(labels) or "none"
        raise UnexpectedPageError(
            f"{len(found)} categories of the search form match {category!r}; it offers: {clean(seen)}. "
            f"If one of these is meant, report it: watcher has to learn its name"
        )
    return found[0]


def loosely(label: str) -> str:
    """A label without case, apostrophes and plurals: "children home" for `Children's Homes`."""
    return re.sub(r"s\b", "", squash(label).replace("'", ""))


def read_results(text: str) -> Results:
    """One page of a result list; raises UnexpectedPageError for a page that is none."""
    page = parse(text, _RESULTS)
    only(page, 'select[name="level_1_types"]', "search form")
    count = _count(page)
    lists = page.find_all("ul", class_="results-list")
    if len(lists) > 1 or (count and not lists):
        raise UnexpectedPageError(f"{len(lists)} result lists on a page that counts {count} results")
    rows = [row for listing in lists for row in listing.find_all("li", class_="search-result", recursive=False)]
    if lists and not rows and lists[0].find("li") is not None:
        raise UnexpectedPageError("the result list has lines, but none is marked as a result (li.search-result)")
    entries = tuple(entry for row in rows if (entry := _entry(row)) is not None)
    if sum(entry.latest is None for entry in entries) > len(entries) / 2 or (rows and not entries):
        raise UnexpectedPageError("hardly an entry of the result list shows its URN and the date of its latest report")
    return Results(count, len(rows), entries, illegible=len(rows) - len(entries))


def _count(page: Tag) -> int:
    shown = page.find_all("strong", class_="js-results-count", limit=MOST_COUNTS)
    counts = {words(tag).replace(",", "") for tag in shown}
    if len(counts) != 1 or not (printed := counts.pop()).isdecimal():
        raise UnexpectedPageError(
            "the page does not say, or not with one voice, how many results there are (js-results-count)"
        )
    return int(printed)


def _entry(row: Tag) -> SearchEntry | None:
    """Reads a line; None if it doesn't say of which one home it speaks."""
    labelled = _labelled(row)
    titles = row.find_all("h3", class_="search-result__title", recursive=False)
    links = [_PROVIDER.fullmatch(str(link["href"])) for title in titles for link in title.find_all("a", href=True)]
    printed = labelled.get("urn", [])
    urns = {urn.upper() for urn in (*printed, *(link[2] for link in links if link)) if _URN.fullmatch(urn.upper())}
    if len(urns) != 1:
        return None
    kinds, dates = labelled.get("category", []), labelled.get("latest report", [])
    latest = read_date(dates[0]) if len(dates) == 1 else None
    category = links[0][1] if len(links) == 1 and links[0] else ""
    found = {"link": len(links) if category else 0, "URN": len(printed), "category": len(kinds), "date": len(dates)}
    odd = [f"{number} of {what}" for what, number in found.items() if number != 1]
    if dates and latest is None:
        odd.append(f"a date that is none: {', '.join(dates)!r}")
    return SearchEntry(urns.pop(), category, " ".join(kinds), latest, "; ".join(odd) or None)


def _labelled(row: Tag) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    # Not by CSS selectors: they walk the whole tree, and these are hundreds of lines.
    for group in row.find_all("ul", class_="search-result__provider-info", recursive=False):
        for line in group.find_all("li", recursive=False):
            label, _, value = words(line).partition(":")
            values.setdefault(label.strip().casefold(), []).append(value.strip())
    return values
